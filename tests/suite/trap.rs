//! Labels that make pods count as updated while they run another template: each command
//! says so, and none says that all is well.

use serde_json::{Value, json};

use crate::older_server::of_dump;
use crate::plans::dump::{Dump, revision, template};

/// The pods are of revision 1 and carry the generation of the DaemonSet, as after a
/// deletion with `--cascade=orphan`.
fn trapped(nodes: usize, count: usize) -> Dump {
    let mut dump = Dump::new(nodes, nodes);
    for pod in &mut dump.pods[..count] {
        pod["metadata"]["labels"]["controller-revision-hash"] = "h1".into();
        pod["spec"]["containers"][0]["image"] = "a:1".into();
    }
    dump.ds["status"]["updatedNumberScheduled"] = nodes.into();
    dump
}

fn codes(reasons: &Value) -> Vec<&str> {
    let reasons = reasons.as_array().unwrap().iter();
    reasons.map(|r| r["code"].as_str().unwrap()).collect()
}

/// What the commands that look for health say of it: exit code and `clean`.
fn health(dump: &Dump) -> Vec<(&'static str, Option<i32>, Value)> {
    let questions = ["why a", "why a n1", "plan a", "adopt a"];
    questions
        .into_iter()
        .map(|question| {
            let (code, answer) = of_dump(dump, question, None);
            (question, code, answer["clean"].clone())
        })
        .collect()
}

#[test]
fn by_the_generation_alone() {
    let dump = trapped(3, 2);
    for (question, code, clean) in health(&dump) {
        // What isn't said of other controllers leaves nothing open here.
        assert_eq!((code, clean), (Some(1), json!(false)), "{question}");
    }
    let (_, why) = of_dump(&dump, "why a", None);
    // The counters are the controller's own.
    assert_eq!(why["status"]["updated"], 3);
    assert_eq!(why["status"]["differences"], json!([]));
    for (node, wanted) in [
        (0, vec!["PodDrifted"]),
        (1, vec!["PodDrifted"]),
        (2, vec![]),
    ] {
        assert_eq!(codes(&why["nodes"][node]["reasons"]), wanted);
    }
    let (_, list) = of_dump(&dump, "why -A", None);
    assert_eq!(list["items"][0]["clean"], false, "{list}");
    let (code, node) = of_dump(&dump, "node n1", None);
    assert_eq!(
        (code, &node["daemonSets"][0]["clean"]),
        (Some(1), &json!(false)),
        "{node}"
    );
    let (code, node) = of_dump(&dump, "node n3", None);
    assert_eq!(
        (code, &node["daemonSets"][0]["clean"]),
        (Some(0), &json!(true)),
        "{node}"
    );
}

fn remedies(plan: &Value) -> Vec<(&str, &str)> {
    let remedies = plan["remedies"].as_array().unwrap().iter();
    remedies
        .map(|r| {
            let command = r["command"].as_str().unwrap_or_default();
            (r["changes"].as_str().unwrap(), command)
        })
        .collect()
}

