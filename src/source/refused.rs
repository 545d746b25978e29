//! Which objects explain the creates that were refused: they are read only then.

use std::collections::{BTreeMap, BTreeSet};

use super::needs::AdmissionKind;
use crate::model::creates::LastCreates;
use crate::model::refusal::Refusal;
use crate::model::{Admission, Snapshot};

/// What explains the refused creates of a snapshot: the kinds, and the namespaces of the
/// DaemonSets that they were refused to.
pub(super) struct RefusalKinds<'a>(BTreeMap<AdmissionKind, BTreeSet<&'a str>>);

impl<'a> RefusalKinds<'a> {
    /// What explains those of the DaemonSets of `snapshot`.
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let mut explaining: BTreeMap<AdmissionKind, BTreeSet<&str>> = BTreeMap::new();
        for (ds, event) in LastCreates::new(snapshot, &snapshot.daemon_sets).refused() {
            for kind in explained_by(&Refusal::new(&event.message), &ds.namespace) {
                let namespaces = explaining.entry(*kind).or_default();
                namespaces.insert(&ds.namespace);
            }
        }
        Self(explaining)
    }

    /// The namespaces of which all objects of the kind are wanted; none where it isn't.
    pub(super) fn namespaces(&self, kind: AdmissionKind) -> impl Iterator<Item = &'a str> {
        self.0.get(&kind).into_iter().flatten().copied()
    }

    /// Whether objects of the kind are wanted.
    pub(super) fn wants(&self, kind: AdmissionKind) -> bool {
        self.0.contains_key(&kind)
    }

    /// What of `all` is wanted.
    pub(super) fn of_all(&self, all: &Admission) -> Admission {
        let in_namespace = |kind: AdmissionKind, namespace: &str| {
            let wanted = self.0.get(&kind);
            wanted.is_some_and(|namespaces| namespaces.contains(namespace))
        };
        let quotas = all.quotas.iter();
        let quotas = quotas.filter(|q| in_namespace(AdmissionKind::ResourceQuota, &q.namespace));
        let services = all.services.iter();
        let services = services.filter(|s| in_namespace(AdmissionKind::Service, &s.namespace));
        let accounts = all.service_accounts.iter();
        let accounts =
            accounts.filter(|a| in_namespace(AdmissionKind::ServiceAccount, &a.namespace));
        Admission {
            quotas: quotas.cloned().collect(),
            services: services.cloned().collect(),
            service_accounts: accounts.cloned().collect(),
            priority_classes: self.whole(AdmissionKind::PriorityClass, &all.priority_classes),
            runtime_classes: self.whole(AdmissionKind::RuntimeClass, &all.runtime_classes),
            validating_webhooks: self.whole(
                AdmissionKind::ValidatingWebhookConfiguration,
                &all.validating_webhooks,
            ),
            mutating_webhooks: self.whole(
                AdmissionKind::MutatingWebhookConfiguration,
                &all.mutating_webhooks,
            ),
        }
    }

    fn whole<T: Clone>(&self, kind: AdmissionKind, all: &[T]) -> Vec<T> {
        match self.wants(kind) {
            true => all.to_vec(),
            false => Vec::new(),
        }
    }
}

/// The objects that tell more of a refusal than its message, for a DaemonSet in `namespace`.
fn explained_by(refusal: &Refusal, namespace: &str) -> &'static [AdmissionKind] {
    match refusal {
        Refusal::QuotaExceeded { .. } | Refusal::NoQuotaForScope { .. } => {
            &[AdmissionKind::ResourceQuota]
        }
        Refusal::NoServiceAccount { .. } => &[AdmissionKind::ServiceAccount],
        Refusal::NoPriorityClass { .. } => &[AdmissionKind::PriorityClass],
        Refusal::NoRuntimeClass { .. } => &[AdmissionKind::RuntimeClass],
        // Only there can its pods be those that it keeps from being created.
        Refusal::WebhookFailed {
            service: Some((there, _)),
            ..
        } if *there == *namespace => &[
            AdmissionKind::ValidatingWebhookConfiguration,
            AdmissionKind::MutatingWebhookConfiguration,
            AdmissionKind::Service,
        ],
        // The message doesn't say of which of the two kinds the webhook is.
        Refusal::WebhookDenied { .. } | Refusal::WebhookFailed { .. } => &[
            AdmissionKind::ValidatingWebhookConfiguration,
            AdmissionKind::MutatingWebhookConfiguration,
        ],
        // The namespace is always read. The rest is said by the message, or isn't in the API.
        Refusal::QuotaWantsRequests { .. }
        | Refusal::PodSecurity { .. }
        | Refusal::LimitRange { .. }
        | Refusal::PolicyDenied { .. }
        | Refusal::SecurityContextConstraints { .. }
        | Refusal::PodSecurityPolicy { .. }
        | Refusal::PriorityClassElsewhere { .. }
        | Refusal::ControllerForbidden { .. }
        | Refusal::Timeout
        | Refusal::NamespaceTerminating
        | Refusal::Invalid { .. }
        | Refusal::Other { .. } => &[],
    }
}
