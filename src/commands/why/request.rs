//! What was typed after `why`, made complete and checked. No I/O but `--node-file`.

use crate::cli::global::GlobalArgs;
use crate::cli::names::{Target, is_daemon_set_word, is_pod_word, parse_node, parse_target};
use crate::cli::why::WhyArgs;
use crate::commands::error::CommandError;
use crate::commands::manifest::check_name;
use crate::commands::open::{check_stdin, nodes};
use crate::model::node_change::NodeChange;
use crate::model::selector::Selector;
use crate::model::{Command, Node, Snapshot};
use crate::output::format::Format;
use crate::source::manifest::Manifest;
use crate::source::{ObjectName, Source, SourceError};

/// Which question it is.
#[derive(Debug)]
pub(super) enum Form {
    Many,
    DaemonSet(String),
    Pod(String),
    /// `-f`; the DaemonSet to pick is in [`Request::pick`].
    Manifests,
}

/// A complete request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) form: Form,
    pub(super) node: Option<String>,
    pub(super) impact: bool,
    pub(super) what_if: Option<WhatIf>,
    pub(super) node_selector: Option<Selector>,
    picked: Option<String>,
    typed_kind: Option<String>,
    namespace: Option<String>,
}

/// The what-if of a request.
#[derive(Debug)]
pub(super) struct WhatIf {
    pub(super) changes: Vec<NodeChange>,
    pub(super) added: Vec<Node>,
    node: Option<String>,
    selector: Option<Selector>,
}

impl WhatIf {
    /// Whether the changes are made to `node`, as it is before them: to the one
    /// that was named, to those that are selected, or else to those of the files.
    pub(super) fn touches(&self, node: &Node) -> bool {
        match (&self.node, &self.selector) {
            (Some(name), _) => **name == *node.name,
            (None, Some(selector)) => selector.matches(&node.labels),
            (None, None) => self.added.iter().any(|n| n.name == node.name),
        }
    }
}

impl Request {
    pub(super) fn complete(global: &GlobalArgs, args: &WhyArgs) -> Result<Self, CommandError> {
        check_stdin(&[
            ("-f", &args.filename),
            ("--from", &global.from),
            ("--node-file", &args.what_if.node_file),
        ])?;
        let mut node = args.node.as_deref().map(parse_node).transpose()?;
        let mut picked = None;
        let form = if !args.filename.is_empty() {
            match args.target.as_deref() {
                Some(target) if target.starts_with("node") && target.contains('/') => {
                    node = Some(parse_node(target)?);
                }
                Some(target) => picked = Some(daemon_set_name(target)?),
                None => {}
            }
            Form::Manifests
        } else {
            match args.target.as_deref().map(parse_target).transpose()? {
                None => Form::Many,
                Some(Target::DaemonSet(name)) => Form::DaemonSet(name),
                Some(Target::Pod(name)) => Form::Pod(name),
            }
        };
        let typed_kind = args
            .target
            .clone()
            .filter(|t| is_daemon_set_word(t) || is_pod_word(t));
        let request = Self {
            what_if: what_if(global, args, node.as_deref())?,
            impact: args.impact,
            node_selector: args.node_selector.clone(),
            namespace: global.namespace.clone(),
            form,
            node,
            picked,
            typed_kind,
        };
        request.check(args, global.output)?;
        Ok(request)
    }

    fn check(&self, args: &WhyArgs, output: Format) -> Result<(), CommandError> {
        let usage = |text: &str| Err(CommandError::Usage(text.to_owned()));
        let is_one = matches!(self.form, Form::DaemonSet(_) | Form::Manifests);
        if self.impact && self.node.is_none() {
            return usage("`--impact` is about one node: give its name after the DaemonSet's");
        }
        if self.impact && self.what_if.is_some() {
            return usage("`--impact` and a what-if are two questions: ask one of them");
        }
        if self.what_if.is_some() && !is_one {
            return usage(&format!(
                "a what-if is about one DaemonSet: give its name, or a manifest with `-f`; `{}` tries it on all of them",
                Command::own(&["node", "NODE"])
            ));
        }
        if args.all_namespaces && !matches!(self.form, Form::Many) {
            return usage(
                "`-A` goes with all DaemonSets: leave out the name, or give `-n NAMESPACE`",
            );
        }
        if args.selector.is_some() && !matches!(self.form, Form::Many) {
            return usage(
                "`-l` selects DaemonSets and goes without a name; `--node-selector` selects nodes",
            );
        }
        if args.map.is_some() && !matches!(self.form, Form::Many) {
            return usage(
                "`--map` draws all DaemonSets: leave out the name; a label is written behind `=`, as in `--map=topology.kubernetes.io/zone`",
            );
        }
        if args.map.is_some() && !matches!(output, Format::Table | Format::Wide) {
            return usage(
                "`--map` is drawn for people: leave it out, the reports of `-o json` and `-o yaml` hold every node",
            );
        }
        if matches!(self.form, Form::Pod(_)) && self.node.is_some() {
            return usage("a pod's node is its own: leave out the node");
        }
        Ok(())
    }

