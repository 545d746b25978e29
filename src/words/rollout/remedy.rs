//! What would move a rollout.

use jiff::Timestamp;

use crate::analysis::rollout::plan::{BudgetKind, RemedyKind, Risk, RolloutRemedy, Targets};
use crate::engine::overlap::GENERATION_LABEL;
use crate::words::notation::few;
use crate::words::sentence::Sentence;
use crate::words::time::at;

/// The heading of all remedies.
pub const HEADING: &str = "Ways to unblock it, safest first";

/// A remedy of a numbered list, with what it risks.
#[must_use]
pub fn numbered(number: usize, one: &RolloutRemedy, now: Timestamp) -> Sentence {
    let risk = one.risk.map(|of| format!(" Risk: {}.", risk(of)));
    let text = remedy(&one.kind, now);
    Sentence::new(format!("{number}. {text}.{}", risk.unwrap_or_default()))
}

/// What to do.
#[must_use]
pub fn remedy(kind: &RemedyKind, now: Timestamp) -> Sentence {
    Sentence::new(match kind {
        RemedyKind::LetCreatesSucceed => {
            "fix what refused the pod, which the message names; the controller tries again by itself within 17 minutes".to_owned()
        }
        RemedyKind::AwaitController => {
            "wait for the controller; if it stays so, see whether kube-controller-manager runs".to_owned()
        }
        RemedyKind::AwaitCollection { is_enough } => format!(
            "wait for the pod garbage collector to remove the pods of nodes that don't exist{}",
            if *is_enough { "" } else { NOT_ENOUGH }
        ),
        RemedyKind::AwaitAvailability {
            pod,
            first,
            pods,
            enough,
        } => {
            let first = at(*first, now);
            match (pods, enough) {
                (1, Some(_)) => format!("wait: pod {pod} is available at {first}"),
                (1, None) => format!("wait: pod {pod} is available at {first}{NOT_ENOUGH}"),
                (_, Some(enough)) => format!(
                    "wait: {pods} pods become available, the first at {first}; from {} on the budget has room",
                    at(*enough, now)
                ),
                (_, None) => format!(
                    "wait: {pods} pods become available, the first at {first}{NOT_ENOUGH}"
                ),
            }
        }
        RemedyKind::DeletePods { pods, nodes } => delete(pods, nodes),
        RemedyKind::RelievePressure { nodes, taint } => {
            let what = if taint.key.ends_with("/disk-pressure") {
                "disk space"
            } else {
                "process ids"
            };
            match nodes.as_slice() {
                [node] => format!("free {what} on node {node}"),
                nodes => format!("free {what} on nodes {}", few(nodes)),
            }
        }
        RemedyKind::ReleaseFinalizers { pod } => {
            format!("let whoever put finalizers on pod {pod} finish, or take them off")
        }
        RemedyKind::ForceDelete { pods, nodes } => force(pods, nodes),
        RemedyKind::DeleteNodes(nodes) => match nodes.names.as_slice() {
            [node] => format!(
                "delete node {node}, if the machine is gone for good{}",
                how_many(nodes)
            ),
            names => format!(
                "delete nodes {}, if the machines are gone for good{}",
                few(names),
                how_many(nodes)
            ),
        },
        RemedyKind::TaintOutOfService(nodes) => match nodes.names.as_slice() {
            [node] => format!(
                "taint node {node} out-of-service, if it is powered off{}",
                how_many(nodes)
            ),
            names => format!(
                "taint nodes {} out-of-service, if they are powered off{}",
                few(names),
                how_many(nodes)
            ),
        },
        RemedyKind::RemoveGeneration { pods } => match pods.as_slice() {
            [pod] => format!(
                "take the label {GENERATION_LABEL} off pod {pod}: then it is old, and the rollout replaces it"
            ),
            pods => format!(
                "take the label {GENERATION_LABEL} off {} pods: then they are old, and the rollout replaces them ({})",
                pods.len(),
                few(pods)
            ),
        },
        RemedyKind::DeleteOutdated { pods } => match pods.as_slice() {
            [pod] => format!("delete pod {pod}: the new one is of the template"),
            pods => format!(
                "delete the {} pods, a few at a time: the new ones are of the template ({})",
                pods.len(),
                few(pods)
            ),
        },
        RemedyKind::Restart { generation } => format!(
            "restart it: its template generation becomes {generation}, which no pod carries"
        ),
        RemedyKind::MendTemplate { can_undo: false } => "mend the template".to_owned(),
        RemedyKind::MendTemplate { can_undo: true } => {
            "mend the template, or go back to the revision before".to_owned()
        }
        RemedyKind::WithoutSurge => {
            "maxSurge 0 and maxUnavailable 1: old pods go first, and leave their host ports".to_owned()
        }
        RemedyKind::RaiseBudget { of, least, percent } => {
            let percent = percent.map(|p| format!(", or {p}%"));
            format!("{} {least}{}", of.field(), percent.unwrap_or_default())
        }
    })
}

