//! One run: the controllers stand still, the effects are written to disk, the change is
//! made, and the controllers go on.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::compare;
use crate::control_plane::{AuditEvent, Paused};
use crate::report::{Report, written};
use crate::scenario::Outcome;
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;
use crate::scenario::pod::{controller_of, is_ready, node_of};

/// The DaemonSets of most scenarios: one that tolerates everything, one that tolerates
/// nothing, and one that only runs where there is an SSD.
pub(super) const SETS: [&str; 3] = ["tolerant", "plain", "picky"];

/// Names of DaemonSets.
pub(super) type Sets = BTreeSet<String>;

/// What came and went on a node, by the names of the DaemonSets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Moves {
    pub(super) started: Sets,
    pub(super) stopped: Sets,
}

impl Moves {
    /// These start and those stop.
    pub(super) fn new(started: &[&str], stopped: &[&str]) -> Self {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            started: owned(started),
            stopped: owned(stopped),
        }
    }
}

/// The controllers stand still, and the effects are foretold.
pub(super) struct Foretold<'l, 'c> {
    lab: &'l Lab<'c>,
    node: String,
    controllers: Paused<'c>,
    before: Vec<Value>,
    pub(super) said: Report,
}

/// The change is made, and what follows has followed.
pub(super) struct Followed<'l, 'c> {
    lab: &'l Lab<'c>,
    node: String,
    pub(super) said: Report,
    pub(super) moves: Moves,
    /// The DaemonSets with a pod on the node before and after.
    pub(super) before: Sets,
    pub(super) after: Sets,
}

/// Makes nodes and the three DaemonSets, and waits until those that fit are ready on
/// the first node.
pub(super) fn set_up(lab: &Lab<'_>, nodes: &[crate::control_plane::Node], on: &[&str]) -> Outcome {
    lab.nodes(nodes)?;
    let everything = json!([{"operator": "Exists"}]);
    lab.apply(&Ds::new("tolerant").tolerations(everything))?;
    lab.apply(&Ds::new("plain"))?;
    lab.apply(&Ds::new("picky").pod(json!({"nodeSelector": {"disk": "ssd"}})))?;
    let node = nodes.first().map(|node| node.name().to_owned());
    until_ready(lab, &node.unwrap_or_default(), on)
}

/// Waits until these are ready on a node.
pub(super) fn until_ready(lab: &Lab<'_>, node: &str, sets: &[&str]) -> Outcome {
    lab.until(&format!("{sets:?} to be ready on {node}"), || {
        let pods = on_node(lab, node)?;
        let ready = |set: &str| pods.iter().any(|pod| set_of(pod) == set && is_ready(pod));
        Ok(sets.iter().all(|set| ready(set)))
    })
}

/// The pods that are on a node or meant for it.
fn on_node(lab: &Lab<'_>, node: &str) -> Result<Vec<Value>, String> {
    let pods = lab.get(&["pods"])?;
    let pods = pods["items"].as_array().into_iter().flatten();
    Ok(pods
        .filter(|pod| node_of(pod) == Some(node))
        .cloned()
        .collect())
}

/// The name of the DaemonSet that a pod is of.
fn set_of(pod: &Value) -> &str {
    let owner = controller_of(pod).and_then(|owner| owner["name"].as_str());
    owner.unwrap_or_default()
}

/// The names of the DaemonSets of pods.
pub(super) fn sets_of(pods: &[Value]) -> Sets {
    pods.iter().map(|pod| set_of(pod).to_owned()).collect()
}

/// `kubectl ds node ARGS`, written to disk.
pub(super) fn ask(lab: &Lab<'_>, args: &[&str]) -> Result<Report, String> {
    let report = Report::new("NodeReport", written(lab, &[&["node"], args].concat())?)?;
    report.says("/incomplete", json!([]))?;
    Ok(report)
}

impl<'l, 'c> Foretold<'l, 'c> {
    /// What the flags would do to a node, and how it is today.
    pub(super) fn new(lab: &'l Lab<'c>, short: &str, flags: &[&str]) -> Result<Self, String> {
        lab.rest_of_all()?;
        let controllers = lab.cluster().pause_controller_manager()?;
        let node = lab.node(short);
        let said = ask(lab, &[&[node.as_str()], flags].concat())?;
        let before = on_node(lab, &node)?;
        compare::states(&said, "/today", &before)?;
        Ok(Self {
            lab,
            node,
            controllers,
            before,
            said,
        })
    }

    /// Makes the change; once it is made and before the controllers go on, the node is
    /// what was said of it.
    pub(super) fn then(self, change: impl FnOnce() -> Outcome) -> Result<Followed<'l, 'c>, String> {
        let marked = self.lab.cluster().audit_mark()?;
        change()?;
        let now = ask(self.lab, &[&self.node])?;
        compare::same(&self.said, &now)?;
        self.go(marked, || Ok(()))
    }

