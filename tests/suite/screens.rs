//! A screen has at most 40 lines whatever the size of the cluster, no row of a table stacks
//! into three lines, and the first line names the cause: for the examples, the threads and a
//! cluster of 500 nodes of which 200 are broken.

use std::sync::OnceLock;

use kubectl_ds::analysis::by_daemon_set::ByDaemonSet;
use kubectl_ds::analysis::causes::{CauseGroup, is_only_outdated};
use kubectl_ds::analysis::claims::state::ClaimState;
use kubectl_ds::analysis::claims::{ClaimQuestion, claims};
use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::analysis::overall_health::Health;
use kubectl_ds::analysis::reason::Code;
use kubectl_ds::analysis::rollout::{Rollout, plan_with_progress};
use kubectl_ds::analysis::summary::Overview;
use kubectl_ds::model::Snapshot;
use kubectl_ds::words::claims::first_line;
use kubectl_ds::words::reason::{Place, brief, tag};
use serde_json::{Value, json};

use crate::analysed::snapshot_of;
use crate::binary::drawn;

/// Lines of a screen.
const SCREEN: usize = 40;

const WIDTH: usize = 100;

const EXAMPLES: [&str; 4] = [
    "docs/examples/incident.yaml",
    "docs/examples/rollout.yaml",
    "docs/examples/takeover.yaml",
    "docs/examples/walk",
];

/// All dumps: the examples, and the clusters of the threads.
fn dumps() -> Vec<String> {
    let threads = std::fs::read_dir("tests/suite/threads").unwrap();
    let threads = threads.map(|entry| entry.unwrap().path().to_str().unwrap().to_owned());
    let examples = EXAMPLES.iter().flat_map(|path| {
        let folder = std::fs::read_dir(path).into_iter().flatten();
        let files: Vec<String> = folder
            .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
            .filter(|path| path.contains("/1-") || path.contains("/2-") || path.contains("/3-"))
            .collect();
        if files.is_empty() {
            vec![(*path).to_owned()]
        } else {
            files
        }
    });
    let mut dumps: Vec<String> = examples.chain(threads).collect();
    dumps.retain(|path| path.ends_with(".yaml"));
    dumps.sort();
    dumps
}

fn screen(question: &str, dump: &str) -> String {
    drawn(
        &format!("{question} --from {dump}"),
        &[(Some(WIDTH), false)],
    )
    .concat()
}

/// The lines that aren't commands to paste.
fn height(screen: &str) -> usize {
    let lines = screen.lines();
    lines.filter(|l| !l.trim_start().starts_with("$ ")).count()
}

/// Lines in which no first column stands go on with the row above.
fn highest_row(screen: &str) -> usize {
    let is_continued = |line: &str| line.starts_with("        ") && !line.trim().is_empty();
    let (mut highest, mut now) = (1, 1);
    for line in screen.lines() {
        now = if is_continued(line) { now + 1 } else { 1 };
        highest = highest.max(now);
    }
    highest
}

/// The first line with what it is wrapped into, on one line.
fn first_line_of(screen: &str) -> String {
    let mut lines = screen.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let more = lines.take_while(|line| line.starts_with("  "));
    let all = std::iter::once(first.as_str()).chain(more.map(str::trim));
    all.collect::<Vec<_>>().join(" ")
}

fn fits(question: &str, dump: &str) -> String {
    let text = screen(question, dump);
    let lines = height(&text);
    assert!(
        lines <= SCREEN,
        "{question} on {dump}: {lines} lines\n{text}"
    );
    let row = highest_row(&text);
    assert!(
        row <= 2,
        "{question} on {dump}: a row of {row} lines\n{text}"
    );
    text
}

/// The questions about each DaemonSet of a dump, with what the first line must say.
fn check(dump: &str) {
    let snapshot = snapshot_of(dump, &[]);
    fits("why -A", dump);
    fits("why -A --map", dump);
    fits("adopt -A", dump);
    for ds in &snapshot.daemon_sets {
        let (name, namespace) = (&ds.name, &ds.namespace);
        let of = format!("{name} -n {namespace}");
        is_one_clause(&format!("why {of}"), dump);
        is_one_clause(&format!("plan {of}"), dump);
        let why = fits(&format!("why {of}"), dump);
        let plan = fits(&format!("plan {of}"), dump);
        let adopt = fits(&format!("adopt {of}"), dump);
        let own = one(&snapshot, namespace, name);
        names_the_cause(&own, &why, &plan, &adopt, &format!("{of} on {dump}"));
    }
}

