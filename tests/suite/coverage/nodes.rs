//! `why DS` and `why DS NODE`.

use serde_json::{Value, json};

use crate::plans::dump::{Dump, not_ready, terminating};

use super::{annotated, codes, counted, excluded, expected, pool, report, says, text, uncovered};

const EXPECT: &str = "why a --expect pool=gpu";

#[test]
fn expected_nodes_with_an_available_pod_are_covered() {
    let dump = pool(3);
    let (code, all) = report(&dump.objects(), EXPECT);
    assert_eq!((code, &all["clean"]), (0, &json!(true)));
    assert_eq!(expected(&all), says("Flag", "pool=gpu", 1, 3, 3));
    assert_eq!(uncovered(&all), []);
    assert!(text(&dump.objects(), EXPECT).starts_with("✓ "));
    // An older template is there too.
    let (code, old) = report(
        &Dump::new(3, 2).objects(),
        "why a --expect kubernetes.io/hostname",
    );
    assert_eq!(code, 1, "one is outdated");
    assert_eq!(expected(&old)["covered"], 3);
    // Nobody expects anything.
    let (code, none) = report(&dump.objects(), "why a");
    assert_eq!((code, &none["expected"]), (0, &Value::Null));
    assert_eq!(none["nodes"][0]["expected"], false);
}

