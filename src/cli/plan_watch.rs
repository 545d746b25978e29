//! The arguments of `plan --watch`.

use std::time::Duration;

use clap::Args;

use crate::source::cluster::parse_timeout;

/// How a rollout is followed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Watch")]
pub struct WatchArgs {
    /// Follow the rollout until it is done or stuck
    ///
    /// The exit code is 0 when it is done, and 1 when it is stuck or out of time.
    /// On a terminal it is drawn in place, otherwise there is a line for each change; with `-o json`
    /// a RolloutPlan on a line of its own for each change, with `-o yaml` a document.
    #[arg(short, long)]
    pub watch: bool,
    /// No longer than this: 90, 90s, 10m; 0 for no limit
    #[arg(long, value_name = "TIME", requires = "watch", value_parser = parse_timeout, default_value = "0", hide_default_value = true)]
    pub timeout: Duration,
    /// How long it stands still to be stuck
    ///
    /// It counts as stuck when for so long nothing got on that doesn't pass by itself.
    /// What passes by itself is never stuck: minReadySeconds, grace periods, pods that start (for ten minutes).
    #[arg(long, value_name = "TIME", requires = "watch", value_parser = parse_timeout, default_value = "60s")]
    pub stuck_after: Duration,
}
