//! What keeps a pod from its node, read from the scheduler's message: it covers all nodes at once,
//! and for a daemon pod all nodes but one are ruled out by its node affinity.

use crate::model::Node;

/// What the scheduler found wrong with a pod's own node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnschedulableCause {
    /// `Insufficient cpu`, of this or another resource.
    Insufficient(String),
    /// `Too many pods`.
    TooManyPods,
    /// `node(s) didn't have free ports for the requested pod ports`.
    HostPortTaken,
    /// `node(s) had untolerated taint {…}`.
    Untolerated(String),
    /// `node(s) had untolerated taint(s)`, without a name.
    UntoleratedTaints,
    /// `node(s) were unschedulable`.
    Cordoned,
    /// `node(s) had volume node affinity conflict`.
    Volume,
    /// `pod has unbound immediate PersistentVolumeClaims`.
    UnboundClaim,
    /// `node(s) didn't match pod anti-affinity rules`, those of the pod itself.
    AntiAffinity,
    /// `node(s) didn't satisfy existing pods anti-affinity rules`.
    OthersAntiAffinity,
    /// `node(s) didn't match pod topology spread constraints`.
    Spread,
    /// No node matches the pod's node affinity, not even its own.
    OwnNodeDoesNotMatch,
    /// Nothing is said of its own node: what is said covers other nodes alone.
    NotSaid {
        /// How many nodes it covers.
        covered: usize,
        /// How many nodes there are.
        nodes: usize,
    },
    /// Anything else, unchanged.
    Other(String),
}

/// What releases up to 1.23 write behind a taint.
const NOT_TOLERATED: &str = ", that the pod didn't tolerate";

impl UnschedulableCause {
    /// Whether it can be about `node`: taints are compared before the node affinity, so the
    /// message has those of other nodes too.
    #[must_use]
    pub fn fits(&self, node: &Node) -> bool {
        let mut taints = node.taints.iter();
        match self {
            Self::Untolerated(text) => {
                let key = text.split('=').next().unwrap_or_default();
                taints.any(|taint| *taint.key == *key)
            }
            Self::UntoleratedTaints => taints.any(|taint| &*taint.effect != "PreferNoSchedule"),
            Self::Cordoned => node.unschedulable,
            _ => true,
        }
    }
}

/// The part of `message`, from the condition PodScheduled, that concerns the pod's own node.
#[must_use]
pub fn unfit(message: &str) -> Vec<UnschedulableCause> {
    let Some((total, nodes)) = message.split_once(" nodes are available: ") else {
        return Vec::new();
    };
    // The rest is about preemption.
    let nodes = nodes.split(". ").next().unwrap_or(nodes);
    let nodes = nodes.replace(NOT_TOLERATED, "");
    let parts = nodes.trim_end_matches('.').split(", ");
    let all: Vec<(usize, &str)> = parts
        .map(counted)
        .filter(|(_, part)| !part.is_empty())
        .collect();
    let mut own = all
        .iter()
        .filter(|(_, part)| is_of_own_node(part))
        .peekable();
    if own.peek().is_none() && !all.is_empty() {
        let covered = all.iter().map(|(count, _)| count).sum();
        let nodes = total.rsplit_once('/').and_then(|(_, of)| of.parse().ok());
        return vec![match nodes.filter(|nodes| covered < *nodes) {
            Some(nodes) => UnschedulableCause::NotSaid { covered, nodes },
            None => UnschedulableCause::OwnNodeDoesNotMatch,
        }];
    }
    own.map(|(_, part)| of_part(part)).collect()
}

/// A part of the message without the number of nodes that it begins with, and that.
fn counted(part: &str) -> (usize, &str) {
    let part = part.trim();
    let text = part.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = part.strip_suffix(text).and_then(|count| count.parse().ok());
    (count.unwrap_or_default(), text.trim_start())
}

/// Other nodes fail by the node affinity that the DaemonSet controller gives each pod.
fn is_of_own_node(part: &str) -> bool {
    let of_others = [
        "node(s) didn't match Pod's node affinity",
        // Releases up to 1.19.
        "node(s) didn't match node selector",
        "node(s) didn't satisfy plugin(s) [NodeAffinity]",
        "node is filtered out by the prefilter result",
    ];
    !of_others.iter().any(|other| part.starts_with(other))
}

