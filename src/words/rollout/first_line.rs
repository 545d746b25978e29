//! The first line of an answer about the rollout under way: its state and cause.

use jiff::Timestamp;

use crate::analysis::causes::is_in_progress;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::Reason;
use crate::analysis::rollout::lost::lost_by_cause;
use crate::analysis::rollout::plan::{Blocker, Body, Lost};
use crate::analysis::rollout::state::RolloutState;
use crate::words::coverage;
use crate::words::notation::{counted, few, nodes};
use crate::words::reason::{Place, brief, exclusions_of_node, tag, tags};
use crate::words::sentence::Sentence;

/// The state of the rollout under way.
#[must_use]
pub fn under_way(state: RolloutState, of: &DaemonSetRef, body: &Body, now: Timestamp) -> Sentence {
    Sentence::new(match state {
        RolloutState::Halted => {
            format!(
                "The controller does nothing for {of}: {}",
                blocked(body, now)
            )
        }
        RolloutState::OnDelete(None) => {
            format!("{of} is OnDelete, which of its pods are old isn't known")
        }
        RolloutState::OnDelete(Some(0)) if body.blockers.is_empty() => {
            format!("{of} is OnDelete and has no old pods")
        }
        RolloutState::OnDelete(Some(0)) | RolloutState::Waiting | RolloutState::OthersHeldUp => {
            broken(of, body, now)
        }
        RolloutState::OnDelete(Some(old)) => {
            let all = body.desired.map(|all| format!(" of {all}"));
            format!(
                "{old}{} pods of {of} run an older template and wait to be deleted by hand (OnDelete)",
                all.unwrap_or_default()
            )
        }
        RolloutState::Unknown => format!("Whether a rollout of {of} is under way isn't known"),
        RolloutState::HeldUp(_) => {
            format!("Rollout of {of} is stuck: {}", blocked(body, now))
        }
        RolloutState::UnderWay(old) => match body.lost.as_deref().unwrap_or_default() {
            [] => {
                let left = counted(old, "old pod");
                format!(
                    "Rollout of {of} is under way: {left} left{}",
                    ahead(body, now)
                )
            }
            lost => format!(
                "Rollout of {of} {}{}",
                losing(lost, body, now),
                ahead(body, now)
            ),
        },
        RolloutState::Waits(old) => {
            let left = match old {
                0 => "no old pod left".to_owned(),
                old => format!("{} left", counted(old, "old pod")),
            };
            let waits = body.blockers.first().map(|first| {
                let cause = with_cause(first, now);
                match is_in_progress(first.reason()) {
                    true => format!(", {cause}"),
                    false => format!(", it waits because {cause}"),
                }
            });
            let loses = match body.lost.as_ref().map_or(0, Vec::len) {
                0 => String::new(),
                lost => format!("; it loses {}", counted(lost, "pod")),
            };
            format!(
                "Rollout of {of} is under way: {left}{}{loses}",
                waits.unwrap_or_default()
            )
        }
        RolloutState::Drift(pods) => format!(
            "No rollout of {of} is under way, but {} {} as updated without running its template",
            counted(pods, "pod"),
            if pods == 1 { "counts" } else { "count" }
        ),
        RolloutState::MissingUnknown => {
            format!("{of} has no old pods, whether pods are missing isn't known")
        }
        RolloutState::Manages => match body.blockers.first() {
            Some(first) if body.creates_fail() => format!(
                "{} of {of} can't be created ({}), no rollout is pending",
                to_create(body),
                with_cause(first, now)
            ),
            _ => format!("No rollout of {of} is under way: {}", managed(body)),
        },
        RolloutState::Idle => match body.desired {
            Some(0) => format!("No rollout of {of} is under way: no node should run it"),
            Some(all) => format!(
                "No rollout of {of} is under way: its {} current",
                if all == 1 {
                    "pod is".to_owned()
                } else {
                    format!("{all} pods are")
                }
            ),
            None => format!("No rollout of {of} is under way"),
        },
        RolloutState::Broken => {
            let problems = problems(body, now);
            format!("No rollout of {of} is pending: {problems}")
        }
    })
}

/// `loses 7 pods: no toleration for taint a=b:NoSchedule; 3 wait`.
fn losing(lost: &[Lost], body: &Body, now: Timestamp) -> String {
    let pods = counted(lost.len(), "pod");
    let why = match lost_by_cause(lost).as_slice() {
        [group] => match group.first() {
            Some(one) => {
                exclusions_of_node(&one.reasons.iter().collect::<Vec<_>>(), now).into_string()
            }
            None => String::new(),
        },
        causes => format!("{} causes", causes.len()),
    };
    let waits = match body.recreated().count() {
        0 => "no other waits".to_owned(),
        1 => "1 more is waiting".to_owned(),
        waits => format!("{waits} more are waiting"),
    };
    format!("loses {pods}: {why}; {waits}")
}

/// That a rollout that goes on gets stuck, and why.
fn ahead(body: &Body, now: Timestamp) -> String {
    let certain = body
        .predicted_blockers
        .iter()
        .find(|predicted| predicted.certain);
    certain.map_or_else(String::new, |predicted| {
        let cause = with_cause(&predicted.blocker, now);
        format!("; it will then get stuck because {cause}")
    })
}