/// What the snapshot has of one DaemonSet.
fn one(snapshot: &Snapshot, namespace: &str, name: &str) -> Snapshot {
    let mut own = snapshot.clone();
    own.daemon_sets
        .retain(|ds| ds.namespace == *namespace && ds.name == *name);
    own
}

/// Whoever is tired reads a first line in one breath: it names what it is about, then has no
/// other colon, no semicolon but in what it quotes, and no more than the names in it make long.
fn is_one_clause(question: &str, dump: &str) {
    let all = drawn(&format!("{question} --from {dump}"), &[(Some(1000), false)]).concat();
    let said = all.lines().next().unwrap_or_default();
    let is_long = said.chars().count() > LONGEST;
    let own: String = said.split('"').step_by(2).collect();
    assert!(!own.contains(';'), "{question} on {dump}: {said}");
    assert!(
        own.matches(": ").count() < 2,
        "{question} on {dump}: {said}"
    );
    assert!(!is_long, "{question} on {dump}: {said}");
}

/// Characters of a first line, with the names of one DaemonSet, node, container and what it
/// lacks.
const LONGEST: usize = 190;

/// Each first line has the words of the first cause, made from the same fact.
fn names_the_cause(snapshot: &Snapshot, why: &str, plan: &str, adopt: &str, of: &str) {
    let (ds, now) = (&snapshot.daemon_sets[0], snapshot.now);
    let analysis = DaemonSetAnalysis::new(snapshot, ds);
    let report = analysis.report(Detail::AllNodes);
    let said = first_line_of(why);
    if report.main_finding().is_none()
        && let Some(group) = report.causes.first()
        && let Some(reason) = &group.reason
        && report.clean == Some(false)
        && !is_only_outdated(group)
        && group.excluded_by.is_empty()
    {
        let is_broken = |g: &&CauseGroup| !is_only_outdated(g);
        let place = match group.nodes.as_slice() {
            // Who holds what it lacks isn't in this snapshot, and stands before the node.
            [node] if reason.code() != Code::PodUnschedulable => Place::Node(node),
            _ => Place::Here,
        };
        let cause = match report.causes.iter().filter(is_broken).count() {
            1 => brief(reason, group.warning.as_ref(), place, now).into_string(),
            _ => tag(reason, group.warning.as_ref()).into_string(),
        };
        let cause = cause.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&cause), "why {of}: no {cause:?} in\n{why}");
    }
    let (rollout, _) = plan_with_progress(Rollout {
        snapshot,
        stored: Some(ds),
        target: ds,
        change: None,
    });
    let said = first_line_of(plan);
    if let Some(kubectl_ds::analysis::rollout::plan::Blocker::Nodes { first, others, .. }) =
        rollout.body.blockers.first()
        && !rollout.body.strategy.is_on_delete()
        && rollout.body.has_old()
    {
        let named = said.contains(&*first.node) || !others.is_empty();
        assert!(named, "plan {of}: no {} in\n{plan}", first.node);
    }
    let claims = claims(ClaimQuestion {
        snapshot,
        target: ds,
        change: None,
        former: None,
    });
    let answer = first_line::of_report(&claims, ClaimState::new(&claims), now);
    let said = first_line_of(adopt);
    assert!(
        said.contains(answer.as_str()),
        "adopt {of}: no {answer} in\n{adopt}"
    );
}

#[test]
fn examples_and_threads_fit_a_screen() {
    for dump in dumps() {
        check(&dump);
    }
}

/// Nodes of the generated cluster, and how many of them belong to each kind.
const NODES: usize = 500;

/// Which kind a node is of, by its number.
fn kind(at: usize) -> &'static str {
    match at {
        0..60 => "windows",
        60..100 => "arm",
        100..130 => "old",
        130..170 => "full",
        170..200 => "missing",
        200..220 => "control-plane",
        220..230 => "gpu",
        _ => "plain",
    }
}

fn node_name(at: usize) -> String {
    format!(
        "ip-10-0-{}-{}.eu-central-1.compute.internal",
        at / 250,
        at % 250
    )
}

