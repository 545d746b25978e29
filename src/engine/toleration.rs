//! The taints of a node and the tolerations of daemon pods: which taints exclude a new pod, and
//! which remove an existing one.

use k8s_openapi::api::core::v1::{PodSpec, Toleration};

use crate::model::{FeatureGates, Node, Taint};

use super::daemon_set::CompiledDaemonSet;
use super::finding::{Finding, Findings};
use super::should_run::Decision;

/// Where a daemon pod's toleration comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The template, at this index of `tolerations`.
    Template(usize),
    /// The controller adds it to every daemon pod; `replaced` is the index of the template's own
    /// toleration that it replaced, whose `tolerationSeconds` is lost.
    Automatic {
        /// Index in the template's `tolerations`.
        replaced: Option<usize>,
    },
}

/// A toleration as the DaemonSet's pods have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaemonToleration {
    /// Empty matches every key.
    pub key: String,
    /// Empty is `Equal`.
    pub operator: String,
    /// Compared by `Equal`, `Lt` and `Gt`.
    pub value: String,
    /// Empty matches every effect.
    pub effect: String,
    /// Seconds until taint eviction removes the pod for a NoExecute taint; the controller ignores
    /// it.
    pub seconds: Option<i64>,
    /// Where it comes from.
    pub origin: Origin,
}

/// The result for the taints: an untolerated NoSchedule excludes new pods, an untolerated NoExecute
/// also removes existing ones. Other effects don't matter.
pub(super) fn tolerate_taints<'a, F: Findings<'a>>(
    ds: &'a CompiledDaemonSet,
    node: &'a Node,
    findings: &mut F,
) -> Decision {
    let mut decision = Decision {
        should_run: true,
        should_continue_running: true,
    };
    for taint in &node.taints {
        let no_execute = &*taint.effect == "NoExecute";
        let counts = no_execute || &*taint.effect == "NoSchedule";
        if !counts && !F::ALL {
            continue;
        }
        let toleration = ds.tolerations.iter().find(|t| t.tolerates(taint, ds.gates));
        findings.push(Finding::Taint { taint, toleration });
        if counts && toleration.is_none() {
            decision.should_run = false;
            decision.should_continue_running &= !no_execute;
            if no_execute && !F::ALL {
                break;
            }
        }
    }
    decision
}

/// What `AddOrUpdateDaemonPodTolerations` (1.37.1) adds to every daemon pod, in its order.
const AUTOMATIC: [(&str, &str); 6] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

/// What it adds with `hostNetwork: true`.
const AUTOMATIC_HOST_NETWORK: (&str, &str) =
    ("node.kubernetes.io/network-unavailable", "NoSchedule");

/// The tolerations of the pods created from a template (`daemonPodTolerations`, 1.37.1).
#[must_use]
pub fn daemon_pod_tolerations(spec: &PodSpec) -> Vec<DaemonToleration> {
    let written = spec.tolerations.iter().flatten().enumerate();
    let mut tolerations: Vec<_> = written
        .map(|(index, t)| DaemonToleration::from_template(index, t))
        .collect();
    for (key, effect) in AUTOMATIC {
        add_or_update(&mut tolerations, key, effect);
    }
    if spec.host_network == Some(true) {
        let (key, effect) = AUTOMATIC_HOST_NETWORK;
        add_or_update(&mut tolerations, key, effect);
    }
    tolerations
}

/// `v1helper.AddOrUpdateTolerationInPodSpec` (1.37.1): a toleration with the same key, effect,
/// operator and value is replaced, and loses its `tolerationSeconds`.
fn add_or_update(tolerations: &mut Vec<DaemonToleration>, key: &str, effect: &str) {
    let matches = |t: &DaemonToleration| {
        t.key == key && t.effect == effect && t.operator == "Exists" && t.value.is_empty()
    };
    let mut updated = false;
    for toleration in tolerations.iter_mut().filter(|t| matches(t)) {
        updated = true;
        // Without seconds it is the same toleration, still from the template.
        if toleration.seconds.take().is_some()
            && let Origin::Template(index) = toleration.origin
        {
            toleration.origin = Origin::Automatic {
                replaced: Some(index),
            };
        }
    }
    if !updated {
        tolerations.push(DaemonToleration {
            key: key.to_owned(),
            operator: "Exists".to_owned(),
            value: String::new(),
            effect: effect.to_owned(),
            seconds: None,
            origin: Origin::Automatic { replaced: None },
        });
    }
}

impl DaemonToleration {
    fn from_template(index: usize, written: &Toleration) -> Self {
        Self {
            key: written.key.clone().unwrap_or_default(),
            operator: written.operator.clone().unwrap_or_default(),
            value: written.value.clone().unwrap_or_default(),
            effect: written.effect.clone().unwrap_or_default(),
            seconds: written.toleration_seconds,
            origin: Origin::Template(index),
        }
    }

    /// `Toleration.ToleratesTaint` (k8s.io/api 0.37.1). An empty key is ignored for every operator;
    /// the API allows only `Exists` there, files don't.
    #[must_use]
    pub fn tolerates(&self, taint: &Taint, gates: FeatureGates) -> bool {
        if !self.effect.is_empty() && *self.effect != *taint.effect {
            return false;
        }
        if !self.key.is_empty() && *self.key != *taint.key {
            return false;
        }
        match self.operator.as_str() {
            "" | "Equal" => *self.value == *taint.value,
            "Exists" => true,
            "Lt" | "Gt" if gates.taint_toleration_comparison_operators => {
                let (Some(bound), Some(value)) =
                    (decimal_integer(&self.value), decimal_integer(&taint.value))
                else {
                    return false;
                };
                if self.operator == "Lt" {
                    value < bound
                } else {
                    value > bound
                }
            }
            _ => false,
        }
    }
}

/// Whether `Lt` and `Gt` compare a value, of a toleration or of a taint.
#[must_use]
pub fn is_compared(value: &str) -> bool {
    decimal_integer(value).is_some()
}

/// An int64 in the strict form of `content.IsDecimalInteger` (apimachinery 0.37.1): `0`, or digits
/// without a leading zero, optionally after a minus sign.
fn decimal_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let strict = text == "0"
        || (digits.starts_with(|c: char| ('1'..='9').contains(&c))
            && digits.bytes().all(|b| b.is_ascii_digit()));
    if strict { text.parse().ok() } else { None }
}
