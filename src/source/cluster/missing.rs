//! Suggestions for an object that doesn't exist. Only then are names requested, as metadata only.

use std::ops::ControlFlow;
use std::time::Duration;

use serde::de::IgnoredAny;
use tokio::time::timeout;

use crate::source::names::Named;
use crate::source::needs::Resource;
use crate::source::{Instead, ObjectName, SourceError};

use super::names::in_pages;
use super::reader::QuestionReader;

/// How long an error waits for suggestions.
const LIMIT: Duration = Duration::from_secs(2);

impl QuestionReader<'_> {
    /// An error with similar names where the node doesn't exist.
    pub(super) async fn node_or_error(&self, exists: bool, node: &str) -> Result<(), SourceError> {
        if exists {
            return Ok(());
        }
        let names = self.node_names().await;
        Err(SourceError::no_node(node, names.iter().map(String::as_str)))
    }

    /// As many as can be read in time; none where that is forbidden.
    async fn node_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut take = |page: Vec<Named>| {
            names.extend(page.into_iter().map(|node| node.name));
            ControlFlow::Continue(())
        };
        let request = Resource::Nodes.list(None);
        // Without names the error is still true.
        let _ = timeout(LIMIT, in_pages(self.transport, &request, &mut take)).await;
        names
    }

    /// What else has the name of a DaemonSet that doesn't exist, as far as that can be found in
    /// time.
    pub(super) async fn instead(&self, wanted: &ObjectName) -> Option<Instead> {
        let (is_node, is_pod) = tokio::join!(
            self.is_there(Resource::Nodes, None, &wanted.name),
            self.is_there(Resource::Pods, Some(&wanted.namespace), &wanted.name),
        );
        match (is_node, is_pod) {
            (true, _) => Some(Instead::Node),
            (false, true) => Some(Instead::Pod),
            (false, false) => None,
        }
    }

    async fn is_there(&self, resource: Resource, namespace: Option<&str>, name: &str) -> bool {
        let Ok(request) = resource.get(namespace, name) else {
            return false;
        };
        let object = self.transport.get::<IgnoredAny>(&request);
        matches!(timeout(LIMIT, object).await, Ok(Ok(_)))
    }
}