fn node(at: usize) -> Value {
    let kind = kind(at);
    let os = if kind == "windows" {
        "windows"
    } else {
        "linux"
    };
    let arch = if kind == "arm" { "arm64" } else { "amd64" };
    let kubelet = if kind == "old" { "v1.33.9" } else { "v1.37.1" };
    let taints = match kind {
        "control-plane" => {
            json!([{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}])
        }
        "gpu" => json!([{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}]),
        _ => json!([]),
    };
    json!({"apiVersion": "v1", "kind": "Node",
        "metadata": {"name": node_name(at), "uid": format!("n{at}"), "creationTimestamp": "2026-03-01T00:00:00Z", "labels": {
            "kubernetes.io/hostname": node_name(at), "kubernetes.io/os": os, "kubernetes.io/arch": arch,
            "eks.amazonaws.com/nodegroup": format!("{kind}-nodes"),
            "node.kubernetes.io/instance-type": if kind == "arm" { "m7g.large" } else { "m7i.large" },
            "topology.kubernetes.io/zone": format!("eu-central-1{}", ["a", "b", "c"][at % 3])}},
        "spec": {"taints": taints},
        "status": {"allocatable": {"cpu": "4", "memory": "16Gi", "pods": "110"},
            "nodeInfo": {"kubeletVersion": kubelet, "containerRuntimeVersion": "containerd://2.1.4", "operatingSystem": os, "architecture": arch},
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-03-01T00:01:00Z"}]}})
}

fn owner(name: &str) -> Value {
    json!([{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "uid": name, "controller": true}])
}

/// The status of a pod of `agent` on a node, as its kind breaks it.
fn status(at: usize) -> Value {
    let pod = format!("agent-{at:05}");
    let waiting = |reason: &str, message: String, restarts: usize, last: Value| {
        json!({"phase": "Running", "startTime": "2026-04-01T00:00:00Z",
            "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady", "lastTransitionTime": "2026-04-01T00:00:10Z"}],
            "containerStatuses": [{"name": "agent", "ready": false, "restartCount": restarts, "image": "agent:2", "imageID": "",
                "state": {"waiting": {"reason": reason, "message": message}}, "lastState": last}]})
    };
    match kind(at) {
        "windows" => waiting(
            "ImagePullBackOff",
            format!(
                "Back-off pulling image \"agent:2\": ErrImagePull: no matching manifest for windows(10.0.{}) in the manifest list entries",
                20348
            ),
            0,
            json!({}),
        ),
        "arm" => waiting(
            "CrashLoopBackOff",
            format!("back-off 5m0s restarting failed container=agent pod={pod}_ops({at})"),
            10 + at,
            json!({"terminated": {"exitCode": 255, "reason": "Error", "message": "exec /agent: exec format error"}}),
        ),
        "old" => waiting(
            "CreateContainerConfigError",
            "configmap \"agent-settings\" not found".to_owned(),
            0,
            json!({}),
        ),
        "full" => {
            json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "lastTransitionTime": "2026-04-01T00:00:10Z",
            "message": "0/500 nodes are available: 1 Insufficient memory, 499 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/500 nodes are available: 1 No preemption victims found for incoming pod, 499 Preemption is not helpful for scheduling."}]})
        }
        _ => json!({"phase": "Running", "startTime": "2026-04-01T00:00:00Z",
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-04-01T00:00:10Z"}],
            "containerStatuses": [{"name": "agent", "ready": true, "restartCount": 0, "image": "agent:2", "imageID": "", "state": {"running": {"startedAt": "2026-04-01T00:00:05Z"}}}]}),
    }
}

fn pod(ds: &str, at: usize, hash: &str, owners: Value, status: Value) -> Value {
    let affinity = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node_name(at)]}]}]}}});
    let is_bound = status["phase"] != "Pending";
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("{ds}-{at:05}"), "namespace": "ops", "uid": format!("{ds}{at}"), "creationTimestamp": "2026-04-01T00:00:00Z",
            "labels": {"app": ds, "controller-revision-hash": hash, "pod-template-generation": "2"}, "ownerReferences": owners},
        "spec": {"affinity": affinity, "containers": [{"name": "agent", "image": "agent:2"}]},
        "status": status});
    if is_bound {
        pod["spec"]["nodeName"] = node_name(at).into();
    }
    pod
}

fn template(ds: &str, image: &str) -> Value {
    json!({"metadata": {"labels": {"app": ds}}, "spec": {"containers": [{"name": "agent", "image": image,
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}}}]}})
}

