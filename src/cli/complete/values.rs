//! Which argument takes which values.

use std::ffi::OsStr;

use clap::{Arg, Command};
use clap_complete::{ArgValueCompleter, CompletionCandidate};

use crate::cli::names::is_daemon_set_word;
use crate::commands::completion::ask::Ask;
use crate::commands::completion::candidates::{
    Candidate, clusters, containers, contexts, labels, namespaces, objects, revisions, users,
};
use crate::output::format::Format;
use crate::source::names::NameKind;

use super::protocol::Noticed;
use super::typed::Typed;

/// What an argument's value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    DaemonSet,
    DaemonSetOrPod,
    Node,
    Namespace,
    Context,
    Cluster,
    User,
    Revision,
    Image,
    DaemonSetLabel,
    NodeLabel,
    NodeLabelKey,
    Taint,
    Format,
    Gate,
    File,
    /// What clap knows of itself, or nothing.
    Own,
}

/// `command` with what completes the values of its arguments.
pub(super) fn attach(command: Command, typed: &Typed, noticed: &Noticed) -> Command {
    let attach = |command: Command| {
        let name = command.get_name().to_owned();
        command.mut_args(|arg| with_values(arg, &name, typed, noticed))
    };
    attach(command).mut_subcommands(attach)
}

fn with_values(arg: Arg, command: &str, typed: &Typed, noticed: &Noticed) -> Arg {
    let values = values_of(&arg, command);
    if values == Values::Own {
        return arg;
    }
    let (typed, noticed) = (typed.clone(), noticed.clone());
    arg.add(ArgValueCompleter::new(move |current: &OsStr| {
        let current = current.to_string_lossy();
        if current.starts_with('-') {
            // A flag is begun: no name begins so.
            return Vec::new();
        }
        let found = find(values, &typed, &current, &noticed);
        let wanted = found.into_iter().filter(|c| c.value.starts_with(&*current));
        wanted.map(|c| told(c, &noticed)).collect()
    }))
}

fn values_of(arg: &Arg, command: &str) -> Values {
    match arg.get_id().as_str() {
        "target" if command == "why" => Values::DaemonSetOrPod,
        "target" => Values::DaemonSet,
        "node" => Values::Node,
        "namespace" => Values::Namespace,
        "context" => Values::Context,
        "cluster" => Values::Cluster,
        "user" => Values::User,
        "to_revision" => Values::Revision,
        "set_image" => Values::Image,
        "selector" => Values::DaemonSetLabel,
        "node_selector" | "label" => Values::NodeLabel,
        "map" => Values::NodeLabelKey,
        "taint" => Values::Taint,
        "output" => Values::Format,
        "feature_gates" => Values::Gate,
        _ if is_path(arg) => Values::File,
        _ => Values::Own,
    }
}

/// By what the help calls its value: `FILE`, `FILE|DIR|-`, `DIR|PATH`.
fn is_path(arg: &Arg) -> bool {
    let name = arg.get_value_names().and_then(|names| names.first());
    name.is_some_and(|name| name.starts_with("FILE") || name.starts_with("DIR"))
}

fn find(values: Values, typed: &Typed, current: &str, noticed: &Noticed) -> Vec<Candidate> {
    let ask = &typed.ask;
    let daemon_set = typed.daemon_set.as_deref().unwrap_or_default();
    match values {
        Values::DaemonSet => daemon_sets(typed, current),
        Values::DaemonSetOrPod if is_of_kind(current, is_pod) => {
            of_kind(ask, NameKind::Pod, current)
        }
        Values::DaemonSetOrPod => daemon_sets(typed, current),
        Values::Node => of_kind(&instead(ask, &typed.node_files), NameKind::Node, current),
        Values::Namespace => namespaces(ask, current),
        Values::Context => contexts(&ask.flags),
        Values::Cluster => clusters(&ask.flags),
        Values::User => users(&ask.flags),
        Values::Revision => revisions(ask, daemon_set),
        Values::Image if current.contains('=') => Vec::new(),
        Values::Image => containers(ask, daemon_set),
        Values::DaemonSetLabel => labels(ask, NameKind::DaemonSet, current),
        Values::NodeLabel => labels(ask, NameKind::Node, current),
        Values::NodeLabelKey => keys(ask, current),
        Values::Taint => effects(current),
        Values::Format => formats(),
        Values::Gate => vec![Candidate::new(
            "TaintTolerationComparisonOperators=true",
            "",
        )],
        Values::File => {
            noticed.files();
            Vec::new()
        }
        Values::Own => Vec::new(),
    }
}

