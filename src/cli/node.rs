//! The arguments of `node`.

use clap::Args;

use crate::model::node_change::NodeChange;
use crate::model::selector::Selector;

use super::expect::{ExpectArgs, ExpectRequest};
use super::global::GlobalOptions;
use super::names::parse_node;
use super::request::{UsageError, check_stdin, usage};
use super::value;
use super::what_if::WhatIfArgs;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # Which DaemonSets run on gpu-1, which don't and why, and what is left of it
  kubectl ds node gpu-1

  # A pool of nodes: those with the same outcome are one group
  kubectl ds node --node-selector pool=gpu

  # What a taint would start, stop and leave behind
  kubectl ds node worker-3 --taint dedicated=batch:NoExecute

  # A node that doesn't exist yet, or a node group's template
  kubectl ds node --node-file node.yaml --label pool=batch

  # The names of a namespace's DaemonSets that run there or would
  kubectl ds node gpu-1 -n monitoring -o name

  # The same from a dump, without a cluster
  kubectl get ds,no,po,controllerrevisions,events,ns,limits,quota,sa,pc -A \\
    -o yaml > dump.yaml
  kubectl ds node gpu-1 --from dump.yaml

Without -n the DaemonSets of all namespaces are counted. `-o name` prints those
that run or would run, as daemonset.apps/NAME, which has no namespace, as
kubectl prints names: give -n to pipe them on.
";

/// The arguments of `node`.
///
/// `-n` is a global flag; without it the DaemonSets of all namespaces are meant.
#[derive(Debug, Args)]
pub(super) struct NodeArgs {
    /// The node as NAME or node/NAME; with `--node-file` one of the file's
    #[arg(value_name = "NODE")]
    node: Option<String>,
    /// All namespaces, which is the default here
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Only DaemonSets with these labels
    ///
    /// In kubectl's syntax, such as `app in (a, b),!canary`.
    #[arg(short = 'l', long, value_name = "SELECTOR", value_parser = value::selector)]
    selector: Option<Selector>,
    /// The nodes with these labels
    ///
    /// In kubectl's syntax, such as `pool=gpu`.
    #[arg(long, value_name = "SELECTOR", value_parser = value::selector, conflicts_with_all = ["node", "node_file"])]
    node_selector: Option<Selector>,
    /// Where DaemonSets are expected to run.
    #[command(flatten)]
    expect: ExpectArgs,
    /// The changes of a what-if.
    #[command(flatten)]
    what_if: WhatIfArgs,
}

/// What `node` is asked.
#[derive(Debug)]
pub struct NodeRequest {
    /// The nodes.
    pub nodes: Nodes,
    /// What is to be tried on them.
    pub changes: Vec<NodeChange>,
    /// The namespace of the DaemonSets; `None` for all.
    pub namespace: Option<String>,
    /// `-l`.
    pub selector: Option<Selector>,
    /// Where they are expected to run.
    pub expect: ExpectRequest,
}

/// Which nodes are meant.
#[derive(Debug)]
pub enum Nodes {
    /// One that is there.
    One(String),
    /// Those that are selected.
    Selected(Selector),
    /// Those of files, which aren't there yet.
    Files {
        /// `--node-file`.
        paths: Vec<String>,
        /// The one of them that was named.
        name: Option<String>,
    },
}

impl NodeArgs {
    /// The request, checked.
    pub(super) fn request(self, global: &GlobalOptions) -> Result<NodeRequest, UsageError> {
        let changes = self.what_if.changes();
        let paths = self.what_if.node_file;
        check_stdin(&[
            ("--from", &global.from),
            ("--node-file", &paths),
            self.expect.files(),
        ])?;
        let name = self.node.as_deref().map(parse_node).transpose()?;
        let nodes = match (name, self.node_selector) {
            (name, _) if !paths.is_empty() => Nodes::Files { paths, name },
            (Some(name), _) => Nodes::One(name),
            (None, Some(selector)) => Nodes::Selected(selector),
            (None, None) => {
                return usage(
                    "which node? give its name, select nodes with `--node-selector`, or give the manifest of one that doesn't exist yet with `--node-file`",
                );
            }
        };
        let namespace = global.namespace.clone().filter(|_| !self.all_namespaces);
        Ok(NodeRequest {
            nodes,
            changes,
            namespace: namespace.filter(|n| !n.is_empty()),
            selector: self.selector,
            expect: self.expect.request(false),
        })
    }
}
