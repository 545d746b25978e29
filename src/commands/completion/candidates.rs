//! What a word can be completed to, with what tells it from the others.

use std::collections::BTreeMap;

use crate::source::cluster::{ConnectionFlags, kubeconfig_entries};
use crate::source::names::{NameKind, Named};

use super::ask::Ask;
use super::crowd::fewer;
use super::describe::{describe, revision};

/// Something to complete a word to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub value: String,
    /// What it is, empty where there is nothing to say.
    pub help: String,
    /// Whether more has to be typed right after it.
    pub is_unfinished: bool,
}

impl Candidate {
    /// A whole word.
    pub fn new(value: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            help: help.into(),
            is_unfinished: false,
        }
    }

    /// The same with more to be typed.
    #[must_use]
    pub fn unfinished(mut self) -> Self {
        self.is_unfinished = true;
        self
    }
}

/// The objects of a kind whose names begin with `typed`.
#[must_use]
pub fn objects(ask: &Ask, kind: NameKind, typed: &str) -> Vec<Candidate> {
    let is_daemon_pod = |n: &Named| kind != NameKind::Pod || n.daemon_set.is_some();
    let found = ask.names(kind, |n| {
        n.name.starts_with(typed) && is_name(&n.name) && is_daemon_pod(n)
    });
    let now = ask.now();
    let named = found.names.iter();
    let mut candidates = named
        .map(|n| Candidate::new(&n.name, describe(kind, n, now)))
        .collect();
    in_order(&mut candidates);
    let candidates = fewer(candidates, typed);
    if found.is_whole {
        return candidates;
    }
    cut_short(candidates, typed, |c| c.is_unfinished)
}

/// Says of candidates that are not all there are that they aren't: what is `counted`
/// may be more, and what they have in common others needn't have, so that no shell
/// may type it.
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

/// The namespaces whose names begin with `typed`; files may hold none of them, but
/// what is in them.
#[must_use]
pub fn namespaces(ask: &Ask, typed: &str) -> Vec<Candidate> {
    let mut candidates = objects(ask, NameKind::Namespace, typed);
    if !ask.from.is_empty() {
        let everywhere = Ask {
            everywhere: true,
            ..ask.clone()
        };
        let found = everywhere.names(NameKind::DaemonSet, |n| {
            n.namespace.starts_with(typed) && is_name(&n.namespace)
        });
        let names = found.names.into_iter().map(|n| n.namespace);
        candidates.extend(names.map(|n| Candidate::new(n, "")));
        in_order(&mut candidates);
    }
    candidates
}

/// The revisions of a DaemonSet, the newest first.
#[must_use]
pub fn revisions(ask: &Ask, daemon_set: &str) -> Vec<Candidate> {
    let found = ask.names(NameKind::Revision, |n| {
        n.daemon_set.as_deref() == Some(daemon_set)
    });
    let mut names = found.names;
    names.sort_by_key(|n| std::cmp::Reverse(n.revision));
    let now = ask.now();
    let mut candidates: Vec<_> = names
        .iter()
        .filter_map(|n| Some(Candidate::new(n.revision?.to_string(), revision(n, now))))
        .collect();
    candidates.dedup_by(|a, b| a.value == b.value);
    if candidates.len() > 1 {
        candidates.push(Candidate::new("0", "the previous one"));
    }
    candidates
}

/// The containers of a DaemonSet, to be given another image.
#[must_use]
pub fn containers(ask: &Ask, daemon_set: &str) -> Vec<Candidate> {
    let containers = ask.containers(daemon_set).into_iter();
    let containers = containers.filter(|(name, _)| is_name(name));
    containers
        .map(|(name, image)| Candidate::new(format!("{name}="), image).unfinished())
        .collect()
}

/// How a term of a selector, or a label, goes on: `KEY=`, then the values that the
/// objects of `kind` have.
#[must_use]
pub fn labels(ask: &Ask, kind: NameKind, typed: &str) -> Vec<Candidate> {
    let (before, term) = typed
        .rfind(',')
        .map_or(("", typed), |at| typed.split_at(at + 1));
    let everywhere = Ask {
        everywhere: ask.everywhere || kind == NameKind::Node,
        ..ask.clone()
    };
    let (key, value) = match term.rsplit_once('=') {
        Some((key, value)) => (key.trim_end_matches(['=', '!']), Some(value)),
        None => (term, None),
    };
    let found = everywhere.names(kind, |n| match value {
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
    let told = words.map(|(word, count)| {
        let help = format!("{count} {of}{}", if count == 1 { "" } else { "s" });
        match value {
            Some(_) => Candidate::new(
                format!("{before}{}{word}", operator.unwrap_or_default()),
                help,
            ),
            None => Candidate::new(format!("{before}{word}="), help).unfinished(),
        }
    });
    let told = fewer(told.collect(), typed);
    if found.is_whole {
        return told;
    }
    cut_short(told, typed, |_| true)
}

/// Contexts of the kubeconfig.
#[must_use]
pub fn contexts(flags: &ConnectionFlags) -> Vec<Candidate> {
    let entries = kubeconfig_entries(flags).contexts.into_iter();
    let told = entries.map(|context| {
        let mut parts = vec![format!("cluster {}", context.cluster)];
        parts.extend(context.namespace.map(|n| format!("namespace {n}")));
        parts.extend(context.user.map(|u| format!("user {u}")));
        parts.extend(context.is_current.then(|| "current".to_owned()));
        Candidate::new(context.name, parts.join(", "))
    });
    told.collect()
}

/// Clusters of the kubeconfig.
#[must_use]
pub fn clusters(flags: &ConnectionFlags) -> Vec<Candidate> {
    let entries = kubeconfig_entries(flags).clusters.into_iter();
    entries
        .map(|(name, server)| Candidate::new(name, server.unwrap_or_default()))
        .collect()
}

/// Users of the kubeconfig.
#[must_use]
pub fn users(flags: &ConnectionFlags) -> Vec<Candidate> {
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

/// Whether this can be the name of an object: anything else is never offered, for a
/// shell would type it.
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
