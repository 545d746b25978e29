//! What `plan -f` says of an apply, beside what the apply then changed.

use kubectl_ds::apply::template_diff::{changed_fields, template_diff};
use kubectl_ds::model::DaemonSet;
use serde_json::{Value, json};

use super::cases::{CASES, Case, options};
use super::{READER, Subject, allow_reading};
use crate::control_plane::{ADMIN, ControlPlane};

/// The cases whose DaemonSet is there before.
const NAMES: [&str; 5] = [
    "unchanged",
    "only-the-strategy",
    "fields-dropped",
    "server-side-with-conflicts",
    "server-side-after-client-side",
];

pub(super) fn run(cluster: &ControlPlane) -> Result<(), String> {
    allow_reading(cluster)?;
    let cases = CASES.iter().filter(|case| NAMES.contains(&case.name));
    let wrong: Vec<String> = cases
        .filter_map(|case| compare(cluster, case).err())
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn compare(cluster: &ControlPlane, case: &Case) -> Result<(), String> {
    let subject = Subject::new(cluster, case.name);
    subject.delete()?;
    (case.before)(&subject)?;
    let before = subject.stored()?.ok_or("nothing was there before")?;
    let mut manifest = subject.manifest();
    (case.change)(&mut manifest);
    let mut said = Vec::new();
    for user in [ADMIN, READER] {
        if !options(case.flags).server_side || user == ADMIN {
            said.push((user, plan(&subject, user, &manifest, case.flags)?));
        }
    }
    subject.apply(&manifest, case.flags)?;
    let left = subject.stored()?.ok_or("the apply left nothing")?;
    subject.delete()?;
    let fields = fields(&before, &left);
    for (user, change) in said {
        let template = if case.rolls { "Changed" } else { "Unchanged" };
        let writes = before.generation() != left.generation();
        let obtained = if user == READER && writes {
            "Local"
        } else {
            "DryRun"
        };
        if change["template"] != template || change["obtained"] != obtained {
            return Err(format!(
                "{}: {user}: {template} and {obtained} expected: {change}",
                case.name
            ));
        }
        if change["fields"] != fields {
            return Err(format!(
                "{}: {user}: said {}\nwas {fields}",
                case.name, change["fields"]
            ));
        }
    }
    Ok(())
}

/// `change` of the plan.
fn plan(
    subject: &Subject<'_>,
    user: &str,
    manifest: &Value,
    flags: &[&str],
) -> Result<Value, String> {
    let args = [&["plan", "-f", "-", "-o", "json"], flags].concat();
    let input = manifest.to_string();
    let answer = subject
        .cluster
        .ds_plugin_with_input(user, &args, Some(&input))?;
    if answer.code != 0 {
        return Err(format!("{user}: {answer:?}"));
    }
    Ok(answer.json()?["change"].clone())
}

/// The fields that the apply changed, as the report has them.
fn fields(before: &DaemonSet, left: &DaemonSet) -> Value {
    let rest = |ds: &DaemonSet| {
        let mut spec = serde_json::to_value(&ds.object.spec).unwrap();
        spec.as_object_mut().unwrap().remove("template");
        spec
    };
    let mut changes = changed_fields("spec", &rest(before), &rest(left));
    changes.extend(template_diff(&before.raw_template, &left.raw_template));
    let field = |name: &str, value: Option<Value>| value.map(|value| (name.to_owned(), value));
    changes
        .into_iter()
        .map(|change| {
            let path = Some(json!(change.path.to_string()));
            let fields = [
                field("path", path),
                field("before", change.before),
                field("after", change.after),
            ];
            Value::Object(fields.into_iter().flatten().collect())
        })
        .collect()
}
