//! One run: everything stands still, the claims are written to disk, then the
//! controllers go on alone, and at last the kubelets do too.

use serde_json::Value;

use super::compare;
use super::deeds::{Reader, Record, name_of};
use super::said::Said;
use crate::control_plane::{AuditMark, Paused};
use crate::report::manifest_file;
use crate::scenario::Outcome;
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;
use crate::scenario::pod::is_ready;

/// What was to be done, so that a scenario in which the controllers did nothing, or
/// something else than it is about, fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Did {
    pub(super) adopted: usize,
    pub(super) released: usize,
    pub(super) relabelled: usize,
    pub(super) deleted: usize,
    pub(super) created: usize,
    /// By the garbage collector.
    pub(super) collected: usize,
    /// Whatever was done to ControllerRevisions.
    pub(super) revisions: usize,
}

/// The scenarios that show that nothing is done.
pub(super) const NOTHING: Did = Did {
    adopted: 0,
    released: 0,
    relabelled: 0,
    deleted: 0,
    created: 0,
    collected: 0,
    revisions: 0,
};

/// One pod is adopted, and nothing else is done.
pub(super) const ADOPTED: Did = Did {
    adopted: 1,
    ..NOTHING
};

/// One pod is adopted, and one deleted.
pub(super) const DELETED: Did = Did {
    deleted: 1,
    ..ADOPTED
};

/// All objects that matter, at one time.
#[derive(Clone, Debug)]
pub(super) struct Objects {
    /// `null` once it is gone.
    pub(super) ds: Value,
    pub(super) pods: Vec<Value>,
    pub(super) revisions: Vec<Value>,
}

impl Objects {
    pub(super) fn look(lab: &Lab<'_>, ds: &str) -> Result<Self, String> {
        let list = lab.get(&["daemonsets,pods,controllerrevisions"])?;
        let of = |kind: &str| -> Vec<Value> {
            let items = list["items"].as_array().into_iter().flatten();
            items.filter(|item| item["kind"] == kind).cloned().collect()
        };
        let mut sets = of("DaemonSet").into_iter();
        let named = |set: &Value| name_of(set).as_deref() == Some(ds);
        Ok(Self {
            ds: sets.find(named).unwrap_or_default(),
            pods: of("Pod"),
            revisions: of("ControllerRevision"),
        })
    }

    pub(super) fn uid(&self) -> &str {
        self.ds["metadata"]["uid"].as_str().unwrap_or_default()
    }

    pub(super) fn pod(&self, name: &str) -> Option<&Value> {
        let mut pods = self.pods.iter();
        pods.find(|pod| pod["metadata"]["name"] == name)
    }

    pub(super) fn is_deleting(&self) -> bool {
        !self.ds["metadata"]["deletionTimestamp"].is_null()
    }
}

/// The controllers and the kubelets stand still.
pub(super) struct Stopped<'l, 'c> {
    pub(super) lab: &'l Lab<'c>,
    controllers: Paused<'c>,
    kubelets: Paused<'c>,
}

/// The controllers have done what they do while no kubelet does anything.
pub(super) struct Frozen<'l, 'c> {
    lab: &'l Lab<'c>,
    ds: &'static str,
    mark: AuditMark,
    kubelets: Paused<'c>,
    pub(super) start: Objects,
    pub(super) record: Record,
}

/// All that there is to see of a run when it is over.
pub(super) struct Ended {
    pub(super) start: Objects,
    pub(super) end: Objects,
    pub(super) record: Record,
}

impl<'l, 'c> Stopped<'l, 'c> {
    /// Lets the controllers finish what they are at and see all pods, then stops everything.
    pub(super) fn new(lab: &'l Lab<'c>) -> Result<Self, String> {
        lab.rest_of_all()?;
        lab.echo()?;
        Ok(Self {
            lab,
            controllers: lab.cluster().pause_controller_manager()?,
            kubelets: lab.cluster().pause_kubelets()?,
        })
    }

