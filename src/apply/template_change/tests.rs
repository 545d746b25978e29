#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::{Value, json};

use crate::engine::claim::Claimant;
use crate::engine::history::{History, RevisionState};
use crate::model::selector::Selector;
use crate::model::{ControllerRevision, DaemonSet};

use super::{ImageChange, prepare_for_create, prepare_for_update, restart, set_image, undo};
use super::{Undone, with_budgets};

fn template(image: &str) -> Value {
    json!({"metadata": {"labels": {"app": "a"}}, "spec": {
        "initContainers": [{"name": "init", "image": "i", "resources": {}}],
        "containers": [
            {"name": "agent", "image": image, "resources": {}, "futureField": {"x": 1}},
            {"name": "proxy", "image": "p", "resources": {}}]}})
}

fn ds(template: &Value) -> DaemonSet {
    let value = json!({
        "metadata": {"name": "ds", "namespace": "n", "uid": "u", "generation": 7,
            "annotations": {"deprecated.daemonset.template.generation": "4"}},
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": template,
            "updateStrategy": {"type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}},
        "status": {"observedGeneration": 7}});
    DaemonSet::from_value(value, "default").unwrap()
}

fn data(template: &Value) -> Value {
    let mut template = template.clone();
    template["$patch"] = json!("replace");
    json!({"spec": {"template": template}})
}

fn revision(name: &str, number: i64, data: &Value) -> ControllerRevision {
    serde_json::from_value(json!({
        "metadata": {"name": name, "namespace": "n",
            "labels": {"app": "a", "controller-revision-hash": name},
            "ownerReferences": [{"kind": "DaemonSet", "name": "ds", "uid": "u", "controller": true}]},
        "revision": number, "data": data}))
    .unwrap()
}

fn generations(ds: &DaemonSet) -> (i64, Option<i64>) {
    (ds.generation(), ds.template_generation())
}

fn undone<'a>(
    ds: &DaemonSet,
    revisions: &'a [ControllerRevision],
    to: i64,
) -> Result<Undone<'a>, String> {
    let selector = Selector::new(ds.selector()).unwrap();
    undo(ds, &selector, revisions, to).map_err(|e| e.to_string())
}

#[test]
fn a_restart_annotates_the_template_and_keeps_what_it_does_not_know() {
    let ds = ds(&template("1"));
    let changed = restart(&ds, "2026-03-01T12:00:00.7Z".parse().unwrap()).unwrap();
    assert!(changed.template && changed.spec);
    assert_eq!(generations(&changed.daemon_set), (8, Some(5)));
    let annotations = &changed.daemon_set.raw_template["metadata"]["annotations"];
    assert_eq!(
        annotations["kubectl.kubernetes.io/restartedAt"],
        "2026-03-01T12:00:00Z"
    );
    let container = &changed.daemon_set.raw_template["spec"]["containers"][0];
    assert_eq!(container["futureField"]["x"], 1);
    let again = restart(
        &changed.daemon_set,
        "2026-03-01T12:00:00.9Z".parse().unwrap(),
    );
    let again = again.unwrap();
    assert!(!again.template && !again.spec);
    assert_eq!(again.daemon_set, changed.daemon_set);
}

#[test]
fn images_are_set_by_name_in_both_lists() {
    let images = |ds: &DaemonSet| {
        let spec = ds.pod_spec().unwrap().clone();
        let all = spec.init_containers.unwrap().into_iter();
        let all = all.chain(spec.containers).map(|c| c.image.unwrap());
        all.collect::<Vec<_>>().join(" ")
    };
    let set = |changes: &[&str]| {
        let changes: Vec<ImageChange> = changes.iter().map(|c| c.parse().unwrap()).collect();
        set_image(&ds(&template("1")), &changes).map_err(|e| e.to_string())
    };
    assert_eq!(
        images(&set(&["agent=r/a:2@sha256:b=c"]).unwrap().daemon_set),
        "i r/a:2@sha256:b=c p"
    );
    assert_eq!(
        images(&set(&["init=x", "proxy=y", "proxy=z"]).unwrap().daemon_set),
        "x 1 z"
    );
    assert_eq!(images(&set(&["*=x"]).unwrap().daemon_set), "x x x");
    assert!(!set(&["agent=1"]).unwrap().spec);
    assert_eq!(
        set(&["agnet=2"]).unwrap_err(),
        "the template has no container `agnet`; it has init, agent, proxy"
    );
    assert_eq!(
        set(&["*=2", "agent=3"]).unwrap_err(),
        "`*` already stands for all containers: leave out the others or `*`"
    );
    for wrong in ["agent", "=x", "agent=", ""] {
        assert!(wrong.parse::<ImageChange>().is_err(), "{wrong}");
    }
}