    /// The same where controllers have a part in the change, which is over once it is so.
    pub(super) fn then_once(
        self,
        change: impl FnOnce() -> Outcome,
        over: impl FnOnce() -> Outcome,
    ) -> Result<Followed<'l, 'c>, String> {
        let marked = self.lab.cluster().audit_mark()?;
        change()?;
        self.go(marked, over)
    }

    fn go(
        self,
        marked: crate::control_plane::AuditMark,
        over: impl FnOnce() -> Outcome,
    ) -> Result<Followed<'l, 'c>, String> {
        let lab = self.lab;
        drop(self.controllers);
        over()?;
        let (start, stop) = (
            compare::effect(&self.said, "start")?,
            compare::effect(&self.said, "stop")?,
        );
        lab.until("what was foretold", || {
            let pods = on_node(lab, &self.node)?;
            let ready = |set: &String| pods.iter().any(|pod| set_of(pod) == set && is_ready(pod));
            Ok(start.iter().all(ready) && sets_of(&pods).is_disjoint(&stop))
        })?;
        sync_all(lab)?;
        let moves = moves(&lab.cluster().audit_since(marked)?, &self.node);
        let followed = Followed {
            lab,
            before: sets_of(&self.before),
            after: sets_of(&on_node(lab, &self.node)?),
            node: self.node,
            said: self.said,
            moves,
        };
        compare::moves(&followed)?;
        let now = ask(lab, &[&followed.node])?;
        compare::states(&now, "", &on_node(lab, &followed.node)?)?;
        Ok(followed)
    }
}

/// Makes the controller look at each DaemonSet once more.
fn sync_all(lab: &Lab<'_>) -> Outcome {
    let sets = lab.get(&["daemonsets"])?;
    for set in sets["items"].as_array().into_iter().flatten() {
        lab.sync(set["metadata"]["name"].as_str().unwrap_or_default())?;
    }
    lab.rest_of_all()
}

/// What the log tells of the pods of a node.
fn moves(events: &[AuditEvent], node: &str) -> Moves {
    let mut moves = Moves::default();
    let pods = events.iter().filter(|event| {
        let acted = event.by_daemonset_controller() || event.by_taint_eviction();
        acted && event.succeeded() && node_of(&event.response_object) == Some(node)
    });
    for event in pods {
        let set = set_of(&event.response_object).to_owned();
        match event.verb.as_str() {
            "create" if event.response_object["kind"] == "Pod" => moves.started.insert(set),
            "delete" => moves.stopped.insert(set),
            _ => false,
        };
    }
    moves
}

impl Followed<'_, '_> {
    /// An error unless this is what came and went: a scenario in which something else
    /// happens, or nothing, isn't the one it is meant to be.
    pub(super) fn moved(self, moves: &Moves) -> Result<Self, String> {
        if self.moves == *moves {
            Ok(self)
        } else {
            Err(format!(
                "this scenario is about {moves:?}, what happened is {:?}",
                self.moves
            ))
        }
    }

    /// Rolls what was said to stay: exactly that loses its pod and gets none.
    pub(super) fn rolled(self, stay: &[&str]) -> Outcome {
        let said = compare::effect(&self.said, "stay")?;
        if said != stay.iter().map(|&name| name.to_owned()).collect() {
            return Err(format!(
                "{stay:?} should stay: {}",
                self.said.at("/effects")
            ));
        }
        let sets = self.lab.get(&["daemonsets"])?;
        for set in sets["items"].as_array().into_iter().flatten() {
            let name = set["metadata"]["name"].as_str().unwrap_or_default();
            self.lab
                .kubectl(&["rollout", "restart", &format!("daemonset/{name}")])?;
        }
        self.lab.until("the rollouts to be over", || {
            let sets = self.lab.get(&["daemonsets"])?;
            let mut sets = sets["items"].as_array().into_iter().flatten();
            Ok(sets.all(|set| {
                let status = &set["status"];
                let is = |counter: &str| status[counter].as_u64().unwrap_or(0);
                status["observedGeneration"] == set["metadata"]["generation"]
                    && is("updatedNumberScheduled") == is("desiredNumberScheduled")
                    && is("numberAvailable") == is("desiredNumberScheduled")
                    && is("numberMisscheduled") == 0
            }))
        })?;
        sync_all(self.lab)?;
        let left = sets_of(&on_node(self.lab, &self.node)?);
        let expected: Sets = self.after.difference(&said).cloned().collect();
        if left == expected {
            Ok(())
        } else {
            Err(format!(
                "{expected:?} should be left by the rollout: {left:?}"
            ))
        }
    }
}