/// Said of a remedy that frees some of the budget, and too little.
const NOT_ENOUGH: &str = "; that alone isn't enough, for others hold the budget too";

fn delete(pods: &[String], nodes: &Targets) -> String {
    let how_many = how_many(nodes);
    match pods {
        [pod] => {
            format!("delete pod {pod}: its node is excluded, so that frees the budget{how_many}")
        }
        pods => format!(
            "delete pods {}: their nodes are excluded, so that frees the budget{how_many}",
            few(pods)
        ),
    }
}

fn force(pods: &[String], nodes: &Targets) -> String {
    let how_many = how_many(nodes);
    match pods {
        [pod] => format!(
            "force-delete pod {pod}; no other is made on the node, for it isn't eligible while it isn't ready{how_many}"
        ),
        pods => format!(
            "force-delete pods {}; no others are made on their nodes, for those aren't eligible while they aren't ready{how_many}",
            few(pods)
        ),
    }
}

/// How many of them it takes, where that isn't plain.
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
pub fn risk(risk: Risk) -> Sentence {
    Sentence::new(match risk {
        Risk::NodePodsRemoved => {
            "all pods of the node are removed from the API; if the machine still runs, so do their containers".to_owned()
        }
        Risk::VolumesDetached => {
            "terminating pods of the node are removed by force and their volumes detached: data is lost if the machine still writes".to_owned()
        }
        Risk::ContainersRunOn => {
            "the pod's containers may still run, and run beside a new pod's when the node comes back".to_owned()
        }
        Risk::NotMadeAgain => {
            "no other is created on the node as long as it is excluded".to_owned()
        }
        Risk::FinalizerUndone => "what the finalizer was for is left undone".to_owned(),
        Risk::ReplacedAgain => "all pods that were replaced already are replaced again".to_owned(),
        Risk::AllReplaced => {
            "every pod is replaced, within the rollout's budget, those that run the template too"
                .to_owned()
        }
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
                    "{nodes} nodes may be without an available pod at once, and if those that hold the budget recover, as many good ones are replaced at a time"
                ),
                BudgetKind::Surge if nodes == 1 => "a node may run two pods at once".to_owned(),
                BudgetKind::Surge => format!("up to {nodes} nodes run two pods at once"),
            };
            let crash = if may_crash {
                "; the next new pods may crash as well"
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
        let one = "delete node n1, if the machine is gone for good";
        let both = "delete nodes n1, n2, if the machines are gone for good";
        assert_eq!(said(&["n1"], Some(1)), one);
        assert_eq!(said(&["n1"], None), format!("{one}{NOT_ENOUGH}"));
        for (enough, end) in [
            (Some(1), "; one of them is enough"),
            (Some(2), "; it takes all of them"),
            (None, NOT_ENOUGH),
        ] {
            assert_eq!(said(&["n1", "n2"], enough), format!("{both}{end}"));
        }
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
        let one = format!("wait: pod a is available at {first}");
        let many = format!("wait: 3 pods become available, the first at {first}");
        assert_eq!(said(1, Some(60)), one);
        assert_eq!(said(1, None), format!("{one}{NOT_ENOUGH}"));
        assert_eq!(
            said(3, Some(120)),
            format!("{many}; from 1970-01-01T00:02:00Z (in 2m) on the budget has room")
        );
        assert_eq!(said(3, None), format!("{many}{NOT_ENOUGH}"));
    }

    #[test]
    fn what_a_larger_budget_risks() {
        let said = |of, nodes, may_crash| {
            let risk_of = Risk::MoreAtOnce {
                of,
                nodes,
                may_crash,
            };
            risk(risk_of).into_string()
        };
        assert_eq!(
            said(BudgetKind::Surge, 1, false),
            "a node may run two pods at once"
        );
        assert_eq!(
            said(BudgetKind::Surge, 2, true),
            "up to 2 nodes run two pods at once; the next new pods may crash as well"
        );
    }
}
