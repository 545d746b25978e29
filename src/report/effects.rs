//! What the controller would do in response to a change of a node.

use serde::Serialize;

use crate::analysis::effects as facts;

/// What the controller would do in response to the changes.
//
// `N` names a node's DaemonSet, `P` one of its pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Effects"))]
#[serde(rename_all = "camelCase")]
pub struct Effects<N, P> {
    /// Where a pod is created.
    pub start: Vec<N>,
    /// Pods that are deleted at once, whatever maxUnavailable says.
    pub stop: Vec<P>,
    /// Pods that aren't bound yet: the change of the node starts no sync for them, and the next
    /// sync deletes them.
    pub stop_once_synced: Vec<P>,
    /// Pods that stay until the next rollout deletes them, and aren't created again.
    pub stay: Vec<P>,
    /// Where a taint is tolerated only for some seconds, so that the pod is evicted and created
    /// again, over and over.
    pub evicted: Vec<N>,
    /// Where a pod would be created today, in place of none or of ended ones, but not after the
    /// change.
    pub no_longer_start: Vec<N>,
    /// Pods that are deleted today (at once, by the next rollout or by taint eviction), but not
    /// after the change.
    pub keep: Vec<P>,
}

impl<N, P> Effects<N, P> {
    pub(super) fn new<'a, A, B>(effects: &'a facts::Effects<A, B>) -> Self
    where
        N: From<&'a A>,
        P: From<&'a B>,
    {
        Self {
            start: effects.start.iter().map(N::from).collect(),
            stop: effects.stop.iter().map(P::from).collect(),
            stop_once_synced: effects.stop_once_synced.iter().map(P::from).collect(),
            stay: effects.stay.iter().map(|one| P::from(&one.pod)).collect(),
            evicted: effects.evicted.iter().map(N::from).collect(),
            no_longer_start: effects.no_longer_start.iter().map(N::from).collect(),
            keep: effects.keep.iter().map(P::from).collect(),
        }
    }
}