    /// `kubectl ds adopt DS`.
    pub(super) fn adopt(&self, ds: &str) -> Result<Said, String> {
        Said::ask(self.lab, &[ds])
    }

    /// `kubectl ds adopt -f` of a manifest that isn't applied.
    pub(super) fn adopt_file(&self, ds: &Ds) -> Result<Said, String> {
        let file = manifest_file(self.lab, &ds.manifest())?;
        Said::ask(self.lab, &["-f", &file])
    }

    /// Creates a DaemonSet of which there is none yet; what was said of the manifest
    /// has to be what is said of it then.
    pub(super) fn create(&self, ds: &Ds, name: &'static str) -> Result<Said, String> {
        let said = self.adopt_file(ds)?;
        said.says("/change/kind", "Create")?;
        self.lab.create_ds(ds)?;
        compare::same(&said, &self.adopt(name)?)?;
        Ok(said)
    }

    /// Says what a DaemonSet would take over that is deleted with `--cascade=orphan` and
    /// created again; then does it. Between the two `between` is done.
    pub(super) fn recreate(
        self,
        ds: &Ds,
        between: impl FnOnce(&Said) -> Outcome,
    ) -> Result<(Self, Said), String> {
        let said = self.adopt_file(ds)?;
        said.says("/change/kind", "Recreate")?;
        let lab = self.lab;
        between(&said)?;
        // The garbage collector takes the owner references off.
        drop(self.controllers);
        lab.orphan("agent")?;
        lab.echo()?;
        let stopped = Self {
            lab,
            controllers: lab.cluster().pause_controller_manager()?,
            kubelets: self.kubelets,
        };
        lab.create_ds(ds)?;
        compare::same(&said, &stopped.adopt("agent")?)?;
        Ok((stopped, said))
    }

    /// Lets the controllers go on and compares what they do with what was said, which
    /// may leave nothing open.
    pub(super) fn go(self, said: &Said, ds: &'static str) -> Result<Frozen<'l, 'c>, String> {
        self.go_open(said, ds, 0)
    }

    /// The same where of so many pods it is left open what follows.
    pub(super) fn go_open(
        self,
        said: &Said,
        ds: &'static str,
        open: usize,
    ) -> Result<Frozen<'l, 'c>, String> {
        let left_open = compare::left_open(said)?;
        if left_open.len() != open {
            return Err(format!("{open} should be left open: {left_open:?}"));
        }
        let lab = self.lab;
        let start = Objects::look(lab, ds)?;
        let mark = lab.cluster().audit_mark()?;
        drop(self.controllers);
        let mut frozen = Frozen {
            lab,
            ds,
            mark,
            kubelets: self.kubelets,
            start,
            record: Record::default(),
        };
        frozen.until_quiet(said)?;
        compare::claims(said, &frozen)?;
        Ok(frozen)
    }
}

impl Frozen<'_, '_> {
    fn read(&self) -> Result<Record, String> {
        let events = self.lab.cluster().audit_since(self.mark)?;
        let namespace = self.lab.namespace();
        Reader::new(self.start.uid(), &namespace, &self.start.revisions).read(&events)
    }

    /// Until a whole sync has done nothing more. The first one is seen by the status of
    /// a DaemonSet that has just been made; only then its history limit is touched.
    fn until_quiet(&mut self, said: &Said) -> Outcome {
        if self.start.is_deleting() {
            // No sync of it leaves a trace, but the controller has seen its pods again.
            self.lab.echo()?;
            self.record = self.read()?;
            return Ok(());
        }
        self.lab.until("the first sync", || {
            let ds = self.lab.get(&["daemonset", self.ds])?;
            Ok(ds["status"]["observedGeneration"] == ds["metadata"]["generation"])
        })?;
        let mut same = 0;
        for _ in 0..20 {
            self.lab.sync(self.ds)?;
            let now = self.read()?;
            same = if now == self.record { same + 1 } else { 0 };
            self.record = now;
            // Others may have to let go first what it is to take over.
            if same >= 2 && compare::is_claimed(said, &self.record)? {
                return Ok(());
            }
        }
        if same >= 2 {
            // It is at rest, and the comparison tells what is missing.
            return Ok(());
        }
        Err(format!("it doesn't come to rest: {:?}", self.record))
    }