/// Nothing is to be rolled, but something is broken.
fn broken(of: &DaemonSetRef, body: &Body, now: Timestamp) -> String {
    let on_nodes: Vec<&Blocker> = body.blockers.iter().filter(|b| b.nodes() > 0).collect();
    let cause = match (on_nodes.as_slice(), body.blockers.first()) {
        ([], None) => return format!("{of} has no old pods, and isn't done"),
        ([], Some(first)) => with_cause(first, now),
        ([only], _) => match only.nodes() {
            1 => with_cause(only, now),
            _ => cause_at(only, Place::Here, now),
        },
        (several, _) => tags(several.iter().map(|blocker| {
            let warning = blocker.holders().next().and_then(|h| h.warning.as_ref());
            (
                blocker.nodes(),
                tag(blocker.reason(), warning).into_string(),
            )
        })),
    };
    match broken_nodes(body) {
        Some(broken) => format!("{broken} of {of} broken ({cause}), no rollout is pending"),
        None => format!("No rollout of {of} is pending: {cause}"),
    }
}

/// `2 of 3 nodes`, where it waits for nodes.
pub(super) fn broken_nodes(body: &Body) -> Option<String> {
    let broken = body.broken_nodes();
    match (broken, body.desired) {
        (0, _) => None,
        (broken, Some(all)) if broken <= all => Some(format!("{broken} of {}", nodes(all))),
        (broken, _) => Some(nodes(broken)),
    }
}

/// `2 pods` that are missing, or that a rollout would create.
fn to_create(body: &Body) -> String {
    let missing = body.manage.as_ref().map_or(0, |m| m.create.len());
    match missing {
        0 => "Pods".to_owned(),
        missing => counted(missing, "pod"),
    }
}

/// What makes the DaemonSet unclean: `2 misscheduled pods, 1 node broken (…)`.
fn problems(body: &Body, now: Timestamp) -> String {
    let mut parts = Vec::new();
    let misscheduled = body.problems.iter().filter(|p| p.is_misscheduled);
    let misscheduled: usize = misscheduled.map(|p| p.nodes.len()).sum();
    let others = body.problems.iter().filter(|p| !p.is_misscheduled);
    for problem in others.clone().take(PROBLEMS) {
        let place = match problem.nodes.as_slice() {
            [node] => Place::Node(node),
            _ => Place::Here,
        };
        let cause = match problem.is_expected {
            true => coverage::EXCLUDED.to_owned(),
            false => brief(&problem.reason, None, place, now).into_string(),
        };
        parts.push(match problem.nodes.len() {
            0 => cause,
            broken => format!("{} broken ({cause})", nodes(broken)),
        });
    }
    if misscheduled > 0 {
        parts.push(counted(misscheduled, "misscheduled pod"));
    }
    match others.count().saturating_sub(PROBLEMS) {
        0 => {}
        more => parts.push(format!("{more} more problems")),
    }
    parts.join(", ")
}

/// How many problems are named.
const PROBLEMS: usize = 2;

/// The first blocker, and how much of the budget it uses.
pub(super) fn blocked(body: &Body, now: Timestamp) -> String {
    match body.blockers.first() {
        Some(first) => with_budget(first, body, now),
        None => "nothing says why".to_owned(),
    }
}

/// One blocker, and how much of the budget it uses.
pub(super) fn with_budget(first: &Blocker, body: &Body, now: Timestamp) -> String {
    let cause = with_cause(first, now);
    let Some(budget) = body
        .budget
        .as_ref()
        .filter(|b| b.free == 0 && b.allowed > 0)
    else {
        return cause;
    };
    if first.nodes() == 0 {
        return cause;
    }
    let field = body.strategy.budget().field();
    format!("{cause} ({field} {} is reached)", budget.allowed)
}

/// What blocks a rollout, and where.
#[must_use]
pub fn held_up_by(first: &Blocker, now: Timestamp) -> Sentence {
    Sentence::new(with_cause(first, now))
}

/// One blocker, and where it is.
fn with_cause(first: &Blocker, now: Timestamp) -> String {
    let mut holders = first.holders();
    let place = match (first.nodes(), holders.next()) {
        (1, Some(holder)) => Place::Node(&holder.node),
        (0, _) | (_, None) => Place::Here,
        (nodes, _) => Place::Nodes(nodes),
    };
    cause_at(first, place, now)
}

fn cause_at(blocker: &Blocker, place: Place<'_>, now: Timestamp) -> String {
    let warning = blocker.holders().next().and_then(|h| h.warning.as_ref());
    brief(blocker.reason(), warning, place, now).into_string()
}

pub(super) fn managed(body: &Body) -> String {
    let Some(manage) = &body.manage else {
        return "pods are created and deleted as nodes ask for it".to_owned();
    };
    let create = (!manage.create.is_empty())
        .then(|| format!("{} to create", counted(manage.create.len(), "pod")));
    let delete = (!manage.delete.is_empty())
        .then(|| format!("{} to delete", counted(manage.delete.len(), "pod")));
    let parts: Vec<String> = create.into_iter().chain(delete).collect();
    parts.join(", ")
}

/// A cause with the names of its nodes: `host port 80 is taken by pod x/y on n1, n2`.
#[must_use]
pub fn on_named_nodes(blocker: &Blocker, now: Timestamp) -> String {
    let names: Vec<&str> = blocker.holders().map(|h| h.node.as_str()).collect();
    let is_of_pods = matches!(blocker.reason(), Reason::PodUnschedulable { .. });
    if names.is_empty() || !is_of_pods {
        return with_cause(blocker, now);
    }
    format!("{} on {}", cause_at(blocker, Place::Here, now), few(&names))
}
