//! What makes a DaemonSet unclean, each with the nodes that it concerns.

use super::causes::misscheduled_groups;
use super::eligibility::EligibilityReport;
use super::reason::{Code, Reason};
use super::restarts;

/// A problem that makes a DaemonSet unclean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The cause, with the facts of the first node.
    pub reason: Reason,
    /// The warning about the pod of the first node, where the cause doesn't already say it.
    pub warning: Option<Reason>,
    /// All reasons that exclude the nodes, where they are excluded; empty elsewhere.
    pub excluded_by: Vec<Reason>,
    /// Whether it excludes the nodes, which have a pod anyway.
    pub is_misscheduled: bool,
    /// Whether it excludes the nodes, on which the DaemonSet is expected.
    pub is_expected: bool,
    /// The nodes by name; empty where it concerns the DaemonSet as a whole.
    pub nodes: Vec<String>,
}

impl Problem {
    /// A finding about the DaemonSet as a whole.
    fn of(reason: &Reason) -> Self {
        Self {
            reason: reason.clone(),
            warning: None,
            excluded_by: Vec::new(),
            is_misscheduled: false,
            is_expected: false,
            nodes: Vec::new(),
        }
    }

    /// What kind of a problem it is.
    #[must_use]
    pub const fn code(&self) -> Code {
        if self.is_misscheduled {
            Code::Misscheduled
        } else {
            self.reason.code()
        }
    }
}

/// What makes a DaemonSet unclean, the most important first: what halts the controller, then what
/// affects most nodes.
#[must_use]
pub fn problems(report: &EligibilityReport) -> Vec<Problem> {
    let halting = report.main_finding();
    let broken = report.causes.iter().filter_map(|group| {
        Some(Problem {
            warning: group.warning.clone(),
            excluded_by: group.excluded_by.clone(),
            is_expected: !group.excluded_by.is_empty(),
            nodes: group.nodes.clone(),
            ..Problem::of(group.reason.as_ref()?)
        })
    });
    let misscheduled = misscheduled_groups(&report.nodes).into_iter();
    let misscheduled = misscheduled.filter_map(|group| {
        Some(Problem {
            excluded_by: group.reasons.iter().copied().cloned().collect(),
            is_misscheduled: true,
            nodes: group.nodes.into_iter().map(str::to_owned).collect(),
            ..Problem::of(group.reasons.first()?)
        })
    });
    let findings = report.findings.iter().filter(|f| f.code().is_problem());
    let findings = findings.filter(|finding| Some(*finding) != halting);
    let differences = report.status.iter().flat_map(|status| &status.differences);
    let mut problems: Vec<Problem> = halting
        .map(Problem::of)
        .into_iter()
        .chain(broken)
        .chain(misscheduled)
        .chain(findings.map(Problem::of))
        .collect();
    for difference in differences {
        if !problems
            .iter()
            .any(|known| known.reason.code() == difference.cause.code())
        {
            problems.push(Problem::of(&difference.cause));
        }
    }
    problems
}

/// What to report first about a DaemonSet: what makes it unclean, else that it excludes nodes by a
/// taint that its own pod would remove, or that available pods keep restarting, which may become a
/// problem.
pub(super) fn top(report: &EligibilityReport) -> Option<Problem> {
    let first = problems(report).into_iter().next();
    first
        .or_else(|| excluded_by_own_taint(report))
        .or_else(|| restarts::of_report(report).map(Problem::of))
}

/// The DaemonSet excludes nodes by a taint that its own pod would remove.
fn excluded_by_own_taint(report: &EligibilityReport) -> Option<Problem> {
    let found = report.excluded_by_own_taint()?;
    Some(Problem {
        excluded_by: found.reasons.iter().copied().cloned().collect(),
        nodes: found.nodes.into_iter().map(str::to_owned).collect(),
        ..Problem::of(found.reasons.first()?)
    })
}
