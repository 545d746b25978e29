//! `plan DS --watch` as a person or a script sees it where stdout is no terminal.

use std::process::Output;

use crate::binary::{kubectl_ds, stderr, stdout};

use super::rollout::{World, crashing_pod, new_pod, replaced, stays};
use super::*;

fn watch(mock: &Mock, args: &[&str]) -> Output {
    let url = mock.url();
    let watch = ["plan", "a", "--watch", "-n", "default", "--server", &url];
    kubectl_ds(&[&watch[..], args].concat(), &[])
}

/// Long enough for a look on a busy machine.
fn pause() -> Step {
    Step::Wait(Duration::from_secs(2))
}

/// Two nodes, one after the other.
fn to_the_end() -> Mock {
    let mut steps = vec![pause()];
    steps.extend(replaced("n1", &new_pod("n1"), 10));
    steps.push(pause());
    steps.extend(replaced("n2", &new_pod("n2"), 20));
    steps.push(stays());
    World::new(&["n1", "n2"]).serve(steps)
}

#[test]
fn a_line_a_change_until_it_is_done() {
    let mock = to_the_end();
    let output = watch(&mock, &[]);
    assert_eq!(stderr(&output), "");
    let out = stdout(&output);
    let lines: Vec<&str> = out.lines().collect();
    let without_time: Vec<&str> = lines[..3]
        .iter()
        .map(|l| l.split_once(' ').unwrap().1)
        .collect();
    assert_eq!(
        without_time,
        [
            "0 of 2 nodes done, 2 old pods left",
            "1 of 2 nodes done, 1 old pod left",
            "2 of 2 nodes done",
        ]
    );
    assert!(lines[0].starts_with("2026-11-01T12:00:0"), "{out}");
    assert_eq!(
        lines[3..],
        ["✓ Rollout of default/a is done: both nodes have an available pod of revision 2 (a-h)"]
    );
    assert_eq!(output.status.code(), Some(0));
    assert!(mock.received().iter().all(|r| r.method == "GET"));
}

#[test]
fn json_has_a_plan_on_each_line() {
    let output = watch(&to_the_end(), &["-o", "json"]);
    assert_eq!(stderr(&output), "");
    let plans: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let old: Vec<usize> = plans
        .iter()
        .map(|p| p["old"].as_array().unwrap().len())
        .collect();
    assert_eq!(old, [2, 1, 0]);
    let path = crate::binary::root().join("docs/schemas/rollout-plan.schema.json");
    let schema = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for plan in &plans {
        assert_eq!(plan["kind"], "RolloutPlan");
        assert!(schema.is_valid(plan), "{plan}");
    }
    let yaml = stdout(&watch(&to_the_end(), &["-o", "yaml"]));
    assert_eq!(yaml.matches("---\n").count(), 3, "{yaml}");
}

#[test]
fn stuck_says_why_and_what_would_move_it() {
    let world = || {
        let mut steps = Vec::from(replaced("n1", &crashing_pod("n1"), 10));
        steps.push(stays());
        World::new(&["n1", "n2", "n3"]).serve(steps)
    };
    let output = watch(&world(), &["--stuck-after", "2s"]);
    let out = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{out}{}", stderr(&output));
    for words in [
        "0 of 3 nodes done, 2 old pods left; CrashLoopBackOff: container c ",
        "✗ Rollout of default/a is stuck: container c crash-loops on n1 (maxUnavailable 1 is reached)",
        "  0 of 3 nodes done, no progress for 2s\n",
        "kubectl logs new-n1 -n default -c c --previous",
        "Ways to unblock it, safest first",
        "set maxUnavailable to 2",
    ] {
        assert!(out.contains(words), "{words:?} isn't in:\n{out}");
    }
    let output = watch(&world(), &["--stuck-after", "1s", "-o", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).starts_with("error: stuck: 0 of 3 nodes done"));
    assert!(stdout(&output).lines().all(|l| l.starts_with('{')));
}