    /// Lets the kubelets go on until the rollout is over, and compares what became of
    /// the pods with what was said.
    pub(super) fn finish(self, said: &Said, did: Did) -> Result<Ended, String> {
        let ended = self.finish_unseen(said)?;
        ended.did(did)?;
        Ok(ended)
    }

    /// The same where it is open how much is done.
    pub(super) fn finish_unseen(self, said: &Said) -> Result<Ended, String> {
        let (lab, ds, mark, start) = (self.lab, self.ds, self.mark, self.start);
        drop(self.kubelets);
        let mut going = compare::going(said)?;
        going.retain(|name| !self.record.by_others.adopted.contains(name));
        lab.until("the rollout to be over", || {
            let now = Objects::look(lab, ds)?;
            let left = going.iter().any(|name| now.pod(name).is_some());
            let ready = |pod: &Value| is_ready(pod) || compare::needs_no_wait(pod);
            Ok(!left && now.pods.iter().all(ready))
        })?;
        lab.rest_of_all()?;
        if !start.is_deleting() {
            lab.sync(ds)?;
            lab.rest_of_all()?;
        }
        let events = lab.cluster().audit_since(mark)?;
        let namespace = lab.namespace();
        let record = Reader::new(start.uid(), &namespace, &start.revisions).read(&events)?;
        let end = Objects::look(lab, ds)?;
        let ended = Ended { start, end, record };
        compare::end(said, &ended)?;
        if !ended.start.is_deleting() {
            compare::done(&Said::ask(lab, &[ds])?)?;
        }
        Ok(ended)
    }
}

impl Ended {
    fn did(&self, did: Did) -> Outcome {
        let Record {
            pods, revisions, ..
        } = &self.record;
        let really = Did {
            adopted: pods.adopted.len(),
            released: pods.released.len(),
            relabelled: pods.relabelled.len(),
            deleted: pods.deleted.len(),
            created: pods.created.len(),
            collected: self.record.collected.len(),
            revisions: revisions.count(),
        };
        if really == did {
            Ok(())
        } else {
            Err(format!(
                "this scenario is about {did:?}, what happened is {really:?}: {:?}",
                self.record
            ))
        }
    }

    /// An error unless a pod was adopted, by this DaemonSet or by another controller.
    pub(super) fn taken_once(&self, pod: &str) -> Outcome {
        let Record {
            pods, by_others, ..
        } = &self.record;
        match (pods.adopted.contains(pod), by_others.adopted.contains(pod)) {
            (true, false) | (false, true) => Ok(()),
            by => Err(format!("adopted by (this, another): {by:?}")),
        }
    }

    /// Whether the first of two pods was there when the second was deleted.
    pub(super) fn outlived(&self, first: &str, second: &str) -> bool {
        let deleted = |pod: &str| self.record.order.iter().position(|name| name == pod);
        match (deleted(first), deleted(second)) {
            (_, None) => false,
            (first, Some(second)) => first.is_none_or(|first| first > second),
        }
    }

    /// How many pods run this image in the end.
    pub(super) fn running(&self, image: &str) -> usize {
        let runs = |pod: &&Value| pod["spec"]["containers"][0]["image"] == image;
        self.end.pods.iter().filter(runs).count()
    }

    /// An error unless so many pods run this image in the end.
    pub(super) fn run(&self, count: usize, image: &str) -> Outcome {
        match self.running(image) {
            number if number == count => Ok(()),
            number => Err(format!("{count} pods should run {image}, {number} do")),
        }
    }
}

impl Lab<'_> {
    pub(super) fn create_ds(&self, ds: &Ds) -> Outcome {
        self.kubectl_with(&["create", "-f", "-"], &ds.manifest())
            .map(drop)
    }
}
