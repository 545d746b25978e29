//! The pods of a report on claims: grouped by what happens to them and why.

use std::collections::HashMap;

use crate::analysis::claims::report::{ClaimKind, ClaimReport, Follows, PodClaim, UpdatedByLabel};
use crate::analysis::reason::Code;

use super::words::{counted_follows, pod_follows};
use crate::output::document::{Document, Text};
use crate::output::lists::{Limits, cut, few, say_left_off};
use crate::output::words::counted;

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
    /// What is said of all of them alike: why, and what follows.
    alike: Option<Cells>,
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
            alike: Some(of_any(pod)),
        }
    }

    fn add(&mut self, pod: &'a PodClaim) {
        self.names.push(&pod.name);
        self.nodes.extend(pod.node.as_deref());
        self.alike = self.alike.take().filter(|cells| *cells == of_any(pod));
    }

    fn row(&self, limits: Limits) -> Vec<Text> {
        let cells = match (self.names.as_slice(), &self.alike) {
            ([_], _) => cells(self.first),
            (_, Some(alike)) => alike.clone(),
            (_, None) => Cells {
                why: self.first.reason.description().to_owned(),
                then: pod_follows(self.first).to_owned(),
            },
        };
        row(few(&self.names, limits), few(&self.nodes, limits), cells)
    }
}

/// Why, and what follows; what that means is said above, by the section's head.
#[derive(Clone, PartialEq, Eq)]
struct Cells {
    why: String,
    then: String,
}

fn cells(pod: &PodClaim) -> Cells {
    let words = &pod.message;
    let then = words.then.as_deref();
    Cells {
        why: words.why.clone(),
        then: then.map_or(pod_follows(pod), short).to_owned(),
    }
}

/// What follows, without its subject, which stands beside it.
fn short(then: &str) -> &str {
    then.strip_prefix("it ").unwrap_or(then)
}

/// The same without the names of its node and of the pod that stays there.
fn of_any(pod: &PodClaim) -> Cells {
    let Cells { why, then } = cells(pod);
    let unnamed = |text: String| {
        let text = match &pod.node {
            Some(node) => text
                .replace(&format!("its node {node}"), "its node")
                .replace(&format!("node {node}"), "its node"),
            None => text,
        };
        match &pod.stays {
            Some(stays) => text.replace(&format!("pod {stays}"), "another pod"),
            None => text,
        }
    };
    Cells {
        why: unnamed(why),
        then: unnamed(then),
    }
}

fn row(names: String, nodes: String, cells: Cells) -> Vec<Text> {
    vec![
        names.into(),
        nodes.into(),
        cells.why.into(),
        cells.then.into(),
    ]
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
    row(pod.name.clone(), node, cells(pod))
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
