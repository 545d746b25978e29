//! The pods of a report on claims: grouped by what happens to them and why.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::analysis::claims::outcome::{Follows, UpdatedByLabel};
use crate::analysis::claims::outcome_severity::OutcomeSeverity;
use crate::analysis::claims::report::{ClaimKind, ClaimReport, PodClaim};
use crate::analysis::reason::{Code, Reason};
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, names};
use crate::output::mark::Mark;
use crate::output::print_options::PrintOptions;
use crate::output::words::{counted, head};
use crate::words::claims::{pod_then, pod_why, pod_word, row};

/// The pods: groups of those that aren't simply owned, deleted and outdated ones first; with every
/// pod requested, a row for each by claim.
pub(super) fn pods(document: &mut Document, report: &ClaimReport, options: PrintOptions) {
    let Some(pods) = &report.pods else { return };
    let (now, limits) = (report.basis.evaluated_at, options.limits);
    if limits.wide {
        for section in Section::ALL {
            let of = pods.iter().filter(|pod| Section::of(pod) == section);
            show(document, section, of.collect(), (limits, now));
        }
        return;
    }
    let is_plain = |pod: &&PodClaim| pod.claim == ClaimKind::Owned && !is_ended(pod);
    let mut special: Vec<_> = pods.iter().filter(|pod| !is_plain(pod)).collect();
    special.sort_by_key(|pod| OutcomeSeverity::of(pod));
    let groups = groups(&special);
    let is_concerned =
        |group: &&Group<'_>| OutcomeSeverity::of(group.first) != OutcomeSeverity::Unconcerned;
    let rows = groups.iter().filter(is_concerned);
    let mut rows: Vec<_> = rows.map(|g| g.row((options, now))).collect();
    if !rows.is_empty() {
        document.blank();
        let left_off = cut(&mut rows, limits.rows);
        document.lists(0..3, &["", "PODS", "NAMES", "RESULT", "CAUSE"], rows);
        document.left_off(left_off, "group");
    }
    let others = groups.iter().filter(|group| !is_concerned(group));
    let others: Vec<_> = others.map(|g| (g.names.len(), g.first)).collect();
    if !others.is_empty() {
        document.blank();
        document.line(0, (Style::Dim, row::unconcerned(&others, now)));
    }
}

/// Whether an owned pod is deleted or relabelled.
const fn is_ended(pod: &PodClaim) -> bool {
    !matches!(
        pod.then(),
        Some(Follows::CountsAsUpdated | Follows::Kept | Follows::Replaced) | None
    )
}

const fn mark(severity: OutcomeSeverity) -> Mark {
    match severity {
        OutcomeSeverity::Deleted | OutcomeSeverity::StaysOld | OutcomeSeverity::LeftAlone => {
            Mark::Attention
        }
        OutcomeSeverity::Replaced | OutcomeSeverity::Stays => Mark::Healthy,
        OutcomeSeverity::Unconcerned => Mark::Excluded,
    }
}

/// Where a pod is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
            Self::Ignored => "Ignored",
            Self::Owned => "Owned",
        }
    }
}

/// Pods with the same outcome for the same reason.
struct Group<'a> {
    first: &'a PodClaim,
    names: Vec<&'a str>,
    /// Whether the same text applies to all of them.
    alike: bool,
    /// Whether the same happens to all of them.
    ends_alike: bool,
}

/// What is the same within a group: reason, outcome and label, owner, revision.
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
            alike: true,
            ends_alike: true,
        }
    }

    fn add(&mut self, pod: &'a PodClaim) {
        self.names.push(&pod.name);
        self.alike &= self.first.is_like(pod);
        self.ends_alike &= self.first.outcome.is_like(&pod.outcome)
            && self.first.may_be_adopted_by == pod.may_be_adopted_by;
    }

    fn row(&self, (options, now): (PrintOptions, Timestamp)) -> Vec<Text> {
        let cause = match self.alike {
            true => row::cause(self.first, now),
            false => row::cause_of_many(self.first.reason.code()),
        };
        let fate: Text = match self.ends_alike {
            true => row::fate(self.first).into(),
            false => pod_word(self.first).into(),
        };
        vec![
            mark(OutcomeSeverity::of(self.first)).cell(options.unicode),
            self.names.len().into(),
            names(&self.names, options.limits),
            fate,
            cause.into(),
        ]
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
    let mut rows: Vec<Vec<Text>> = pods.into_iter().map(|pod| row_of_one(pod, now)).collect();
    let left_off = cut(&mut rows, limits.rows);
    document.lists(0..2, &["POD", "NODE", "WHY", "THEN"], rows);
    document.left_off(left_off, "pod");
}

/// `-o wide`: every pod a row.
fn row_of_one(pod: &PodClaim, now: Timestamp) -> Vec<Text> {
    let (name, node) = (&pod.name, pod.node.as_deref().unwrap_or_default());
    vec![
        Quoted::new(name).into(),
        Quoted::new(node).into(),
        pod_why(pod, now).into(),
        pod_then(pod).into(),
    ]
}
