//! `--fail-on`.

use serde_json::{Value, json};

use super::{Files, manifest, refused, said};
use crate::plans::dump::{Dump, template};

/// `a` on nodes with this label alone.
fn narrowed() -> Value {
    let mut manifest = manifest("a", "a:2");
    manifest["spec"]["template"]["spec"]["nodeSelector"] = json!({"pool": "a"});
    manifest
}

fn in_pool(mut dump: Dump, nodes: usize) -> Dump {
    for node in dump.nodes.iter_mut().take(nodes) {
        node["metadata"]["labels"]["pool"] = "a".into();
    }
    dump
}

/// The words that fail a question, alone and all together; the others don't.
fn fail(files: &Files, question: &str, words: &[&str], words_of_it: &[&str]) {
    for word in words_of_it {
        let (code, out, err) = said(&files.ask(&format!("{question} --fail-on {word}")));
        let applies = words.contains(word);
        assert_eq!(code, i32::from(applies), "{question}: {word}: {err}{out}");
        assert_eq!(
            err.contains(&format!("`--fail-on {word}` applies to default/a")),
            applies,
            "{err}"
        );
    }
    let all = words_of_it.join(",");
    let (code, with, err) = said(&files.ask(&format!("{question} --fail-on {all}")));
    assert_eq!(code, i32::from(!words.is_empty()), "{question}: {err}");
    assert_eq!(err.matches("--fail-on").count(), words.len(), "{err}");
    let (code, without, err) = said(&files.ask(question));
    assert_eq!((code, with), (0, without), "{question}: {err}");
}

const OF_PLAN: [&str; 5] = ["lost", "refused", "uncovered", "stuck", "nodes-lost"];
const OF_WHY: [&str; 2] = ["lost", "uncovered"];

#[test]
fn each_word_of_a_plan_applies_where_it_should() {
    let under_way = |dump: Dump, words: &[&str]| {
        fail(&Files::new(&dump.objects(), &[]), "plan a", words, &OF_PLAN);
    };
    under_way(Dump::new(4, 4), &[]);
    under_way(Dump::new(4, 1), &[]);
    under_way(Dump::new(4, 1).taint(4, "x", "NoSchedule"), &["lost"]);
    under_way(Dump::new(4, 1).dead(4), &["lost", "stuck"]);
    let dump = in_pool(Dump::new(4, 4), 3);
    let files = Files::new(&dump.objects(), &[narrowed()]);
    let question = format!("plan -f {}", files.stream.display());
    fail(&files, &question, &["nodes-lost"], &OF_PLAN);
}

#[test]
fn what_is_refused_fails_with_1_where_it_is_asked_for() {
    let mut selector = manifest("a", "a:2");
    selector["spec"]["selector"]["matchLabels"] = json!({"app": "b"});
    selector["spec"]["template"] = template("a:2");
    selector["spec"]["template"]["metadata"]["labels"]["app"] = "b".into();
    for manifests in [
        vec![refused("a")],
        vec![selector],
        vec![refused("a"), manifest("b", "b:1")],
    ] {
        let files = Files::new(&Dump::new(2, 2).objects(), &manifests);
        for (question, code) in [
            ("plan", 2),
            ("plan --fail-on lost", 2),
            ("plan --fail-on refused", 1),
            ("plan --fail-on lost --fail-on refused -o json", 1),
            ("plan -o markdown --fail-on lost,refused", 1),
        ] {
            let (found, out, err) = said(&files.plan(question));
            assert_eq!(found, code, "{question}: {err}{out}");
        }
    }
}