    /// The object that a name means.
    pub(super) fn object(&self, source: &dyn Source, name: &str) -> ObjectName {
        let namespace = self
            .namespace
            .as_deref()
            .unwrap_or_else(|| source.default_namespace());
        ObjectName {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }

    /// Says what `why ds NAME` was taken for, and of `why NODE DS` how it is written.
    pub(super) fn explain(&self, error: CommandError) -> CommandError {
        if let CommandError::Source(SourceError::NotFound {
            name: node,
            is_node: true,
            ..
        }) = &error
            && let Some(ds) = &self.node
        {
            let why = Command::own(&["why"]).names([ds.as_str(), node]);
            return CommandError::Usage(format!(
                "`{node}` is a node, and the DaemonSet comes first{}",
                why.map_or_else(String::new, |why| format!(": write `{why}`"))
            ));
        }
        let (Some(kind), Some(name)) = (&self.typed_kind, &self.node) else {
            return error;
        };
        let CommandError::Source(SourceError::NotFound {
            kind: "daemonset" | "node",
            ..
        }) = error
        else {
            return error;
        };
        let why = Command::own(&["why"]);
        let why = if is_pod_word(kind) {
            why.object("pod", name)
        } else {
            why.name(name)
        };
        CommandError::Usage(format!(
            "`{kind}` was taken for the name of a DaemonSet, and there is none{}",
            why.map_or_else(String::new, |why| format!(": write `{why}`"))
        ))
    }

    /// Keeps the DaemonSet of a manifest that was asked for by name.
    pub(super) fn pick(&self, manifests: &mut Vec<Manifest>) -> Result<(), CommandError> {
        let Some(picked) = &self.picked else {
            return Ok(());
        };
        check_name(manifests.iter().map(|m| &m.daemon_set), picked)?;
        manifests.retain(|m| m.daemon_set.name == *picked);
        Ok(())
    }

    /// Whether one node isn't enough: for the impact on the others, and for a node that
    /// a file brings and the source doesn't know.
    pub(super) fn needs_all_nodes(&self) -> bool {
        let mut added = self.what_if.iter().flat_map(|w| &w.added);
        self.impact || added.any(|n| self.node.as_deref() == Some(&*n.name))
    }

    /// A node that was asked for must be there, unless nodes couldn't be read or it is yet to come.
    pub(super) fn check_node(&self, snapshot: &Snapshot) -> Result<(), CommandError> {
        let (Some(name), Some(nodes)) = (&self.node, &snapshot.nodes) else {
            return Ok(());
        };
        let added = self.what_if.iter().flat_map(|w| &w.added);
        let names = nodes.iter().chain(added).map(|n| &*n.name);
        if names.clone().any(|n| n == *name) {
            return Ok(());
        }
        Err(SourceError::no_node(name, names).into())
    }
}

fn daemon_set_name(text: &str) -> Result<String, CommandError> {
    match parse_target(text)? {
        Target::DaemonSet(name) => Ok(name),
        Target::Pod(_) => Err(CommandError::Usage(
            "a manifest has no pods yet: give the name of its DaemonSet, or none".to_owned(),
        )),
    }
}

fn what_if(
    global: &GlobalArgs,
    args: &WhyArgs,
    node: Option<&str>,
) -> Result<Option<WhatIf>, CommandError> {
    let changes = args.what_if.changes();
    let files = &args.what_if.node_file;
    if changes.is_empty() && files.is_empty() {
        return Ok(None);
    }
    if node.is_none() && args.node_selector.is_none() && files.is_empty() {
        return Err(CommandError::Usage(
            "on which node? give its name, or select nodes with `--node-selector`".to_owned(),
        ));
    }
    let added = if files.is_empty() {
        Vec::new()
    } else {
        nodes(global, files)?
    };
    Ok(Some(WhatIf {
        changes,
        added,
        node: node.map(str::to_owned),
        selector: args.node_selector.clone(),
    }))
}
