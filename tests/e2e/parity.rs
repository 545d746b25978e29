//! The same question to a cluster and to its dump has the same answer, byte for byte.

use std::path::Path;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::control_plane::{ControlPlane, Output};
use crate::schedule::Schedule;
use crate::stage::Stage;

pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![
        schedule.on_control_plane("parity/cluster-and-dump".to_owned(), parity),
        schedule.on_control_plane("parity/one-node-of-a-dump".to_owned(), one_node),
    ]
}

const QUESTIONS: &[&str] = &[
    "",
    "status --problems",
    "ls -l team=a",
    "why NAMESPACE/agent",
    "why agent NODE gpu-NAMESPACE",
    "why agent NODE gpu-NAMESPACE --cordon",
    "why POD",
    "plan POD",
    "why agent",
    "why agent NODE",
    "why agent NODE --impact",
    "why picky NODE",
    "why picky",
    "why -A",
    "why --problems",
    "why -A --map",
    "why --map=disk",
    "why pod/POD",
    "why -f DIR/new.yaml",
    "why agent NODE --taint team=a:NoExecute",
    "why agent --node-selector disk=ssd --label disk=hdd",
    "why agent --cordon --not-ready",
    "why agent --node-file DIR/node.yaml",
    "why agent --expect disk=ssd",
    "why -A --near-misses",
    "why -A --expect-file DIR/agents.yaml",
    "why agent --limit 1 --no-headers",
    "why -l team=a",
    "why -A --problems --node-selector disk",
    "why poor -n QUOTA",
    "why poor NODE -n QUOTA",
    "why nonsense",
    "why agent nonsense",
    "why agent ssd",
    "why NODE",
    "why NODE agent",
    "node NODE",
    "node NODE -A",
    "node never-ready-parity",
    "node gpu-parity --taint spot-",
    "node --node-selector disk",
    "node NODE --taint team=a:NoExecute",
    "node --node-selector disk --label disk-",
    "node --node-file DIR/node.yaml",
    "node NODE --expect-file DIR/agents.yaml",
    "node nonsense",
    "node ssd",
    "plan agent",
    "plan picky",
    "plan poor -n QUOTA",
    "plan agent --to-revision 1",
    "plan agent --restart",
    "plan agent --restart --expect disk",
    "plan agent --set-image agent=agent:2",
    "plan agent --max-unavailable 50%",
    "plan agent --fail-on lost,stuck",
    "why -A --fail-on lost,uncovered",
    "plan nonsense",
    "adopt",
    "adopt -A",
    "adopt -l team=a",
    "adopt agent",
    "adopt picky",
    "adopt poor -n QUOTA",
    "adopt -f DIR/agent.yaml",
    "adopt nonsense",
];

/// Later than anything that the cluster writes.
const NOW: &str = "2030-01-01T00:00:00Z";

const FORMATS: [&str; 5] = ["table", "wide", "json", "yaml", "kyaml"];

/// Questions that are asked in one of the other formats.
const OTHER_FORMATS: [(&str, &str); 6] = [
    ("why agent", "markdown"),
    ("why agent NODE", "markdown"),
    ("why -A", "markdown"),
    ("plan agent", "markdown"),
    ("why -A", "prometheus"),
    ("why -l team=a", "prometheus"),
];

fn parity(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "parity")?;
    // One state of the world: nobody writes while the two are compared.
    let paused = control_plane.pause_controller_manager()?;
    let differences = unclaimed(control_plane, &stage)
        .and_then(|()| explained(control_plane, &stage))
        .and_then(|()| compare(control_plane, &stage));
    drop(paused);
    stage.clear()?;
    let differences = differences?;
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.join("\n"))
    }
}

/// Something to adopt and to release: a pod made by hand, one that is relabelled, a
/// revision that is nobody's and a pod that was let go by its DaemonSet.
fn unclaimed(control_plane: &ControlPlane, stage: &Stage<'_>) -> Result<(), String> {
    let (namespace, node) = (&stage.namespace, &stage.nodes()[0]);
    let pod = |name: &str, labels: Value| {
        control_plane.create(&json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "spec": {"nodeName": node, "containers": [{"name": "agent", "image": "agent:1"}]},
        }))
    };
    pod("by-hand", json!({"app": "agent"}))?;
    pod(
        "let-go",
        json!({"app": "debug", "controller-revision-hash": "former"}),
    )?;
    control_plane.create(&json!({
        "apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 7,
        "metadata": {"name": "picky-former", "namespace": namespace,
            "labels": {"app": "picky", "controller-revision-hash": "former"}},
        "data": {"spec": {"template": {"$patch": "replace", "metadata": {"labels": {"app": "picky"}},
            "spec": {"containers": [{"name": "agent", "image": "agent:0"}]}}}},
    }))?;
    let pods = control_plane.get(&["pods", "-n", namespace, "-l", "app=agent"])?;
    let names = pods["items"].as_array().into_iter().flatten();
    let mut names = names.filter_map(|pod| pod["metadata"]["name"].as_str());
    let name = names
        .find(|n| *n != "by-hand")
        .ok_or("no pod of the agent")?;
    control_plane.kubectl(&[
        "label",
        "pod",
        name,
        "-n",
        namespace,
        "app=debug",
        "--overwrite",
    ])?;
    let ready = ["wait", "--for=condition=Ready", "--timeout=30s"];
    let both = ["pod/by-hand", "pod/let-go", "-n", namespace];
    control_plane.kubectl(&[&ready[..], &both].concat())?;
    Ok(())
}

