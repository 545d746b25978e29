//! The arguments of `why`.

use clap::Args;

use crate::model::Command;
use crate::model::condition::Condition;
use crate::model::node_change::NodeChange;
use crate::model::selector::Selector;

use super::fail_on::FailOnArgs;
use super::global::GlobalOptions;
use super::names::{Target, is_daemon_set_word, is_pod_word, parse_node, parse_target};
use super::request::{DaemonSetFilter, ManifestFiles, UsageError, check_stdin, usage};
use super::validate::ValidateArgs;
use super::what_if::WhatIfArgs;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # Why has node-7 no pod of this DaemonSet, and what would change that?
  kubectl ds why node-exporter node-7 -n monitoring

  # All nodes of one DaemonSet: the broken first, then the excluded by reason
  kubectl ds why ds/node-exporter -n monitoring

  # All DaemonSets that aren't clean
  kubectl ds why -A --problems

  # All of them at a glance: DaemonSets by pools of nodes, or by zones
  kubectl ds why -A --map
  kubectl ds why -A --map=topology.kubernetes.io/zone

  # From a pod's alert to its DaemonSet and node
  kubectl ds why pod/node-exporter-x2j4k -n monitoring

  # A manifest that isn't applied yet
  kubectl ds why -f node-exporter.yaml

  # What a taint on a pool of nodes would do
  kubectl ds why fluentd --node-selector pool=gpu --taint gpu=yes:NoExecute

  # The same from a dump, without a cluster
  kubectl get no,ds,po,controllerrevisions,ev,ns -A -o yaml > dump.yaml
  kubectl ds why -A --from dump.yaml
";

/// The arguments of `why`.
#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// The DaemonSet as NAME or ds/NAME, or its pod as pod/NAME; none for all
    #[arg(value_name = "DS")]
    target: Option<String>,
    /// The node as NAME or node/NAME; none for all
    node: Option<String>,
    /// DaemonSets of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Only DaemonSets that aren't clean
    #[arg(long, conflicts_with_all = ["node"])]
    problems: bool,
    /// Draw a map: DaemonSets by pools, or by LABEL
    ///
    /// A row for each DaemonSet, a column for each group of nodes, in each cell how many of them are
    /// as they should be. Without LABEL the nodes' pools are taken as the known providers label them, else
    /// roles, instance types, platforms or taints, whatever tells them apart.
    #[arg(long, value_name = "LABEL", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    map: Option<String>,
    /// Only DaemonSets with these labels
    ///
    /// In kubectl's syntax, such as `app in (a, b),!canary`.
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    selector: Option<Selector>,
    /// Only nodes with these labels
    ///
    /// In kubectl's syntax, such as `pool=gpu`.
    #[arg(long, value_name = "SELECTOR", conflicts_with = "node")]
    node_selector: Option<Selector>,
    /// A manifest that isn't applied yet; repeatable
    ///
    /// A file, a folder or `-`.
    #[arg(short, long, value_name = "FILE|DIR|-")]
    filename: Vec<String>,
    /// What becomes of its unknown fields.
    #[command(flatten)]
    validate: ValidateArgs,
    /// What making NODE eligible does to the others
    ///
    /// What the change of the template that makes NODE eligible would do to all other nodes.
    #[arg(long)]
    impact: bool,
    /// What it fails on.
    #[command(flatten)]
    fail_on: FailOnArgs,
    /// The changes of a what-if.
    #[command(flatten)]
    what_if: WhatIfArgs,
}

/// What `why` is asked.
#[derive(Debug)]
pub struct WhyRequest {
    /// The DaemonSets.
    pub target: WhyTarget,
    /// The node that was named.
    pub node: Option<String>,
    /// `--node-selector`.
    pub node_selector: Option<Selector>,
    /// `--problems`.
    pub problems: bool,
    /// `--impact`.
    pub impact: bool,
    /// `--fail-on`.
    pub fail_on: Vec<Condition>,
    /// What is to be tried.
    pub what_if: Option<WhatIfRequest>,
    /// A first word that may have been meant for a kind, as in `why ds NAME`.
    pub kind_word: Option<String>,
}

/// Which DaemonSets are meant.
#[derive(Debug)]
pub enum WhyTarget {
    /// All of a namespace, or of all.
    DaemonSets {
        /// Which of them.
        filter: DaemonSetFilter,
        /// `--map`, and the label that was given with it.
        map: Option<Option<String>>,
    },
    /// One that is stored.
    DaemonSet(String),
    /// The one that a pod is of.
    Pod(String),
    /// Those of manifests.
    Manifests(ManifestFiles),
}

/// Changes to try on the node that was named, on those that are selected, or else on
/// those of the files.
#[derive(Debug)]
pub struct WhatIfRequest {
    /// The changes.
    pub changes: Vec<NodeChange>,
    /// `--node-file`: nodes that don't exist yet.
    pub node_files: Vec<String>,
}