#[test]
fn what_passes_by_itself_is_not_stuck() {
    let mut starting = new_pod("n1");
    starting["status"] = json!({"phase": "Pending", "startTime": "2026-11-01T12:00:00Z",
        "containerStatuses": [{"name": "c", "ready": false, "restartCount": 0,
            "state": {"waiting": {"reason": "ContainerCreating"}}}]});
    let world = || {
        let mut steps = Vec::from(replaced("n1", &starting, 10));
        steps.push(stays());
        World::new(&["n1", "n2"]).serve(steps)
    };
    let output = watch(&world(), &["--timeout", "3s"]);
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    assert!(
        error.starts_with("error: timed out after 3s: 0 of 2 nodes done, 1 old pod left; "),
        "{error}"
    );
    assert!(
        error.contains("ContainerCreating: ") && error.contains("(n1)"),
        "{error}"
    );
    // As long as nobody says for how long.
    let output = watch(&world(), &["--stuck-after", "1s", "--timeout", "30s"]);
    let out = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{out}{}", stderr(&output));
    assert!(
        out.contains("✓ Rollout of default/a is under way: 1 old pod left, it waits because container c hasn't started on n1")
            && out.contains("it may still go on by itself"),
        "{out}"
    );
}

#[test]
fn a_daemon_set_that_the_controller_never_saw() {
    let mock = World::never_synced(&["n1", "n2"]).serve(vec![stays()]);
    let output = watch(
        &mock,
        &["--stuck-after", "1s", "--timeout", "30s", "-o", "json"],
    );
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let out = stdout(&output);
    let plan: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!(plan["blockers"][0]["code"], "NeverSynced", "{plan}");
    assert_eq!(plan["remedies"][0]["changes"], "Nothing", "{plan}");
}

#[test]
fn second_pods_that_are_refused() {
    let mock = World::refused_surge(&["n1", "n2"]).serve(vec![stays()]);
    let output = watch(&mock, &["--stuck-after", "1s", "--timeout", "30s"]);
    let out = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{out}{}", stderr(&output));
    for words in [
        "0 of 2 nodes done, 2 old pods left; FailedCreate: quota \"q\" is full",
        "kubectl describe quota q -n default",
    ] {
        assert!(out.contains(words), "{words:?} isn't in:\n{out}");
    }
    assert!(!out.contains("kube-controller-manager"), "{out}");
}

/// That can't be known, and isn't that it is stuck.
#[test]
fn what_can_not_be_judged() {
    let mut world = World::new(&["n1"]);
    world.daemon_set["spec"]["selector"]["matchExpressions"] =
        json!([{"key": "app", "operator": "Like", "values": ["a"]}]);
    let output = watch(&world.serve(vec![stays()]), &["--timeout", "30s"]);
    let (out, error) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(3), "{out}{error}");
    assert!(
        out.contains("The controller does nothing for default/a"),
        "{out}"
    );
    assert!(error.contains("can't be followed"), "{error}");
}

