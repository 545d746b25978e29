//! Flags that stand before or after the subcommand.

use clap::Args;
use jiff::Timestamp;

use crate::model::FeatureGates;
use crate::output::format::Format;
use crate::output::lists::Limits;
use crate::output::terminal::Color;

use super::connection::ConnectionArgs;

/// Examples in the help text of the whole.
pub const EXAMPLES: &str = "\
Examples:
  # Which DaemonSets aren't as they should be, and why in a word
  kubectl ds why -A --problems

  # One of them: every node that lacks a good pod, with the reason
  kubectl ds why node-exporter -n monitoring

  # One node: each rule, what became of the pod, and what would change it
  kubectl ds why node-exporter node-7 -n monitoring

  # A rollout that doesn't move
  kubectl ds plan node-exporter -n monitoring

`kubectl ds COMMAND -h` shows what a command takes, `--help` all flags.
";

/// Flags of every subcommand.
#[derive(Debug, Args)]
pub struct GlobalArgs {
    /// The namespace; by default the context's
    #[arg(short, long, global = true, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// table, wide, json, yaml or name
    #[arg(short, long, global = true, value_name = "FORMAT", default_value = "table", value_parser = parse_format, help_heading = "Output")]
    pub output: Format,
    /// Leave out the heads of tables
    #[arg(long, global = true, help_heading = "Output", hide_short_help = true)]
    pub no_headers: bool,
    /// When to colour; colour never carries meaning alone
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        help_heading = "Output",
        hide_short_help = true
    )]
    pub color: Color,
    /// Rows shown of a long list; 0 for all
    #[arg(
        long,
        global = true,
        value_name = "N",
        default_value_t = 20,
        help_heading = "Output"
    )]
    pub limit: usize,
    /// Exit with 1 when something isn't clean, or would change
    #[arg(long, global = true, help_heading = "Output")]
    pub exit_code: bool,
    /// Read saved objects instead of a cluster; repeatable
    ///
    /// A file, a folder or `-`: what `kubectl get -o yaml` or `-o json` printed, also as gzip or zstd pack it.
    #[arg(long, global = true, value_name = "FILE|DIR|-", help_heading = "Files")]
    pub from: Vec<String>,
    /// Read the folders of `--from` and `-f` with all folders below them
    #[arg(
        short = 'R',
        long,
        global = true,
        help_heading = "Files",
        hide_short_help = true
    )]
    pub recursive: bool,
    /// The time to answer for, as 2026-03-01T12:00:00Z
    ///
    /// By default it is the server's clock, with files the newest timestamp in them.
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_time, help_heading = "Controller", hide_short_help = true)]
    pub now: Option<Timestamp>,
    /// Feature gates of kube-controller-manager
    ///
    /// Such as TaintTolerationComparisonOperators=true; by default as the release has them.
    #[arg(
        long,
        global = true,
        value_name = "NAME=BOOL,…",
        default_value = "",
        hide_default_value = true,
        help_heading = "Controller",
        hide_short_help = true
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
