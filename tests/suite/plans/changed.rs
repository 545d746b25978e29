//! What a change of the stored DaemonSet would start.

use serde_json::{Value, json};

use super::dump::{Dump, pod};
use super::{Case, check};

fn ask(name: &str, dump: &Dump, question: &str, facts: Vec<(&str, Value)>) {
    check(Case {
        name,
        objects: dump.objects(),
        manifest: None,
        question,
        code: 1,
        facts,
    });
}

fn image(before: &str, after: &str) -> Value {
    json!({"path": "spec.template.spec.containers[agent].image", "before": before, "after": after})
}

#[test]
fn undo() {
    let facts = vec![
        ("/change/kind", json!("Undo")),
        ("/change/fields", json!([image("a:2", "a:1")])),
        ("/revision/state", json!("Existing")),
        ("/revision/name", json!("a-h1")),
        ("/revision/renumberedTo", json!(3)),
        ("/waves/replace", json!(4)),
    ];
    let dump = Dump::new(4, 4);
    ask("undo", &dump, "plan a --to-revision 1", facts.clone());
    // The previous one, as kubectl rollout undo takes it.
    ask("undo", &dump, "plan a --to-revision 0", facts);
}

#[test]
fn restart() {
    let facts = vec![
        ("/change/kind", json!("Restart")),
        ("/revision/state", json!("New")),
        ("/revision/number", json!(3)),
        ("/waves/replace", json!(4)),
    ];
    ask("restart", &Dump::new(4, 4), "plan a --restart", facts);
}

#[test]
fn set_image() {
    let facts = vec![
        ("/change/kind", json!("SetImage")),
        ("/change/fields", json!([image("a:2", "a:9")])),
        ("/waves/replace", json!(4)),
    ];
    ask(
        "set-image",
        &Dump::new(4, 4),
        "plan a --set-image agent=a:9",
        facts,
    );
}

#[test]
fn another_budget() {
    let facts = vec![
        ("/today/budget/allowed", json!(1)),
        ("/today/update/delete/take", json!(1)),
        ("/then/budget/allowed", json!(3)),
        ("/then/strategy/written/maxUnavailable", json!("50%")),
        ("/then/update/delete/take", json!(3)),
        ("/then/waves/batches", json!(1)),
    ];
    ask(
        "trial",
        &Dump::new(6, 1),
        "plan a --max-unavailable 50%",
        facts,
    );
}

/// With surge a second pod is made, and the old one goes when it is available.
#[test]
fn surge_instead() {
    let mut dump = Dump::new(4, 1);
    dump.pods.push(pod("n2", 2));
    let facts = vec![
        ("/today/budget/of", json!("Unavailable")),
        ("/then/budget/of", json!("Surge")),
        ("/then/budget/allowed", json!(1)),
        ("/then/manage/delete/0/reason", json!("ReplacedUnderSurge")),
    ];
    let question = "plan a --max-unavailable 0 --max-surge 1";
    ask("trial-surge", &dump, question, facts);
}

#[test]
fn a_change_under_another_budget() {
    let facts = vec![
        ("/change/kind", json!("Restart")),
        ("/today/update/delete/take", json!(1)),
        ("/then/update/delete/take", json!(2)),
    ];
    let question = "plan a --restart --max-unavailable 2";
    ask("trial-restart", &Dump::new(4, 4), question, facts);
}

/// What makes no question or has no answer: the code, and what is said.
#[test]
fn questions_that_have_no_plan() {
    let dump = Dump::new(3, 3);
    let on_delete = Dump::new(3, 3).strategy(json!({"type": "OnDelete"}));
    let cases = [
        (&dump, "plan a --to-revision 7", "7"),
        (&dump, "plan a --max-unavailable 0 --max-surge 0", "0"),
        (&dump, "plan a --max-surge 1", "maxUnavailable"),
        (&dump, "plan a --max-unavailable x%", "x%"),
        (&dump, "plan a --set-image other=b:1", "other"),
        (&on_delete, "plan a --max-unavailable 2", "OnDelete"),
        (&dump, "plan b", "b"),
        (&dump, "plan pod/a-n1-new", "DaemonSet"),
    ];
    for (dump, question, said) in cases {
        let (code, out, err) = crate::binary::ask(&dump.objects(), question);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{question}: {err}");
        assert!(err.contains(said), "{question}: {err}");
        assert!(!err.contains("error: error"), "{question}: {err}");
    }
}
