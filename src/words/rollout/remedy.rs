//! How to unblock a rollout.

use jiff::Timestamp;

use crate::analysis::rollout::plan::{BudgetKind, RemedyKind, Risk, RolloutRemedy, Targets};
use crate::engine::overlap::GENERATION_LABEL;
use crate::words::next;
use crate::words::notation::{counted, few};
use crate::words::sentence::Sentence;
use crate::words::time::{RETRY_LIMIT, at};

/// The heading of the remedies for a stuck rollout.
pub const HEADING: &str = "Ways to unblock it, safest first";

/// The same where nothing is to be rolled.
pub const HEADING_BROKEN: &str = next::WAYS;

/// The heading of how old pods are replaced under OnDelete.
pub const HEADING_BY_HAND: &str = "How to replace them, safest first";

/// A remedy in a numbered list, with its risk.
#[must_use]
pub fn numbered(number: usize, one: &RolloutRemedy, now: Timestamp) -> Sentence {
    let risk = risk_of(one).map(|risk| format!(" Risk: {risk}."));
    let text = remedy(&one.kind, now);
    Sentence::new(format!("{number}. {text}{}", risk.unwrap_or_default()))
}

/// What to do.
#[must_use]
pub fn remedy(kind: &RemedyKind, now: Timestamp) -> Sentence {
    let text = match kind {
        RemedyKind::Repair(step) => return next::step(step).unwrap_or_default(),
        RemedyKind::LetCreatesSucceed => {
            format!(
                "Find out what refused the pod and fix it; the controller retries {RETRY_LIMIT}"
            )
        }
        RemedyKind::RecoverNodes(nodes) => recover(nodes),
        RemedyKind::AwaitController { pod: Some(pod) } => {
            format!("See why kube-controller-manager (pod {pod}) fails, and repair it; {BY_ITSELF}")
        }
        RemedyKind::AwaitController { pod: None } => {
            "Check that kube-controller-manager runs; if it does, wait for it".to_owned()
        }
        RemedyKind::AwaitCollection { is_enough } => format!(
            "Wait: the pod garbage collector removes the pods of nodes that don't exist{}",
            if *is_enough { "" } else { NOT_ENOUGH }
        ),
        RemedyKind::AwaitAvailability {
            pod,
            first,
            pods,
            enough,
        } => await_availability(pod, *pods, (*first, *enough), now),
        RemedyKind::DeletePods { pods, nodes } => delete(pods, nodes),
        RemedyKind::RelievePressure { nodes, taint } => {
            let what = match taint.key.ends_with("/disk-pressure") {
                true => "disk space (old images, logs, emptyDir volumes)",
                false => "process IDs",
            };
            let nodes = few(nodes);
            format!("Look at the conditions of {nodes}, then free {what} there; {BY_ITSELF}")
        }
        RemedyKind::ReleaseFinalizers { pod } => {
            format!("Let whoever set the finalizers of pod {pod} finish, or remove them")
        }
        RemedyKind::ForceDelete { pods, nodes } => force(pods, nodes),
        RemedyKind::DeleteNodes(nodes) => match nodes.names.as_slice() {
            [node] => format!(
                "If the machine is off for good, delete node {node}{}",
                how_many(nodes)
            ),
            names => format!(
                "If the machines are off for good, delete nodes {}{}",
                few(names),
                how_many(nodes)
            ),
        },
        RemedyKind::TaintOutOfService(nodes) => match nodes.names.as_slice() {
            [node] => format!(
                "If the machine is powered off, taint node {node} out-of-service{}",
                how_many(nodes)
            ),
            names => format!(
                "If the machines are powered off, taint nodes {} out-of-service{}",
                few(names),
                how_many(nodes)
            ),
        },
        RemedyKind::RemoveGeneration { pods } => remove_generation(pods),
        RemedyKind::DeleteOutdated { pods } => delete_outdated(pods),
        RemedyKind::Restart { generation } => format!(
            "Restart the DaemonSet: its template generation becomes {generation}, which no pod carries"
        ),
        RemedyKind::ReplaceByHand { after_change } => format!(
            "{} one pod, wait until its new pod is available, then delete the next",
            if *after_change {
                "After the change, delete"
            } else {
                "Delete"
            }
        ),
        RemedyKind::SwitchToRollingUpdate { replaced, lost } => switch(*replaced, *lost),
        RemedyKind::ReplaceAllByHand => {
            "Delete at once all old pods that will be recreated".to_owned()
        }
        RemedyKind::FixTemplate { nodes, can_undo } => fix_template(nodes, *can_undo),
        RemedyKind::WithoutSurge { in_manifest } => format!(
            "Set maxSurge 0 and maxUnavailable 1{}: old pods go first and free their host ports",
            if *in_manifest { " in the manifest" } else { "" }
        ),
        RemedyKind::DeleteDuplicates { revisions } => match revisions.as_slice() {
            [one] => format!("Delete the duplicate ControllerRevision {one} first, then undo"),
            several => format!(
                "Delete the duplicate ControllerRevisions {} first, then undo",
                few(several)
            ),
        },
        RemedyKind::RaiseBudget { of, least, .. } => {
            format!(
                "Let the rollout continue meanwhile: set {} to {least}",
                of.field()
            )
        }
    };
    Sentence::new(format!("{text}."))
}

