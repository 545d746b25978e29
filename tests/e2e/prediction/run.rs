//! One run: everything stands still, the plan is written to disk, then the controller
//! goes on alone, and at last the kubelets do too.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::compare;
use super::plan::Plan;
use super::record::{Deed, Deeds, Entry, Record};
use crate::control_plane::{AuditMark, Paused};
use crate::report::{manifest_file, written};
use crate::scenario::Outcome;
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;
use crate::scenario::pod::{is_ready, node_of};

/// How many pods the controller deletes and makes in its first sync; that it does
/// nothing has to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Nothing,
    /// How many isn't certain.
    Something,
    Pods {
        deleted: usize,
        created: usize,
    },
}

/// It deletes so many pods and makes none.
pub(super) const fn deletes(deleted: usize) -> Does {
    Does::Pods {
        deleted,
        created: 0,
    }
}

/// It makes so many pods and deletes none.
pub(super) const fn creates(created: usize) -> Does {
    Does::Pods {
        deleted: 0,
        created,
    }
}

/// The controllers and the kubelets stand still.
pub(super) struct Stopped<'l, 'c> {
    pub(super) lab: &'l Lab<'c>,
    ds: &'static str,
    controllers: Paused<'c>,
    kubelets: Paused<'c>,
}

/// The controller has done what it does while no pod changes but by its hand.
pub(super) struct Frozen<'l, 'c> {
    pub(super) lab: &'l Lab<'c>,
    ds: &'static str,
    mark: AuditMark,
    /// The pods when it went on.
    start: Vec<Value>,
    min_ready_seconds: i64,
    kubelets: Option<Paused<'c>>,
    /// What it did in its first sync.
    pub(super) first: Deeds,
    /// What it did in all.
    pub(super) deeds: Deeds,
}

/// All that there is to see of a run when it is over.
pub(super) struct Ended {
    pub(super) start: Vec<Value>,
    pub(super) end: Vec<Value>,
    pub(super) record: Record,
    pub(super) min_ready_seconds: i64,
}

impl<'l, 'c> Stopped<'l, 'c> {
    /// Lets the controller finish what it is at, then stops everything.
    pub(super) fn new(lab: &'l Lab<'c>, ds: &'static str) -> Result<Self, String> {
        lab.rest(ds)?;
        Self::at_once(lab, ds)
    }

    /// Stops everything as it is.
    pub(super) fn at_once(lab: &'l Lab<'c>, ds: &'static str) -> Result<Self, String> {
        Ok(Self {
            lab,
            ds,
            controllers: lab.cluster().pause_controller_manager()?,
            kubelets: lab.cluster().pause_kubelets()?,
        })
    }

    /// Stops the controllers, lets the kubelets go on until it is so, and stops them too.
    pub(super) fn once(
        lab: &'l Lab<'c>,
        ds: &'static str,
        kubelets: Paused<'c>,
        so: impl Fn(&[Value]) -> bool,
    ) -> Result<Self, String> {
        let controllers = lab.cluster().pause_controller_manager()?;
        drop(kubelets);
        lab.until("the kubelets", || Ok(so(&lab.look(ds)?.1)))?;
        Ok(Self {
            lab,
            ds,
            controllers,
            kubelets: lab.cluster().pause_kubelets()?,
        })
    }

    /// `kubectl ds plan ARGS -o json`, written to disk.
    pub(super) fn plan(&self, args: &[&str]) -> Result<Plan, String> {
        Plan::new(self.report(args)?)
    }

    /// The same as it is, for reports of another shape.
    pub(super) fn report(&self, args: &[&str]) -> Result<Value, String> {
        report_of(self.lab, args)
    }

    /// `kubectl ds plan ARGS -f MANIFEST`, written to disk.
    pub(super) fn plan_of(&self, manifest: &str, args: &[&str]) -> Result<Plan, String> {
        let path = manifest_file(self.lab, manifest)?;
        self.plan(&[&["-f", &path], args].concat())
    }

    /// `--max-unavailable` or `--max-surge`: the plan under today's budgets and the one
    /// under those.
    pub(super) fn trial(&self, args: &[&str]) -> Result<[Plan; 2], String> {
        let report = self.report(args)?;
        let part = |part: &str| {
            let mut plan = report[part].clone();
            plan["kind"] = report["kind"].clone();
            Plan::new(plan)
        };
        Ok([part("today")?, part("then")?])
    }

