//! The state of a rollout, or the result of a change, in one fact.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::analysis::causes::{CauseGroup, is_only_outdated};
use crate::analysis::daemon_set::DaemonSetAnalysis;
use crate::analysis::reason::Code;
use crate::analysis::reason::properties::Stops;

use super::change::{ChangeKind, RolloutChange, TemplateChange};
use super::plan::{Blocker, Body, Budget, Delete, Manage, Next, OldPod, RevisionState};
use super::{Rollout, plan};

/// The state of the rollout under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloutState {
    /// The controller does nothing for the DaemonSet.
    Halted,
    /// Nothing is rolled automatically, so this many old pods stay; `None` where that isn't known.
    OnDelete(Option<usize>),
    /// Which pods are old isn't known.
    Unknown,
    /// Old pods are left, and something blocks the rollout.
    HeldUp(usize),
    /// Old pods are left.
    UnderWay(usize),
    /// Old pods may be left, and the controller waits for what passes by itself: a pod that starts,
    /// or that hasn't been ready long enough yet.
    Waits(usize),
    /// No old pods are left, and this many pods only count as updated.
    Drift(usize),
    /// No old pods are left, and whether pods are missing isn't known.
    MissingUnknown,
    /// No old pods are left, and the controller waits.
    Waiting,
    /// No old pods are left, but there are pods to create or delete.
    Manages,
    /// No old pods are left, but something blocks it.
    OthersHeldUp,
    /// There is nothing to roll, but the DaemonSet isn't clean.
    Broken,
    /// There is nothing to roll.
    Idle,
}

/// The result of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// The server would refuse it.
    Refused,
    /// The template doesn't change.
    SameTemplate {
        /// Something else changes.
        other_fields: bool,
        /// A rollout is under way and makes progress.
        goes_on: bool,
    },
    /// The template changes, but the controller does nothing for the DaemonSet.
    Halted,
    /// There is no DaemonSet of this name yet.
    Created,
    /// The template changes, and old pods stay until somebody deletes them.
    OnDelete,
    /// Pods are created and deleted at once, and none is left to roll.
    ManagesAlone,
    /// The template changes, but there is no pod to replace.
    ReplacesNone,
    /// A rollout starts.
    Rollout {
        /// To an older revision, but not by an undo.
        to_older: bool,
        /// No pod is replaced while nothing else changes.
        held_up: bool,
    },
}

impl RolloutState {
    /// The state of the rollout that `body` plans.
    #[must_use]
    pub fn new(body: &Body, now: Timestamp) -> Self {
        if body.is_halted() {
            return Self::Halted;
        }
        let old = body.old.as_ref().map(Vec::len);
        if body.strategy.is_on_delete() {
            return match (old, body.skipped()) {
                (Some(0), pods) if pods > 0 => Self::Drift(pods),
                _ => Self::OnDelete(old),
            };
        }
        match (old, body.blockers.is_empty()) {
            (None, _) => Self::Unknown,
            (Some(old), false) if body.is_calm(now) => Self::Waits(old),
            (Some(0), _) => Self::without_old(body),
            (Some(old), false) => Self::HeldUp(old),
            (Some(old), true) => Self::UnderWay(old),
        }
    }

    fn without_old(body: &Body) -> Self {
        let drift = body.skipped();
        match (body.next, body.blockers.is_empty()) {
            _ if drift > 0 => Self::Drift(drift),
            (None, true) => Self::MissingUnknown,
            (Some(Next::Waiting), _) => Self::Waiting,
            (Some(Next::Manage), _) => Self::Manages,
            (_, true) if !body.problems.is_empty() => Self::Broken,
            (_, true) => Self::Idle,
            (_, false) => Self::OthersHeldUp,
        }
    }
}

