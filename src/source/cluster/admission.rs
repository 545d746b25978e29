//! The objects that explain refused creates, read only where there were some: one list of each kind
//! that the refusals name, per namespace for namespaced kinds.

use futures_util::future::try_join_all;

use crate::model::{Admission, Snapshot};
use crate::source::needs::{AdmissionKind, Resource};
use crate::source::refused::RefusalKinds;
use crate::source::{Question, SourceError};

use super::on_wire::OnWire;
use super::reader::QuestionReader;
use super::request::Request;

impl QuestionReader<'_> {
    /// The objects that explain the refused creates for the DaemonSets of `snapshot`.
    pub(super) async fn admission(
        &self,
        question: &Question,
        snapshot: &Snapshot,
    ) -> Result<Admission, SourceError> {
        if !question.is_about_creates() {
            return Ok(Admission::default());
        }
        let explaining = &RefusalKinds::of(snapshot);
        let quotas = self.explaining(AdmissionKind::ResourceQuota, explaining);
        let accounts = self.explaining(AdmissionKind::ServiceAccount, explaining);
        let priorities = self.explaining(AdmissionKind::PriorityClass, explaining);
        let runtimes = self.explaining(AdmissionKind::RuntimeClass, explaining);
        let validating = self.explaining(AdmissionKind::ValidatingWebhookConfiguration, explaining);
        let mutating = self.explaining(AdmissionKind::MutatingWebhookConfiguration, explaining);
        let services = self.explaining(AdmissionKind::Service, explaining);
        let (quotas, accounts, priorities, runtimes, validating, mutating, services) = tokio::try_join!(
            quotas, accounts, priorities, runtimes, validating, mutating, services
        )?;
        Ok(Admission {
            quotas,
            service_accounts: accounts,
            priority_classes: priorities,
            runtime_classes: runtimes,
            validating_webhooks: validating,
            mutating_webhooks: mutating,
            services,
        })
    }

    async fn explaining<T: OnWire>(
        &self,
        kind: AdmissionKind,
        explaining: &RefusalKinds<'_>,
    ) -> Result<Vec<T>, SourceError> {
        let resource = Resource::Admission(kind);
        let requests: Vec<Request> = match resource.is_namespaced() {
            true => {
                let namespaces = explaining.namespaces(kind);
                namespaces.map(|n| resource.list(Some(n))).collect()
            }
            false => {
                let wanted = explaining.wants(kind).then(|| resource.list(None));
                wanted.into_iter().collect()
            }
        };
        let lists = requests.iter().map(|request| async move {
            let list = match self.transport.list::<T>(request).await {
                // A server needn't serve every API group: then there are no objects of this kind.
                Err(failure) if failure.is_not_found() => Ok(Vec::new()),
                list => list,
            };
            self.unless_unread("list", resource, list)
        });
        let lists = try_join_all(lists).await?.into_iter();
        Ok(lists.flatten().flatten().collect())
    }
}