    /// What the plan of a manifest says of the rollout, and the plan of the rollout
    /// under way once it is applied: they have to be the same.
    pub(super) fn apply(&self, ds: &Ds) -> Result<Plan, String> {
        let said = self.plan_of(&ds.manifest(), &[self.ds])?;
        let before = self.lab.look(self.ds).map_or(Value::Null, |(ds, _)| ds);
        self.lab.apply(ds)?;
        let (after, _) = self.lab.look(self.ds)?;
        compare::change(&said, &before, &after)?;
        let plan = self.plan(&[self.ds])?;
        compare::same(&said, &plan)?;
        Ok(plan)
    }

    /// Makes a change that was planned; the plan of the rollout under way is then the same.
    pub(super) fn then(
        &self,
        said: &Plan,
        change: impl FnOnce() -> Outcome,
    ) -> Result<Plan, String> {
        change()?;
        let plan = self.plan(&[self.ds])?;
        compare::same(said, &plan)?;
        Ok(plan)
    }

    /// Lets the controller go on and compares what it does first with the plan.
    pub(super) fn go(self, plan: &Plan, does: Does) -> Result<Frozen<'l, 'c>, String> {
        let frozen = self.go_unseen()?;
        compare::first(plan, &frozen.first, &frozen.deeds)?;
        frozen.does(does)?;
        Ok(frozen)
    }

    /// The same where a backoff holds the controller: sooner or later it
    /// deletes so many pods that have ended, and makes as many.
    pub(super) fn go_when_ready(
        self,
        plan: &Plan,
        deleted: usize,
    ) -> Result<Frozen<'l, 'c>, String> {
        let lab = self.lab;
        let mut frozen = self.go_unseen()?;
        lab.until("the backoff to be over", || {
            frozen.deeds = frozen.record()?.all();
            Ok(frozen.deeds.created.len() >= deleted)
        })?;
        frozen.whatever_the_sync(plan, deleted, deleted)?;
        Ok(frozen)
    }

    /// The same where two changes were made while the controller stood still: it may act
    /// on the first before it sees the second, and has done what was said after both.
    pub(super) fn go_in_any_syncs(
        self,
        plan: &Plan,
        deleted: usize,
        created: usize,
    ) -> Result<Frozen<'l, 'c>, String> {
        let frozen = self.go_unseen()?;
        frozen.whatever_the_sync(plan, deleted, created)?;
        Ok(frozen)
    }

    /// The same where no plan can be compared.
    pub(super) fn go_unseen(self) -> Result<Frozen<'l, 'c>, String> {
        let lab = self.lab;
        let (object, start) = lab.look(self.ds)?;
        let mark = lab.cluster().audit_mark()?;
        drop(self.controllers);
        let mut frozen = Frozen {
            lab,
            ds: self.ds,
            mark,
            start,
            min_ready_seconds: object["spec"]["minReadySeconds"].as_i64().unwrap_or(0),
            kubelets: Some(self.kubelets),
            first: Deeds::default(),
            deeds: Deeds::default(),
        };
        if object["metadata"]["deletionTimestamp"].is_null() {
            frozen.until_quiet()?;
        } else {
            // No sync of it leaves a trace: there is nothing to wait for.
            std::thread::sleep(Duration::from_millis(1500));
        }
        let record = frozen.record()?;
        frozen.first = record.first_sync().0;
        frozen.deeds = record.all();
        Ok(frozen)
    }
}

impl Frozen<'_, '_> {
    fn record(&self) -> Result<Record, String> {
        let events = self.lab.cluster().audit_since(self.mark)?;
        Record::read(events, &self.lab.namespace(), self.ds)
    }

    /// Until a whole sync has done nothing more.
    fn until_quiet(&self) -> Outcome {
        let mut before = None;
        for _ in 0..20 {
            self.lab.sync(self.ds)?;
            let now = self.record()?.all();
            if before.as_ref() == Some(&now) {
                return Ok(());
            }
            before = Some(now);
        }
        Err(format!("{} doesn't come to rest: {before:?}", self.ds))
    }

    /// An error unless all its syncs together did what the plan says of the first.
    fn whatever_the_sync(&self, plan: &Plan, deleted: usize, created: usize) -> Outcome {
        compare::first(plan, &self.deeds, &self.deeds)?;
        self.in_all(deleted, created)
    }

    fn does(&self, does: Does) -> Outcome {
        let first = (self.first.deleted.len(), self.first.created.len());
        let right = match does {
            Does::Nothing => self.deeds.is_idle(),
            Does::Something => !self.deeds.is_idle(),
            Does::Pods { deleted, created } => (deleted, created) == first,
        };
        if right {
            Ok(())
        } else {
            Err(format!(
                "the controller should have done {does:?} in its first sync: {:?}, and in all {:?}",
                self.first, self.deeds
            ))
        }
    }