impl ChangeOutcome {
    /// The result of `change`, where `body` plans what happens.
    #[must_use]
    pub fn new(change: &RolloutChange, body: &Body) -> Self {
        let is_rolled = body.waves.is_some();
        if !change.refused.is_empty() {
            return Self::Refused;
        }
        if change.template == TemplateChange::Unchanged {
            return Self::SameTemplate {
                other_fields: !change.fields.is_empty(),
                goes_on: is_rolled,
            };
        }
        if body.is_halted() {
            return Self::Halted;
        }
        if change.makes_it() {
            return Self::Created;
        }
        if body.strategy.is_on_delete() {
            return Self::OnDelete;
        }
        if !is_rolled && body.next == Some(Next::Manage) {
            return Self::ManagesAlone;
        }
        if !is_rolled && body.old.as_ref().is_some_and(Vec::is_empty) {
            return Self::ReplacesNone;
        }
        let revision = body.revision.as_ref().map(|r| r.state);
        Self::Rollout {
            to_older: revision == Some(RevisionState::Existing) && change.kind != ChangeKind::Undo,
            held_up: body.next == Some(Next::Waiting) || body.creates_fail(),
        }
    }
}

/// The first blocker of the rollout under way, where `causes`, those of the nodes, only show an
/// older template.
pub(in crate::analysis) fn held_up(
    subject: &DaemonSetAnalysis<'_>,
    causes: &[CauseGroup],
) -> Option<Blocker> {
    let is_rolled = subject.applied && !subject.ds.is_on_delete() && !causes.is_empty();
    if !is_rolled || !causes.iter().all(is_only_outdated) {
        return None;
    }
    let rollout = Rollout {
        snapshot: subject.snapshot,
        stored: Some(subject.ds),
        target: subject.ds,
        change: None,
    };
    let body = plan(rollout).body;
    let state = RolloutState::new(&body, subject.snapshot.now);
    let is_stuck = matches!(state, RolloutState::HeldUp(_));
    body.blockers.into_iter().next().filter(|_| is_stuck)
}

/// Whether the nodes that `blockers` name are all that are desired, each with a warning about
/// its pod, and more than the budget lets a rollout take at once.
pub(super) fn fail_on_all_nodes(
    blockers: &[Blocker],
    budget: Option<&Budget>,
    desired: Option<usize>,
) -> bool {
    let holders = blockers.iter().flat_map(Blocker::holders);
    let warned = holders.filter(|holder| holder.warning.is_some()).count();
    let allowed = budget.map_or(i64::MAX, |budget| budget.allowed);
    let is_beyond_budget = i64::try_from(warned).is_ok_and(|warned| warned > allowed);
    is_beyond_budget && desired == Some(warned)
}

impl Body {
    /// Whether a rollout is under way that only waits for what passes by itself.
    fn is_calm(&self, now: Timestamp) -> bool {
        let is_under_way = self.has_old() || self.next == Some(Next::Waiting);
        is_under_way && self.waits(now) && self.skipped() == 0
    }

    /// Whether everything that the rollout waits for passes by itself and is recent enough to.
    #[must_use]
    pub fn waits(&self, now: Timestamp) -> bool {
        let passes = || self.blockers.iter().all(|b| b.passes(now));
        !self.blockers.is_empty() && !self.fails_everywhere() && passes()
    }

    /// Whether the pods of all nodes are up to date and none is available, with a warning about
    /// each, and more of them than the budget lets a rollout take at once: it is no start.
    #[must_use]
    pub fn fails_everywhere(&self) -> bool {
        !self.has_old() && fail_on_all_nodes(&self.blockers, self.budget.as_ref(), self.desired)
    }
}

impl OldPod {
    /// Whether another one is created in its place, as far as is known.
    #[must_use]
    pub fn is_recreated(&self) -> bool {
        self.remade != Some(false)
    }
}

impl Body {
    /// Old pods that stay until a rollout or somebody deletes them; pods that the controller
    /// deletes whatever the budget is are left out.
    #[must_use]
    pub fn old_to_delete(&self) -> Vec<&OldPod> {
        let deleted = self.manage.iter().flat_map(|manage| &manage.delete);
        let deleted: HashSet<&str> = deleted.map(|delete| delete.pod.as_str()).collect();
        let old = self.old.iter().flatten();
        old.filter(|pod| !deleted.contains(pod.pod.as_str()))
            .collect()
    }

