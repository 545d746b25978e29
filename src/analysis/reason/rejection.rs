//! Why a kubelet rejected a pod that was bound to its node.

use super::ApiMessage;

/// Why a kubelet doesn't admit a pod (`pkg/kubelet/lifecycle/predicate.go`, `pkg/kubelet/sysctl`
/// and `pkg/kubelet/cm/devicemanager`, 1.37.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The node has too little of a resource, in the kubelet's own units.
    OutOf {
        /// The resource.
        resource: String,
        /// What the pod requests.
        requested: i64,
        /// What others have.
        used: i64,
        /// What there is.
        capacity: i64,
    },
    /// The kubelet doesn't allow a sysctl.
    Sysctl {
        /// The sysctl.
        name: String,
        /// Whether the reason is the host's namespace that the pod shares.
        shares_host: bool,
    },
    /// The node's labels don't match the pod's requirements.
    NodeLabels,
    /// A device plugin has too few healthy devices.
    Devices {
        /// The resource.
        resource: String,
    },
}

impl Rejection {
    /// The meaning of `said`, from a failed pod; `None` for an unknown form.
    #[must_use]
    pub fn of(said: &ApiMessage) -> Option<Self> {
        let message = said.message.as_str();
        match said.reason.as_str() {
            "NodeAffinity" => Some(Self::NodeLabels),
            "SysctlForbidden" => {
                let (_, rest) = message.split_once("forbidden sysctl: \"")?;
                let (name, why) = rest.split_once('"')?;
                Some(Self::Sysctl {
                    name: name.to_owned(),
                    shares_host: why.contains("not allowed with host"),
                })
            }
            "UnexpectedAdmissionError" => devices(message),
            reason if reason.starts_with("OutOf") => out_of(message),
            _ => None,
        }
    }

    /// Whether a failed pod was rejected, for whatever reason.
    #[must_use]
    pub fn is_any(said: &ApiMessage) -> bool {
        said.message.starts_with("Pod was rejected") || Self::of(said).is_some()
    }
}

/// `Node didn't have enough resource: pods, requested: 1, used: 11, capacity: 11`.
fn out_of(message: &str) -> Option<Rejection> {
    let (_, rest) = message.split_once("enough resource: ")?;
    let (resource, rest) = rest.split_once(", requested: ")?;
    let (requested, rest) = rest.split_once(", used: ")?;
    let (used, capacity) = rest.split_once(", capacity: ")?;
    Some(Rejection::OutOf {
        resource: resource.to_owned(),
        requested: requested.parse().ok()?,
        used: used.parse().ok()?,
        capacity: capacity.trim_end_matches(['.', ' ']).parse().ok()?,
    })
}

/// How the device manager says that it has none available.
const DEVICES: [(&str, char); 3] = [
    ("cannot allocate unhealthy devices ", ','),
    ("requested number of devices unavailable for ", '.'),
    ("can't allocate unregistered device ", ','),
];

fn devices(message: &str) -> Option<Rejection> {
    DEVICES.into_iter().find_map(|(before, end)| {
        let (_, rest) = message.split_once(before)?;
        // A resource name contains dots, but doesn't end in one.
        let word = rest.split_whitespace().next()?;
        Some(Rejection::Devices {
            resource: word.trim_end_matches(end).to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_kubelet_turns_pods_away_for() {
        let of = |reason: &str, message: &str| Rejection::of(&ApiMessage::new(reason, message));
        let pods = "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 11, capacity: 11";
        let out_of = Rejection::OutOf {
            resource: "pods".to_owned(),
            requested: 1,
            used: 11,
            capacity: 11,
        };
        assert_eq!(of("OutOfpods", pods), Some(out_of));
        let sysctl = Rejection::Sysctl {
            name: "net.core.somaxconn".to_owned(),
            shares_host: false,
        };
        let forbidden =
            "Pod was rejected: forbidden sysctl: \"net.core.somaxconn\" not allowlisted";
        assert_eq!(of("SysctlForbidden", forbidden), Some(sysctl));
        let gpu = Some(Rejection::Devices {
            resource: "nvidia.com/gpu".to_owned(),
        });
        let unhealthy = "Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected";
        assert_eq!(of("UnexpectedAdmissionError", unhealthy), gpu);
        let few = "Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 1, Available: 0, which is unexpected";
        assert_eq!(of("UnexpectedAdmissionError", few), gpu);
        let labels = "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
        assert_eq!(of("NodeAffinity", labels), Some(Rejection::NodeLabels));
        assert_eq!(of("Evicted", pods), None);
    }
}