/// A refused create is told with the quota as it is, of which both sources are asked.
fn explained(control_plane: &ControlPlane, stage: &Stage<'_>) -> Result<(), String> {
    let [objects, version] = stage.dump("json")?;
    let from = [&objects, &version].map(|path| format!(" --from {}", path.display()));
    for from in ["", &from.concat()] {
        let args = stage.args(&format!("why poor -n QUOTA -o json{from}"));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let report = control_plane.ds_plugin(&args)?.json()?;
        let found = report.pointer("/causes/0/reason/refusedBy");
        let wanted = json!({"kind": "ResourceQuota", "name": "none", "lifted": false,
            "hard": {"pods": "0"}, "used": {"pods": "0"}});
        if found != Some(&wanted) {
            return Err(format!("{args:?}: refusedBy is {found:?}"));
        }
    }
    Ok(())
}

fn compare(control_plane: &ControlPlane, stage: &Stage<'_>) -> Result<Vec<String>, String> {
    let mut differences = Vec::new();
    let dumps = [stage.dump("yaml")?, stage.dump("json")?];
    let questions = QUESTIONS.iter().copied();
    let questions = questions.flat_map(|question| FORMATS.map(|format| (question, format)));
    for (question, format) in questions.chain(OTHER_FORMATS) {
        let mut args = stage.args(question);
        args.extend(["-o", format, "--now", NOW].map(str::to_owned));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let live = control_plane.ds_plugin(&args)?;
        for dump in &dumps {
            let [objects, version] = dump.each_ref().map(|path| path.display().to_string());
            let from = ["--from", &objects, "--from", &version];
            let mut saved = control_plane.ds_plugin_alone(&[&args[..], &from].concat())?;
            // A command to paste asks the same source.
            saved.stderr = saved.stderr.replace(&format!(" {}", from.join(" ")), "");
            if live != saved {
                differences.push(format!(
                    "`{question} -o {format}` differs from {objects}:\n{}",
                    first_difference(&show(&live), &show(&saved))
                ));
            }
        }
    }
    Ok(differences)
}

fn show(output: &Output) -> String {
    format!(
        "exit {}\n{}\nstderr:\n{}",
        output.code, output.stdout, output.stderr
    )
}

fn first_difference(live: &str, saved: &str) -> String {
    let mut pairs = live.lines().zip(saved.lines());
    match pairs.find(|(live, saved)| live != saved) {
        Some((live, saved)) => format!("  cluster: {live}\n  dump:    {saved}"),
        None => format!(
            "  cluster has {} lines, dump {}",
            live.lines().count(),
            saved.lines().count()
        ),
    }
}

/// What is said of one node depends on that node, its pods and the unscheduled ones
/// alone: all others can be left out of the dump.
fn one_node(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "one-node")?;
    let [objects, version] = stage.dump("json")?;
    let mut wrong = Vec::new();
    for node in stage.nodes() {
        let less = stage.dir.join(format!("{node}.json"));
        write_without_other_nodes(&objects, node, &less)?;
        for question in ["why agent", "node"] {
            let ask = |file: &Path| {
                let (file, version) = (file.display().to_string(), version.display().to_string());
                let question: Vec<&str> = question.split_whitespace().collect();
                let args = [node, "-n", &stage.namespace, "-o", "json"];
                let from = ["--now", NOW, "--from", &file, "--from", &version];
                control_plane.ds_plugin(&[&question[..], &args[..], &from[..]].concat())
            };
            let (all, less) = (ask(&objects)?, ask(&less)?);
            let (all, less) = (of_the_node(all), of_the_node(less));
            if all != less || all.code != 0 {
                let difference = first_difference(&show(&all), &show(&less));
                wrong.push(format!("{question} {node}:\n{difference}"));
            }
        }
    }
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Without what a remedy does to other nodes: that needs all of them.
fn of_the_node(mut answer: Output) -> Output {
    if let Ok(mut report) = answer.json() {
        let nodes = report["nodes"].as_array_mut().into_iter().flatten();
        let remedies = nodes
            .filter_map(|node| node["remedies"].as_array_mut())
            .flatten();
        for remedy in remedies.filter_map(Value::as_object_mut) {
            remedy.remove("text");
            remedy.remove("impact");
        }
        answer.stdout = report.to_string();
    }
    answer
}

fn write_without_other_nodes(dump: &Path, node: &str, to: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(dump).map_err(|e| e.to_string())?;
    let mut list: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let items = list["items"].as_array_mut().ok_or("no items")?;
    let before = items.len();
    items.retain(|item| match item["kind"].as_str() {
        Some("Node") => item["metadata"]["name"] == node,
        Some("Pod") => item["spec"]["nodeName"].is_null() || item["spec"]["nodeName"] == node,
        _ => true,
    });
    if items.len() == before {
        return Err("nothing was left out".to_owned());
    }
    // A file without any pod doesn't say that there is none.
    items.push(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "other", "namespace": "elsewhere"},
        "spec": {"nodeName": node, "containers": []},
    }));
    std::fs::write(to, list.to_string()).map_err(|e| e.to_string())
}
