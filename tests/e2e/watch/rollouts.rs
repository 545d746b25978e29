//! Rollouts that end well, that are stuck and that take too long.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::control_plane::ControlPlane;

use super::{FOLLOWER, Field, LISTER, LONG, agent, expect, role};

/// One after the other, with what the API server was asked for.
pub(super) fn to_the_end(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "to-the-end")?;
    let mark = cluster.audit_mark()?;
    // No pod goes and none becomes ready before the first line is there.
    let kubelets = cluster.pause_kubelets()?;
    field.new_image()?;
    let running = field.watch(FOLLOWER, &[])?;
    running.says("0 of 3 nodes done", LONG)?;
    drop(kubelets);
    let answer = running.end(LONG)?;
    expect(
        answer.code == 0 && answer.stderr.is_empty(),
        "done",
        &answer,
    )?;
    let lines: Vec<&str> = answer.stdout.lines().collect();
    let (last, changes) = lines.split_last().ok_or("nothing was printed")?;
    let wanted = "is done: all 3 nodes have an available pod of revision 2 (agent-";
    expect(last.contains(wanted), wanted, &answer)?;
    // Each of the three nodes is seen to become done, and none comes back.
    let done: Vec<usize> = changes
        .iter()
        .filter_map(|line| line.split_whitespace().nth(1)?.parse().ok())
        .collect();
    let steps: BTreeSet<usize> = done.iter().copied().collect();
    let gets_on = done.len() == changes.len() && done.is_sorted();
    let all = steps == BTreeSet::from([0, 1, 2, 3]);
    expect(gets_on && all, "0, 1, 2 and 3 of 3 nodes done", &answer)?;
    let status = &field.daemon_set()?["status"];
    let agrees = status["updatedNumberScheduled"] == 3 && status["numberAvailable"] == 3;
    expect(agrees, "done when the DaemonSet's status says so", &answer)?;
    only_reads(cluster, mark)?;
    field.clear()
}

fn only_reads(cluster: &ControlPlane, mark: crate::control_plane::AuditMark) -> Result<(), String> {
    let events = cluster.audit_since(mark)?;
    let mine = events.iter().filter(|event| event.user() == FOLLOWER);
    let asked: BTreeSet<(String, String)> = mine
        .map(|event| {
            let object = event.object_ref.as_ref();
            let resource = object.map(|o| o.resource.clone()).unwrap_or_default();
            (event.verb.clone(), resource)
        })
        .collect();
    let writes: Vec<_> = asked
        .iter()
        .filter(|(verb, _)| !["get", "list", "watch"].contains(&&**verb))
        .collect();
    if !writes.is_empty() {
        return Err(format!("it did more than read: {writes:?}"));
    }
    for resource in [
        "daemonsets",
        "nodes",
        "pods",
        "controllerrevisions",
        "events",
    ] {
        for verb in ["list", "watch"] {
            if !asked.contains(&(verb.to_owned(), resource.to_owned())) {
                return Err(format!("it never asked to {verb} {resource}: {asked:?}"));
            }
        }
    }
    Ok(())
}

/// The new pods crash.
pub(super) fn stuck(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "stuck")?;
    field.crashing()?;
    let answer = field.watch(FOLLOWER, &["--stuck-after", "4s"])?.end(LONG)?;
    expect(answer.code == 1, "exit 1", &answer)?;
    for words in [
        "is stuck: ",
        "0 of 3 nodes done, no progress for ",
        "CrashLoopBackOff",
        "Ways to unblock it",
        "kubectl rollout undo daemonset/agent -n stuck",
    ] {
        expect(answer.stdout.contains(words), words, &answer)?;
    }
    // The advice holds.
    let running = field.watch(FOLLOWER, &["--stuck-after", "30s"])?;
    running.says("0 of 3 nodes done", LONG)?;
    cluster.kubectl(&["rollout", "undo", "daemonset/agent", "-n", "stuck"])?;
    let answer = running.end(LONG)?;
    expect(answer.code == 0, "done after the undo", &answer)?;
    field.clear()
}

/// A quota lets no pod be made, and no old pod is replaced for it.
pub(super) fn failing_create(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "failing-create")?;
    let namespace = &*field.namespace;
    field.quota("none", 0)?;
    let pods = ["delete", "pods", "-l", "app=agent", "-n", namespace];
    cluster.kubectl(&pods)?;
    let answer = field.watch(FOLLOWER, &["--stuck-after", "4s"])?.end(LONG)?;
    expect(answer.code == 1, "exit 1", &answer)?;
    for words in ["no progress for ", "FailedCreate", "quota \"none\" is full"] {
        expect(answer.stdout.contains(words), words, &answer)?;
    }
    cluster.kubectl(&["delete", "quota", "none", "-n", namespace])?;
    field.clear()
}

