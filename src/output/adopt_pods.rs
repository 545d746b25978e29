//! The pods of a report on claims: grouped by what happens to them and why.

use std::collections::HashMap;

use crate::report::claims::report::{ClaimKind, ClaimReport, Follows, PodClaim, UpdatedByLabel};
use crate::report::code::Code;

use super::adopt_words::{counted_follows, pod_follows};
use super::document::{Document, Text};
use super::lists::{Limits, cut, few, say_left_off};
use super::plan_words::counted;

/// The pods by claim, what changes hands first; those that are owned only where
/// every pod is asked for.
pub(super) fn pods(document: &mut Document, report: &ClaimReport, limits: Limits) {
    let Some(pods) = &report.pods else { return };
    for section in Section::ALL {
        if section == Section::Owned && !limits.wide {
            continue;
        }
        let of = pods.iter().filter(|pod| Section::of(pod) == section);
        show(document, section, of.collect(), limits);
    }
}

/// Where a pod is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Adopt,
    LeftBehind,
    Foreign,
    Ignored,
    Owned,
}

impl Section {
    const ALL: [Self; 5] = [
        Self::Adopt,
        Self::LeftBehind,
        Self::Foreign,
        Self::Ignored,
        Self::Owned,
    ];

    fn of(pod: &PodClaim) -> Self {
        match pod.claim {
            ClaimKind::Adopt => Self::Adopt,
            ClaimKind::Release => Self::LeftBehind,
            ClaimKind::Ignored if pod.reason == Code::ReleasedEarlier => Self::LeftBehind,
            ClaimKind::Foreign => Self::Foreign,
            ClaimKind::Ignored => Self::Ignored,
            ClaimKind::Owned => Self::Owned,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Adopt => "To be adopted",
            Self::LeftBehind => "Released, or left behind",
            Self::Foreign => "Foreign",
            Self::Ignored => "Passed over",
            Self::Owned => "Owned",
        }
    }
}

/// Pods to which the same happens for the same reason.
struct Group<'a> {
    first: &'a PodClaim,
    names: Vec<&'a str>,
    nodes: Vec<&'a str>,
    /// The message that all of them have.
    message: Option<String>,
}

/// What is the same within a group: reason, what follows and by which label, owner, revision.
type Key<'a> = (
    Code,
    Option<Follows>,
    Option<UpdatedByLabel>,
    Option<&'a str>,
    Option<i64>,
);

impl<'a> Group<'a> {
    fn key(pod: &'a PodClaim) -> Key<'a> {
        let owner = pod.owner.as_ref().map(|owner| owner.uid.as_str());
        (pod.reason, pod.then, pod.updated_by, owner, pod.revision)
    }

    fn of(pod: &'a PodClaim) -> Self {
        Self {
            first: pod,
            names: Vec::new(),
            nodes: Vec::new(),
            message: Some(of_any(pod)),
        }
    }

    fn add(&mut self, pod: &'a PodClaim) {
        self.names.push(&pod.name);
        self.nodes.extend(pod.node.as_deref());
        self.message = self.message.take().filter(|m| *m == of_any(pod));
    }

    fn row(&self, limits: Limits) -> Vec<Text> {
        let message = match (self.names.as_slice(), &self.message) {
            ([_], _) => shortened(self.first),
            (_, Some(message)) => message.clone(),
            (_, None) => self.first.reason.description().to_owned(),
        };
        let names = few(&self.names, limits);
        row(self.first, names, few(&self.nodes, limits), &message)
    }
}

/// A row of a table. The message says first why, and then what follows.
fn row(pod: &PodClaim, names: String, nodes: String, message: &str) -> Vec<Text> {
    let (why, then) = match message.split_once("; ") {
        Some((why, then)) => (why, then.strip_prefix("it ").unwrap_or(then)),
        None => (message, pod_follows(pod)),
    };
    vec![names.into(), nodes.into(), why.into(), then.into()]
}

/// What the heads of the sections say of all their pods.
const SAID: [&str; 2] = [
    ", and it matches: it is taken over at the next sync",
    ", and so it is left alone",
];

/// The message without what stands above it.
fn shortened(pod: &PodClaim) -> String {
    let message = pod.message.clone();
    SAID.iter().fold(message, |m, said| m.replacen(said, "", 1))
}

/// The message without the names of its node and of the pod that stays there.
fn of_any(pod: &PodClaim) -> String {
    let mut message = shortened(pod);
    if let Some(node) = &pod.node {
        let node = format!("node {node}");
        message = message.replace(&format!("its {node}"), "its node");
        message = message.replace(&node, "its node");
    }
    match &pod.stays {
        Some(stays) => message.replace(&format!("pod {stays}"), "another pod"),
        None => message,
    }
}

/// Groups in the order of their first pods.
fn groups<'a>(pods: &[&'a PodClaim]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut seen: HashMap<Key<'a>, usize> = HashMap::new();
    for pod in pods {
        let at = *seen.entry(Group::key(pod)).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group::of(pod));
        }
        if let Some(group) = groups.get_mut(at) {
            group.add(pod);
        }
    }
    groups
}

fn show(document: &mut Document, section: Section, pods: Vec<&PodClaim>, limits: Limits) {
    if pods.is_empty() {
        return;
    }
    document.heading(format!(
        "{} ({})",
        section.title(),
        counted(pods.len(), "pod")
    ));
    let mut rows: Vec<Vec<Text>> = if limits.wide {
        pods.into_iter().map(row_of_one).collect()
    } else {
        groups(&pods).iter().map(|g| g.row(limits)).collect()
    };
    let left_off = cut(&mut rows, limits.rows);
    document.lists(2, &["POD", "NODE", "WHY", "THEN"], rows);
    say_left_off(document, left_off);
}

/// `-o wide`: every pod a row.
fn row_of_one(pod: &PodClaim) -> Vec<Text> {
    let node = pod.node.clone().unwrap_or_default();
    row(pod, pod.name.clone(), node, &shortened(pod))
}

/// How many pods are owned, and what becomes of them; nothing where there is none, and
/// where pods couldn't be read.
pub(super) fn owned_words(report: &ClaimReport) -> Option<String> {
    let pods = report.pods.as_ref()?;
    let owned = pods.iter().filter(|pod| pod.claim == ClaimKind::Owned);
    let mut counts: Vec<(Option<Follows>, usize)> = Vec::new();
    let mut all = 0;
    for pod in owned {
        all += 1;
        match counts.iter_mut().find(|(then, _)| *then == pod.then) {
            Some((_, n)) => *n += 1,
            None => counts.push((pod.then, 1)),
        }
    }
    if all == 0 {
        return None;
    }
    counts.sort_by_key(|(then, n)| (std::cmp::Reverse(*n), *then));
    let counts = counts.into_iter();
    let counts: Vec<_> = counts.map(|(then, n)| counted_follows(n, then)).collect();
    Some(format!("{}: {}", counted(all, "pod"), counts.join("; ")))
}
