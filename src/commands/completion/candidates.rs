//! The completions of a word, each with a description that distinguishes it.

use std::collections::BTreeMap;

use crate::cli::complete::{Candidate, Lookup, Typed};
use crate::cli::names::{is_daemon_set_word, is_namespace, is_node_word, is_pod_word};
use crate::source::cluster::{ConnectionFlags, kubeconfig_entries};
use crate::source::names::{NameKind, Named};

use super::describe::{describe, revision};
use super::names::{Deadline, NameSource};
use super::prefixes::by_prefix;

/// The completions of `current`.
pub(super) fn look_up(
    lookup: Lookup,
    typed: &Typed,
    current: &str,
    deadline: Deadline,
) -> Vec<Candidate> {
    let names = NameSource::new(typed, deadline);
    let daemon_set = typed.daemon_set.as_deref().unwrap_or_default();
    let connection = &typed.global.connection;
    match lookup {
        Lookup::DaemonSetsOrPods if is_of_kind(current, is_pod_word) => {
            of_kind(&names, NameKind::Pod, current)
        }
        Lookup::DaemonSets | Lookup::DaemonSetsOrPods => {
            let names = names.or_of_files(&typed.manifests);
            of_kind(&names, NameKind::DaemonSet, current)
        }
        Lookup::Nodes => {
            let names = names.or_of_files(&typed.node_files);
            of_kind(&names, NameKind::Node, current)
        }
        Lookup::Namespaces => namespaces(&names, current),
        Lookup::Contexts => contexts(connection),
        Lookup::Clusters => clusters(connection),
        Lookup::Users => users(connection),
        Lookup::Revisions => revisions(&names, daemon_set),
        Lookup::Containers if current.contains('=') => Vec::new(),
        Lookup::Containers => containers(&names, daemon_set),
        Lookup::DaemonSetLabels => labels(&names, NameKind::DaemonSet, current),
        Lookup::NodeLabels => labels(&names, NameKind::Node, current),
        Lookup::NodeLabelKeys => label_keys(&names, current),
    }
}

