//! `plan` on small dumps: what is said to scripts, and what people see.

mod applied;
mod changed;
pub(crate) mod dump;
mod foreseen;
mod held_up;
mod host_ports;
mod judged;
mod lists;
mod refusals;
mod reported;
mod syncs;
mod under_way;
mod warnings;

use std::fs;

use serde_json::{Value, json};

use crate::binary::{kubectl_ds, stderr, stdout};
use crate::schema::validator;

/// A state, a question, and what has to be answered.
struct Case<'a> {
    /// The name of its snapshot.
    name: &'a str,
    objects: Vec<Value>,
    /// A manifest for `-f`.
    manifest: Option<Value>,
    question: &'a str,
    /// The exit code with `--exit-code`.
    code: i32,
    /// Values of the JSON, by pointer.
    facts: Vec<(&'a str, Value)>,
}

/// Asks for JSON, compares it with the schema and with what has to be in it, and keeps the text.
fn check(case: Case<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, value: &Value| {
        let path = folder.path().join(name);
        fs::write(&path, value.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let list = json!({"apiVersion": "v1", "kind": "List", "items": case.objects});
    let dump = file("dump.json", &list);
    let manifest = case.manifest.map(|m| file("new.json", &m));
    let mut args: Vec<_> = case.question.split_whitespace().collect();
    args.extend(["--from", &dump, "--now", "2026-01-01T02:00:00Z"]);
    args.extend(manifest.iter().flat_map(|m| ["-f", m.as_str()]));
    let run = |more: &[&str]| kubectl_ds(&[&args[..], more].concat(), &[("COLUMNS", "100")]);
    let name = case.name;
    let output = run(&["-o", "json", "--exit-code"]);
    let said = stderr(&output);
    let errors = said.lines().filter(|line| line.starts_with("error: "));
    let is_refused = case.code == 2;
    assert_eq!(errors.count(), usize::from(is_refused), "{name}: {said}");
    assert_eq!(said.is_empty(), !is_refused, "{name}: {said}");
    assert_eq!(
        output.status.code(),
        Some(case.code),
        "{name}: {}",
        stdout(&output)
    );
    let plan: Value = serde_json::from_str(&stdout(&output)).unwrap();
    follows_the_schema(name, &plan);
    for (pointer, wanted) in case.facts {
        let found = plan
            .pointer(pointer)
            .cloned()
            .unwrap_or_else(|| json!("left out"));
        assert_eq!(found, wanted, "{name}: {pointer} of {plan}");
    }
    let yaml: Value = serde_yaml::from_str(&stdout(&run(&["-o", "yaml"]))).unwrap();
    assert_eq!(yaml, plan, "{name}: YAML and JSON differ");
    snapshot(name, &stdout(&run(&[])));
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("plan-{name}"), text));
}

/// The answer against the schema of `plan`.
pub(crate) fn follows_the_schema(name: &str, plan: &Value) {
    let validator = validator("rollout-plan");
    let errors: Vec<_> = validator
        .iter_errors(plan)
        .map(|e| format!("{e} at {}", e.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{name}");
}
