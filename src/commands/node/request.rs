//! What was typed after `node`, made complete and checked. No I/O but `--node-file`.

use crate::cli::global::GlobalArgs;
use crate::cli::names::parse_node;
use crate::cli::node::NodeArgs;
use crate::commands::error::CommandError;
use crate::commands::open::{check_stdin, nodes};
use crate::model::Node;
use crate::model::node_change::NodeChange;
use crate::model::selector::Selector;
use crate::source::{Question, Scope, Subject};

/// Which nodes are meant.
#[derive(Debug)]
pub(super) enum Nodes {
    /// One that is there.
    One(String),
    /// Those that are selected.
    Selected(Selector),
    /// Those of files, which aren't there yet.
    Planned(Vec<Node>),
}

/// A complete request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) nodes: Nodes,
    pub(super) changes: Vec<NodeChange>,
    /// `None` for all namespaces.
    namespace: Option<String>,
    selector: Option<Selector>,
}

impl Request {
    pub(super) fn complete(global: &GlobalArgs, args: &NodeArgs) -> Result<Self, CommandError> {
        let files = &args.what_if.node_file;
        check_stdin(&[("--from", &global.from), ("--node-file", files)])?;
        let name = args.node.as_deref().map(parse_node).transpose()?;
        let nodes = match (name, &args.node_selector) {
            (name, _) if !files.is_empty() => Nodes::Planned(planned(global, files, name)?),
            (Some(name), _) => Nodes::One(name),
            (None, Some(selector)) => Nodes::Selected(selector.clone()),
            (None, None) => {
                return Err(CommandError::Usage(
                    "which node? give its name, select nodes with `--node-selector`, or give the manifest of one that doesn't exist yet with `--node-file`"
                        .to_owned(),
                ));
            }
        };
        let narrowed = global.namespace.clone().filter(|_| !args.all_namespaces);
        Ok(Self {
            nodes,
            changes: args.what_if.changes(),
            namespace: narrowed.filter(|n| !n.is_empty()),
            selector: args.selector.clone(),
        })
    }

    /// What the source is asked.
    pub(super) fn question(&self) -> Question {
        let subject = Subject::DaemonSets {
            namespace: self.namespace.clone(),
            selector: self.selector.as_ref().map(ToString::to_string),
        };
        let scope = match &self.nodes {
            Nodes::One(name) => Scope::Node(name.clone()),
            Nodes::Selected(_) => Scope::AllNodes,
            Nodes::Planned(_) => Scope::NoNode,
        };
        Question::new(subject, scope)
    }

    /// What the sums leave out, where not all DaemonSets were asked for.
    pub(super) fn note(&self) -> Option<String> {
        let of = match (&self.namespace, &self.selector) {
            (None, None) => return None,
            (Some(namespace), None) => format!("of namespace {namespace}"),
            (None, Some(selector)) => format!("that `{selector}` selects"),
            (Some(namespace), Some(selector)) => {
                format!("of namespace {namespace} that `{selector}` selects")
            }
        };
        Some(format!(
            "only DaemonSets {of} are counted: others may run here too, and the sums leave them out"
        ))
    }
}

/// The nodes of the files, or the one of them that was asked for.
fn planned(
    global: &GlobalArgs,
    files: &[String],
    name: Option<String>,
) -> Result<Vec<Node>, CommandError> {
    let mut nodes = nodes(global, files)?;
    let Some(name) = name else {
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        return Ok(nodes);
    };
    let names: Vec<_> = nodes.iter().map(|n| n.name.to_string()).collect();
    nodes.retain(|n| *n.name == *name);
    if nodes.is_empty() {
        let names = names.join("`, `");
        return Err(CommandError::Usage(format!(
            "the manifests of `--node-file` hold no node `{name}`, but `{names}`"
        )));
    }
    Ok(nodes)
}