#[test]
fn each_word_of_why_applies_where_it_should() {
    let files = |dump: Dump| Files::new(&dump.objects(), &[]);
    let healthy = files(Dump::new(2, 2));
    let kept = files(Dump::new(2, 2).taint(1, "x", "NoSchedule"));
    for question in [
        "why a",
        "why",
        "why -A",
        "why -A -o json",
        "why a -o markdown",
    ] {
        fail(&healthy, question, &[], &OF_WHY);
        fail(&kept, question, &["lost"], &OF_WHY);
    }
    fail(&kept, "why -A -o prometheus", &["lost"], &OF_WHY);
    // No rollout deletes it.
    let on_delete = json!({"type": "OnDelete"});
    let kept = Dump::new(2, 2).taint(1, "x", "NoSchedule");
    let kept = files(kept.strategy(on_delete));
    for question in ["why a", "why -A", "why -A -o prometheus"] {
        fail(&kept, question, &[], &OF_WHY);
    }
}

/// A slip of the pen doesn't open the gate.
#[test]
fn an_expectation_that_does_not_parse_is_uncovered() {
    let mut dump = Dump::new(2, 2);
    let annotations = &mut dump.ds["metadata"]["annotations"];
    annotations["ds.kubectl/expect"] = "pool in gpu".into();
    let mut manifest = manifest("a", "a:3");
    manifest["metadata"]["annotations"] = json!({"ds.kubectl/expect": "pool in gpu"});
    let files = Files::new(&dump.objects(), &[manifest]);
    for question in [
        "why a",
        "why -A",
        "why -A -o prometheus",
        "why -A -o markdown",
    ] {
        fail(&files, question, &["uncovered"], &OF_WHY);
    }
    let (_, gauges, _) = said(&files.ask("why -A -o prometheus"));
    assert!(!gauges.contains("kubectl_ds_uncovered{"), "{gauges}");
    let incomplete = r#"kubectl_ds_incomplete{namespace="default",daemonset="a"} 1"#;
    assert!(gauges.contains(incomplete), "{gauges}");
    let question = format!("plan -f {}", files.stream.display());
    fail(&files, &question, &["uncovered"], &OF_PLAN);
    let (_, markdown, _) = said(&files.plan("plan -o markdown"));
    let item = "<b>default/a</b>: annotation ds.kubectl/expect is invalid: ";
    assert!(markdown.contains(item), "{markdown}");
}

/// What can't be known stays 3.
#[test]
fn what_can_not_be_known_is_not_passed() {
    let mut dump = Dump::new(3, 1).taint(3, "x", "NoSchedule");
    dump.pods.clear();
    let files = Files::new(&dump.objects(), &[manifest("a", "a:3")]);
    for question in [
        "plan a --fail-on lost",
        "why a --fail-on lost,uncovered",
        "why -A --fail-on lost",
        "why -A -o prometheus --fail-on lost",
    ] {
        assert_eq!(said(&files.ask(question)).0, 3, "{question}");
    }
    assert_eq!(said(&files.plan("plan --fail-on lost -o markdown")).0, 3);
}

#[test]
fn what_makes_no_condition_has_one_error() {
    let files = Files::new(&Dump::new(1, 1).objects(), &[]);
    for (question, wanted) in [
        (
            "plan a --fail-on stuk",
            "invalid value 'stuk' for '--fail-on <WORD,…>': it takes `lost`, `refused`, `uncovered`, `stuck`, `nodes-lost`",
        ),
        ("plan a --fail-on lost,", "invalid value '' for '--fail-on"),
        ("why --fail-on LOST", "invalid value 'LOST' for '--fail-on"),
        (
            "why -A --fail-on lost,stuck",
            "`stuck` is of a rollout, which `why` doesn't tell: `kubectl ds plan` takes `--fail-on stuck`",
        ),
        (
            "why a n1 --fail-on lost",
            "leave out the node, the what-if, `--map` and `--watch`",
        ),
        ("plan a --watch --fail-on lost", "`--watch`"),
        ("adopt a --fail-on lost", "unexpected argument '--fail-on'"),
    ] {
        let (code, out, err) = said(&files.ask(question));
        assert_eq!((code, out.as_str()), (2, ""), "{question}");
        assert_eq!(err.matches("error: ").count(), 1, "{err}");
        assert!(err.contains(wanted), "{question}: {err}");
    }
}