fn told(candidate: Candidate, noticed: &Noticed) -> CompletionCandidate {
    if candidate.is_unfinished {
        noticed.unfinished();
    }
    let help = Some(candidate.help).filter(|help| !help.is_empty());
    CompletionCandidate::new(candidate.value).help(help.map(Into::into))
}

/// DaemonSets by name or as `ds/NAME`, of the manifests where there are any.
fn daemon_sets(typed: &Typed, current: &str) -> Vec<Candidate> {
    let ask = instead(&typed.ask, &typed.manifests);
    of_kind(&ask, NameKind::DaemonSet, current)
}

/// The same source with files in its place, if there are any.
fn instead(ask: &Ask, files: &[String]) -> Ask {
    let mut ask = ask.clone();
    if !files.is_empty() {
        ask.everywhere = ask.namespace.is_none();
        ask.from = files.to_vec();
    }
    ask
}

/// Objects by name, or as `KIND/NAME` where a word for the kind was typed.
fn of_kind(ask: &Ask, kind: NameKind, current: &str) -> Vec<Candidate> {
    let (before, name) = match current.find('/') {
        Some(slash) => current.split_at(slash + 1),
        None => ("", current),
    };
    let is_word = match kind {
        NameKind::Pod => is_pod,
        NameKind::Node => is_node,
        _ => is_daemon_set_word,
    };
    if !before.is_empty() && !is_of_kind(current, is_word) {
        return Vec::new();
    }
    let mut found = objects(ask, kind, name);
    for candidate in &mut found {
        candidate.value.insert_str(0, before);
    }
    found
}

fn is_of_kind(current: &str, is_word: fn(&str) -> bool) -> bool {
    current
        .split_once('/')
        .is_some_and(|(word, _)| is_word(word))
}

fn is_pod(word: &str) -> bool {
    crate::cli::names::is_pod_word(word)
}

fn is_node(word: &str) -> bool {
    crate::cli::names::is_node_word(word)
}

/// Keys of the nodes' labels.
fn keys(ask: &Ask, current: &str) -> Vec<Candidate> {
    let found = labels(ask, NameKind::Node, current).into_iter();
    found
        .filter_map(|c| Some(Candidate::new(c.value.strip_suffix('=')?, c.help)))
        .collect()
}

/// The effects of a taint, once its key is there.
fn effects(current: &str) -> Vec<Candidate> {
    let Some((key, _)) = current.split_once(':') else {
        return Vec::new();
    };
    let told = [
        ("NoSchedule", "no new pods that don't tolerate it"),
        (
            "PreferNoSchedule",
            "none if it can be helped; daemon pods don't mind",
        ),
        ("NoExecute", "no pods that don't tolerate it"),
    ];
    told.iter()
        .map(|(effect, help)| Candidate::new(format!("{key}:{effect}"), *help))
        .collect()
}

fn formats() -> Vec<Candidate> {
    let told = Format::NAMES.iter();
    told.map(|(name, help)| Candidate::new(*name, *help))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that nobody but the user knows.
    const FREE: [&str; 17] = [
        "limit",
        "now",
        "impersonate",
        "impersonate_groups",
        "impersonate_uid",
        "impersonate_user_extra",
        "request_timeout",
        "server",
        "token",
        "tls_server_name",
        "chunk_size",
        "verbosity",
        "max_unavailable",
        "max_surge",
        "timeout",
        "stuck_after",
        "field_manager",
    ];

    #[test]
    fn every_value_is_known_or_free() {
        let definition = crate::cli::definition(&crate::cli::name::Name::default());
        let commands = definition.get_subcommands().chain([&definition]);
        for command in commands {
            for arg in command.get_arguments() {
                let id = arg.get_id().as_str();
                let takes = arg.get_action().takes_values();
                let is_listed = !arg.get_possible_values().is_empty();
                let is_known = values_of(arg, command.get_name()) != Values::Own || is_listed;
                let is_free = FREE.contains(&id);
                assert!(!takes || is_known != is_free, "{} {id}", command.get_name());
            }
        }
    }

    #[test]
    fn every_format_that_is_told_is_one() {
        for (name, _) in Format::NAMES {
            assert!(name.parse::<Format>().is_ok(), "{name}");
        }
    }
}
