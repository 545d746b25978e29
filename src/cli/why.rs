//! The arguments of `why`.

use clap::Args;

use crate::model::Command;
use crate::model::condition::Condition;
use crate::model::node_change::NodeChange;
use crate::model::selector::Selector;

use super::expect::ExpectRequest;
use super::fail_on::FailOnArgs;
use super::global::GlobalOptions;
use super::names::{Target, TargetKind, is_node_word, parse_node, parse_target};
use super::overview::{LABEL_BEHIND, OverviewArgs};
use super::request::{DaemonSetFilter, ManifestFiles, UsageError, check_stdin, usage};
use super::typed::TypedWords;
use super::validate::ValidateArgs;
use super::what_if::WhatIfArgs;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # Why has node-7 no pod of this DaemonSet, and what would change that?
  kubectl ds why node-exporter node-7 -n monitoring

  # Why have these three none?
  kubectl ds why monitoring/node-exporter node-7 node-8 node-9

  # All nodes of one DaemonSet: the broken first, then the excluded by reason
  kubectl ds why ds/node-exporter -n monitoring

  # The same in a line, anew whenever it changes
  kubectl ds why node-exporter -n monitoring --watch

  # All DaemonSets with problems
  kubectl ds why -A --problems

  # All of them at a glance: DaemonSets by pools of nodes, or by zones
  kubectl ds why -A --map
  kubectl ds why -A --map=topology.kubernetes.io/zone
  kubectl ds why ds/node-exporter -n monitoring --map

  # From a pod's alert to its DaemonSet and node
  kubectl ds why pod/node-exporter-x2j4k -n monitoring

  # A manifest that isn't applied yet
  kubectl ds why -f node-exporter.yaml

  # Does it run on every node with a GPU?
  kubectl ds why device-plugin -n gpu --expect nvidia.com/gpu.present=true

  # What a taint on a pool of nodes would do
  kubectl ds why fluentd --node-selector pool=gpu --taint gpu=yes:NoExecute

  # The same from a dump, without a cluster
  kubectl get ds,no,po,controllerrevisions,events,ns,limits,quota,sa,pc -A \\
    -o yaml > dump.yaml
  kubectl ds why -A --from dump.yaml
";

/// The arguments of `why`.
#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// The DaemonSet as NAME, NAMESPACE/NAME or ds/NAME, or its pod as pod/NAME; none for all
    #[arg(value_name = "DS")]
    target: Option<String>,
    /// The nodes as NAME or node/NAME; none for all
    #[arg(value_name = "NODE", conflicts_with_all = ["problems", "node_selector"])]
    node: Vec<String>,
    /// Which DaemonSets and nodes are meant.
    #[command(flatten)]
    overview: OverviewArgs,
    /// A manifest that isn't applied yet; repeatable
    ///
    /// A file, a folder or `-`.
    #[arg(short, long, value_name = "FILE|DIR|-")]
    filename: Vec<String>,
    /// What becomes of its unknown fields.
    #[command(flatten)]
    validate: ValidateArgs,
    /// What making NODE eligible changes elsewhere
    ///
    /// What the change of the template that makes NODE eligible would do to all other nodes.
    #[arg(long)]
    impact: bool,
    /// Follow the DaemonSet: print what is wrong anew whenever that changes
    ///
    /// Until it is interrupted. With `-o json` an EligibilityReport on a line of its own for each
    /// change, with `-o yaml` a document.
    #[arg(short, long)]
    watch: bool,
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
    /// The nodes that were named, each once.
    pub nodes: Vec<String>,
    /// `--node-selector`.
    pub node_selector: Option<Selector>,
    /// `--problems`.
    pub problems: bool,
    /// `--impact`.
    pub impact: bool,
    /// `--watch`.
    pub watch: bool,
    /// Where they are expected to run.
    pub expect: ExpectRequest,
    /// `--fail-on`.
    pub fail_on: Vec<Condition>,
    /// What is to be tried.
    pub what_if: Option<WhatIfRequest>,
}