#[test]
fn an_expected_node_that_is_excluded_is_broken() {
    let objects = excluded(3).objects();
    let (code, without) = report(&objects, "why a");
    assert_eq!((code, &without["clean"]), (0, &json!(true)), "{without}");
    let (code, with) = report(&objects, EXPECT);
    assert_eq!((code, &with["clean"]), (1, &json!(false)));
    assert_eq!(expected(&with), says("Flag", "pool=gpu", 1, 3, 2));
    assert_eq!(uncovered(&with), [("n1", vec!["UntoleratedNoSchedule"])]);
    let causes = with["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 1);
    assert_eq!(causes[0]["nodes"], json!(["n1"]));
    assert_eq!(codes(&causes[0]["excludedBy"]), ["UntoleratedNoSchedule"]);
    assert_eq!(causes[0]["reason"]["code"], "UntoleratedNoSchedule");
    let n1 = &with["nodes"][0];
    assert_eq!(
        (&n1["expected"], &n1["eligibility"]),
        (&json!(true), &json!("KeepsRunning"))
    );
    let out = text(&objects, EXPECT);
    assert!(out.starts_with("✗ "), "{out}");
    assert!(out.contains("BROKEN") && !out.contains("EXCLUDED"), "{out}");
    // The same on the node.
    let (code, one) = report(&objects, "why a n1 --expect pool=gpu");
    assert_eq!((code, &one["clean"]), (1, &json!(false)));
    assert_eq!(uncovered(&one), [("n1", vec!["UntoleratedNoSchedule"])]);
    assert_eq!(
        expected(&one)["nodes"],
        Value::Null,
        "the others weren't asked for"
    );
    assert!(text(&objects, "why a n1 --expect pool=gpu").starts_with("✗ n1 "));
    assert!(text(&objects, "why a n1").starts_with("– n1 "));
    // Nodes that nobody expects stay as they are.
    let (code, other) = report(&objects, "why a --expect kubernetes.io/hostname=n2");
    assert_eq!((code, uncovered(&other)), (0, vec![]));
}

/// They are held against all nodes that should run it or are expected to, themselves among them.
#[test]
fn what_excluded_nodes_have_in_common_is_theirs_alone() {
    let mut dump = pool(5)
        .taint(1, "gpu", "NoSchedule")
        .taint(2, "gpu", "NoSchedule");
    dump.pods.drain(..2);
    for (at, node) in dump.nodes.iter_mut().enumerate() {
        let labels = &mut node["metadata"]["labels"];
        labels["kubernetes.io/arch"] = if at < 4 { "amd64" } else { "arm64" }.into();
        labels["topology.kubernetes.io/zone"] = if at < 2 { "a" } else { "b" }.into();
    }
    let (_, found) = report(&counted(dump).objects(), EXPECT);
    let causes = found["causes"].as_array().unwrap();
    assert_eq!(causes[0]["nodes"], json!(["n1", "n2"]));
    let shared = json!([{"kind": "zone", "value": "a", "others": "b"}]);
    assert_eq!(causes[0]["shared"], shared);
}

#[test]
fn a_pod_that_only_keeps_running_covers_nothing() {
    let mut dump = pool(2).taint(1, "gpu", "NoSchedule");
    dump.ds["status"]["desiredNumberScheduled"] = 1.into();
    let (code, found) = report(&dump.objects(), EXPECT);
    assert_eq!(code, 1);
    assert_eq!(expected(&found)["covered"], 1);
    assert_eq!(uncovered(&found), [("n1", vec!["UntoleratedNoSchedule"])]);
}

#[test]
fn expected_nodes_without_an_available_pod_are_uncovered_with_their_reasons() {
    let mut dump = pool(4).pod(1, not_ready).pod(2, terminating);
    dump.pods.remove(2);
    let (code, found) = report(&counted(dump).objects(), EXPECT);
    assert_eq!(code, 1);
    assert_eq!(expected(&found)["covered"], 1);
    let found = uncovered(&found);
    let nodes: Vec<_> = found.iter().map(|(node, _)| *node).collect();
    assert_eq!(nodes, ["n1", "n2", "n3"]);
    let codes: Vec<_> = found.iter().map(|(_, codes)| codes[0]).collect();
    assert_eq!(codes, ["PodNotReady", "PodTerminating", "PodMissing"]);
}

#[test]
fn a_label_that_no_node_carries_is_uncovered_and_told_as_that() {
    let objects = pool(2).objects();
    let (code, none) = report(&objects, "why a --expect pool=tpu");
    assert_eq!((code, &none["clean"]), (1, &json!(false)));
    assert_eq!(expected(&none), says("Flag", "pool=tpu", 1, 0, 0));
    assert_eq!(codes(&none["findings"]), ["FewerNodesThanExpected"]);
    let out = text(&objects, "why a --expect pool=tpu");
    assert!(out.starts_with("✗ "), "{out}");
    assert!(out.contains("$ kubectl get nodes -l pool=tpu"), "{out}");
    let least = |least: u64| {
        let question = format!("{EXPECT} --expect-at-least {least}");
        let (code, found) = report(&objects, &question);
        (code, found["findings"].as_array().unwrap().len())
    };
    assert_eq!(least(0), (0, 0));
    assert_eq!(least(2), (0, 0));
    assert_eq!(least(3), (1, 1));
    let (code, none) = report(&objects, "why a --expect pool=tpu --expect-at-least 0");
    assert_eq!((code, &none["findings"]), (0, &json!([])), "a pool at 0");
}

#[test]
fn annotations_live_with_the_manifest_and_a_flag_goes_before_them() {
    let objects = annotated(excluded(2), "pool in (gpu)", Some("2")).objects();
    let (code, found) = report(&objects, "why a");
    assert_eq!(code, 1);
    assert_eq!(expected(&found), says("Annotation", "pool=gpu", 2, 2, 1));
    let (code, found) = report(&objects, "why a --expect kubernetes.io/hostname=n2");
    assert_eq!(code, 0);
    let flag = says("Flag", "kubernetes.io/hostname=n2", 1, 1, 1);
    assert_eq!(expected(&found), flag);
}

#[test]
fn an_annotation_that_does_not_parse_is_named_and_not_clean() {
    for (expect, at_least, named) in [
        ("pool in gpu", None, "ds.kubectl/expect"),
        ("pool=gpu", Some("-1"), "ds.kubectl/expect-at-least"),
        ("pool=gpu", Some("many"), "ds.kubectl/expect-at-least"),
    ] {
        let objects = annotated(pool(1), expect, at_least).objects();
        for question in ["why a", "why a n1"] {
            let (code, found) = report(&objects, question);
            assert_eq!((code, &found["clean"]), (1, &json!(false)), "{question}");
            assert_eq!(codes(&found["findings"]), ["ExpectationInvalid"]);
            let message = found["findings"][0]["message"].as_str().unwrap();
            assert!(
                message.starts_with(&format!("annotation {named} ")),
                "{message}"
            );
            assert_eq!(found["expected"], Value::Null);
            assert!(text(&objects, question).contains(named));
        }
        let (code, node) = report(&objects, "node n1");
        assert_eq!((code, &node["clean"]), (1, &json!(false)));
        let reasons = &node["daemonSets"][0]["reasons"];
        assert_eq!(codes(reasons), ["ExpectationInvalid"]);
        assert!(text(&objects, "node n1").contains(named));
        let (code, _) = report(&objects, EXPECT);
        assert_eq!(code, 0, "a flag goes before it");
    }
}

#[test]
fn near_misses_count_for_those_who_declare_nothing() {
    let mut dump = excluded(3);
    dump.nodes[1]["spec"]["taints"] =
        json!([{"key": "a", "effect": "NoSchedule"}, {"key": "b", "effect": "NoSchedule"}]);
    dump.pods.remove(0);
    let dump = counted(dump);
    let (code, found) = report(&dump.objects(), "why a --near-misses");
    assert_eq!((code, &found["clean"]), (1, &json!(false)));
    assert_eq!(
        expected(&found),
        json!({"source": "NearMisses", "nodes": 1, "covered": 0})
    );
    assert_eq!(uncovered(&found), [("n1", vec!["UntoleratedNoSchedule"])]);
    let (code, _) = report(&dump.objects(), "why a n2 --near-misses");
    assert_eq!(code, 0, "two tolerations are missing");
    // Who declares something has said all.
    let declared = annotated(dump, "kubernetes.io/hostname=n3", None).objects();
    let (code, found) = report(&declared, "why a --near-misses");
    assert_eq!(
        (code, &expected(&found)["source"]),
        (0, &json!("Annotation"))
    );
}

#[test]
fn what_is_not_known_is_not_counted() {
    let without = |kind: &str| {
        let objects = excluded(3).objects();
        let kept = objects.into_iter().filter(|o| o["kind"] != kind);
        kept.collect::<Vec<_>>()
    };
    let (code, pods) = report(&without("Pod"), EXPECT);
    assert_eq!(
        (code, &pods["clean"]),
        (3, &json!(false)),
        "one is excluded"
    );
    assert_eq!(expected(&pods)["nodes"], 3);
    assert_eq!(expected(&pods)["covered"], Value::Null);
    assert_eq!(uncovered(&pods), [("n1", vec!["UntoleratedNoSchedule"])]);
    let (code, nodes) = report(&without("Node"), EXPECT);
    assert_eq!((code, &nodes["clean"]), (3, &Value::Null));
    assert_eq!(expected(&nodes)["nodes"], Value::Null);
    assert_eq!(codes(&nodes["findings"]), Vec::<&str>::new());
}

/// One node doesn't tell whether there are enough, so the others are counted where it matters.
#[test]
fn too_few_nodes_are_told_of_one_node_too() {
    let objects = pool(2).objects();
    for (question, nodes, is_met) in [
        ("why a n1 --expect pool=gpu", None, true),
        (
            "why a n1 --expect pool=gpu --expect-at-least 2",
            Some(2),
            true,
        ),
        (
            "why a n1 --expect pool=gpu --expect-at-least 3",
            Some(2),
            false,
        ),
        ("why a n1 --expect pool=tpu", Some(0), false),
        ("why a n1 --expect pool=tpu --expect-at-least 0", None, true),
        (
            "why pod/a-n1-new --expect pool=gpu --expect-at-least 3",
            Some(2),
            false,
        ),
        (
            "why a n1 --expect pool=gpu --expect-at-least 3 --impact",
            Some(2),
            false,
        ),
    ] {
        let (code, found) = report(&objects, question);
        assert_eq!(
            (code, &found["clean"]),
            (i32::from(!is_met), &json!(is_met)),
            "{question}"
        );
        assert_eq!(expected(&found)["nodes"], json!(nodes), "{question}");
        let findings = if is_met {
            vec![]
        } else {
            vec!["FewerNodesThanExpected"]
        };
        assert_eq!(codes(&found["findings"]), findings, "{question}");
    }
    let several = "why a n1 n2 --expect pool=gpu --expect-at-least 3 --exit-code";
    let (code, out, _) = crate::binary::ask(&objects, several);
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains("there are only 2 nodes with pool=gpu, where at least 3 are expected"),
        "{out}"
    );
    // In its annotations, and of a manifest.
    let annotated = annotated(pool(2), "pool=gpu", Some("3"));
    assert_eq!(report(&annotated.objects(), "why a n1").0, 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    std::fs::write(&file, annotated.ds.to_string()).unwrap();
    let question = format!("why -f {} node/n1", file.display());
    assert_eq!(report(&objects, &question).0, 1);
}

/// Of what isn't applied the template alone is judged.
#[test]
fn a_manifest_is_judged_by_its_template() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.json");
    let mut dump = annotated(excluded(3), "pool=gpu", None);
    dump.ds["metadata"]["name"] = "new".into();
    dump.ds["metadata"].as_object_mut().unwrap().remove("uid");
    std::fs::write(&file, dump.ds.to_string()).unwrap();
    let question = format!("why -f {}", file.to_str().unwrap());
    let (code, found) = report(&excluded(3).objects(), &question);
    assert_eq!(code, 1);
    assert_eq!(expected(&found), says("Annotation", "pool=gpu", 1, 3, 2));
    assert_eq!(uncovered(&found), [("n1", vec!["UntoleratedNoSchedule"])]);
}
