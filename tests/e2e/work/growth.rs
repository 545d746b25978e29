//! Questions to dumps with twice as much of one thing: at most about twice the work.

use std::path::PathBuf;

use kubectl_ds::output::yaml;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::counted::Counted;
use super::recorded;

/// How many of what grows there are: so many that what grows with their square shows.
const DAEMON_SETS: [usize; 2] = [400, 800];
/// Both are more than one piece of a file that is read: the step from one to several isn't growth.
const ANNOTATIONS: [usize; 2] = [10_000, 20_000];
const NAMES: [usize; 2] = [1_000, 2_000];
const PODS: [usize; 2] = [1_000, 2_000];

/// As long as a name may be.
const LONGEST: usize = 253;

/// All DaemonSets of one namespace, which have a label in common.
pub(crate) fn daemon_sets() -> Result<(), String> {
    let dump = |count: usize| {
        let mut objects = vec![node("n1")];
        objects.extend((0..count).flat_map(|n| {
            let name = format!("agent-{n}");
            [daemon_set(&name), revision(&name), pod(&name, &name)]
        }));
        list(&objects).to_string()
    };
    for asked in [&["why", "-A"][..], &["adopt", "-A"], &["node", "n1"]] {
        check(DAEMON_SETS, asked, "json", 0, dump)?;
    }
    Ok(())
}

/// Annotations of one DaemonSet.
pub(crate) fn annotations() -> Result<(), String> {
    let dump = |count: usize| {
        let mut ds = daemon_set("agent");
        let annotations =
            (0..count).map(|n| (format!("example.com/{n:06}"), json!("of no matter")));
        ds["metadata"]["annotations"] = Value::Object(annotations.collect::<Map<_, _>>());
        list(&[node("n1"), ds, revision("agent"), pod("agent", "agent")])
    };
    let asked = ["why", "agent", "-n", "x"];
    check(ANNOTATIONS, &asked, "json", 0, |n| dump(n).to_string())?;
    check(ANNOTATIONS, &asked, "yaml", 0, |n| {
        yaml::to_string(&dump(n)).unwrap_or_default()
    })
}

/// Long names of nodes, none of which is like the one that is asked for.
pub(crate) fn names() -> Result<(), String> {
    let name = |n: usize| format!("{}{n:04}", "n".repeat(LONGEST - 4));
    let dump = |count: usize| {
        let mut objects = vec![daemon_set("agent")];
        objects.extend((0..count).map(|n| node(&name(n))));
        list(&objects).to_string()
    };
    let misspelled = "m".repeat(LONGEST - 5);
    check(NAMES, &["node", &misspelled], "json", 2, dump)
}

/// Pods of one DaemonSet on one node, where but one belongs.
pub(crate) fn pods() -> Result<(), String> {
    let dump = |count: usize| {
        let mut objects = vec![node("n1"), daemon_set("agent"), revision("agent")];
        objects.extend((0..count).map(|n| pod(&format!("agent-{n}"), "agent")));
        list(&objects).to_string()
    };
    for asked in [
        &["why", "agent", "n1", "-n", "x"][..],
        &["adopt", "agent", "-n", "x"],
        &["node", "n1", "-o", "wide"],
    ] {
        check(PODS, asked, "json", 0, dump)?;
    }
    Ok(())
}

/// Counts on a dump of each size.
fn check(
    [single, double]: [usize; 2],
    asked: &[&str],
    style: &str,
    exit: i32,
    dump: impl Fn(usize) -> String,
) -> Result<(), String> {
    let count = |size: usize| {
        let folder = TempDir::new().map_err(|e| e.to_string())?;
        let file: PathBuf = folder.path().join(format!("dump.{style}"));
        std::fs::write(&file, dump(size)).map_err(|e| e.to_string())?;
        let from = format!("--from={}", file.display());
        let more = [from.as_str(), "--now=2026-03-02T10:00:00Z"];
        let mut run = Counted::new(&[asked, &more].concat());
        run.exit = exit;
        run.figures()
    };
    let case = format!("{} --from {double} of them in {style}", asked.join(" "));
    let (single, double) = (count(single)?, count(double)?);
    println!("{case}: {single:?}, {double:?}");
    recorded::check_growth(&case, &single, &double)
}

fn list(objects: &[Value]) -> Value {
    json!({"apiVersion": "v1", "kind": "List", "items": objects})
}

fn node(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    })
}

fn template(name: &str) -> Value {
    json!({
        "metadata": {"labels": {"app": name, "a-team": "all"}},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    })
}

fn daemon_set(name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": "x", "uid": format!("u-{name}"), "generation": 1},
        "spec": {
            "selector": {"matchLabels": {"app": name, "a-team": "all"}},
            "template": template(name),
        },
        "status": {"observedGeneration": 1},
    })
}

fn owners(name: &str) -> Value {
    json!([{
        "apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "uid": format!("u-{name}"),
        "controller": true,
    }])
}

fn labels(name: &str) -> Value {
    json!({"app": name, "a-team": "all", "controller-revision-hash": format!("h-{name}")})
}

fn revision(name: &str) -> Value {
    let mut template = template(name);
    template["$patch"] = json!("replace");
    json!({
        "apiVersion": "apps/v1", "kind": "ControllerRevision",
        "metadata": {
            "name": format!("{name}-1"), "namespace": "x", "labels": labels(name),
            "ownerReferences": owners(name),
        },
        "revision": 1,
        "data": {"spec": {"template": template}},
    })
}

fn pod(name: &str, daemon_set: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": name, "namespace": "x", "uid": format!("p-{name}"), "labels": labels(daemon_set),
            "ownerReferences": owners(daemon_set), "creationTimestamp": "2026-03-02T09:00:00Z",
        },
        "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "i"}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-03-02T09:01:00Z"}],
        },
    })
}