    /// An error unless it deleted and made so many pods in all, as long as no pod
    /// changed but by its hand.
    pub(super) fn in_all(&self, deleted: usize, created: usize) -> Outcome {
        if (deleted, created) == (self.deeds.deleted.len(), self.deeds.created.len()) {
            Ok(())
        } else {
            Err(format!(
                "the controller should have deleted {deleted} pods and made {created}: {:?}",
                self.deeds
            ))
        }
    }

    /// Lets the kubelets go on until the rollout is over, and compares what became of
    /// the pods with the plan.
    pub(super) fn finish(self, plan: &Plan) -> Result<Ended, String> {
        let going = compare::going(plan)?;
        let (lab, ds) = (self.lab, self.ds);
        let ended = self.run_until("the rollout to be over", |pods| {
            compare::is_over(&going, pods)
        })?;
        compare::end(plan, &ended)?;
        let revisions = lab.revisions()?;
        compare::revision(plan, revisions.last().unwrap_or(&Value::Null))?;
        // Pods that aren't available for a while are still waited for.
        if ended.min_ready_seconds == 0 {
            let report = report_of(lab, &[ds])?;
            compare::done(&Plan::new(report)?)?;
        }
        Ok(ended)
    }

    /// Lets the kubelets go on: the rollout doesn't, whatever happens.
    pub(super) fn stays(mut self) -> Result<Ended, String> {
        let before = self.record()?.all();
        drop(self.kubelets.take());
        self.lab.rest(self.ds)?;
        self.lab.sync(self.ds)?;
        let ended = self.ended()?;
        let after = ended.record.all();
        if before == after {
            Ok(ended)
        } else {
            Err(format!(
                "it should have stayed held up after {before:?}, but went on: {after:?}"
            ))
        }
    }

    /// Lets the kubelets go on until it is so, and then until nothing changes any more.
    pub(super) fn run_until(
        mut self,
        what: &str,
        so: impl Fn(&[Value]) -> bool,
    ) -> Result<Ended, String> {
        drop(self.kubelets.take());
        let result = self.lab.until(what, || Ok(so(&self.lab.look(self.ds)?.1)));
        if let Err(why) = result {
            let pods: Vec<String> = self.lab.look(self.ds)?.1.iter().map(describe).collect();
            return Err(format!("{why}; the pods: {}", pods.join(", ")));
        }
        self.lab.rest(self.ds)?;
        self.ended()
    }

    fn ended(&self) -> Result<Ended, String> {
        Ok(Ended {
            start: self.start.clone(),
            end: self.lab.look(self.ds)?.1,
            record: self.record()?,
            min_ready_seconds: self.min_ready_seconds,
        })
    }
}

impl Ended {
    /// An error unless this many pods of the begin were deleted by the controller.
    pub(super) fn replaced(&self, count: usize) -> Outcome {
        let deleted = compare::taken_from_the_start(self);
        if deleted.len() == count {
            Ok(())
        } else {
            Err(format!(
                "{count} pods should have been replaced: {deleted:?}"
            ))
        }
    }

    /// When the controller deleted its first pod.
    pub(super) fn first_delete(&self) -> Option<Timestamp> {
        let is_delete = |entry: &&Entry| matches!(entry.deed, Some(Deed::Delete { .. }));
        self.record.entries.iter().find(is_delete).map(|e| e.at)
    }

    /// An error unless exactly these nodes have a pod at the end.
    pub(super) fn pods_on(&self, nodes: &[String]) -> Outcome {
        let expected: BTreeSet<String> = nodes.iter().cloned().collect();
        let on = compare::nodes_of(&self.end);
        if on == expected {
            Ok(())
        } else {
            Err(format!("in the end {expected:?} should have pods: {on:?}"))
        }
    }
}

fn report_of(lab: &Lab<'_>, args: &[&str]) -> Result<Value, String> {
    written(lab, &[&["plan"], args].concat())
}

fn describe(pod: &Value) -> String {
    format!(
        "{} on {}: {}, ready {}, deleting {}",
        pod["metadata"]["name"],
        node_of(pod).unwrap_or("nothing"),
        pod["status"]["phase"],
        is_ready(pod),
        !pod["metadata"]["deletionTimestamp"].is_null()
    )
}
