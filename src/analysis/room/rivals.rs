//! The pods that a pod's own anti-affinity excludes.

use k8s_openapi::api::core::v1::PodAffinityTerm;

use crate::analysis::reason::{Owner, Shortage};
use crate::model::selector::Selector;
use crate::model::{HASH_LABEL, Labels, Node, Pod};

use super::Room;

impl Room<'_> {
    /// The first required term of the template that matches pods in the pod's own topology domain,
    /// with those pods. Terms about other namespaces are skipped: their pods weren't read.
    pub(super) fn rivals(&self, pod: &Pod) -> Option<Shortage> {
        let node = self.node(pod)?;
        let affinity = self.ds.pod_spec()?.affinity.as_ref()?;
        let rules = affinity.pod_anti_affinity.as_ref()?;
        let terms = rules
            .required_during_scheduling_ignored_during_execution
            .iter();
        let mut lacks = terms.flatten().filter_map(|term| self.met(term, node, pod));
        lacks.next()
    }

    fn met(&self, term: &PodAffinityTerm, node: &Node, pod: &Pod) -> Option<Shortage> {
        if term.namespaces.is_some() || term.namespace_selector.is_some() {
            return None;
        }
        let key = term.topology_key.as_str();
        let place = node.labels.get(key)?;
        let selector = Selector::new(term.label_selector.as_ref()?).ok()?;
        let is_there = |other: &Pod| {
            let at = self.node_named(&other.node_name);
            at.is_some_and(|node| node.labels.get(key) == Some(place))
        };
        let here = self.others(pod).iter().copied();
        let here = here.filter(|other| other.namespace == pod.namespace);
        let all = self.own.iter().chain(here);
        let met = all.filter(|other| {
            other.name != pod.name
                && !other.is_terminal()
                && !other.node_name.is_empty()
                && selector.matches(&other.labels)
                && is_there(other)
        });
        let mut holders: Vec<_> = met
            .map(|other| self.holder(other, pod.labels.get(HASH_LABEL)))
            .collect();
        holders.sort();
        holders.dedup();
        // For a single node the pods of other nodes aren't read.
        let labels = self.ds.template().metadata.as_ref()?.labels.as_ref();
        let labels = labels.into_iter().flatten();
        let labels: Labels = labels.map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let is_own = match holders.as_slice() {
            [] => selector.matches(&labels) && key != "kubernetes.io/hostname",
            all => all.iter().any(|h| matches!(h.owner, Owner::Own { .. })),
        };
        (is_own || !holders.is_empty()).then(|| Shortage::Rivals {
            topology_key: key.to_owned(),
            place: place.to_owned(),
            is_own,
            holders,
        })
    }
}