impl WhyArgs {
    /// The request, checked.
    pub(super) fn request(self, global: &GlobalOptions) -> Result<WhyRequest, UsageError> {
        check_stdin(&[
            ("-f", &self.filename),
            ("--from", &global.from),
            ("--node-file", &self.what_if.node_file),
        ])?;
        let mut node = self.node.as_deref().map(parse_node).transpose()?;
        let named = self.named(&mut node)?;
        let what_if = self.what_if_request(node.as_deref())?;
        self.check(named.as_ref(), node.as_deref(), what_if.as_ref())?;
        if self.map.is_some() && !global.output.is_for_people() {
            return usage(
                "`--map` is drawn for people: leave it out, the reports of `-o json` and `-o yaml` hold every node",
            );
        }
        self.check_gauges(global, named.as_ref())?;
        self.check_fail_on(node.as_deref(), what_if.as_ref())?;
        let is_kind = |word: &String| is_daemon_set_word(word) || is_pod_word(word);
        let target = match named {
            Some(Target::Pod(name)) => WhyTarget::Pod(name),
            Some(Target::DaemonSet(name)) if self.filename.is_empty() => WhyTarget::DaemonSet(name),
            None if self.filename.is_empty() => WhyTarget::DaemonSets {
                filter: DaemonSetFilter {
                    all_namespaces: self.all_namespaces,
                    selector: self.selector,
                },
                map: self.map.map(|label| Some(label).filter(|l| !l.is_empty())),
            },
            named => WhyTarget::Manifests(ManifestFiles {
                paths: self.filename,
                validation: self.validate.validation,
                name: named.map(Target::into_name),
            }),
        };
        Ok(WhyRequest {
            target,
            node,
            node_selector: self.node_selector,
            problems: self.problems,
            impact: self.impact,
            fail_on: self.fail_on.fail_on,
            what_if,
            kind_word: self.target.filter(is_kind),
        })
    }

    /// Series of one name mean one thing: all nodes of all DaemonSets that there are.
    fn check_gauges(
        &self,
        global: &GlobalOptions,
        named: Option<&Target>,
    ) -> Result<(), UsageError> {
        if !global.output.is_gauges() {
            return Ok(());
        }
        if named.is_some() || !self.filename.is_empty() {
            return usage("`-o prometheus` is of all DaemonSets: leave out the name and `-f`");
        }
        let narrowed = [
            ("--problems", self.problems),
            ("--node-selector", self.node_selector.is_some()),
        ];
        match narrowed.iter().find(|(_, given)| *given) {
            Some((flag, _)) => usage(format!(
                "`-o prometheus` has a sample for every DaemonSet, of all nodes: leave out `{flag}`"
            )),
            None => Ok(()),
        }
    }

    /// What only a rollout or a change meets, `plan` tells.
    fn check_fail_on(
        &self,
        node: Option<&str>,
        what_if: Option<&WhatIfRequest>,
    ) -> Result<(), UsageError> {
        let conditions = &self.fail_on.fail_on;
        if let Some(condition) = conditions.iter().find(|c| c.is_of_a_plan()) {
            return usage(format!(
                "`{}` is of a rollout, which `why` doesn't tell: `{}` takes `--fail-on {0}`",
                condition.name(),
                Command::own(&["plan"])
            ));
        }
        if conditions.is_empty() || node.is_none() && what_if.is_none() && !self.map.is_some() {
            return Ok(());
        }
        usage(
            "`--fail-on` is about all nodes as they are: leave out the node, the what-if and `--map`",
        )
    }

    /// What the first word names; with manifests it may be the node, too.
    fn named(&self, node: &mut Option<String>) -> Result<Option<Target>, UsageError> {
        let Some(word) = self.target.as_deref() else {
            return Ok(None);
        };
        if !self.filename.is_empty() && word.starts_with("node") && word.contains('/') {
            *node = Some(parse_node(word)?);
            return Ok(None);
        }
        match parse_target(word)? {
            Target::Pod(_) if !self.filename.is_empty() => {
                usage("a manifest has no pods yet: give the name of its DaemonSet, or none")
            }
            target => Ok(Some(target)),
        }
    }

    fn what_if_request(&self, node: Option<&str>) -> Result<Option<WhatIfRequest>, UsageError> {
        let (changes, node_files) = (self.what_if.changes(), &self.what_if.node_file);
        if changes.is_empty() && node_files.is_empty() {
            return Ok(None);
        }
        if node.is_none() && self.node_selector.is_none() && node_files.is_empty() {
            return usage("on which node? give its name, or select nodes with `--node-selector`");
        }
        Ok(Some(WhatIfRequest {
            changes,
            node_files: node_files.clone(),
        }))
    }

    /// Flags that don't go together.
    fn check(
        &self,
        named: Option<&Target>,
        node: Option<&str>,
        what_if: Option<&WhatIfRequest>,
    ) -> Result<(), UsageError> {
        let is_all = named.is_none() && self.filename.is_empty();
        let is_pod = matches!(named, Some(Target::Pod(_)));
        let refused = if self.impact && node.is_none() {
            "`--impact` is about one node: give its name after the DaemonSet's"
        } else if self.impact && what_if.is_some() {
            "`--impact` and a what-if are two questions: ask one of them"
        } else if what_if.is_some() && (is_all || is_pod) {
            return usage(format!(
                "a what-if is about one DaemonSet: give its name, or a manifest with `-f`; `{}` tries it on all of them",
                Command::own(&["node", "NODE"])
            ));
        } else if self.all_namespaces && !is_all {
            "`-A` goes with all DaemonSets: leave out the name, or give `-n NAMESPACE`"
        } else if self.selector.is_some() && !is_all {
            "`-l` selects DaemonSets and goes without a name; `--node-selector` selects nodes"
        } else if self.map.is_some() && !is_all {
            "`--map` draws all DaemonSets: leave out the name; a label is written behind `=`, as in `--map=topology.kubernetes.io/zone`"
        } else if is_pod && node.is_some() {
            "a pod's node is its own: leave out the node"
        } else {
            return Ok(());
        };
        usage(refused)
    }
}