/// Which DaemonSets are meant.
#[derive(Debug)]
pub enum WhyTarget {
    /// All of a namespace, or of all.
    DaemonSets {
        /// Which of them.
        filter: DaemonSetFilter,
        /// Whether those of the own namespace do where those of all may not be listed.
        or_own: bool,
        /// `--map`, and the label that was given with it.
        map: Option<Option<String>>,
    },
    /// One that is stored.
    DaemonSet {
        /// Its name.
        name: String,
        /// `--map`, and the label that was given with it.
        map: Option<Option<String>>,
    },
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
    pub(super) fn request(
        self,
        global: &mut GlobalOptions,
        typed: &TypedWords,
    ) -> Result<WhyRequest, UsageError> {
        self.check_order(typed)?;
        check_stdin(&[
            ("-f", &self.filename),
            ("--from", &global.from),
            ("--node-file", &self.what_if.node_file),
            self.overview.expect.files(),
        ])?;
        let mut nodes = Vec::new();
        for word in &self.node {
            let node = parse_node(word)?;
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        let named = self.named(&mut nodes)?;
        let what_if = self.what_if_request(&nodes)?;
        self.check(named.as_ref(), &nodes, what_if.as_ref())?;
        self.overview.check(global)?;
        if let Some(target) = &named {
            global.settle_namespace(target)?;
        }
        self.check_gauges(global, named.as_ref())?;
        self.check_fail_on(&nodes, what_if.as_ref())?;
        if self.watch {
            self.check_watch(named.as_ref(), what_if.as_ref(), global)?;
        }
        let mut overview = self.overview;
        let (problems, node_selector) = (overview.problems, overview.node_selector.take());
        let expect = overview.expect_request();
        let target = match named {
            Some(target) if target.kind == TargetKind::Pod => WhyTarget::Pod(target.name),
            Some(target) if self.filename.is_empty() => WhyTarget::DaemonSet {
                name: target.name,
                map: overview.map_by(),
            },
            None if self.filename.is_empty() => overview.target(),
            named => WhyTarget::Manifests(ManifestFiles {
                paths: self.filename,
                validation: self.validate.validation,
                name: named.map(|target| target.name),
            }),
        };
        Ok(WhyRequest {
            target,
            nodes,
            node_selector,
            problems,
            impact: self.impact,
            watch: self.watch,
            expect,
            fail_on: self.fail_on.fail_on,
            what_if,
        })
    }

    /// The DaemonSet comes first; that another word is one tells what is written before it.
    fn check_order(&self, typed: &TypedWords) -> Result<(), UsageError> {
        let (Some(node), Some((ds, others))) = (&self.target, self.node.split_first()) else {
            return Ok(());
        };
        let Err(no_node) = parse_node(ds) else {
            return Ok(());
        };
        if parse_target(ds).is_err() || parse_node(node).is_err() {
            return Ok(());
        }
        let mut words = [ds, node].into_iter().chain(others);
        let why = words.try_fold(Command::own(&["why"]), |why, word| why.operand(word));
        let why = why.and_then(|why| typed.with_flags(why, None));
        let why = why.map(|why| format!("; if `{node}` is one, write `{why}`"));
        usage(format!("{no_node}{}", why.unwrap_or_default()))
    }

    /// Series of one name are of all DaemonSets that there are.
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
        Ok(())
    }

    /// What only a rollout or a change meets, `plan` tells.
    fn check_fail_on(
        &self,
        nodes: &[String],
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
        if conditions.is_empty()
            || nodes.is_empty() && what_if.is_none() && self.overview.map.is_none() && !self.watch
        {
            return Ok(());
        }
        usage(
            "`--fail-on` is about all nodes as they are: leave out the node, the what-if, `--map` and `--watch`",
        )
    }

