//! The CamelCase codes of reasons, in one list.

use serde::Serialize;

macro_rules! codes {
    ($($name:ident: $text:literal;)*) => {
        /// Why something is as it is, as stable names for scripts and alerts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub enum Code {
            $(#[doc = $text] $name,)*
        }

        impl Code {
            /// All codes, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as it is printed.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

codes! {
    NodeNameMismatch: "The template's `spec.nodeName` names another node.";
    NodeSelectorMismatch: "The node lacks a label of the template's `nodeSelector`, or has another value for it.";
    NodeAffinityMismatch: "A requirement of the required node affinity doesn't match the node.";
    NodeAffinityInvalid: "A requirement of the required node affinity can't be parsed; its whole term matches no node, and the controller says nothing.";
    NodeAffinityNoTerms: "The required node affinity has no usable term, so it matches no node.";
    UntoleratedNoExecute: "A NoExecute taint of the node isn't tolerated: no pod is made, and one that is there is deleted: at once where it is bound, else at the next sync.";
    UntoleratedNoSchedule: "A NoSchedule taint of the node isn't tolerated: no pod is made, but one that is there stays until it is deleted or rolled.";
    UntoleratedPreferNoSchedule: "A PreferNoSchedule taint of the node isn't tolerated; the controller ignores it.";
    EvictedAgainAndAgain: "A NoExecute taint is tolerated for some seconds only: taint eviction removes the pod when they are over, and the controller makes it again.";
    PodMissing: "The node should run a pod and has none.";
    FailedCreate: "The controller tried to create pods and was refused; the event has the refusal.";
    NamespaceTerminating: "The namespace is being deleted: no pod can be created in it.";
    PodNotYetScheduled: "The pod waits for its scheduler, which hasn't said anything about it yet.";
    PodSchedulingGated: "Scheduling gates hold the pod back: the scheduler doesn't look at it until whoever put them there has taken them off.";
    PodUnschedulable: "The scheduler can't place the pod on its node; it says why.";
    PodPending: "The pod was accepted, and its containers haven't started.";
    ContainerWaiting: "A container isn't running; the kubelet says why.";
    PodNotReady: "The pod runs and isn't ready.";
    PodNotYetAvailable: "The pod is ready, but not yet for `minReadySeconds`.";
    PodWarning: "The kubelet or the scheduler warns of a pod that isn't available: the latest event about it.";
    RestartsAgainAndAgain: "Available pods have a container that was restarted at least 5 times, the last time within the hour: they serve at the moment, and it ends again and again. That doesn't keep a DaemonSet from being clean.";
    PodTerminating: "The pod is being deleted; while it is there no other takes its place, unless the DaemonSet surges.";
    PodFailed: "The pod failed; the controller deletes it, after a backoff where pods may be, and makes another where one should be.";
    PodSucceeded: "The pod has ended and didn't fail, as when its node shuts down; its status may say what ended it. The controller deletes it, and makes another where one should be.";
    DuplicatePods: "The node has more than one pod of this DaemonSet.";
    Surging: "A rollout with surge has an old and a new pod on the node; the old one goes when the new one is available.";
    PodOutdated: "The pod was made from an older template.";
    PodDrifted: "The pod counts as updated by a label alone and isn't what the template says: no rollout replaces it until the template changes again.";
    PodToBeAdopted: "No controller owns the pod, and its labels match: the DaemonSet takes it over at its next sync.";
    Misscheduled: "The node has a pod that it shouldn't have.";
    NodeMissing: "The pod is on, or meant for, a node that doesn't exist.";
    PodOlderThanNode: "The pod was created before its node: it belongs to a previous node of the same name, and its status is stale.";
    NodeTerminating: "The node is being deleted, and finalizers hold it: its pods end with it, and there is nothing to mend.";
    NodeNotReady: "The node isn't ready, so what it last said of its pods may be old.";
    NodeUnderPressure: "The node has no disk space or no process ids left, and its kubelet turns away new pods that aren't critical.";
    VirtualNode: "The node is a virtual kubelet's or Fargate's, which can't run most daemon pods.";
    NamespaceNodeSelector: "The namespace has a node selector that an admission plugin puts on its pods; a pod for a node outside it never starts.";
    DaemonSetDeleting: "The DaemonSet is being deleted; the controller does nothing for it any more.";
    SelectorMatchesEverything: "The DaemonSet's selector is empty; the controller refuses to act.";
    SelectorInvalid: "The DaemonSet's selector can't be parsed; the controller fails at every sync.";
    GenerationNotObserved: "The controller hasn't processed the latest change of the DaemonSet.";
    NeverSynced: "The controller has never synced the DaemonSet: it has written no `observedGeneration`, and has left no other trace.";
    TaintStartsNoSync: "A NoSchedule taint came to a node that has its pod; that starts no sync, so the status stays as it was.";
    DeletedNodeStartsNoSync: "A node was deleted, and its pod is still there; a deletion starts no sync, so the status stays as it was.";
    ExcludedNodeStartsNoSync: "A node no longer fits the template or got a NoExecute taint, and its pod isn't bound yet; a node starts a sync for bound pods alone, so the status stays as it was.";
    FewerNodesStartNoSync: "Fewer nodes should run it than at the last sync, and none of them has a pod: they were deleted or are excluded since. Neither starts a sync, so the status stays as it was.";
    StatusBehind: "The status is older than the objects; the controller hasn't synced since.";
    ForeignPods: "Pods that match the selector belong to other controllers.";
    ReleasedPods: "Pods of this DaemonSet no longer match its selector; they run on, and others are made beside them.";
    LeftBehindPods: "No controller owns these pods, no selector takes them, and this DaemonSet or one that had its name made them: they run on, and nothing replaces or deletes them.";
    PodsWithoutNode: "Pods of this DaemonSet are on no node and meant for none; the controller keeps them, and neither counts nor deletes them.";
    NodeExcluded: "No pod continues to run on the node: the template or a NoExecute taint excludes it, and its pods are deleted, whatever maxUnavailable says: at once where one is bound, else at the next sync.";
    ReplacedUnderSurge: "The old pod beside a new one is no longer ready, or the new one is available: it has done its part.";
    NodeGoneUnderSurge: "With surge, old pods on nodes that don't exist make every rolling update fail until the pod garbage collector has removed them.";
    HostPortsUnderSurge: "With surge the new pod is made beside the old one, and both want the same host port: the new one never fits its node.";
    BudgetExhausted: "The budget is used up: no available pod is replaced until one of the nodes that use it has an available pod again.";
    BudgetInvalid: "A budget is neither a number nor a percentage; the rolling update fails at every sync.";
    OldPodsWaitForAHand: "The strategy is OnDelete: old pods stay until somebody deletes them.";
    Controlled: "The DaemonSet controls it, and its labels match the selector.";
    OrphanedPod: "No controller owns the pod, its labels match, and others show that a DaemonSet made it: one that was deleted without its pods, or that released it.";
    BarePod: "No controller owns the pod, its labels match, and none shows that a DaemonSet made it.";
    OwnerWithoutController: "The pod has owner references, none with `controller: true`: they don't protect it from being taken over.";
    NoLongerSelected: "The DaemonSet controls it, and its labels no longer match the selector: it is released.";
    ReleasedEarlier: "It is an orphan that doesn't match, and was this DaemonSet's: it was released or relabelled, or a DaemonSet of this name left it that is gone, or is created again with another selector.";
    OwnerLetsGo: "Another controller owns the pod and its own selector no longer matches: it is released, and then adopted.";
    OtherController: "Another controller owns it.";
    FormerDaemonSet: "A DaemonSet of this name that is gone owns it: its UID is another.";
    OwnerGone: "Its controller doesn't exist any more.";
    StaticPod: "A Node controls it: it is the mirror of a static pod, which only the kubelet's files change.";
    OrphanTerminating: "It would be adopted, but is being deleted: it isn't.";
    OtherIdentity: "It has an owner reference with the DaemonSet's UID and another kind or name: the controller doesn't see it.";
    OrphanedRevision: "No controller owns the ControllerRevision, and its labels match: it is taken over.";
    GenerationTrap: "Pods count as updated by `pod-template-generation` alone while they run another template: nothing replaces them.";
    DuplicateRevisions: "Several ControllerRevisions hold the template: one is kept, and every pod gets its label without being restarted.";
    HistoryRewritten: "The next sync changes ControllerRevisions that are there.";
    SelectorOverlap: "Another controller's selector matches this DaemonSet's pods, or this DaemonSet's matches its.";
    FewerNodesThanExpected: "Fewer nodes have the labels that the DaemonSet is expected by than the expectation asks for.";
    ExpectationInvalid: "An annotation that says on which nodes the DaemonSet is expected can't be parsed, so nothing is expected.";
    PodNotCounted: "The pod that was asked for isn't one that the DaemonSet counts; what is said of its node is said without it.";
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_distinct_sentences() {
        for code in Code::ALL {
            assert!(code.description().ends_with('.'), "{}", code.name());
        }
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
