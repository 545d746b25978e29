//! Watches of a server that is well.

use super::*;

#[test]
fn changes_arrive_and_a_closed_watch_goes_on_where_it_was() {
    let bookmark = json!({"kind": "Pod", "metadata": {}});
    let ready = json!([{"type": "Ready", "status": "True"}]);
    let mut second = new_pod("agent-4");
    second["status"]["conditions"] = ready;
    let mock = Api::start([(
        PODS,
        vec![
            Reply::steps(vec![
                line("ADDED", &new_pod("agent-4"), 10),
                line("DELETED", &new_pod("agent-1"), 11),
                line("BOOKMARK", &bookmark, 20),
                Step::End,
            ]),
            Reply::steps(vec![line("MODIFIED", &second, 21), Step::Wait(LONG)]),
        ],
    )]);
    let seen = Seen::until(&mock, |world| {
        let pods = world.pods.as_ref().unwrap();
        pods.iter().any(|p| p.ready.is_some())
    });
    let last = seen.check().worlds.last().unwrap();
    let names: Vec<&str> = last.pods.iter().flatten().map(|p| &*p.name).collect();
    assert_eq!(names, ["agent-0", "agent-2", "agent-4"]);
    assert_eq!(last.nodes.as_ref().unwrap().len(), 2);
    assert_eq!(last.revisions.as_ref().unwrap().len(), 1);
    assert_eq!(
        last.events.as_ref().unwrap()[0].reason.as_ref(),
        "FailedCreate"
    );
    assert_eq!(last.server_version.as_deref(), Some("v1.37.1"));
    assert_eq!(seen.notices, []);
    assert_eq!(versions(&mock, PODS), ["9", "20"]);
    assert_eq!(lists(&mock, PODS), 1);
    assert!(mock.received().iter().all(|r| r.method == "GET"));
    assert!(last.now.to_string().starts_with("2026-11-01T12:00:0"));
}

#[test]
fn heartbeats_and_many_changes_are_gathered() {
    let heartbeat = |n| {
        let node = json!({"metadata": {"name": "n1", "labels": {"kubernetes.io/hostname": "n1"}},
            "status": {"conditions": [{"type": "MemoryPressure", "lastHeartbeatTime": n}]}});
        line("MODIFIED", &node, n)
    };
    let mut nodes = Vec::new();
    let mut pods = Vec::new();
    for n in 0..100 {
        nodes.extend([heartbeat(n), Step::Wait(Duration::from_millis(10))]);
        pods.push(line("ADDED", &new_pod(&format!("more-{n:02}")), 100 + n));
        pods.push(Step::Wait(Duration::from_millis(10)));
    }
    nodes.push(Step::Wait(LONG));
    pods.push(Step::Wait(LONG));
    let quiet = Api::start([(NODES, vec![Reply::steps(nodes)])]);
    let began = Instant::now();
    let seen = Seen::until(&quiet, |_| began.elapsed() > Duration::from_millis(1500));
    let looks = seen.check().worlds.len();
    assert!((2..=4).contains(&looks), "{looks} looks at heartbeats");
    let busy = Api::start([(PODS, vec![Reply::steps(pods)])]);
    let began = Instant::now();
    let seen = Seen::until(&busy, |world| has_pod(world, "more-99"));
    let most = 2 + began.elapsed().as_millis() / 250;
    let looks = seen.check().worlds.len();
    assert!(
        looks > 2 && looks as u128 <= most,
        "{looks} looks at changes"
    );
}

#[test]
fn a_new_revision_brings_its_strays() {
    let labels = json!({"app": "agent", "controller-revision-hash": "def"});
    let revision = json!({"metadata": {"name": "agent-def", "namespace": "ops", "labels": labels,
        "ownerReferences": owners("agent")}, "revision": 2, "data": {}});
    let mock = Api::start([(
        REVISIONS,
        vec![Reply::steps(vec![
            line("ADDED", &revision, 10),
            Step::Wait(LONG),
        ])],
    )]);
    let two = |world: &Snapshot| world.revisions.as_ref().unwrap().len() == 2;
    assert_eq!(Seen::until(&mock, two).check().notices, []);
    let strays =
        format!("{PODS}?labelSelector=controller-revision-hash in (abc,def),app notin (agent)");
    assert!(mock.targets().contains(&strays), "{:#?}", mock.targets());
}

#[test]
fn a_daemonset_that_is_deleted_is_no_longer_followed() {
    let gone = line("DELETED", &daemon_set("ops", "agent"), 10);
    let wait = Step::Wait(Duration::from_millis(500));
    let mock = Api::start([(SETS, vec![Reply::steps(vec![wait, gone])])]);
    let seen = Seen::until(&mock, |_| false);
    assert_eq!(
        seen.ended.unwrap_err().to_string(),
        "error: daemonset `agent` in namespace `ops` was deleted while it was followed"
    );
    assert!(!seen.worlds.is_empty());
}
