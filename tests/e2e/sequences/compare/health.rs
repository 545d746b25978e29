//! `clean` beside what is wrong.

use std::collections::BTreeSet;

use super::super::complaint::Complaints;
use super::super::state::{image, is_deleting, is_eligible, is_well, keeps, name_of};
use super::Scene;
use super::counters::FIELDS;

/// Something that isn't as it should be: what kind, and where.
struct Fault {
    kind: &'static str,
    at: String,
}

/// `why` and `plan` of one DaemonSet have one health.
pub(super) fn compare(scene: &Scene<'_>, complaints: &mut Complaints) {
    let faults = faults(scene);
    let kinds: BTreeSet<&str> = faults.iter().map(|fault| fault.kind).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let kinds = kinds.join(" and ");
    for name in ["why", "plan"] {
        let Some(report) = scene.report(name) else {
            continue;
        };
        let rule = match faults.is_empty() {
            true => format!("{name}: not clean, and nothing is wrong"),
            false => format!("{name}: clean, and there is: {kinds}"),
        };
        let places: Vec<String> = faults
            .iter()
            .map(|f| format!("{} {}", f.kind, f.at))
            .collect();
        complaints.expect(report["clean"] == faults.is_empty(), &rule, || {
            format!(
                "clean is {}; wrong is {places:?}; said is {:?}",
                report["clean"],
                super::evidence::codes(report)
            )
        });
    }
}

/// Clean is: every node that should has exactly one pod, ready and of the template; no
/// other pod is there; and a whole sync changes nothing, not even the status.
fn faults(scene: &Scene<'_>) -> Vec<Fault> {
    let state = scene.state;
    let mut faults = Vec::new();
    let mut fault = |kind, at: &str| {
        faults.push(Fault {
            kind,
            at: at.to_owned(),
        });
    };
    for node in &state.nodes {
        let name = name_of(node);
        let pods: Vec<_> = state.on(name).collect();
        match (is_eligible(node), pods.as_slice()) {
            (true, []) => fault("no pod", name),
            (true, [pod]) if is_deleting(pod) => fault("a pod that is being deleted", name),
            (true, [pod]) if !is_well(pod) => fault("a pod that isn't ready", name),
            (true, [pod]) if state.is_trapped(pod) => fault("another image, in the trap", name),
            (true, [pod]) if !state.is_current(pod) => fault("another image", name),
            (true, [_]) | (false, []) => {}
            (true, _) => fault("several pods", name),
            (false, _) if keeps(node) => fault("a pod under NoSchedule", name),
            (false, _) => fault("a pod where none may stay", name),
        }
    }
    for pod in state.ownerless() {
        let kind = match state.selects(pod) {
            true => "nobody's pod that is selected",
            false => "nobody's pod that isn't selected",
        };
        fault(kind, name_of(pod));
    }
    if state.ds()["status"]["observedGeneration"] != state.ds()["metadata"]["generation"] {
        fault("a generation that wasn't observed", "");
    }
    if !scene.stays() {
        fault("something to do", "");
    }
    for (counter, field) in FIELDS {
        let (now, then) = (state.counter(field), scene.then.counter(field));
        if now != then && scene.stays() {
            fault("an old status", &format!("{counter} {now}, then {then}"));
        }
    }
    faults
}

/// What a node runs, in words.
pub(super) fn describe(scene: &Scene<'_>) -> String {
    let state = scene.state;
    let template = image(&state.ds()["spec"]["template"]["spec"]);
    let pods: Vec<String> = state
        .pods
        .iter()
        .map(|pod| {
            format!(
                "{} {} {}{}{}",
                name_of(pod),
                crate::scenario::pod::node_of(pod).unwrap_or("nowhere"),
                image(&pod["spec"]),
                if is_well(pod) { "" } else { " (not well)" },
                if state.owned().any(|owned| owned == pod) {
                    ""
                } else {
                    " (not owned)"
                },
            )
        })
        .collect();
    let nodes: Vec<String> = state
        .nodes
        .iter()
        .filter(|node| !is_eligible(node))
        .map(|node| {
            format!(
                "{}{}",
                name_of(node),
                if keeps(node) { " keeps" } else { " excluded" }
            )
        })
        .collect();
    format!("template {template}; pods {pods:?}; not eligible {nodes:?}")
}
