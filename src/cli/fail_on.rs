//! `--fail-on`, of `why` and of `plan`.

use clap::Args;

use crate::model::condition::Condition;

/// The words of `--fail-on`.
#[derive(Debug, Args)]
pub(super) struct FailOnArgs {
    /// Exit with 1 where one of these applies
    ///
    /// lost: pods are deleted and not created again. refused: the server refuses the change.
    /// uncovered: a node that is expected to run it has no available pod. stuck: the rollout needs
    /// somebody to go on. nodes-lost: nodes are no longer eligible. `why` takes lost and uncovered.
    /// What can't be known exits with 3.
    #[arg(
        long,
        value_name = "WORD,…",
        value_delimiter = ',',
        value_parser = parse,
        help_heading = "Output"
    )]
    pub(super) fail_on: Vec<Condition>,
}

fn parse(text: &str) -> Result<Condition, String> {
    let mut all = Condition::ALL.into_iter();
    all.find(|condition| condition.name() == text)
        .ok_or_else(|| {
            let names = Condition::ALL.map(Condition::name).join("`, `");
            format!("it takes `{names}`")
        })
}
