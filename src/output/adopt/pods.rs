//! The pods of a report on claims: grouped by what happens to them and why.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::analysis::claims::outcome::{Follows, UpdatedByLabel};
use crate::analysis::claims::report::{ClaimKind, ClaimReport, PodClaim};
use crate::analysis::reason::{Code, Reason};
use crate::output::document::{Document, Quoted, Text};
use crate::output::lists::{Limits, cut, few, say_left_off};
use crate::output::words::{counted, head};
use crate::words::claims::{Form, pod_then, pod_why, pod_word};

/// The pods by claim, what changes hands first; those that are owned only where
/// every pod is asked for.
pub(super) fn pods(document: &mut Document, report: &ClaimReport, limits: Limits) {
    let Some(pods) = &report.pods else { return };
    for section in Section::ALL {
        if section == Section::Owned && !limits.wide {
            continue;
        }
        let of = pods.iter().filter(|pod| Section::of(pod) == section);
        let now = report.basis.evaluated_at;
        show(document, section, of.collect(), (limits, now));
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
            ClaimKind::Foreign => Self::Foreign,
            ClaimKind::Ignored => match pod.reason {
                Reason::ReleasedEarlier(_) => Self::LeftBehind,
                _ => Self::Ignored,
            },
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
    /// Whether the same is to be said of all of them.
    alike: bool,
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
        let (reason, then) = (pod.reason.code(), pod.then());
        (reason, then, pod.updated_by(), owner, pod.revision)
    }

    fn of(pod: &'a PodClaim) -> Self {
        Self {
            first: pod,
            names: Vec::new(),
            nodes: Vec::new(),
            alike: true,
        }
    }

    fn add(&mut self, pod: &'a PodClaim) {
        self.names.push(&pod.name);
        self.nodes.extend(pod.node.as_deref());
        self.alike &= self.first.is_like(pod);
    }

    fn row(&self, (limits, now): (Limits, Timestamp)) -> Vec<Text> {
        let cells = match self.names.as_slice() {
            [_] => cells(self.first, Form::OfOne, now),
            _ if self.alike => cells(self.first, Form::OfMany, now),
            _ => [
                self.first.reason.code().description().into(),
                pod_word(self.first).into(),
            ],
        };
        let (names, nodes) = (few(&self.names, limits), few(&self.nodes, limits));
        row(names.into(), nodes.into(), cells)
    }
}

/// Why, and what follows; what that means is said above, by the section's head.
fn cells(pod: &PodClaim, form: Form, now: Timestamp) -> [Text; 2] {
    [pod_why(pod, now).into(), pod_then(pod, form).into()]
}

fn row(names: Text, nodes: Text, [why, then]: [Text; 2]) -> Vec<Text> {
    vec![names, nodes, why, then]
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

fn show(
    document: &mut Document,
    section: Section,
    pods: Vec<&PodClaim>,
    (limits, now): (Limits, Timestamp),
) {
    if pods.is_empty() {
        return;
    }
    document.heading(head(section.title(), counted(pods.len(), "pod")));
    let mut rows: Vec<Vec<Text>> = if limits.wide {
        pods.into_iter().map(|pod| row_of_one(pod, now)).collect()
    } else {
        let groups = groups(&pods);
        groups.iter().map(|g| g.row((limits, now))).collect()
    };
    let left_off = cut(&mut rows, limits.rows);
    document.lists(2, &["POD", "NODE", "WHY", "THEN"], rows);
    say_left_off(document, left_off);
}

/// `-o wide`: every pod a row.
fn row_of_one(pod: &PodClaim, now: Timestamp) -> Vec<Text> {
    let (name, node) = (&pod.name, pod.node.as_deref().unwrap_or_default());
    let cells = cells(pod, Form::OfOne, now);
    row(Quoted::new(name).into(), Quoted::new(node).into(), cells)
}
