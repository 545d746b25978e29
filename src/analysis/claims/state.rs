//! What a claim report comes to, in one fact.

use crate::analysis::reason::{Code, Reason};

use super::outcome::Follows;
use super::outcome_severity::stays_old;
use super::report::{ClaimKind, ClaimReport, PodClaim};

/// What a claim report comes to: what needs somebody first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimState<'r> {
    /// The controller does nothing for the DaemonSet, and so claims nothing.
    Halted(&'r Reason),
    /// Pods without a controller are adopted at the next sync.
    Adopts(Adoption),
    /// So many pods of the DaemonSet no longer match and are released at the next sync.
    Releases(usize),
    /// Something else is to be said of the DaemonSet as a whole.
    Finding(&'r Reason),
    /// Its selector overlaps with that of other controllers.
    Overlaps,
    /// The selector matches so many pods of others, or pods that nobody owns were left behind.
    Others {
        /// Pods that another controller owns.
        foreign: usize,
        /// Pods without a controller that it doesn't adopt.
        ignored: usize,
    },
    /// So many revisions are adopted or deleted, and no pod changes hands.
    Revisions(usize),
    /// All is as it should be.
    Clean,
    /// Nothing was found, and not all could be checked.
    Unknown,
}

/// What becomes of pods that are adopted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// How many are adopted.
    pub pods: usize,
    /// Of those, the rollout replaces so many.
    pub replaced: usize,
    /// Of those, so many are deleted: duplicates, on excluded nodes, or ended.
    pub deleted: usize,
    /// Of those, so many stay on another template.
    pub outdated: usize,
    /// Of those, what follows isn't known.
    pub unknown: usize,
}

impl Adoption {
    fn new(pods: &[PodClaim]) -> Self {
        let mut adoption = Self::default();
        for pod in pods.iter().filter(|pod| pod.claim == ClaimKind::Adopt) {
            adoption.pods += 1;
            let count = match (pod.then(), &pod.outcome) {
                (Some(Follows::Replaced), _) => &mut adoption.replaced,
                (
                    Some(
                        Follows::DeletedAsDuplicate
                        | Follows::DeletedIneligible
                        | Follows::DeletedEnded
                        | Follows::GarbageCollected,
                    ),
                    _,
                ) => &mut adoption.deleted,
                (_, outcome) if stays_old(outcome) => &mut adoption.outdated,
                (None, _) => &mut adoption.unknown,
                _ => continue,
            };
            *count += 1;
        }
        adoption
    }
}

impl<'r> ClaimState<'r> {
    /// What `report` comes to.
    #[must_use]
    pub fn new(report: &'r ClaimReport) -> Self {
        let stops = |r: &&Reason| r.code().properties().stops.keeps_from_syncing();
        let count = |claim| {
            let pods = report.pods.iter().flatten();
            pods.filter(|pod| pod.claim == claim).count()
        };
        let adoption = Adoption::new(report.pods.as_deref().unwrap_or_default());
        let (foreign, ignored) = (count(ClaimKind::Foreign), count(ClaimKind::Ignored));
        let mut findings = report.findings.iter();
        if let Some(halting) = report.findings.iter().find(stops) {
            Self::Halted(halting)
        } else if report.clean == Some(true) {
            Self::Clean
        } else if adoption.pods > 0 {
            Self::Adopts(adoption)
        } else if count(ClaimKind::Release) > 0 {
            Self::Releases(count(ClaimKind::Release))
        } else if let Some(finding) = findings.find(|r| is_said_first(r.code())) {
            Self::Finding(finding)
        } else if !report.overlaps.is_empty() {
            Self::Overlaps
        } else if foreign + ignored > 0 {
            Self::Others { foreign, ignored }
        } else if report.clean == Some(false) || changing_revisions(report) > 0 {
            Self::Revisions(changing_revisions(report))
        } else {
            Self::Unknown
        }
    }
}

/// Whether a finding is more than what pods, revisions and overlaps tell by themselves.
const fn is_said_first(code: Code) -> bool {
    !matches!(code, Code::SelectorOverlap | Code::HistoryRewritten)
}

fn changing_revisions(report: &ClaimReport) -> usize {
    let revisions = report.revisions.iter().flatten();
    let changes = revisions
        .filter(|r| r.claim != ClaimKind::Owned || !matches!(r.then(), Some(Follows::Kept) | None));
    changes.count()
}