fn fix_template(nodes: &[String], can_undo: bool) -> String {
    let undo = match can_undo {
        true => ", or roll back to the previous revision",
        false => "",
    };
    match nodes {
        [] => format!("Fix the template{undo}"),
        nodes => format!("Fix what fails on {} in the template{undo}", few(nodes)),
    }
}

fn switch(replaced: usize, lost: usize) -> String {
    let lost = match lost {
        0 => String::new(),
        lost => format!(", and deletes {lost} of which no other is created"),
    };
    format!(
        "Let the controller do it: switch to RollingUpdate. It replaces {}, 1 node at a time{lost}",
        counted(replaced, "pod")
    )
}

fn remove_generation(pods: &[String]) -> String {
    match pods {
        [pod] => format!(
            "Remove the label {GENERATION_LABEL} from pod {pod}: it then counts as old, and the rollout replaces it"
        ),
        pods => format!(
            "Remove the label {GENERATION_LABEL} from {} pods: they then count as old, and the rollout replaces them ({})",
            pods.len(),
            few(pods)
        ),
    }
}

fn delete_outdated(pods: &[String]) -> String {
    match pods {
        [pod] => format!("Delete pod {pod}: the new one runs the template"),
        pods => format!(
            "Delete the {} pods, a few at a time: the new ones run the template ({})",
            pods.len(),
            few(pods)
        ),
    }
}

fn await_availability(
    pod: &str,
    pods: usize,
    (first, enough): (Timestamp, Option<Timestamp>),
    now: Timestamp,
) -> String {
    let first = at(first, now);
    match (pods, enough) {
        (1, Some(_)) => format!("Wait: pod {pod} is available at {first}"),
        (1, None) => format!("Wait: pod {pod} is available at {first}{NOT_ENOUGH}"),
        (_, Some(enough)) => format!(
            "Wait: {pods} pods become available, the first at {first}; the budget has room from {}",
            at(enough, now)
        ),
        (_, None) => {
            format!("Wait: {pods} pods become available, the first at {first}{NOT_ENOUGH}")
        }
    }
}

/// What follows a remedy that is enough.
const BY_ITSELF: &str = "the rollout then resumes on its own";

/// Added to a remedy that frees some of the budget, but not enough.
const NOT_ENOUGH: &str = "; that alone isn't enough, as others use up the budget too";

fn recover(nodes: &Targets) -> String {
    let names = few(&nodes.names);
    let repaired = match nodes.enough {
        None => return format!("Find out what is wrong with {names} and fix it{NOT_ENOUGH}"),
        Some(_) if nodes.names.len() == 1 => "it".to_owned(),
        Some(enough) if enough == nodes.names.len() => "all of them".to_owned(),
        Some(enough) => format!("{enough} of them"),
    };
    format!("Find out what is wrong with {names} and fix {repaired}; {BY_ITSELF}")
}

fn delete(pods: &[String], nodes: &Targets) -> String {
    let how_many = how_many(nodes);
    match pods {
        [pod] => {
            format!("Delete pod {pod}: its node is excluded, so this frees the budget{how_many}")
        }
        pods => format!(
            "Delete pods {}: their nodes are excluded, so this frees the budget{how_many}",
            few(pods)
        ),
    }
}

fn force(pods: &[String], nodes: &Targets) -> String {
    let how_many = how_many(nodes);
    match pods {
        [pod] => format!(
            "Force-delete pod {pod}; its node gets no new pod until the node is ready{how_many}"
        ),
        pods => format!(
            "Force-delete pods {}; their nodes get no new pods while they aren't ready{how_many}",
            few(pods)
        ),
    }
}

/// How many of them it takes, where that isn't obvious.
fn how_many(targets: &Targets) -> String {
    match (targets.enough, targets.names.len()) {
        (None, _) => NOT_ENOUGH.to_owned(),
        (Some(_), 1) => String::new(),
        (Some(1), _) => "; one of them is enough".to_owned(),
        (Some(count), all) if count == all => "; it takes all of them".to_owned(),
        (Some(count), _) => format!("; {count} of them are enough"),
    }
}

/// What a remedy risks.
#[must_use]
pub fn risk_of(one: &RolloutRemedy) -> Option<Sentence> {
    let holders = match &one.kind {
        RemedyKind::RaiseBudget { holders, .. } => holders.as_slice(),
        _ => &[],
    };
    Some(risk(one.risk?, holders))
}

/// The nodes that use the budget, as the subject: `w-2 recovers`.
fn recover_all(holders: &[String]) -> String {
    match holders {
        [] => "the nodes that use the budget recover".to_owned(),
        [one] => format!("{one} recovers"),
        [one, other] => format!("{one} and {other} recover"),
        several => format!("{} recover", few(several)),
    }
}