#[test]
fn other_budgets_raise_the_generation_alone() {
    let ds = ds(&template("1"));
    let changed = with_budgets(&ds, Some(IntOrString::String("10%".into())), None);
    assert!(changed.spec && !changed.template);
    assert_eq!(generations(&changed.daemon_set), (8, Some(4)));
    let rolling = |ds: &DaemonSet| {
        let strategy = ds.object.spec.update_strategy.clone().unwrap();
        strategy.rolling_update.unwrap()
    };
    let budgets = rolling(&changed.daemon_set);
    assert_eq!(
        budgets.max_unavailable,
        Some(IntOrString::String("10%".into()))
    );
    assert_eq!(budgets.max_surge, Some(IntOrString::Int(0)));
    let both = with_budgets(&ds, Some(IntOrString::Int(0)), Some(IntOrString::Int(2)));
    assert_eq!(
        rolling(&both.daemon_set).max_surge,
        Some(IntOrString::Int(2))
    );
    assert!(!with_budgets(&ds, Some(IntOrString::Int(1)), None).spec);
}

#[test]
fn undo_puts_the_whole_template_back() {
    let mut labelled = template("1");
    labelled["metadata"]["annotations"] = json!({"restarted": "yes"});
    let ds = ds(&labelled);
    let revisions = [
        revision("h1", 1, &data(&template("0"))),
        revision("h2", 4, &data(&template("9"))),
        revision("h3", 5, &data(&labelled)),
    ];
    let back = undone(&ds, &revisions, 0).unwrap();
    assert_eq!(&*back.revision.name, "h2");
    assert!(back.changed.template);
    assert_eq!(back.changed.daemon_set.raw_template, template("9"));
    assert_eq!(generations(&back.changed.daemon_set), (8, Some(5)));
    // The controller then finds the revision again, and renumbers it.
    let changed = &back.changed.daemon_set;
    let claimant = Claimant::new(changed).unwrap();
    let history = History::new(changed, &claimant, &revisions);
    assert_eq!(history.current.hash(), Some("h2"));
    assert_eq!(
        (history.state, history.number),
        (RevisionState::Existing, 6)
    );
    let same = undone(&ds, &revisions, 5).unwrap();
    assert!(!same.changed.spec);
    assert_eq!(same.changed.daemon_set, ds);
}

#[test]
fn undo_names_the_revisions_that_there_are() {
    let ds = ds(&template("1"));
    let one = [revision("h1", 3, &data(&template("1")))];
    assert_eq!(
        undone(&ds, &one, 0).unwrap_err(),
        "there is no previous revision: the only one is 3"
    );
    let two = [
        revision("h1", 3, &data(&template("1"))),
        revision("h2", 1, &json!({"spec": {"replicas": 1}})),
    ];
    assert_eq!(
        undone(&ds, &two, 2).unwrap_err(),
        "there is no revision `2`: there are 1, 3"
    );
    assert!(undone(&ds, &two, -1).is_err());
    assert_eq!(
        undone(&ds, &two, 1).unwrap_err(),
        "ControllerRevision `h2`: data: holds no `spec.template` with `$patch: replace`, as the controller writes it"
    );
    let mut odd = template("2");
    odd["spec"]["containers"][0]["image"] = json!(2);
    let odd = [revision("h1", 3, &data(&odd))];
    let error = undone(&ds, &odd, 3).unwrap_err();
    assert!(
        error.starts_with("ControllerRevision `h1`: data.spec.template.spec.containers[0].image: "),
        "{error}"
    );
    assert_eq!(
        undone(&ds, &[], 2).unwrap_err(),
        "there is no revision `2`: the DaemonSet has none that it owns"
    );
}

#[test]
fn a_revision_of_an_older_server_comes_back_without_its_null() {
    let mut stamped = template("0");
    stamped["metadata"]["creationTimestamp"] = Value::Null;
    let revisions = [revision("h1", 1, &data(&stamped))];
    let present = ds(&template("1"));
    let back = undone(&present, &revisions, 1).unwrap().changed;
    assert_eq!(back.daemon_set.raw_template, template("0"));
    let claimant = Claimant::new(&present).unwrap();
    let history = History::new(&back.daemon_set, &claimant, &revisions);
    assert_eq!((history.state, history.number), (RevisionState::New, 2));
    // The same template with the null: nothing to roll, and yet a new revision.
    let same = ds(&template("0"));
    assert!(!undone(&same, &revisions, 1).unwrap().changed.spec);
    let history = History::new(&same, &claimant, &revisions);
    assert_eq!(history.state, RevisionState::New);
    // On a server that still writes it, everything is as before.
    let mut older = template("1");
    older["metadata"]["creationTimestamp"] = Value::Null;
    let back = undone(&ds(&older), &revisions, 1).unwrap().changed;
    assert_eq!(back.daemon_set.raw_template, stamped);
    let history = History::new(&back.daemon_set, &claimant, &revisions);
    assert_eq!(history.state, RevisionState::Current);
}

#[test]
fn nobody_but_the_server_writes_the_generations() {
    let old = ds(&template("1"));
    let mut new = ds(&template("2"));
    let metadata = &mut new.object.metadata;
    metadata.generation = None;
    metadata.uid = None;
    metadata.annotations = None;
    let changed = prepare_for_update(&old, new.clone());
    assert_eq!(generations(&changed.daemon_set), (8, Some(5)));
    assert_eq!(changed.daemon_set.uid(), "u");
    assert_eq!(generations(&prepare_for_create(new)), (1, Some(1)));
    assert_eq!(generations(&prepare_for_create(old)), (1, Some(4)));
}
