use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{
    Admission, ControllerRevision, DaemonSet, Event, Expectations, FeatureGates, LimitRange, List,
    Namespace, Node, Pod, Workload, WorkloadKind,
};

/// Something that a question needed and that couldn't be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Incomplete {
    /// `get` or `list`.
    pub verb: String,
    /// The resource, such as `nodes` or `pods`.
    pub resource: String,
    /// Why it couldn't be read, and who was refused where it is a matter of rights.
    pub why: String,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "couldn't {} {}: {}", self.verb, self.resource, self.why)
    }
}

/// All that one question read, from either source, and the inputs that
/// would otherwise hide in the environment: the time and the feature gates.
///
/// A list that couldn't be read is `None`: unknown, not empty. What a verdict
/// needed of it stands in `incomplete`, what is missing for colour only in `notes`.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The controller's "now": the API server's clock, or `--now`.
    pub now: Timestamp,
    /// How far the server's clock may be ahead of `now`, whose source has whole seconds; zero
    /// for a time that was given or that files record.
    pub clock_tolerance: SignedDuration,
    /// `gitVersion` of the API server, such as `v1.37.1`; `None` when files don't tell.
    pub server_version: Option<String>,
    /// The feature gates that kube-controller-manager is taken to run with.
    pub gates: FeatureGates,
    /// What was said, beside the objects, of where DaemonSets are expected to run.
    pub expectations: Expectations,
    /// The DaemonSets that the question is about, by namespace and name.
    pub daemon_sets: Vec<DaemonSet>,
    /// Nodes by name.
    pub nodes: Option<List<Node>>,
    /// Pods by namespace and name.
    pub pods: Option<List<Pod>>,
    /// All pods of nodes on which a daemon pod finds no room, by namespace and name; empty where
    /// there are none, and where they couldn't be read.
    pub pods_beside: Vec<Pod>,
    /// Those of any node that have a host port which a manifest newly wants, likewise.
    pub port_holders: Vec<Pod>,
    /// The pods of kube-controller-manager, by name, where they are among the pods that were
    /// read; empty where none are, as those of a managed control plane.
    pub controller_managers: Vec<Pod>,
    /// ControllerRevisions by namespace and name.
    pub revisions: Option<Vec<ControllerRevision>>,
    /// Events about DaemonSets, in no order.
    pub events: Option<Vec<Event>>,
    /// Namespaces by name.
    pub namespaces: Option<Vec<Namespace>>,
    /// LimitRanges by namespace and name; `None` also where they weren't asked for.
    pub limit_ranges: Option<Vec<LimitRange>>,
    /// What explains creates that were refused; only where some were.
    pub admission: Arc<Admission>,
    /// The controllers in the DaemonSets' namespaces, these DaemonSets among them, by
    /// kind, namespace and name; `None` unless they were asked for.
    pub workloads: Option<Vec<Workload>>,
    /// The kinds of which `workloads` says nothing, because they couldn't be read; that
    /// DaemonSets couldn't stands in `incomplete` too, and of the others in `notes`.
    pub unread_workloads: Vec<WorkloadKind>,
    /// What a verdict needed and couldn't be read.
    pub incomplete: Vec<Incomplete>,
    /// What else is worth knowing about how the data was read.
    pub notes: Vec<String>,
}

impl Snapshot {
    /// An empty snapshot at `now`: everything unknown.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            clock_tolerance: SignedDuration::ZERO,
            server_version: None,
            gates: FeatureGates::default(),
            expectations: Expectations::default(),
            daemon_sets: Vec::new(),
            nodes: None,
            pods: None,
            pods_beside: Vec::new(),
            port_holders: Vec::new(),
            controller_managers: Vec::new(),
            revisions: None,
            events: None,
            namespaces: None,
            limit_ranges: None,
            admission: Arc::default(),
            workloads: None,
            unread_workloads: Vec::new(),
            incomplete: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The latest time that it may be at the server.
    #[must_use]
    pub fn latest_now(&self) -> Timestamp {
        let latest = self.now.checked_add(self.clock_tolerance);
        latest.unwrap_or(Timestamp::MAX)
    }

    /// The pods of a namespace; `None` when pods couldn't be read. The snapshot
    /// must be [sorted](Self::sort), so that a namespace is one stretch of them.
    #[must_use]
    pub fn pods_in(&self, namespace: &str) -> Option<&[Pod]> {
        let pods = self.pods.as_deref()?;
        let start = pods.partition_point(|p| *p.namespace < *namespace);
        let end = pods.partition_point(|p| *p.namespace <= *namespace);
        pods.get(start..end)
    }

    /// The ControllerRevisions of a namespace, as [`Self::pods_in`].
    #[must_use]
    pub fn revisions_in(&self, namespace: &str) -> Option<&[ControllerRevision]> {
        let revisions = self.revisions.as_deref()?;
        let start = revisions.partition_point(|r| *r.namespace < *namespace);
        let end = revisions.partition_point(|r| *r.namespace <= *namespace);
        revisions.get(start..end)
    }

    /// The LimitRanges of a namespace, as [`Self::pods_in`].
    #[must_use]
    pub fn limit_ranges_in(&self, namespace: &str) -> Option<&[LimitRange]> {
        let all = self.limit_ranges.as_deref()?;
        let start = all.partition_point(|l| *l.namespace < *namespace);
        let end = all.partition_point(|l| *l.namespace <= *namespace);
        all.get(start..end)
    }

    /// Whether `workloads` holds all there is of `kind`.
    #[must_use]
    pub fn knows_workloads(&self, kind: WorkloadKind) -> bool {
        self.workloads.is_some() && !self.unread_workloads.contains(&kind)
    }

    /// Puts every list in the order that output relies on.
    pub fn sort(&mut self) {
        self.daemon_sets
            .sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        if let Some(nodes) = &mut self.nodes {
            sort(nodes, |a, b| a.name.cmp(&b.name));
        }
        if let Some(pods) = &mut self.pods {
            sort(pods, |a, b| {
                (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name))
            });
        }
        for pods in [&mut self.pods_beside, &mut self.port_holders] {
            pods.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        }
        if let Some(revisions) = &mut self.revisions {
            revisions.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        }
        if let Some(namespaces) = &mut self.namespaces {
            namespaces.sort_by(|a, b| a.name.cmp(&b.name));
        }
        if let Some(limit_ranges) = &mut self.limit_ranges {
            limit_ranges.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        }
        Arc::make_mut(&mut self.admission).sort();
        if let Some(workloads) = &mut self.workloads {
            workloads.sort_by(|a, b| {
                (a.kind, &a.namespace, &a.name).cmp(&(b.kind, &b.namespace, &b.name))
            });
        }
        self.unread_workloads.sort();
        self.incomplete.sort();
        self.incomplete.dedup();
        self.notes.sort();
        self.notes.dedup();
    }
}

/// A list that is sorted already, as the API and most files have it, stays the one that it is.
fn sort<T: Clone>(list: &mut List<T>, by: impl Fn(&T, &T) -> Ordering) {
    if !list.is_sorted_by(|a, b| by(a, b).is_le()) {
        list.to_mut().sort_by(by);
    }
}