/// Deleted without its pods and created again with another image, they count as updated by
/// their generation: the status says that all is done, and they run the old image.
pub(super) fn passed_over(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "passed-over")?;
    let namespace = &*field.namespace;
    let delete = ["delete", "daemonset", "agent", "--cascade=orphan"];
    cluster.kubectl(&[&delete[..], &["-n", namespace]].concat())?;
    cluster.create(&agent(namespace, "agent:2"))?;
    field.wait("adopted pods", |ds| {
        ds["status"]["updatedNumberScheduled"] == 3 && ds["status"]["numberAvailable"] == 3
    })?;
    let answer = field.watch(FOLLOWER, &["--stuck-after", "4s"])?.end(LONG)?;
    expect(answer.code == 1, "exit 1", &answer)?;
    let way = format!(" -n {namespace} pod-template-generation-");
    for words in ["0 of 3 nodes done, no progress for ", &way] {
        expect(answer.stdout.contains(words), words, &answer)?;
    }
    expect(!answer.stdout.contains("is done"), "not done", &answer)?;
    // The advice holds.
    let mut lines = answer.stdout.lines().map(str::trim);
    let command = lines.find_map(|line| line.strip_suffix(&way)?.strip_prefix("$ kubectl "));
    let command = command.ok_or("no command")?.to_owned() + &way;
    cluster.kubectl(&command.split_whitespace().collect::<Vec<_>>())?;
    let answer = field
        .watch(FOLLOWER, &["--stuck-after", "60s"])?
        .end(LONG)?;
    expect(answer.code == 0, "done after the label is gone", &answer)?;
    field.clear()
}

/// A quota has no room for second pods.
pub(super) fn refused_surge(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "refused-surge")?;
    let namespace = &*field.namespace;
    field.quota("three", 3)?;
    let rolling = json!({"maxSurge": 1, "maxUnavailable": 0});
    field.patch(&json!({"spec": {"updateStrategy": {"rollingUpdate": rolling}}}))?;
    field.new_image()?;
    let answer = field.watch(FOLLOWER, &["--stuck-after", "4s"])?.end(LONG)?;
    expect(answer.code == 1, "exit 1", &answer)?;
    for words in [
        "0 of 3 nodes done, no progress for ",
        "FailedCreate",
        "quota \"three\" is full",
        "kubectl describe quota three -n refused-surge",
    ] {
        expect(answer.stdout.contains(words), words, &answer)?;
    }
    let blames = answer.stdout.contains("kube-controller-manager");
    expect(!blames, "no word of kube-controller-manager", &answer)?;
    // Admitted, it goes on: the events that are left are no cause any more. The controller's own
    // retry creates the pod. A sync before that leaves the retry in the controller's queue, which
    // then swallows the later sync that minReadySeconds asks for (`delayingType.AddAfter`), and a
    // new pod that is available stays beside the old one until something else starts a sync.
    cluster.kubectl(&["delete", "quota", "three", "-n", namespace])?;
    let mut answer = field.watch(FOLLOWER, &[])?.end(LONG)?;
    if answer.code != 0 {
        // The lines before the last screen may be from before the retry.
        let last = answer.stdout.rsplit("WAITING").next().unwrap_or_default();
        let beside = last.contains("new pod beside the old one");
        let is_all = beside && !last.contains("FailedCreate");
        expect(is_all, "only a sync is missing", &answer)?;
        field.patch(&json!({"metadata": {"annotations": {"sync": "now"}}}))?;
        answer = field.watch(FOLLOWER, &[])?.end(LONG)?;
    }
    expect(answer.code == 0, "done", &answer)?;
    field.clear()
}

/// No controller runs, and none has seen the DaemonSet.
pub(super) fn never_synced(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "never-synced")?;
    let spec = field.daemon_set()?["spec"].clone();
    let paused = cluster.pause_controller_manager()?;
    let delete = ["delete", "daemonset", "agent", "-n", &field.namespace];
    cluster.kubectl(&delete)?;
    cluster.create(&json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": field.namespace}, "spec": spec,
    }))?;
    let began = Instant::now();
    let args = ["--stuck-after", "4s", "-o", "json"];
    let answer = field.watch(FOLLOWER, &args)?.end(LONG)?;
    expect(answer.code == 1, "exit 1", &answer)?;
    let bounded = began.elapsed() < Duration::from_secs(60);
    expect(bounded, "stuck after 4s", &answer)?;
    let last = answer.stdout.lines().last().unwrap_or_default();
    let plan: Value = serde_json::from_str(last).map_err(|e| format!("{e}: {last}"))?;
    let cause = &plan["blockers"][0]["code"];
    expect(cause == "NeverSynced", "NeverSynced", &answer)?;
    let manages = plan["next"] == "Manage";
    expect(manages, "what it will do all the same", &answer)?;
    drop(paused);
    let answer = field.watch(FOLLOWER, &[])?.end(LONG)?;
    expect(answer.code == 0, "done", &answer)?;
    field.clear()
}