    /// What the first word names; with manifests it may be the node, too.
    fn named(&self, nodes: &mut Vec<String>) -> Result<Option<Target>, UsageError> {
        let Some(word) = self.target.as_deref() else {
            return Ok(None);
        };
        let is_node = word
            .split_once('/')
            .is_some_and(|(kind, _)| is_node_word(kind));
        if !self.filename.is_empty() && is_node {
            nodes.insert(0, parse_node(word)?);
            return Ok(None);
        }
        let target = match parse_target(word) {
            Err(error) if self.overview.map.as_deref() == Some("") => {
                return usage(format!("{error}; {LABEL_BEHIND}"));
            }
            target => target?,
        };
        if target.kind == TargetKind::Pod && !self.filename.is_empty() {
            return usage("a manifest has no pods yet: give the name of its DaemonSet, or none");
        }
        Ok(Some(target))
    }

    fn what_if_request(&self, nodes: &[String]) -> Result<Option<WhatIfRequest>, UsageError> {
        let (changes, node_files) = (self.what_if.changes(), &self.what_if.node_file);
        if changes.is_empty() && node_files.is_empty() {
            return Ok(None);
        }
        if nodes.is_empty() && self.overview.node_selector.is_none() && node_files.is_empty() {
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
        nodes: &[String],
        what_if: Option<&WhatIfRequest>,
    ) -> Result<(), UsageError> {
        let is_all = named.is_none() && self.filename.is_empty();
        let is_pod = named.is_some_and(|target| target.kind == TargetKind::Pod);
        let is_mapped =
            !is_pod && self.filename.is_empty() && nodes.is_empty() && what_if.is_none();
        let refused = if self.impact && nodes.len() != 1 {
            "`--impact` is about one node: give its name after the DaemonSet's"
        } else if self.impact && what_if.is_some() {
            "`--impact` and a what-if are two questions: ask one of them"
        } else if what_if.is_some() && (is_all || is_pod) {
            return usage(format!(
                "a what-if is about one DaemonSet: give its name, or a manifest with `-f`; `{}` tries it on all of them",
                Command::own(&["node", "NODE"])
            ));
        } else if self.overview.all_namespaces && !is_all {
            "`-A` goes with all DaemonSets: leave out the name, or give `-n NAMESPACE`"
        } else if self.overview.selector.is_some() && !is_all {
            "`-l` selects DaemonSets and goes without a name; `--node-selector` selects nodes"
        } else if self.overview.map.is_some() && !is_all && !is_mapped {
            "`--map` draws all DaemonSets, or one of them on all nodes: leave out `-f`, the pod, the node and the what-if"
        } else if is_pod && !nodes.is_empty() {
            "a pod's node is its own: leave out the node"
        } else {
            return Ok(());
        };
        usage(refused)
    }

    /// What is followed is one stored DaemonSet, on all nodes.
    fn check_watch(
        &self,
        named: Option<&Target>,
        what_if: Option<&WhatIfRequest>,
        global: &GlobalOptions,
    ) -> Result<(), UsageError> {
        let is_one = named.is_some_and(|target| target.kind == TargetKind::DaemonSet);
        if !is_one || !self.filename.is_empty() {
            return usage("`--watch` follows one stored DaemonSet: give its name");
        }
        if self.overview.map.is_some() {
            return usage("`--watch` follows a DaemonSet in a line: leave out `--map`");
        }
        let is_narrowed = self.overview.problems || self.overview.node_selector.is_some();
        if !self.node.is_empty() || is_narrowed || what_if.is_some() {
            return usage(
                "`--watch` follows a DaemonSet on all nodes: leave out the node, and what selects or changes nodes",
            );
        }
        if self.overview.expects() {
            return usage(
                "`--watch` goes by the DaemonSet's own annotations: leave out `--expect`, `--expect-file` and `--near-misses`",
            );
        }
        global.check_watch()
    }
}
