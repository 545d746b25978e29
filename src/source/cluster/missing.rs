//! What isn't there, and what may have been meant by its name. It is only then that
//! names are asked for: no more than their metadata.

use std::ops::ControlFlow;
use std::time::Duration;

use serde::de::IgnoredAny;
use tokio::time::timeout;

use crate::source::SourceError;
use crate::source::names::Named;
use crate::source::needs::Resource;

use super::names::in_pages;
use super::reader::QuestionReader;

/// An error waits no longer than this for better words.
const LIMIT: Duration = Duration::from_secs(2);

impl QuestionReader<'_> {
    /// An error with near names where the node doesn't exist.
    pub(super) async fn node_or_error(&self, exists: bool, node: &str) -> Result<(), SourceError> {
        if exists {
            return Ok(());
        }
        let names = self.node_names().await;
        Err(SourceError::no_node(node, names.iter().map(String::as_str)))
    }

    /// As many as can be read in time; none where they may not be.
    async fn node_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut take = |page: Vec<Named>| {
            names.extend(page.into_iter().map(|node| node.name));
            ControlFlow::Continue(())
        };
        let request = Resource::Nodes.list(None);
        // Without names the error is as true.
        let _ = timeout(LIMIT, in_pages(self.transport, &request, &mut take)).await;
        names
    }

    /// Whether a node has this name, as far as that can be known in time.
    pub(super) async fn is_node(&self, name: &str) -> bool {
        let Ok(request) = Resource::Nodes.get(None, name) else {
            return false;
        };
        let node = self.transport.get::<IgnoredAny>(&request);
        matches!(timeout(LIMIT, node).await, Ok(Ok(_)))
    }
}