fn daemon_set(ds: &str) -> Vec<Value> {
    let revision = |number: usize| {
        let mut template = template(ds, &format!("agent:{number}"));
        template["$patch"] = "replace".into();
        json!({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": number,
            "metadata": {"name": format!("{ds}-h{number}"), "namespace": "ops", "ownerReferences": owner(ds),
                "labels": {"app": ds, "controller-revision-hash": format!("h{number}")}},
            "data": {"spec": {"template": template}}})
    };
    vec![
        json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": {"name": ds, "namespace": "ops", "uid": ds, "generation": 2, "creationTimestamp": "2026-03-02T00:00:00Z"},
            "spec": {"selector": {"matchLabels": {"app": ds}}, "template": template(ds, "agent:2"),
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}}},
            "status": {"observedGeneration": 2, "desiredNumberScheduled": 470, "currentNumberScheduled": 440, "numberMisscheduled": 0, "numberReady": 270}}),
        revision(1),
        revision(2),
    ]
}

/// `agent` is broken on 200 nodes, `rolling` replaces its pods and is stuck, and `orphans`
/// adopts those that a DaemonSet left.
fn cluster() -> Vec<Value> {
    let mut objects: Vec<Value> = (0..NODES).map(node).collect();
    for ds in ["agent", "rolling", "orphans"] {
        objects.extend(daemon_set(ds));
    }
    let runs = |at: &usize| !matches!(kind(*at), "control-plane" | "gpu");
    for at in (0..NODES).filter(runs) {
        if kind(at) != "missing" {
            objects.push(pod("agent", at, "h2", owner("agent"), status(at)));
        }
        let is_new = at < 60;
        let (hash, state) = match is_new {
            true => ("h2", status(if at % 2 == 0 { 0 } else { 60 })),
            false => ("h1", status(NODES - 1)),
        };
        objects.push(pod("rolling", at, hash, owner("rolling"), state));
        let owners = if at % 3 == 0 {
            json!([])
        } else {
            owner("orphans")
        };
        let hash = if at % 2 == 0 { "h2" } else { "h1" };
        objects.push(pod("orphans", at, hash, owners, status(NODES - 1)));
    }
    objects.push(json!({"apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "FailedCreate", "count": 211,
        "metadata": {"name": "agent.1", "namespace": "ops"}, "firstTimestamp": "2026-04-01T00:00:00Z", "lastTimestamp": "2026-04-01T02:00:00Z",
        "involvedObject": {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent", "namespace": "ops", "uid": "agent"},
        "message": "Error creating: pods \"agent-\" is forbidden: exceeded quota: ops, requested: pods=1, used: pods=440, limited: pods=440"}));
    objects
}

/// The dump of the cluster, written once.
fn cluster_file() -> &'static str {
    static FILE: OnceLock<(tempfile::TempDir, String)> = OnceLock::new();
    let (_, path) = FILE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dump.json");
        let list = json!({"apiVersion": "v1", "kind": "List", "items": cluster()});
        std::fs::write(&path, list.to_string()).unwrap();
        let path = path.to_str().unwrap().to_owned();
        (folder, path)
    });
    path
}

#[test]
fn a_cluster_of_500_nodes_fits_a_screen() {
    let dump = cluster_file();
    check(dump);
    for at in [0, 60, 100, 130, 170, 200, 220, 499] {
        fits(&format!("why agent {} -n ops", node_name(at)), dump);
        fits(&format!("node {}", node_name(at)), dump);
    }
    for question in [
        "node --node-selector kubernetes.io/os=windows",
        "why agent -n ops --node-selector kubernetes.io/os=linux --taint a=b:NoSchedule",
        "node --node-selector kubernetes.io/arch=arm64 --taint a=b:NoExecute",
        "why -A --map=topology.kubernetes.io/zone",
        "plan rolling -n ops --max-unavailable 30%",
        "plan agent -n ops --restart",
    ] {
        fits(question, dump);
    }
}

/// Pods of one cause on every node of a kind are one row, which says what they share.
#[test]
fn what_a_group_of_many_shares_is_said() {
    let snapshot = snapshot_of(cluster_file(), &[]);
    let own = one(&snapshot, "ops", "agent");
    let report = DaemonSetAnalysis::new(&own, &own.daemon_sets[0]).report(Detail::AllNodes);
    let groups: Vec<_> = report.causes.iter().map(|c| c.nodes.len()).collect();
    assert_eq!(groups, [60, 40, 40, 30, 30], "{:#?}", report.causes);
    let shared = |at: usize| -> Vec<&str> {
        let shared = report.causes[at].shared.iter();
        shared.map(|a| a.value.as_str()).collect()
    };
    assert!(shared(0).contains(&"windows"), "{:?}", shared(0));
    let all: Vec<&str> = (0..groups.len()).flat_map(shared).collect();
    for value in ["arm64", "v1.33.9", "m7g.large", "full-nodes"] {
        assert!(all.contains(&value), "no {value} in {all:?}");
    }
}

