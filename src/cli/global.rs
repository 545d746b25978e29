//! Flags that stand before or after the subcommand.

use clap::Args;
use jiff::Timestamp;

use crate::model::FeatureGates;
use crate::output::formats::{Format, listed};
use crate::output::terminal::Color;
use crate::source::cluster::ConnectionFlags;

use super::connection::ConnectionArgs;
use super::names::Target;
use super::request::{UsageError, usage};
use super::value;

/// Examples in the help text of the whole.
pub const EXAMPLES: &str = "\
Without a command it shows all DaemonSets, and what to ask next.

Examples:
  # Which DaemonSets have problems, and the top cause of each
  kubectl ds --problems

  # One of them: what is broken, misscheduled and excluded, by cause
  kubectl ds why node-exporter -n monitoring

  # One node: why it has no healthy pod, and how to run one there
  kubectl ds why node-exporter node-7 -n monitoring

  # A rollout that is stuck
  kubectl ds plan node-exporter -n monitoring

`kubectl ds COMMAND -h` shows what a command takes, `--help` all flags.
";

/// Flags of every subcommand.
#[derive(Debug, Args)]
pub(super) struct GlobalArgs {
    /// The namespace; by default the context's
    #[arg(short, long, global = true, value_name = "NAMESPACE")]
    namespace: Option<String>,
    #[arg(short, long, global = true, value_name = "FORMAT", default_value = "table", value_parser = parse_format, help = listed(|_| true), help_heading = "Output")]
    output: Format,
    /// Leave out the heads of tables
    #[arg(long, global = true, help_heading = "Output", hide_short_help = true)]
    no_headers: bool,
    /// When to colour; colour never carries meaning alone
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        help_heading = "Output",
        hide_short_help = true
    )]
    color: Color,
    /// Rows shown of a long list; 0 for all
    #[arg(
        long,
        global = true,
        value_name = "N",
        default_value_t = 20,
        help_heading = "Output"
    )]
    limit: usize,
    /// Exit with 1 on a problem, or where something would change
    #[arg(long, global = true, help_heading = "Output")]
    exit_code: bool,
    /// Read saved objects instead of a cluster; repeatable
    ///
    /// A file, a folder or `-`: what `kubectl get -o yaml` or `-o json` printed, also as gzip or zstd pack it.
    #[arg(long, global = true, value_name = "FILE|DIR|-", help_heading = "Files")]
    from: Vec<String>,
    /// Read the folders of `--from` and `-f` with all folders below them
    #[arg(
        short = 'R',
        long,
        global = true,
        help_heading = "Files",
        hide_short_help = true
    )]
    recursive: bool,
    /// The time to answer for, as 2026-03-01T12:00:00Z
    ///
    /// By default it is the server's clock, with files the newest timestamp in them.
    #[arg(long, global = true, value_name = "TIME", value_parser = value::time, help_heading = "Controller", hide_short_help = true)]
    now: Option<Timestamp>,
    /// Feature gates of kube-controller-manager
    ///
    /// Such as TaintTolerationComparisonOperators=true; by default as the release has them.
    #[arg(
        long,
        global = true,
        value_name = "NAME=BOOL,…",
        default_value = "",
        hide_default_value = true,
        value_parser = value::feature_gates,
        help_heading = "Controller",
        hide_short_help = true
    )]
    feature_gates: FeatureGates,
    /// How to reach the cluster.
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// What was typed for any command.
#[derive(Clone, Debug, Default)]
pub struct GlobalOptions {
    /// `-n`.
    pub namespace: Option<String>,
    /// `-o`.
    pub output: Format,
    /// Whether tables have heads.
    pub headers: bool,
    /// `--color`.
    pub color: Color,
    /// Rows of a long list that are shown; `None` for all.
    pub rows: Option<usize>,
    /// `--exit-code`.
    pub exit_code: bool,
    /// `--from`: files instead of the cluster.
    pub from: Vec<String>,
    /// `-R`.
    pub recursive: bool,
    /// `--now`.
    pub now: Option<Timestamp>,
    /// `--feature-gates`.
    pub feature_gates: FeatureGates,
    /// How to reach the cluster.
    pub connection: ConnectionFlags,
}

impl From<GlobalArgs> for GlobalOptions {
    fn from(args: GlobalArgs) -> Self {
        Self {
            namespace: args.namespace,
            output: args.output,
            headers: !args.no_headers,
            color: args.color,
            rows: (args.limit > 0).then_some(args.limit),
            exit_code: args.exit_code,
            from: args.from,
            recursive: args.recursive,
            now: args.now,
            feature_gates: args.feature_gates,
            connection: args.connection.flags(),
        }
    }
}

impl GlobalOptions {
    /// Takes the namespace that was typed with a name for `-n`.
    pub(super) fn settle_namespace(&mut self, target: &Target) -> Result<(), UsageError> {
        let Some(namespace) = &target.namespace else {
            return Ok(());
        };
        match &self.namespace {
            Some(other) if other != namespace => usage(format!(
                "`{namespace}/{}` is in namespace `{namespace}`, and `-n {other}` names another: leave out one of them",
                target.name
            )),
            _ => {
                self.namespace = Some(namespace.clone());
                Ok(())
            }
        }
    }

    /// What is followed is a cluster, by its own clock.
    pub(super) fn check_watch(&self) -> Result<(), UsageError> {
        if !self.from.is_empty() {
            return usage(
                "`--watch` follows what happens in a cluster, and nothing happens in files: leave out `--from`",
            );
        }
        if self.now.is_some() {
            return usage("`--watch` goes by the server's clock: leave out `--now`");
        }
        let is_followed = |format: &Format| format.is_for_people() || format.is_reports();
        if !is_followed(&self.output) {
            return usage(format!(
                "`--watch` has no output format `{}`: use {}",
                self.output.name,
                listed(is_followed)
            ));
        }
        Ok(())
    }
}

fn parse_format(text: &str) -> Result<Format, String> {
    text.parse()
}