#[test]
fn time_alone_makes_a_pod_available() {
    let mut world = World::new(&["n1"]);
    world.daemon_set["spec"]["minReadySeconds"] = json!(3);
    let mut soon = new_pod("n1");
    soon["status"]["conditions"][0]["lastTransitionTime"] = json!("2026-11-01T12:00:00Z");
    world.pods = vec![soon];
    let output = watch(&world.serve(vec![stays()]), &["--stuck-after", "1s"]);
    let out = stdout(&output);
    assert!(
        out.contains("0 of 1 node done; ready, waits for minReadySeconds 3 (n1)"),
        "{out}"
    );
    assert!(out.contains("is done: its one node "), "{out}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn on_delete_waits_for_a_hand_and_is_done_when_no_old_pod_is_left() {
    let mut world = World::new(&["n1"]);
    world.daemon_set["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    let mut steps = vec![Step::Wait(Duration::from_secs(3))];
    steps.extend(replaced("n1", &new_pod("n1"), 10));
    steps.push(stays());
    let output = watch(&world.serve(steps), &[]);
    let out = stdout(&output);
    assert!(
        out.contains("0 of 1 node done, 1 old pod left; the strategy is OnDelete"),
        "{out}"
    );
    assert_eq!(output.status.code(), Some(0), "{out}");
}

#[test]
fn a_lost_pod_is_told_at_the_end() {
    let mut world = World::new(&["n1", "n2"]);
    world.nodes[1]["spec"]["taints"] = json!([{"key": "gpu", "effect": "NoSchedule"}]);
    let mut steps = vec![pause()];
    steps.extend(replaced("n1", &new_pod("n1"), 10));
    steps.push(line("DELETED", &super::rollout::old_pod("n2"), 30));
    steps.push(stays());
    let out = stdout(&watch(&world.serve(steps), &[]));
    assert!(out.contains("1 lost"), "{out}");
    assert!(
        out.contains("lost: node n2 has no pod any more, for taint gpu:NoSchedule isn't tolerated"),
        "{out}"
    );
}

#[test]
fn an_outage_is_told_on_stderr_and_the_rest_follows() {
    let mut first = Vec::from(replaced("n1", &new_pod("n1"), 10));
    first.extend([pause(), Step::Send("{\"type".to_owned())]);
    let mut then = Vec::from(replaced("n2", &new_pod("n2"), 20));
    then.push(stays());
    let path = "/api/v1/namespaces/default/pods";
    let replies = vec![Reply::steps(first), Reply::steps(then)];
    let mock = World::new(&["n1", "n2"]).serve_watches([(path, replies)]);
    let output = watch(&mock, &[]);
    let error = stderr(&output);
    assert_eq!(error.matches("lost the connection").count(), 1, "{error}");
    assert!(
        error.starts_with("warning: lost the connection to the server 127.0.0.1"),
        "{error}"
    );
    assert!(error.contains("note: connected again"), "{error}");
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn a_server_that_stays_away_is_told_when_the_time_is_up() {
    let mut replies = vec![Reply::steps(vec![Step::Wait(Duration::from_secs(1))])];
    for _ in 0..20 {
        replies.push(Reply::status(503, "ServiceUnavailable", "shutting down"));
    }
    let path = "/api/v1/namespaces/default/pods";
    let mut world = World::new(&["n1", "n2"]);
    world.away_after = Duration::from_secs(1);
    let output = watch(
        &world.serve_watches([(path, replies)]),
        &["--timeout", "4s"],
    );
    let error = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 2, "{error}");
    let last = error.lines().last().unwrap();
    assert!(
        last.starts_with("error: timed out after 4s: 0 of 2 nodes done"),
        "{error}"
    );
    assert!(
        last.ends_with("; the server can't be reached any more"),
        "{error}"
    );
}

#[test]
fn what_can_not_be_followed_is_said_in_one_error() {
    let refused = |args: &[&str]| {
        let output = kubectl_ds(&[&["plan", "a", "--watch"], args].concat(), &[]);
        assert_eq!(output.status.code(), Some(2));
        let error = stderr(&output);
        assert_eq!(error.lines().count(), 1, "{error}");
        error
    };
    assert!(refused(&["--from", "x.yaml"]).contains("leave out `--from`"));
    assert!(refused(&["--now", "2026-01-01T00:00:00Z"]).contains("leave out `--now`"));
    for change in [&["--restart"][..], &["--max-unavailable", "2"]] {
        assert!(refused(change).contains("follows the rollout under way"));
    }
    assert!(refused(&["-o", "name"]).contains("no output format `name`"));
}

#[test]
fn without_nodes_it_is_answered_in_part() {
    let mut world = World::new(&["n1"]);
    world.forbidden = Some(NODES);
    let output = watch(&world.serve(vec![stays()]), &[]);
    let out = stdout(&output);
    assert!(
        out.contains("incomplete: couldn't list nodes: viewer may not"),
        "{out}"
    );
    assert!(stderr(&output).contains("the rollout can't be followed"));
    assert_eq!(output.status.code(), Some(3));
}