fn risk(risk: Risk, holders: &[String]) -> Sentence {
    Sentence::new(match risk {
        Risk::NodePodsRemoved => {
            "all pods of the node are removed from the API; if the machine is still running, so are their containers".to_owned()
        }
        Risk::VolumesDetached => {
            "force-deletes the pods that are terminating there and detaches their volumes: data is lost if the machine is still writing".to_owned()
        }
        Risk::ContainersRunOn => {
            "the old containers may still be running, alongside those of the replacement once the node comes back".to_owned()
        }
        Risk::NotMadeAgain => "no new pod is created there while the node is excluded".to_owned(),
        Risk::FinalizerUndone => "what the finalizer is for is left undone".to_owned(),
        Risk::ReplacedAgain => "the pods that are already updated are replaced again".to_owned(),
        Risk::AllReplaced => {
            "restarts all pods within the rollout's budget, even those that are up to date"
                .to_owned()
        }
        Risk::RollsByItself => "from then on every change of the template replaces pods".to_owned(),
        Risk::NodeWithoutPod => {
            "each node is without the agent until its new pod is available".to_owned()
        }
        Risk::MoreAtOnce {
            of,
            nodes,
            may_crash,
        } => {
            let more = match of {
                BudgetKind::Unavailable => format!(
                    "once {}, {nodes} nodes at a time are without an available pod",
                    recover_all(holders)
                ),
                BudgetKind::Surge if nodes == 1 => "a node may run two pods at once".to_owned(),
                BudgetKind::Surge => format!("up to {nodes} nodes run two pods at once"),
            };
            let crash = if may_crash {
                "; later pods may fail too"
            } else {
                ""
            };
            format!("{more}{crash}")
        }
    })
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    fn targets(names: &[&str], enough: Option<usize>) -> Targets {
        Targets {
            names: names.iter().map(|&name| name.to_owned()).collect(),
            enough,
        }
    }

    #[test]
    fn how_many_nodes_it_takes() {
        let said = |names: &[&str], enough| {
            let kind = RemedyKind::DeleteNodes(targets(names, enough));
            remedy(&kind, Timestamp::UNIX_EPOCH).into_string()
        };
        let one = "If the machine is off for good, delete node n1";
        let both = "If the machines are off for good, delete nodes n1, n2";
        assert_eq!(said(&["n1"], Some(1)), format!("{one}."));
        assert_eq!(said(&["n1"], None), format!("{one}{NOT_ENOUGH}."));
        for (enough, end) in [
            (Some(1), "; one of them is enough"),
            (Some(2), "; it takes all of them"),
            (None, NOT_ENOUGH),
        ] {
            assert_eq!(said(&["n1", "n2"], enough), format!("{both}{end}."));
        }
    }

    #[test]
    fn how_many_nodes_have_to_come_back() {
        let said = |names: &[&str], enough| {
            let kind = RemedyKind::RecoverNodes(targets(names, enough));
            remedy(&kind, Timestamp::UNIX_EPOCH).into_string()
        };
        let see = "Find out what is wrong with";
        assert_eq!(
            said(&["n1"], Some(1)),
            format!("{see} n1 and fix it; {BY_ITSELF}.")
        );
        assert_eq!(
            said(&["n1", "n2"], Some(1)),
            format!("{see} n1, n2 and fix 1 of them; {BY_ITSELF}.")
        );
        assert_eq!(
            said(&["n1"], None),
            format!("{see} n1 and fix it{NOT_ENOUGH}.")
        );
    }

    #[test]
    fn when_pods_are_available() {
        let now = Timestamp::UNIX_EPOCH;
        let said = |pods, enough: Option<i64>| {
            let kind = RemedyKind::AwaitAvailability {
                pod: "a".to_owned(),
                first: now + SignedDuration::from_secs(60),
                pods,
                enough: enough.map(|seconds| now + SignedDuration::from_secs(seconds)),
            };
            remedy(&kind, now).into_string()
        };
        let first = "1970-01-01T00:01:00Z (in 60s)";
        let one = format!("Wait: pod a is available at {first}");
        let many = format!("Wait: 3 pods become available, the first at {first}");
        assert_eq!(said(1, Some(60)), format!("{one}."));
        assert_eq!(said(1, None), format!("{one}{NOT_ENOUGH}."));
        assert_eq!(
            said(3, Some(120)),
            format!("{many}; the budget has room from 1970-01-01T00:02:00Z (in 2m).")
        );
        assert_eq!(said(3, None), format!("{many}{NOT_ENOUGH}."));
    }

    #[test]
    fn what_a_larger_budget_risks() {
        let said = |of, nodes, may_crash| {
            let risk_of = Risk::MoreAtOnce {
                of,
                nodes,
                may_crash,
            };
            risk(risk_of, &[]).into_string()
        };
        assert_eq!(
            said(BudgetKind::Surge, 1, false),
            "a node may run two pods at once"
        );
        assert_eq!(
            said(BudgetKind::Surge, 2, true),
            "up to 2 nodes run two pods at once; later pods may fail too"
        );
    }
}
