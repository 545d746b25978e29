//! `plan -f`: what it says of the object is what `kubectl apply -f` leaves.

use serde_json::{Value, json};

use super::budget::{agent, set_up};
use super::compare::{change, same, shape};
use super::run::{Does, Stopped, deletes};
use super::{Case, Outcome, case};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("annotation-only", annotation_only),
    case("default-written-out", default_written_out),
    case("three-way", three_way),
    case("server-side", server_side),
    case("rollback-by-manifest", rollback_by_manifest),
    case("selector-changed", selector_changed),
];

const NODES: [&str; 3] = ["n1", "n2", "n3"];

/// The template isn't touched: no rollout.
fn annotation_only(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let annotated = agent(1).metadata(json!({"name": "agent", "annotations": {"note": "new"}}));
    let said = stopped.plan_of(&annotated.manifest(), &["agent"])?;
    said.says("/change/template", "Unchanged")?;
    said.says("/change/fields", json!([]))?;
    let plan = stopped.apply(&annotated)?;
    plan.says("/next", "None")?;
    plan.says("/waves", Value::Null)?;
    stopped.go(&plan, Does::Nothing)?.stays()?.replaced(0)
}

/// What the server has put there anyway, written into the manifest: no rollout either.
fn default_written_out(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let written = agent(1).pod(json!({
        "restartPolicy": "Always",
        "containers": [{"name": "agent", "image": "agent:1", "terminationMessagePolicy": "File"}],
    }));
    let said = stopped.plan_of(&written.manifest(), &["agent"])?;
    said.says("/change/template", "Unchanged")?;
    let plan = stopped.apply(&written)?;
    plan.says("/next", "None")?;
    stopped.go(&plan, Does::Nothing)?.stays()?.replaced(0)
}

fn with_env(image: &str, env: Value) -> Ds {
    agent(2).pod(json!({"containers": [{"name": "agent", "image": image, "env": env}]}))
}

/// What the last apply set and this one doesn't goes; what others set stays.
fn three_way(lab: &Lab<'_>) -> Outcome {
    let both = json!([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]);
    set_up(lab, &with_env("agent:1", both), &NODES)?;
    lab.kubectl(&["rollout", "restart", "daemonset/agent"])?;
    lab.kubectl(&["set", "env", "daemonset/agent", "C=3"])?;
    lab.until("the rollouts to be over", || {
        let (ds, _) = lab.look("agent")?;
        Ok(ds["status"]["updatedNumberScheduled"] == 3 && ds["status"]["numberAvailable"] == 3)
    })?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&with_env("agent:2", json!([{"name": "A", "value": "1"}])))?;
    shape(&plan.choice("/update/delete")?, 0, 3, 2)?;
    let (ds, _) = lab.look("agent")?;
    let template = &ds["spec"]["template"];
    let restarted = &template["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"];
    let env = &template["spec"]["containers"][0]["env"];
    if restarted.is_null()
        || *env != json!([{"name": "A", "value": "1"}, {"name": "C", "value": "3"}])
    {
        return Err(format!("the restart and C should stay, B go: {template}"));
    }
    stopped.go(&plan, deletes(2))?.finish(&plan)?.replaced(3)
}

fn server_side(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(2), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let flags = ["--server-side", "--field-manager=ci", "--force-conflicts"];
    let manifest = agent(2)
        .image("agent:2")
        .pod(json!({"hostNetwork": true}))
        .manifest();
    let said = stopped.plan_of(&manifest, &[&["agent"], &flags[..]].concat())?;
    let (before, _) = lab.look("agent")?;
    lab.kubectl_with(&[&["apply", "-f", "-"], &flags[..]].concat(), &manifest)?;
    let (after, _) = lab.look("agent")?;
    change(&said, &before, &after)?;
    let plan = stopped.plan(&["agent"])?;
    same(&said, &plan)?;
    shape(&plan.choice("/update/delete")?, 0, 3, 2)?;
    stopped.go(&plan, deletes(2))?.finish(&plan)?.replaced(3)
}

/// The template of an older revision: that one becomes the current one again.
fn rollback_by_manifest(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent("100%"), &NODES)?;
    let first = lab.revisions()?.first().ok_or("no revision")?.clone();
    lab.apply(&agent("100%").image("agent:2"))?;
    lab.until_rolled("agent", "agent:2", 3)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent("100%"))?;
    plan.says("/revision/state", "Existing")?;
    plan.says("/revision/name", first["metadata"]["name"].clone())?;
    plan.says("/revision/renumberedTo", 3)?;
    stopped.go(&plan, deletes(3))?.finish(&plan)?.replaced(3)?;
    let revisions = lab.revisions()?;
    match revisions.last() {
        Some(last) if last["metadata"]["name"] == first["metadata"]["name"] => Ok(()),
        _ => Err(format!(
            "the first revision should be the last: {revisions:?}"
        )),
    }
}

/// aws-node-termination-handler#263: it is said before the server says it.
fn selector_changed(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let labels = json!({"app": "agent", "more": "x"});
    let containers = json!([{"name": "agent", "image": "agent:2"}]);
    let changed = agent(1).spec(json!({
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }));
    let said = stopped.plan_of(&changed.manifest(), &["agent"])?;
    said.says("/change/refused/0/field", "spec.selector")?;
    if lab.apply(&changed).is_ok() {
        return Err("the server should refuse another selector".to_owned());
    }
    let plan = stopped.plan(&["agent"])?;
    stopped.go(&plan, Does::Nothing)?.stays()?.replaced(0)
}
