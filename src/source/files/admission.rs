//! What admission of pods goes by.

use super::kind::{Kind, Names, Place};
use super::visitor::read;
use crate::model::{
    Admission, PartialObjectMetadata, PriorityClass, ResourceQuota, Service, WebhookConfiguration,
};
use crate::source::SourceError;
use crate::source::document::Object;
use crate::source::needs::{AdmissionKind, Resource};

/// What is kept of an object of it.
pub(super) enum AdmissionObject {
    Quota(ResourceQuota),
    ServiceAccount(PartialObjectMetadata),
    PriorityClass(PriorityClass),
    RuntimeClass(PartialObjectMetadata),
    ValidatingWebhooks(WebhookConfiguration),
    MutatingWebhooks(WebhookConfiguration),
    Service(Service),
}

impl AdmissionObject {
    /// Decodes one, which is in `namespace` where its kind has namespaces.
    pub(super) fn read(
        kind: AdmissionKind,
        object: &Object<'_>,
        namespace: &str,
    ) -> Result<Self, SourceError> {
        Ok(match kind {
            AdmissionKind::ResourceQuota => {
                let mut quota = read::<ResourceQuota>(object)?;
                quota.namespace = namespace.into();
                Self::Quota(quota)
            }
            AdmissionKind::Service => {
                let mut service = read::<Service>(object)?;
                service.namespace = namespace.into();
                Self::Service(service)
            }
            AdmissionKind::ServiceAccount => {
                let mut account = read::<PartialObjectMetadata>(object)?;
                account.namespace = namespace.into();
                Self::ServiceAccount(account)
            }
            AdmissionKind::PriorityClass => {
                let mut class = read::<PriorityClass>(object)?;
                class.metadata.namespace = Box::default();
                Self::PriorityClass(class)
            }
            AdmissionKind::RuntimeClass => Self::RuntimeClass(of_cluster(object)?),
            AdmissionKind::ValidatingWebhookConfiguration => {
                Self::ValidatingWebhooks(read(object)?)
            }
            AdmissionKind::MutatingWebhookConfiguration => Self::MutatingWebhooks(read(object)?),
        })
    }
}

/// What has no namespace, whatever it says.
fn of_cluster(object: &Object<'_>) -> Result<PartialObjectMetadata, SourceError> {
    let mut named = read::<PartialObjectMetadata>(object)?;
    named.namespace = Box::default();
    Ok(named)
}

/// All of it. A `List` of several kinds doesn't say that they were asked for, and what is
/// missing takes nothing from an answer: where there is none, nothing is said.
#[derive(Default)]
pub(super) struct AdmissionKinds {
    quotas: Kind<ResourceQuota>,
    service_accounts: Kind<PartialObjectMetadata>,
    priority_classes: Kind<PriorityClass>,
    runtime_classes: Kind<PartialObjectMetadata>,
    validating_webhooks: Kind<WebhookConfiguration>,
    mutating_webhooks: Kind<WebhookConfiguration>,
    services: Kind<Service>,
}

impl AdmissionKinds {
    /// Adds an object, as [`Kind::add`] does.
    pub(super) fn add(
        &mut self,
        object: AdmissionObject,
        place: Place,
        files: &Names,
    ) -> Result<Option<String>, SourceError> {
        let kind = |kind| Resource::Admission(kind).kind();
        match object {
            AdmissionObject::Quota(quota) => {
                let kind = kind(AdmissionKind::ResourceQuota);
                self.quotas.add(quota, kind, place, files)
            }
            AdmissionObject::Service(service) => {
                let kind = kind(AdmissionKind::Service);
                self.services.add(service, kind, place, files)
            }
            AdmissionObject::ServiceAccount(account) => {
                let kind = kind(AdmissionKind::ServiceAccount);
                self.service_accounts.add(account, kind, place, files)
            }
            AdmissionObject::PriorityClass(class) => {
                let kind = kind(AdmissionKind::PriorityClass);
                self.priority_classes.add(class, kind, place, files)
            }
            AdmissionObject::RuntimeClass(class) => {
                let kind = kind(AdmissionKind::RuntimeClass);
                self.runtime_classes.add(class, kind, place, files)
            }
            AdmissionObject::ValidatingWebhooks(webhooks) => {
                let kind = kind(AdmissionKind::ValidatingWebhookConfiguration);
                self.validating_webhooks.add(webhooks, kind, place, files)
            }
            AdmissionObject::MutatingWebhooks(webhooks) => {
                let kind = kind(AdmissionKind::MutatingWebhookConfiguration);
                self.mutating_webhooks.add(webhooks, kind, place, files)
            }
        }
    }
}

impl From<AdmissionKinds> for Admission {
    fn from(kinds: AdmissionKinds) -> Self {
        Self {
            quotas: kinds.quotas.objects.unwrap_or_default(),
            services: kinds.services.objects.unwrap_or_default(),
            service_accounts: kinds.service_accounts.objects.unwrap_or_default(),
            priority_classes: kinds.priority_classes.objects.unwrap_or_default(),
            runtime_classes: kinds.runtime_classes.objects.unwrap_or_default(),
            validating_webhooks: kinds.validating_webhooks.objects.unwrap_or_default(),
            mutating_webhooks: kinds.mutating_webhooks.objects.unwrap_or_default(),
        }
    }
}