    /// Those of them that are replaced by others.
    pub fn recreated(&self) -> impl Iterator<Item = &OldPod> {
        let old = self.old_to_delete().into_iter();
        old.filter(|pod| pod.is_recreated())
    }

    /// The pods that the next step of the rollout replaces whatever the order of its walk is.
    #[must_use]
    pub fn replaced_first(&self) -> HashSet<&str> {
        let update = self.next_update().filter(|_| !self.is_unobserved());
        let certain = update.into_iter().flat_map(|update| &update.delete.certain);
        certain.map(String::as_str).collect()
    }

    /// Of those, the ones that nothing recreates.
    pub fn not_recreated(&self) -> impl Iterator<Item = &OldPod> {
        let old = self.old_to_delete().into_iter();
        old.filter(|pod| !pod.is_recreated())
    }

    /// Whether the controller does nothing at all for the DaemonSet.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        let mut codes = self.blockers.iter().map(Blocker::code);
        codes.any(Code::stops_the_controller)
    }

    /// Whether the controller hasn't processed the latest change.
    #[must_use]
    pub fn is_unobserved(&self) -> bool {
        let mut stops = self.blockers.iter().map(|b| b.code().properties().stops);
        stops.any(|stops| stops == Stops::Observing)
    }

    /// Whether the creation of pods fails.
    #[must_use]
    pub fn creates_fail(&self) -> bool {
        self.blockers.iter().any(Blocker::creates_fail)
    }

    /// How many nodes that should run it are what it waits for.
    #[must_use]
    pub fn broken_nodes(&self) -> usize {
        let holders = self.blockers.iter().flat_map(Blocker::holders);
        holders.filter(|h| h.should_run != Some(false)).count()
    }
}

impl Manage {
    /// Whether nothing has started the sync that does all of it.
    #[must_use]
    pub fn awaits_sync(&self) -> bool {
        self.create.is_empty() && self.delete.iter().all(|delete| delete.awaits_sync)
    }
}

/// What the rollout does to an old pod next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldPodFate {
    /// It deletes it whatever the budget is.
    DeletedAtOnce,
    /// It isn't bound: the next sync deletes it whatever the budget is.
    DeletedOnceSynced,
    /// It deletes it.
    DeletedNext,
    /// It may delete it.
    MayBeDeletedNext,
    /// Nothing yet.
    Waits,
    /// Nothing, for somebody has to delete it.
    StaysUntilDeleted,
}

/// What the rollout does next to old pods, by name.
#[derive(Clone, Debug)]
pub struct OldPodFates<'a> {
    by_pod: HashMap<&'a str, OldPodFate>,
    others: OldPodFate,
}

impl<'a> OldPodFates<'a> {
    /// What the rollout that `body` plans does next.
    #[must_use]
    pub fn new(body: &'a Body) -> Self {
        let update = body.next_update().into_iter();
        let certain = update.clone().flat_map(|u| &u.delete.certain);
        let candidates = update.flat_map(|u| &u.delete.candidates);
        let managed = body.manage.iter().flat_map(|m| &m.delete);
        // Manage comes first, so that the last one counts.
        let fates = certain
            .map(|pod| (pod, OldPodFate::DeletedNext))
            .chain(candidates.map(|pod| (pod, OldPodFate::MayBeDeletedNext)))
            .chain(managed.map(|delete| (&delete.pod, managed_fate(delete))));
        Self {
            by_pod: fates.map(|(pod, fate)| (pod.as_str(), fate)).collect(),
            others: if body.strategy.is_on_delete() {
                OldPodFate::StaysUntilDeleted
            } else {
                OldPodFate::Waits
            },
        }
    }

    /// What it does to this one.
    #[must_use]
    pub fn of(&self, pod: &OldPod) -> OldPodFate {
        let fate = self.by_pod.get(pod.pod.as_str());
        fate.copied().unwrap_or(self.others)
    }
}

const fn managed_fate(delete: &Delete) -> OldPodFate {
    if delete.awaits_sync {
        OldPodFate::DeletedOnceSynced
    } else {
        OldPodFate::DeletedAtOnce
    }
}
