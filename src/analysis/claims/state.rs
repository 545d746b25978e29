//! The result of a claim report in one fact.

use crate::analysis::reason::{Code, Reason};

use super::outcome::Follows;
use super::outcome_severity::stays_old;
use super::report::{ClaimKind, ClaimReport, PodClaim};

/// The result of a claim report, by urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimState<'r> {
    /// The controller does nothing for the DaemonSet, so it claims nothing.
    Halted(&'r Reason),
    /// Pods without a controller are adopted at the next sync.
    Adopts(Adoption),
    /// This many pods of the DaemonSet no longer match and are released at the next sync.
    Releases(usize),
    /// There is another finding about the DaemonSet as a whole.
    Finding(&'r Reason),
    /// Its selector overlaps with those of other controllers.
    Overlaps,
    /// The selector matches this many foreign pods, or orphans were left behind.
    Others {
        /// Pods that another controller owns.
        foreign: usize,
        /// Pods without a controller that it doesn't adopt.
        ignored: usize,
    },
    /// This many revisions are adopted or deleted, and no pod changes owner.
    Revisions(usize),
    /// All is as it should be.
    Clean,
    /// Nothing was found, but not everything could be checked.
    Unknown,
}

/// What happens to pods that are adopted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// How many are adopted.
    pub pods: usize,
    /// This many of them are replaced by the rollout.
    pub replaced: usize,
    /// This many of them are deleted: duplicates, on excluded nodes, or ended.
    pub deleted: usize,
    /// This many of them keep running another template.
    pub outdated: usize,
    /// What happens to these isn't known.
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

/// Whether a finding says more than pods, revisions and overlaps already say.
const fn is_said_first(code: Code) -> bool {
    !matches!(code, Code::SelectorOverlap | Code::HistoryRewritten)
}

fn changing_revisions(report: &ClaimReport) -> usize {
    let revisions = report.revisions.iter().flatten();
    let changes = revisions
        .filter(|r| r.claim != ClaimKind::Owned || !matches!(r.then(), Some(Follows::Kept) | None));
    changes.count()
}
