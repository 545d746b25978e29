//! What was said beside what is there, by rules so simple that they are right.

mod claims;
mod counters;
mod evidence;
mod health;
mod node;
mod plan;
mod strict;

use serde_json::Value;

use super::ask::Reports;
use super::complaint::Complaints;
use super::state::State;

/// One state, what was said of it, and what the controller then made of it.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) state: &'a State,
    /// After a whole sync, and everything that followed.
    pub(super) then: &'a State,
    /// Whether the controller was refused a pod between the two.
    pub(super) refused: bool,
    pub(super) reports: &'a Reports,
    /// Whether the controller had nothing more to do by itself.
    pub(super) at_rest: bool,
}

impl<'a> Scene<'a> {
    fn report(&self, name: &str) -> Option<&'a Value> {
        self.reports.get(name)
    }

    /// Whether a whole sync changed no pod.
    fn stays(&self) -> bool {
        self.state.pod_set() == self.then.pod_set()
    }
}

/// All that was said of a state.
pub(super) fn all(scene: &Scene<'_>, complaints: &mut Complaints) {
    if scene.state.ds.is_none() || scene.then.ds.is_none() {
        return;
    }
    health::compare(scene, complaints);
    evidence::compare(scene, complaints);
    if let Some(why) = scene.report("why") {
        counters::compare(why, scene, complaints);
    }
    if let Some(report) = scene.report("plan") {
        plan::compare(report, scene, complaints);
    }
    if let Some(adopt) = scene.report("adopt") {
        claims::compare(adopt, scene, complaints);
    }
    if let Some(report) = scene.report("node") {
        node::compare(report, scene, complaints);
    }
}

/// That it would be noticed if what was said of a state were wrong.
pub(super) fn is_strict(scene: &Scene<'_>, complaints: &mut Complaints) {
    if scene.state.ds.is_some() && scene.then.ds.is_some() {
        strict::falsify(scene, complaints);
    }
}

/// What was said of a manifest before it was applied.
pub(super) fn foreseen(scene: &Scene<'_>, said: &Reports, complaints: &mut Complaints) {
    if scene.then.ds.is_none() {
        return;
    }
    if let Some(report) = said.get("plan") {
        plan::foreseen(report, scene, complaints);
    }
    if let Some(report) = said.get("adopt") {
        claims::foreseen(report, scene, complaints);
    }
}

/// The strings that the entries of a list have in a field.
fn strings<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    let entries = list.as_array().into_iter().flatten();
    entries.filter_map(|entry| entry[field].as_str()).collect()
}