#[test]
fn the_plan_has_the_ways_round_that_adopt_has() {
    let dump = trapped(3, 2);
    let (_, plan) = of_dump(&dump, "plan a", None);
    let wanted = [
        (
            "Pod",
            "kubectl label pods a-n1-new a-n2-new -n default pod-template-generation-",
        ),
        ("Pod", "kubectl delete pods a-n1-new a-n2-new -n default"),
        (
            "DaemonSet",
            "kubectl rollout restart daemonset/a -n default",
        ),
    ];
    assert_eq!(remedies(&plan), wanted);
    let (_, adopt) = of_dump(&dump, "adopt a", None);
    let commands = |answer: &Value| -> Vec<String> {
        let remedies = answer["remedies"].as_array().unwrap().iter();
        remedies
            .filter_map(|r| Some(r["command"].as_str()?.to_owned()))
            .collect()
    };
    assert_eq!(commands(&plan), commands(&adopt));
    // The next generation would trap the pod that carries it.
    let mut carried = trapped(3, 2);
    carried.pods[2]["metadata"]["labels"]["pod-template-generation"] = "3".into();
    let (_, plan) = of_dump(&carried, "plan a", None);
    assert_eq!(remedies(&plan), wanted[..2]);
    // Under OnDelete labels bring nothing about.
    let (_, plan) = of_dump(
        &trapped(3, 2).strategy(json!({"type": "OnDelete"})),
        "plan a",
        None,
    );
    assert_eq!(remedies(&plan), wanted[1..2]);
    // Too many to name.
    let (_, plan) = of_dump(&trapped(12, 11), "plan a", None);
    let by_label = "kubectl label pods -n default -l 'app=a,pod-template-generation=2,controller-revision-hash!=h2' pod-template-generation-";
    assert_eq!(remedies(&plan)[0], ("Pod", by_label));
}

#[test]
fn a_manifest_is_held_against_the_same_pods() {
    let dump = trapped(4, 4);
    let manifest = json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "a", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": template("a:2")}});
    let (_, why) = of_dump(&dump, "why", Some(&manifest));
    let (_, plan) = of_dump(&dump, "plan", Some(&manifest));
    assert_eq!(why["status"]["updated"], 4);
    assert_eq!(plan["revision"]["pods"], 4);
    assert_eq!(plan["drift"].as_array().unwrap().len(), 4);
    for node in why["nodes"].as_array().unwrap() {
        assert_eq!(codes(&node["reasons"]), ["PodDrifted"]);
    }
}

/// Pods are relabelled when a revision has a duplicate, and not made anew.
#[test]
fn by_a_hash_that_was_put_on() {
    let mut dump = Dump::new(2, 2);
    dump.pods[0]["spec"]["containers"][0]["image"] = "a:1".into();
    for (question, code, clean) in &health(&dump) {
        assert_eq!((code, clean), (&Some(1), &json!(false)), "{question}");
    }
    let (_, adopt) = of_dump(&dump, "adopt a", None);
    assert_eq!(codes(&adopt["findings"]), ["PodDrifted"]);
    let (_, plan) = of_dump(&dump, "plan a", None);
    assert_eq!(plan["drift"][0]["by"], "Relabelled");
    let ways: Vec<_> = remedies(&plan);
    assert_eq!(
        ways,
        [
            ("Pod", "kubectl delete pod a-n1-new -n default"),
            (
                "DaemonSet",
                "kubectl rollout restart daemonset/a -n default"
            ),
        ]
    );
    // An older pod than the revision, whose former one is gone.
    let mut dump = Dump::new(2, 2);
    dump.pods[0]["spec"]["containers"][0]["image"] = "a:0".into();
    dump.revisions = vec![revision(2, "h2", &template("a:2"))];
    dump.revisions[0]["metadata"]["creationTimestamp"] = "2026-01-01T01:00:00Z".into();
    let (code, why) = of_dump(&dump, "why a n1", None);
    assert_eq!(
        (code, codes(&why["nodes"][0]["reasons"])),
        (Some(1), vec!["PodDrifted"])
    );
}

/// A registry's mirror that admission puts into every pod is no other template.
#[test]
fn an_image_that_admission_changed_is_no_other_template() {
    let mut dump = Dump::new(2, 2);
    for pod in &mut dump.pods {
        pod["spec"]["containers"][0]["image"] = "mirror/a:2".into();
    }
    for (question, code, clean) in &health(&dump)[..3] {
        assert_eq!((code, clean), (&Some(0), &json!(true)), "{question}");
    }
    let (_, plan) = of_dump(&dump, "plan a", None);
    // It is told all the same.
    assert_eq!(plan["drift"].as_array().unwrap().len(), 2);
    assert_eq!(plan["remedies"], json!([]));
}
