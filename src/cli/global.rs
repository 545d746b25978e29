//! Flags that stand before or after the subcommand.

use clap::Args;
use jiff::Timestamp;

use crate::model::FeatureGates;
use crate::output::format::Format;
use crate::output::lists::Limits;
use crate::output::terminal::Color;

use super::connection::ConnectionArgs;

/// Flags of every subcommand.
#[derive(Debug, Args)]
pub struct GlobalArgs {
    /// The namespace; by default the context's, for `node` all of them
    #[arg(short, long, global = true, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// Output format: table, wide, json, yaml or name
    #[arg(short, long, global = true, value_name = "FORMAT", default_value = "table", value_parser = parse_format)]
    pub output: Format,
    /// Leave out the heads of tables
    #[arg(long, global = true)]
    pub no_headers: bool,
    /// When to colour; colour never carries meaning alone
    #[arg(long, global = true, value_enum, default_value_t)]
    pub color: Color,
    /// Rows shown of a long list in the human formats; 0 for all
    #[arg(long, global = true, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Exit with 1 when something isn't clean
    #[arg(long, global = true)]
    pub exit_code: bool,
    /// Read saved objects instead of a cluster: a file, a folder or `-`, also as gzip or zstd pack them; repeatable
    #[arg(long, global = true, value_name = "FILE|DIR|-", help_heading = "Files")]
    pub from: Vec<String>,
    /// Read the folders of `--from` and `-f` with all folders below them
    #[arg(short = 'R', long, global = true, help_heading = "Files")]
    pub recursive: bool,
    /// The time to answer for (RFC 3339); by default the server's clock, or the newest timestamp in the files
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_time)]
    pub now: Option<Timestamp>,
    /// Feature gates of kube-controller-manager, such as TaintTolerationComparisonOperators=true
    #[arg(
        long,
        global = true,
        value_name = "NAME=BOOL,…",
        default_value = "",
        hide_default_value = true
    )]
    pub feature_gates: FeatureGates,
    /// How to reach the cluster.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

impl GlobalArgs {
    /// How much of a long list is shown.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            rows: (self.limit > 0).then_some(self.limit),
            wide: self.output == Format::Wide,
        }
    }
}

fn parse_format(text: &str) -> Result<Format, String> {
    text.parse()
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "write it as 2026-03-01T12:00:00Z".to_owned())
}