fn of_part(part: &str) -> UnschedulableCause {
    if let Some(resource) = part.strip_prefix("Insufficient ") {
        return UnschedulableCause::Insufficient(resource.to_owned());
    }
    let untolerated = part.strip_prefix("node(s) had untolerated taint {");
    if let Some(taint) = untolerated.or_else(|| part.strip_prefix("node(s) had taint {")) {
        return UnschedulableCause::Untolerated(taint_text(taint.trim_end_matches('}')));
    }
    match part {
        "node(s) had volume node affinity conflict" => UnschedulableCause::Volume,
        "node(s) had untolerated taint(s)" => UnschedulableCause::UntoleratedTaints,
        "node(s) were unschedulable" => UnschedulableCause::Cordoned,
        "Too many pods" => UnschedulableCause::TooManyPods,
        "node(s) didn't match pod anti-affinity rules" => UnschedulableCause::AntiAffinity,
        "node(s) didn't satisfy existing pods anti-affinity rules" => {
            UnschedulableCause::OthersAntiAffinity
        }
        spread if spread.starts_with("node(s) didn't match pod topology spread constraints") => {
            UnschedulableCause::Spread
        }
        "pod has unbound immediate PersistentVolumeClaims" => UnschedulableCause::UnboundClaim,
        "node(s) didn't have free ports for the requested pod ports" => {
            UnschedulableCause::HostPortTaken
        }
        other => UnschedulableCause::Other(other.trim_start_matches("node(s) ").to_owned()),
    }
}

/// `key: value` as `kubectl taint` writes it.
fn taint_text(taint: &str) -> String {
    match taint.split_once(": ") {
        Some((key, "")) => key.to_owned(),
        Some((key, value)) => format!("{key}={value}"),
        None => taint.trim_end_matches(':').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Taint;

    #[test]
    fn only_what_is_about_the_own_node_is_kept() {
        let message = "0/5 nodes are available: 1 Insufficient cpu, 1 Too many pods, 4 node(s) didn't match Pod's node affinity/selector. preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.";
        assert_eq!(
            unfit(message),
            [
                UnschedulableCause::Insufficient("cpu".to_owned()),
                UnschedulableCause::TooManyPods
            ]
        );
        let ports = "0/2 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 1 node(s) didn't match Pod's node affinity/selector.";
        assert_eq!(unfit(ports), [UnschedulableCause::HostPortTaken]);
        assert_eq!(unfit("no nodes"), []);
        let spread = "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) didn't match pod topology spread constraints (missing required label).";
        assert_eq!(unfit(spread), [UnschedulableCause::Spread]);
        let taint = "0/2 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 1 node(s) didn't match Pod's node affinity/selector.";
        assert_eq!(
            unfit(taint),
            [UnschedulableCause::Untolerated("dedicated=gpu".to_owned())]
        );
        let old = "0/2 nodes are available: 1 Too many pods, 1 node(s) had taint {dedicated: }, that the pod didn't tolerate.";
        assert_eq!(
            unfit(old),
            [
                UnschedulableCause::TooManyPods,
                UnschedulableCause::Untolerated("dedicated".to_owned())
            ]
        );
        let none = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
        assert_eq!(unfit(none), [UnschedulableCause::OwnNodeDoesNotMatch]);
        for others in [
            "didn't match Pod's node affinity/selector",
            "didn't match node selector",
        ] {
            let message = format!("0/6 nodes are available: 5 node(s) {others}.");
            let (covered, nodes) = (5, 6);
            assert_eq!(
                unfit(&message),
                [UnschedulableCause::NotSaid { covered, nodes }]
            );
        }
    }

    #[test]
    fn taints_of_other_nodes_are_told_apart() {
        let bare = Node::default();
        let tainted = Node {
            taints: vec![Taint {
                key: "dedicated".into(),
                effect: "NoSchedule".into(),
                ..Taint::default()
            }],
            ..Node::default()
        };
        let taint = UnschedulableCause::Untolerated("dedicated=gpu".to_owned());
        assert!(taint.fits(&tainted) && UnschedulableCause::UntoleratedTaints.fits(&tainted));
        assert!(!taint.fits(&bare) && !UnschedulableCause::UntoleratedTaints.fits(&bare));
        assert!(
            !UnschedulableCause::Cordoned.fits(&bare)
                && UnschedulableCause::TooManyPods.fits(&bare)
        );
    }
}