/// Pods go five by five as soon as the controller counts those before as available: at no time
/// is more of the budget used than there is, however late our clock is.
pub(super) fn budget_kept(cluster: &ControlPlane) -> Result<(), String> {
    let nodes = (0..15).map(|n| format!("n{n}-budget-kept")).collect();
    let field = Field::of(cluster, "budget-kept", nodes)?;
    let rolling = json!({"maxUnavailable": 5});
    field.patch(
        &json!({"spec": {"updateStrategy": {"rollingUpdate": rolling},
        "template": {"spec": {"containers": [{"name": "agent", "image": "agent:2"}]}}}}),
    )?;
    let answer = field.watch(FOLLOWER, &["-o", "json"])?.end(LONG)?;
    expect(answer.code == 0, "done", &answer)?;
    let mut most = 0;
    for line in answer.stdout.lines() {
        let plan: Value = serde_json::from_str(line).map_err(|e| format!("{e}: {line}"))?;
        let used = plan["budget"]["used"].as_u64().ok_or("no budget")?;
        let allowed = plan["budget"]["allowed"].as_u64();
        expect(Some(used) <= allowed, "no more used than allowed", &answer)?;
        most = most.max(used);
    }
    expect(most > 0, "some of it used", &answer)?;
    field.clear()
}

/// As long as it takes, and no longer.
pub(super) fn timeout(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "timeout")?;
    field.crashing()?;
    let args = ["--timeout", "5s", "-o", "json"];
    let answer = field.watch(FOLLOWER, &args)?.end(LONG)?;
    expect(answer.code == 1, "exit 1", &answer)?;
    let why = "error: timed out after 5s: 0 of 3 nodes done";
    expect(answer.stderr.contains(why), why, &answer)?;
    for line in answer.stdout.lines() {
        let plan: Value = serde_json::from_str(line).map_err(|e| format!("{e}: {line}"))?;
        expect(
            plan["kind"] == "RolloutPlan",
            "a plan on each line",
            &answer,
        )?;
    }
    expect(!answer.stdout.is_empty(), "plans", &answer)?;
    field.clear()
}

/// Nothing moves by itself, which isn't stuck; somebody deletes the old pods.
pub(super) fn on_delete(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "on-delete")?;
    field
        .patch(&json!({"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": null}}}))?;
    field.new_image()?;
    let running = field.watch(FOLLOWER, &[])?;
    running.says("3 old pods left; the strategy is OnDelete", LONG)?;
    std::thread::sleep(Duration::from_secs(3));
    cluster.kubectl(&["delete", "pods", "-l", "app=agent", "-n", "on-delete"])?;
    let answer = running.end(LONG)?;
    expect(answer.code == 0, "done by hand", &answer)?;
    field.clear()
}

/// What Ctrl-C sends.
pub(super) fn interrupted(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "interrupted")?;
    field.crashing()?;
    let running = field.watch(FOLLOWER, &[])?;
    running.says("0 of 3 nodes done", LONG)?;
    running.signal("-INT")?;
    let answer = running.end(Duration::from_secs(10))?;
    expect(
        answer.code == 130 && answer.stderr.is_empty(),
        "exit 130",
        &answer,
    )?;
    field.clear()
}

/// Without the right to watch, lists do.
pub(super) fn forbidden(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "forbidden")?;
    role(cluster, LISTER, &["get", "list"])?;
    field.patch(&json!({"spec": {"updateStrategy": {"type": "OnDelete"}}}))?;
    field.new_image()?;
    let running = field.watch(LISTER, &[])?;
    running.says(
        "can't be watched, so the lists are read every 5s instead",
        LONG,
    )?;
    running.says("3 old pods left", LONG)?;
    cluster.kubectl(&["delete", "pods", "-l", "app=agent", "-n", "forbidden"])?;
    let answer = running.end(LONG)?;
    expect(answer.code == 0, "done by lists", &answer)?;
    let once = answer.stderr.lines().count() == 1 && answer.stderr.contains("lister");
    expect(once, "told once, and whom it forbids", &answer)?;
    field.clear()
}
