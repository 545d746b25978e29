//! `plan -f` of several DaemonSets.

use std::process::Command;

use serde_json::json;

use super::{Files, changed_and_new, manifest, reads, refused, said};
use crate::binary::{root, stdout};
use crate::plans::dump::Dump;
use crate::plans::follows_the_schema;

#[test]
fn each_plan_is_what_it_is_alone_and_one_line_sums_them_up() {
    let files = changed_and_new();
    for format in ["", "-o wide", "--no-headers", "--max-unavailable 2"] {
        let ask = |name: &str| said(&files.plan(&format!("plan {name} {format}")));
        let (code, all, err) = ask("");
        assert_eq!((code, err.lines().count()), (0, 1), "{err}");
        let (first, second) = (ask("a").1, ask("b").1);
        let plans = format!("{first}\n{second}\n");
        let total = all.strip_prefix(&plans);
        let total = total.unwrap_or_else(|| panic!("{format}:\n{all}\ninstead of\n{plans}"));
        assert_eq!(total.lines().count(), 1, "{total}");
        assert!(
            total.starts_with("Total of 2 DaemonSets: 4 to replace"),
            "{total}"
        );
    }
}

#[test]
fn reports_are_a_list_of_what_each_is_alone() {
    let files = changed_and_new();
    let ask = |question: &str| reads(&files.plan(question));
    let all = ask("plan -o json");
    follows_the_schema("stream", &all);
    let alone = ["a", "b"].map(|name| ask(&format!("plan {name} -o json")));
    assert_eq!(all["kind"], "List");
    assert_eq!(all["items"], json!(alone));
    let yaml = stdout(&files.plan("plan -o yaml"));
    let yaml: serde_json::Value = serde_yaml::from_str(&yaml).unwrap();
    assert_eq!(yaml, all);
    let (code, names, _) = said(&files.plan("plan -o name"));
    let pods: Vec<String> = (1..=4).map(|n| format!("pod/a-n{n}-new\n")).collect();
    assert_eq!((code, names), (0, pods.concat()));
    assert_eq!(said(&files.plan("plan --exit-code")).0, 1);
}

#[test]
fn a_stream_is_read_from_stdin() {
    let files = changed_and_new();
    let script = format!(
        "\"$PLUGIN\" plan -f - --from {} --now 2026-01-01T02:00:00Z <{}",
        files.dump.display(),
        files.stream.display()
    );
    let output = Command::new("sh")
        .args(["-euc", &script])
        .env("PLUGIN", env!("CARGO_BIN_EXE_kubectl-ds"))
        .env("HOME", "/nonexistent")
        .env("COLUMNS", "100")
        .current_dir(root())
        .output()
        .unwrap();
    assert_eq!(stdout(&output), stdout(&files.plan("plan")));
}

/// The others are planned all the same.
#[test]
fn what_is_refused_is_said_beside_the_plans_of_the_others() {
    let stream = [manifest("a", "a:3"), refused("c"), manifest("b", "b:1")];
    let files = Files::new(&Dump::new(4, 4).objects(), &stream);
    let (code, out, err) = said(&files.plan("plan"));
    assert_eq!(code, 2, "{out}");
    assert_eq!(err.matches("error: ").count(), 1, "{err}");
    assert!(
        err.contains("all.yaml:3: `spec.updateStrategy.type` is `Recreate`"),
        "{err}"
    );
    let alone = ["a", "b"].map(|name| stdout(&files.plan(&format!("plan {name}"))));
    assert!(out.starts_with(&alone.join("\n")), "{out}");
    let list = reads(&files.plan("plan -o json"));
    let names = list["items"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|plan| &plan["daemonSet"]["name"]).collect();
    assert_eq!(names, ["a", "b"]);
    // A refusal that has a plan, and one that has none.
    let mut other = manifest("a", "a:3");
    other["spec"]["selector"]["matchLabels"] = json!({"app": "other"});
    other["spec"]["template"]["metadata"]["labels"]["app"] = "other".into();
    let files = Files::new(&Dump::new(4, 4).objects(), &[other, refused("c")]);
    let (code, out, err) = said(&files.plan("plan -o json"));
    assert_eq!((code, err.matches("error: ").count()), (2, 2), "{err}");
    assert_eq!(out.matches("\"kind\": \"RolloutPlan\"").count(), 1, "{out}");
}

#[test]
fn what_makes_no_stream_has_one_error() {
    let ask = |manifests: &[serde_json::Value], question: &str, at: usize| {
        let files = Files::new(&Dump::new(1, 1).objects(), manifests);
        let (code, out, err) = said(&files.plan(question));
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.starts_with("error: "), "{err}");
        let one_line = err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(one_line.matches("all.yaml:").count(), at, "{err}");
        one_line
    };
    let service =
        |name: &str| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}});
    let services = ["a", "b", "c", "d", "e", "f", "g"].map(service);
    let none = ask(&services, "plan", 1);
    assert!(none.contains("all.yaml:1: none of the 7 objects"), "{none}");
    assert!(
        none.contains("Service `a`, Service `b`, Service `c` and 4 more"),
        "{none}"
    );
    let near = json!({"apiVersion": "apps/v1", "kind": "Daemonset", "metadata": {"name": "a"}});
    let mistyped = ask(&[service("s"), near], "plan", 1);
    assert!(
        mistyped.contains("all.yaml:3: ") && mistyped.contains("did you mean"),
        "{mistyped}"
    );
    let twice = [
        manifest("a", "a:1"),
        manifest("b", "a:1"),
        manifest("a", "a:2"),
    ];
    let twice = ask(&twice, "plan", 2);
    assert!(
        twice.contains("all.yaml:5: DaemonSet `default/a` is also at"),
        "{twice}"
    );
    let elsewhere = ask(
        &[manifest("a", "a:1"), manifest("b", "a:1")],
        "plan -n other",
        0,
    );
    assert!(
        elsewhere.contains("`-n other` names another"),
        "{elsewhere}"
    );
}