/// What concerns each DaemonSet apart leads to the causes that all together lead to: the
/// warnings about its pods, and who has the room that they lack, too.
#[test]
fn a_list_knows_the_causes_that_one_answer_knows() {
    for dump in dumps() {
        let snapshot = snapshot_of(&dump, &[]);
        for (ds, part) in ByDaemonSet::new(&snapshot).snapshots() {
            let apart = DaemonSetAnalysis::new(&part, ds).report(Detail::AllNodes);
            let all = DaemonSetAnalysis::new(&snapshot, ds).report(Detail::AllNodes);
            assert_eq!(apart.causes, all.causes, "{} of {dump}", ds.name);
        }
    }
}

/// The numbers of a row add up, and none reads as healthy that runs nowhere.
#[test]
fn the_columns_of_the_overview_add_up() {
    let mut counts = Vec::new();
    for dump in dumps() {
        let snapshot = snapshot_of(&dump, &[]);
        for (ds, part) in ByDaemonSet::new(&snapshot).snapshots() {
            let report = DaemonSetAnalysis::new(&part, ds).report(Detail::AllNodes);
            let overview = Overview::new(&report);
            let sides = overview.desired().zip(overview.healthy());
            if let Some(((desired, healthy), broken)) = sides.zip(overview.broken()) {
                assert_eq!(desired, healthy + broken, "{} of {dump}", ds.name);
                let is_on_no_node = overview.health == Health::OnNoNode;
                assert_eq!(is_on_no_node, desired == 0 && report.clean == Some(true));
            }
            counts.push(overview.health);
        }
    }
    for health in [
        Health::Broken,
        Health::NeedsAttention,
        Health::OnNoNode,
        Health::Healthy,
    ] {
        assert!(counts.contains(&health), "none is {health:?}");
    }
}

/// The worst comes first, and what runs on no node isn't marked as healthy.
#[test]
fn the_overview_begins_with_the_worst() {
    let text = screen("why -A", "docs/examples/incident.yaml");
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("  ")).collect();
    let at = |name: &str| rows.iter().position(|row| row.contains(name)).unwrap();
    let [worst, other, nowhere] = [" node-exporter ", " fluent-bit ", " device-plugin "].map(at);
    assert!(worst < other && other < nowhere, "{text}");
    assert!(rows[nowhere].starts_with("–  gpu"), "{text}");
}

/// A crash leads to its logs, and a table of requests isn't beside it.
#[test]
fn a_node_in_trouble_has_its_cause_and_what_to_type() {
    let text = screen("node worker-3", "docs/examples/incident.yaml");
    assert!(text.starts_with("✗ monitoring/node-exporter is broken on worker-3"));
    let commands = text.lines().filter_map(|l| l.trim().strip_prefix("$ "));
    let commands: Vec<&str> = commands.collect();
    assert_eq!(
        commands,
        [
            "kubectl logs node-exporter-b6tnl -n monitoring -c node-exporter --previous",
            "kubectl ds why node-exporter worker-3 -n monitoring"
        ]
    );
    assert!(!text.contains("ALLOCATABLE"), "{text}");
    let wide = drawn(
        "node worker-3 -o wide --from docs/examples/incident.yaml",
        &[(None, false)],
    )
    .concat();
    assert!(wide.contains("ALLOCATABLE"), "{wide}");
    // Where room is what is wrong, it says what there is.
    let text = screen("node n-3", "tests/suite/threads/made-insufficient-cpu.yaml");
    assert!(text.contains("ALLOCATABLE"), "{text}");
}

/// What is deleted stands before what stays old, and that before what stays.
#[test]
fn what_a_takeover_ends_comes_first() {
    let text = screen("adopt edge-agent -n agents", "docs/examples/takeover.yaml");
    let at = |what: &str| {
        text.find(what)
            .unwrap_or_else(|| panic!("no {what}: {text}"))
    };
    assert!(
        at("then deleted") < at("keeps running revision 1"),
        "{text}"
    );
    // A pod of another controller is in no row.
    assert!(!text.contains("edge-gateway-6b7d8f9c55-2xk7c"), "{text}");
}
