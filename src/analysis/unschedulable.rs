//! What keeps a pod from its node, read from the scheduler's message: it covers all nodes at once,
//! and for a daemon pod all nodes but one are ruled out by its node affinity.

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
    /// `node(s) had volume node affinity conflict`.
    Volume,
    /// `pod has unbound immediate PersistentVolumeClaims`.
    UnboundClaim,
    /// `node(s) didn't match pod anti-affinity rules`, those of the pod itself.
    AntiAffinity,
    /// `node(s) didn't satisfy existing pods anti-affinity rules`.
    OthersAntiAffinity,
    /// No node matches the pod's node affinity, not even its own.
    OwnNodeDoesNotMatch,
    /// Anything else, unchanged.
    Other(String),
}

/// The part of `message`, from the condition PodScheduled, that concerns the pod's own node.
#[must_use]
pub fn unfit(message: &str) -> Vec<UnschedulableCause> {
    let Some((_, nodes)) = message.split_once("nodes are available: ") else {
        return Vec::new();
    };
    // The rest is about preemption.
    let nodes = nodes.split(". ").next().unwrap_or(nodes);
    let parts = nodes.trim_end_matches('.').split(", ");
    let parts = parts.map(|part| {
        let part = part.trim();
        let counted = part.trim_start_matches(|c: char| c.is_ascii_digit());
        counted.trim_start()
    });
    let all: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let own: Vec<&str> = all
        .iter()
        .filter(|part| is_of_own_node(part))
        .copied()
        .collect();
    if own.is_empty() && !all.is_empty() {
        return vec![UnschedulableCause::OwnNodeDoesNotMatch];
    }
    own.into_iter().map(of_part).collect()
}

/// Other nodes fail by the node affinity that the DaemonSet controller gives each pod.
fn is_of_own_node(part: &str) -> bool {
    let of_others = [
        "node(s) didn't match Pod's node affinity/selector",
        "node(s) didn't satisfy plugin(s) [NodeAffinity]",
        "node is filtered out by the prefilter result",
    ];
    !of_others.iter().any(|other| part.starts_with(other))
}

fn of_part(part: &str) -> UnschedulableCause {
    if let Some(resource) = part.strip_prefix("Insufficient ") {
        return UnschedulableCause::Insufficient(resource.to_owned());
    }
    if let Some(taint) = part.strip_prefix("node(s) had untolerated taint {") {
        return UnschedulableCause::Untolerated(taint_text(taint.trim_end_matches('}')));
    }
    match part {
        "node(s) had volume node affinity conflict" => UnschedulableCause::Volume,
        "Too many pods" => UnschedulableCause::TooManyPods,
        "node(s) didn't match pod anti-affinity rules" => UnschedulableCause::AntiAffinity,
        "node(s) didn't satisfy existing pods anti-affinity rules" => {
            UnschedulableCause::OthersAntiAffinity
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
        let taint = "0/2 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 1 node(s) didn't match Pod's node affinity/selector.";
        assert_eq!(
            unfit(taint),
            [UnschedulableCause::Untolerated("dedicated=gpu".to_owned())]
        );
        let none = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
        assert_eq!(unfit(none), [UnschedulableCause::OwnNodeDoesNotMatch]);
    }
}