/// Objects by name, or as `KIND/NAME` where a word for the kind was typed.
fn of_kind(names: &NameSource, kind: NameKind, current: &str) -> Vec<Candidate> {
    let (before, name) = match current.find('/') {
        Some(slash) => current.split_at(slash + 1),
        None => ("", current),
    };
    let is_word = match kind {
        NameKind::Pod => is_pod_word,
        NameKind::Node => is_node_word,
        _ => is_daemon_set_word,
    };
    let mut names = names.clone();
    if !before.is_empty() && !is_of_kind(current, is_word) {
        let namespace = before.trim_end_matches('/');
        if kind != NameKind::DaemonSet || !is_namespace(namespace) {
            return Vec::new();
        }
        names.global.namespace = Some(namespace.to_owned());
        names.all_namespaces = false;
    }
    let mut found = objects(&names, kind, name);
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

/// Keys of the nodes' labels.
fn label_keys(names: &NameSource, current: &str) -> Vec<Candidate> {
    let found = labels(names, NameKind::Node, current).into_iter();
    found
        .filter_map(|c| Some(Candidate::new(c.value.strip_suffix('=')?, c.help)))
        .collect()
}

/// The objects of a kind with names that begin with `typed`.
fn objects(names: &NameSource, kind: NameKind, typed: &str) -> Vec<Candidate> {
    let is_daemon_pod = |n: &Named| kind != NameKind::Pod || n.daemon_set.is_some();
    let found = names.of_kind(kind, |n| {
        n.name.starts_with(typed) && is_name(&n.name) && is_daemon_pod(n)
    });
    let now = names.now();
    let named = found.names.iter();
    let mut candidates = named
        .map(|n| Candidate::new(&n.name, describe(kind, n, now)))
        .collect();
    in_order(&mut candidates);
    let candidates = by_prefix(candidates, typed);
    if found.is_whole {
        return candidates;
    }
    cut_short(candidates, typed, |c| c.is_unfinished)
}

/// Adds to incomplete candidates that there may be more: then the counts are lower bounds, and no
/// common prefix may be typed by the shell, because others may not have it.
fn cut_short(
    mut candidates: Vec<Candidate>,
    typed: &str,
    counted: impl Fn(&Candidate) -> bool,
) -> Vec<Candidate> {
    for candidate in candidates.iter_mut().filter(|c| counted(c)) {
        candidate.help.insert_str(0, "at least ");
    }
    if !candidates.is_empty() && !typed.is_empty() {
        let help = "not all were read in time";
        candidates.push(Candidate::new(typed, help).unfinished());
    }
    candidates
}

/// The namespaces with names that begin with `typed`; files may lack the Namespace objects, but
/// contain objects in them.
fn namespaces(names: &NameSource, typed: &str) -> Vec<Candidate> {
    let mut candidates = objects(names, NameKind::Namespace, typed);
    if !names.global.from.is_empty() {
        let everywhere = NameSource {
            all_namespaces: true,
            ..names.clone()
        };
        let found = everywhere.of_kind(NameKind::DaemonSet, |n| {
            n.namespace.starts_with(typed) && is_name(&n.namespace)
        });
        let names = found.names.into_iter().map(|n| n.namespace);
        candidates.extend(names.map(|n| Candidate::new(n, "")));
        in_order(&mut candidates);
    }
    candidates
}

/// The revisions of a DaemonSet, the newest first.
fn revisions(names: &NameSource, daemon_set: &str) -> Vec<Candidate> {
    let found = names.of_kind(NameKind::Revision, |n| {
        n.daemon_set.as_deref() == Some(daemon_set)
    });
    let mut revisions = found.names;
    revisions.sort_by_key(|n| std::cmp::Reverse(n.revision));
    let now = names.now();
    let mut candidates: Vec<_> = revisions
        .iter()
        .filter_map(|n| Some(Candidate::new(n.revision?.to_string(), revision(n, now))))
        .collect();
    candidates.dedup_by(|a, b| a.value == b.value);
    if candidates.len() > 1 {
        candidates.push(Candidate::new("0", "the previous one"));
    }
    candidates
}

/// The containers of a DaemonSet, to set another image.
fn containers(names: &NameSource, daemon_set: &str) -> Vec<Candidate> {
    let containers = names.containers(daemon_set).into_iter();
    let containers = containers.filter(|(name, _)| is_name(name));
    containers
        .map(|(name, image)| Candidate::new(format!("{name}="), image).unfinished())
        .collect()
}

/// The continuation of a selector term or a label: `KEY=`, then the values that the objects of
/// `kind` have.
fn labels(names: &NameSource, kind: NameKind, typed: &str) -> Vec<Candidate> {
    let (before, term) = typed
        .rfind(',')
        .map_or(("", typed), |at| typed.split_at(at + 1));
    let everywhere = NameSource {
        all_namespaces: names.all_namespaces || kind == NameKind::Node,
        ..names.clone()
    };
    let (key, value) = match term.rsplit_once('=') {
        Some((key, value)) => (key.trim_end_matches(['=', '!']), Some(value)),
        None => (term, None),
    };
    let found = everywhere.of_kind(kind, |n| match value {
        Some(value) => n.labels.get(key).is_some_and(|v| v.starts_with(value)),
        None => n.labels.keys().any(|k| k.starts_with(key)),
    });
    let operator = term.get(..term.len() - value.map_or(0, str::len));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for named in &found.names {
        let own = named.labels.iter();
        let words = own.filter_map(|(k, v)| match value {
            Some(_) => (k == key).then_some(v.as_str()),
            None => k.starts_with(key).then_some(k.as_str()),
        });
        words.for_each(|word| *counts.entry(word).or_default() += 1);
    }
    let of = if kind == NameKind::Node {
        "node"
    } else {
        "DaemonSet"
    };
    let words = counts.into_iter().filter(|(word, _)| is_label(word));
    let candidates = words.map(|(word, count)| {
        let help = format!("{count} {of}{}", if count == 1 { "" } else { "s" });
        match value {
            Some(_) => Candidate::new(
                format!("{before}{}{word}", operator.unwrap_or_default()),
                help,
            ),
            None => Candidate::new(format!("{before}{word}="), help).unfinished(),
        }
    });
    let candidates = by_prefix(candidates.collect(), typed);
    if found.is_whole {
        return candidates;
    }
    cut_short(candidates, typed, |_| true)
}

/// Contexts of the kubeconfig.
fn contexts(flags: &ConnectionFlags) -> Vec<Candidate> {
    let entries = kubeconfig_entries(flags).contexts.into_iter();
    let candidates = entries.map(|context| {
        let mut parts = vec![format!("cluster {}", context.cluster)];
        parts.extend(context.namespace.map(|n| format!("namespace {n}")));
        parts.extend(context.user.map(|u| format!("user {u}")));
        parts.extend(context.is_current.then(|| "current".to_owned()));
        Candidate::new(context.name, parts.join(", "))
    });
    candidates.collect()
}

/// Clusters of the kubeconfig.
fn clusters(flags: &ConnectionFlags) -> Vec<Candidate> {
    let entries = kubeconfig_entries(flags).clusters.into_iter();
    entries
        .map(|(name, server)| Candidate::new(name, server.unwrap_or_default()))
        .collect()
}

/// Users of the kubeconfig.
fn users(flags: &ConnectionFlags) -> Vec<Candidate> {
    let entries = kubeconfig_entries(flags).users.into_iter();
    let help = |command: Option<String>| command.map(|c| format!("credentials from {c}"));
    entries
        .map(|(name, command)| Candidate::new(name, help(command).unwrap_or_default()))
        .collect()
}

fn in_order(candidates: &mut Vec<Candidate>) {
    candidates.sort_by(|a, b| a.value.cmp(&b.value));
    candidates.dedup_by(|a, b| a.value == b.value);
}

/// Whether this can be the name of an object: anything else is never offered, because a shell would
/// type it.
fn is_name(name: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    !name.is_empty()
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(known)
}

/// The same of a label's key or value.
fn is_label(word: &str) -> bool {
    is_name(&word.replace('/', "."))
}
