//! Applies of every kind.

use kubectl_ds::analysis::rollout::change::ObjectSource;
use kubectl_ds::model::DaemonSet;
use kubectl_ds::source::dry_run::ApplyOptions;
use serde_json::{Value, json};

use super::{READER, Subject, allow_reading, differences};
use crate::control_plane::{ADMIN, ControlPlane};

/// One apply.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// What was done before.
    pub(super) before: fn(&Subject<'_>) -> Result<(), String>,
    /// From the manifest of version 1 to the one that is applied.
    pub(super) change: fn(&mut Value),
    pub(super) flags: &'static [&'static str],
    /// Whether it is said of the template that it changes.
    pub(super) rolls: bool,
}

const CONTAINER: &str = "/spec/template/spec/containers/0";

pub(super) const CASES: [Case; 13] = [
    Case {
        name: "created",
        before: |_| Ok(()),
        change: |_| {},
        flags: &[],
        rolls: true,
    },
    Case {
        name: "plain",
        before: applied,
        change: next_image,
        flags: &[],
        rolls: true,
    },
    Case {
        name: "unchanged",
        before: applied,
        change: |_| {},
        flags: &[],
        rolls: false,
    },
    Case {
        name: "only-the-strategy",
        before: applied,
        change: |m| {
            m["spec"]["updateStrategy"] = json!({"rollingUpdate": {"maxUnavailable": "20%"}})
        },
        flags: &[],
        rolls: false,
    },
    Case {
        name: "fields-dropped",
        before: applied,
        change: drop_fields,
        flags: &[],
        rolls: true,
    },
    Case {
        name: "restart-and-other-fields-kept",
        before: |subject| {
            applied(subject)?;
            let name = format!("daemonset/{}", subject.name);
            subject.cluster.kubectl(&["rollout", "restart", &name])?;
            subject
                .cluster
                .kubectl(&["set", "env", &name, "SINCE=yesterday"])
                .map(drop)
        },
        change: next_image,
        flags: &[],
        rolls: true,
    },
    Case {
        name: "null-takes-away",
        before: applied,
        change: |m| {
            m["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = Value::Null;
            m["spec"]["template"]["metadata"]["annotations"] = Value::Null;
        },
        flags: &[],
        rolls: true,
    },
    Case {
        name: "never-applied",
        before: |subject| {
            subject
                .kubectl(&["create", "-f", "-"], &subject.manifest())
                .map(drop)
        },
        change: drop_fields,
        flags: &[],
        rolls: true,
    },
    Case {
        name: "another-manager",
        before: applied,
        change: drop_fields,
        flags: &["--field-manager=pipeline"],
        rolls: true,
    },
    Case {
        name: "server-side",
        before: |subject| subject.apply(&subject.manifest(), &["--server-side"]),
        change: drop_fields,
        flags: &["--server-side"],
        rolls: true,
    },
    Case {
        name: "server-side-with-conflicts",
        before: |subject| {
            subject.apply(&subject.manifest(), &["--server-side"])?;
            other_image(subject)
        },
        change: next_image,
        flags: &["--server-side", "--force-conflicts"],
        rolls: true,
    },
    Case {
        name: "server-side-after-client-side",
        before: |subject| {
            applied(subject)?;
            let name = format!("daemonset/{}", subject.name);
            subject
                .cluster
                .kubectl(&["set", "env", &name, "SINCE=yesterday"])
                .map(drop)
        },
        change: drop_fields,
        flags: &["--server-side", "--force-conflicts"],
        rolls: true,
    },
    Case {
        name: "server-side-after-client-side-by-another-manager",
        before: applied,
        change: drop_fields,
        flags: &[
            "--server-side",
            "--field-manager=pipeline",
            "--force-conflicts",
        ],
        rolls: true,
    },
];

fn applied(subject: &Subject<'_>) -> Result<(), String> {
    subject.apply(&subject.manifest(), &[])
}

fn other_image(subject: &Subject<'_>) -> Result<(), String> {
    let name = format!("daemonset/{}", subject.name);
    let args = ["set", "image", &name, "agent=agent:hotfix"];
    subject.cluster.kubectl(&args).map(drop)
}

fn next_image(manifest: &mut Value) {
    manifest.pointer_mut(CONTAINER).unwrap()["image"] = json!("agent:2");
}

/// The image changes and of everything that can be left out something is.
fn drop_fields(manifest: &mut Value) {
    next_image(manifest);
    let container = manifest.pointer_mut(CONTAINER).unwrap();
    container["env"].as_array_mut().unwrap().remove(1);
    container.as_object_mut().unwrap().remove("ports");
    let template = &mut manifest["spec"]["template"];
    template["spec"]["containers"].as_array_mut().unwrap().pop();
    template["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("annotations");
    let spec = template["spec"].as_object_mut().unwrap();
    spec.remove("terminationGracePeriodSeconds");
    spec.remove("tolerations");
}

/// Says what the apply would leave, applies, and compares. Without
/// `--server-side` the same is said by someone who may only read, and from files.
pub(super) fn run(cluster: &ControlPlane, case: &Case) -> Result<(), String> {
    allow_reading(cluster)?;
    let subject = Subject::new(cluster, case.name);
    subject.delete()?;
    (case.before)(&subject)?;
    let mut manifest = subject.manifest();
    (case.change)(&mut manifest);
    let before = subject.stored()?;
    let options = options(case.flags);
    let mut said = Vec::new();
    for user in [ADMIN, READER] {
        if options.server_side && user == READER {
            continue;
        }
        let obtained = subject.obtain(user, &manifest, &options)?;
        let obtained = obtained.map_err(|e| format!("{user}: {e}"))?;
        said.push((user, obtained));
    }
    if !options.server_side {
        said.push(("files", subject.locally(&manifest)?));
    }
    subject.apply(&manifest, case.flags)?;
    let left = subject.stored()?.ok_or("the apply left nothing")?;
    let mut wrong: Vec<String> = said
        .iter()
        .flat_map(|(user, obtained)| {
            let differences = differences(&obtained.daemon_set, &left).into_iter();
            differences.map(move |d| format!("{user}: {d}"))
        })
        .collect();
    let writes = before.as_ref().map(DaemonSet::generation) != Some(left.generation());
    for (user, obtained) in &said {
        // Where nothing is to be written kubectl asks for no right to write.
        let is_local = *user == "files" || (*user == READER && writes);
        let says_why = obtained
            .notes
            .iter()
            .any(|n| n.contains("admission webhooks and policies weren't checked: "));
        if (obtained.source == ObjectSource::Local) != is_local || says_why != is_local {
            wrong.push(format!(
                "{user}: {:?} {:?}",
                obtained.source, obtained.notes
            ));
        }
    }
    let template = before.map(|ds| ds.raw_template);
    if (template.as_ref() != Some(&left.raw_template)) != case.rolls {
        wrong.push("the apply itself didn't do what the case is for".to_owned());
    }
    subject.delete()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

pub(super) fn options(flags: &[&str]) -> ApplyOptions {
    let manager = flags
        .iter()
        .find_map(|f| f.strip_prefix("--field-manager="));
    ApplyOptions {
        server_side: flags.contains(&"--server-side"),
        field_manager: manager.map(str::to_owned),
        force_conflicts: flags.contains(&"--force-conflicts"),
        ..ApplyOptions::default()
    }
}
