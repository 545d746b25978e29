//! The arguments of a question about all DaemonSets: of `why` without a name, of `status`, and
//! of no command at all.

use clap::Args;

use crate::model::Command;
use crate::model::selector::Selector;

use super::expect::{ExpectArgs, ExpectRequest};
use super::global::GlobalOptions;
use super::request::{DaemonSetFilter, UsageError, check_stdin, usage};
use super::typed::TypedWords;
use super::value;
use super::why::{WhyRequest, WhyTarget};

/// Examples in the help text of `status`.
pub const EXAMPLES: &str = "\
Examples:
  # All DaemonSets of all namespaces, and what to ask next
  kubectl ds

  # Those with problems
  kubectl ds --problems

  # Those of one namespace
  kubectl ds -n monitoring
";

/// What all DaemonSets are asked, and which of them and of the nodes.
#[derive(Debug, Args)]
pub(super) struct OverviewArgs {
    /// DaemonSets of all namespaces
    #[arg(short = 'A', long)]
    pub(super) all_namespaces: bool,
    /// Only DaemonSets with problems
    #[arg(long)]
    pub(super) problems: bool,
    /// Draw a map: DaemonSets by pools, or by LABEL
    ///
    /// A row for each DaemonSet, a column for each group of nodes, in each cell how many of its
    /// nodes are healthy. Without LABEL the nodes' pools are taken as the known providers label them, else
    /// roles, instance types, platforms or taints, whatever tells them apart.
    #[arg(long, value_name = "LABEL", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(super) map: Option<String>,
    /// Only DaemonSets with these labels
    ///
    /// In kubectl's syntax, such as `app in (a, b),!canary`.
    #[arg(short = 'l', long, value_name = "SELECTOR", value_parser = value::selector)]
    pub(super) selector: Option<Selector>,
    /// Only nodes with these labels
    ///
    /// In kubectl's syntax, such as `pool=gpu`.
    #[arg(long, value_name = "SELECTOR", value_parser = value::selector)]
    pub(super) node_selector: Option<Selector>,
    /// Excluded nodes that are one change away count as broken
    ///
    /// For DaemonSets of which nobody says where they are expected.
    #[arg(long, help_heading = "Coverage")]
    pub(super) near_misses: bool,
    /// Where it is expected to run.
    #[command(flatten)]
    pub(super) expect: ExpectArgs,
}

/// How a map is asked for by a label.
pub const LABEL_BEHIND: &str =
    "a label for `--map` is written behind `=`, as in `--map=topology.kubernetes.io/zone`";

impl OverviewArgs {
    /// Whether a map is drawn, and by which label.
    pub(super) fn map_by(&self) -> Option<Option<String>> {
        let label = self.map.clone();
        label.map(|label| Some(label).filter(|l| !l.is_empty()))
    }

    /// The question about all of them.
    pub(super) fn target(self) -> WhyTarget {
        let map = self.map_by();
        WhyTarget::DaemonSets {
            filter: DaemonSetFilter {
                all_namespaces: self.all_namespaces,
                selector: self.selector,
            },
            or_own: false,
            map,
        }
    }

    /// Where they are expected to run, which is taken out.
    pub(super) fn expect_request(&mut self) -> ExpectRequest {
        std::mem::take(&mut self.expect).request(self.near_misses)
    }

    /// Whether anything is said of that.
    pub(super) const fn expects(&self) -> bool {
        self.near_misses || self.expect.is_given()
    }

    /// `--map` is for people; series of one name mean one thing, all nodes of all DaemonSets.
    pub(super) fn check(&self, global: &GlobalOptions) -> Result<(), UsageError> {
        if self.map.is_some() && !global.output.is_for_people() {
            return usage(
                "`--map` is drawn for people: leave it out, the reports of `-o json` and `-o yaml` hold every node",
            );
        }
        let narrowed = [
            ("--problems", self.problems),
            ("--node-selector", self.node_selector.is_some()),
        ];
        match narrowed.iter().find(|(_, given)| *given) {
            Some((flag, _)) if global.output.is_gauges() => usage(format!(
                "`-o prometheus` has a sample for every DaemonSet, of all nodes: leave out `{flag}`"
            )),
            _ => Ok(()),
        }
    }

    /// The overview: without `-n` of all namespaces, or where those may not be listed and
    /// nobody asked for them, of the context's own.
    pub(super) fn request(mut self, global: &GlobalOptions) -> Result<WhyRequest, UsageError> {
        self.check(global)?;
        check_stdin(&[("--from", global.from.as_slice()), self.expect.files()])?;
        let is_open = global.namespace.is_none() && !self.all_namespaces;
        self.all_namespaces |= is_open;
        let (problems, node_selector) = (self.problems, self.node_selector.take());
        let expect = self.expect_request();
        let mut target = self.target();
        if let WhyTarget::DaemonSets { or_own, .. } = &mut target {
            *or_own = is_open;
        }
        Ok(WhyRequest {
            target,
            nodes: Vec::new(),
            node_selector,
            problems,
            impact: false,
            watch: false,
            expect,
            fail_on: Vec::new(),
            what_if: None,
        })
    }
}

/// The arguments of `status`.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    overview: OverviewArgs,
    /// Taken only to say which command is about one.
    #[arg(hide = true)]
    names: Vec<String>,
}

impl StatusArgs {
    /// Those of no command at all.
    pub(super) fn of(overview: OverviewArgs) -> Self {
        Self {
            overview,
            names: Vec::new(),
        }
    }

    /// The request, checked.
    pub(super) fn request(
        self,
        global: &GlobalOptions,
        typed: &TypedWords,
    ) -> Result<WhyRequest, UsageError> {
        if self.names.is_empty() {
            return self.overview.request(global);
        }
        let why = self
            .names
            .iter()
            .try_fold(Command::own(&["why"]), |c, name| c.operand(name));
        let why = why.and_then(|why| typed.with_global_flags(why));
        let why = why.map(|why| format!("; about one: `{why}`"));
        usage(format!(
            "`status` is about all DaemonSets{}",
            why.unwrap_or_default()
        ))
    }
}
