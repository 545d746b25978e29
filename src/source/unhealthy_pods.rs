//! Pods that aren't ready or are being deleted, whose warnings are read: what the kubelet and the scheduler say
//! of them stands nowhere else.

use std::collections::{BTreeSet, HashSet};

use crate::model::{Event, Pod};

/// The pods that aren't ready or are being deleted, by namespace and name.
pub(super) struct UnhealthyPods<'a>(HashSet<(&'a str, &'a str)>);

impl<'a> UnhealthyPods<'a> {
    /// Those of `pods`.
    pub(super) fn among(pods: impl IntoIterator<Item = &'a Pod>) -> Self {
        let is_ready = |pod: &Pod| pod.ready.as_ref().is_some_and(|c| &*c.status == "True");
        let troubled = pods
            .into_iter()
            .filter(|pod| pod.is_deleting() || !is_ready(pod));
        Self(troubled.map(|pod| (&*pod.namespace, &*pod.name)).collect())
    }

    /// Their namespaces.
    pub(super) fn namespaces(&self) -> BTreeSet<&'a str> {
        self.0.iter().map(|(namespace, _)| *namespace).collect()
    }

    /// Whether `event` is a warning about one of them.
    pub(super) fn has(&self, event: &Event) -> bool {
        event.is_warning
            && &*event.kind == "Pod"
            && self.0.contains(&(&*event.namespace, &*event.name))
    }
}
