//! When a rollout is done, goes on or is stuck, at times that the test sets.

use jiff::{SignedDuration, Timestamp};
use kubectl_ds::analysis::rollout::following::{Following, Verdict};
use kubectl_ds::analysis::rollout::{Rollout, plan_with_progress};
use kubectl_ds::model::DaemonSet;
use serde::de::DeserializeOwned;

use super::rollout::{World, crashing_pod, new_pod, old_pod};
use super::*;

const START: &str = "2026-11-01T12:00:00Z";

fn read<T: DeserializeOwned>(values: &[Value]) -> Vec<T> {
    let read = |value: &Value| serde_json::from_value(value.clone()).unwrap();
    values.iter().map(read).collect()
}

/// Looks at `world` so many seconds after the start.
fn look(following: &mut Following, world: &World, seconds: i64) -> Verdict {
    let start: Timestamp = START.parse().unwrap();
    let mut snapshot = Snapshot::at(start + SignedDuration::from_secs(seconds));
    let ds = DaemonSet::from_value(world.daemon_set.clone(), "default").unwrap();
    snapshot.nodes = Some(read(&world.nodes).into());
    snapshot.pods = Some(read(&world.pods).into());
    snapshot.revisions = Some(read(&world.revisions));
    snapshot.events = Some(Vec::new());
    snapshot.sort();
    let (plan, progress) = plan_with_progress(Rollout {
        snapshot: &snapshot,
        stored: Some(&ds),
        target: &ds,
        change: None,
    });
    following.observe(&plan, &progress.unwrap())
}

/// After how many seconds `world` counts as stuck, if nothing in it changes;
/// `None` for never.
fn stuck_after(world: &World) -> Option<i64> {
    let mut following = Following::new(60);
    let mut seconds = 0;
    while seconds < 5000 {
        match look(&mut following, world, seconds) {
            Verdict::Stuck { seconds: after } => {
                assert_eq!(after, seconds);
                return Some(seconds);
            }
            Verdict::GoesOn => seconds += 10,
            Verdict::Done => panic!("done after {seconds}s"),
        }
    }
    None
}

/// Node n1 has `pod` in place of its old one, n2 its old one.
fn with_pod(pod: Value) -> World {
    let mut world = World::new(&["n1", "n2"]);
    world.pods[0] = pod;
    world
}

fn in_phase(status: Value) -> Value {
    let mut pod = new_pod("n1");
    pod["status"] = status;
    pod
}

#[test]
fn done_when_every_node_has_its_pod_and_the_controller_has_seen_it() {
    let mut world = World::new(&["n1", "n2"]);
    world.pods = vec![new_pod("n1"), new_pod("n2")];
    let verdict = |world: &World| look(&mut Following::new(60), world, 0);
    assert_eq!(verdict(&world), Verdict::Done);
    world.daemon_set["status"]["observedGeneration"] = json!(1);
    assert_eq!(verdict(&world), Verdict::GoesOn);
    world.daemon_set["status"]["observedGeneration"] = json!(2);
    world.pods[1] = old_pod("n2");
    assert_eq!(verdict(&world), Verdict::GoesOn);
    world.pods[1] = crashing_pod("n2");
    assert_eq!(verdict(&world), Verdict::GoesOn);
    // The old pod on a node where no pod may be made is still to go.
    world.pods[1] = old_pod("n2");
    world.nodes[1]["spec"]["taints"] = json!([{"key": "gpu", "effect": "NoSchedule"}]);
    assert_eq!(verdict(&world), Verdict::GoesOn);
    world.pods.pop();
    assert_eq!(verdict(&world), Verdict::Done);
}

#[test]
fn what_does_not_pass_by_itself_is_stuck_after_the_patience() {
    let unschedulable = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
        "reason": "Unschedulable", "message": "Insufficient cpu"}]});
    let mut unscheduled = in_phase(unschedulable);
    unscheduled["spec"] = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
        {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]}}}});
    let pull = in_phase(
        json!({"phase": "Pending", "containerStatuses": [{"name": "c", "ready": false,
        "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}),
    );
    for pod in [crashing_pod("n1"), pull, unscheduled] {
        assert_eq!(stuck_after(&with_pod(pod.clone())), Some(60), "{pod}");
    }
    let mut dead = World::new(&["n1", "n2"]);
    dead.nodes[0]["spec"]["taints"] =
        json!([{"key": "node.kubernetes.io/unreachable", "effect": "NoSchedule"}]);
    dead.nodes[0]["status"]["conditions"][0]["status"] = json!("Unknown");
    dead.pods[0]["status"]["conditions"][0]["status"] = json!("False");
    dead.pods[0]["metadata"]["deletionTimestamp"] = json!(START);
    assert_eq!(stuck_after(&dead), Some(60));
}

#[test]
fn a_controller_that_does_nothing_is_stuck_too() {
    // It could replace a pod, and doesn't.
    assert_eq!(stuck_after(&World::new(&["n1", "n2"])), Some(60));
    let mut world = World::new(&["n1"]);
    world.pods = vec![new_pod("n1")];
    world.daemon_set["status"]["observedGeneration"] = json!(1);
    assert_eq!(stuck_after(&world), Some(60));
    world.daemon_set["status"]["observedGeneration"] = json!(2);
    world.daemon_set["metadata"]["deletionTimestamp"] = json!(START);
    assert_eq!(stuck_after(&world), Some(60));
}

#[test]
fn what_passes_by_itself_is_waited_for() {
    let creating = json!({"phase": "Pending", "containerStatuses": [{"name": "c", "ready": false,
        "state": {"waiting": {"reason": "ContainerCreating"}}}]});
    assert_eq!(stuck_after(&with_pod(in_phase(creating))), Some(600));
    let probing = json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]});
    assert_eq!(stuck_after(&with_pod(in_phase(probing))), Some(600));
    let mut world = with_pod(new_pod("n1"));
    world.daemon_set["spec"]["minReadySeconds"] = json!(1_000_000);
    world.pods[0]["status"]["conditions"][0]["lastTransitionTime"] = json!(START);
    // The old one on the other node is older than that.
    world.pods[1]["status"]["conditions"][0]["lastTransitionTime"] = json!("2026-10-01T00:00:00Z");
    assert_eq!(stuck_after(&world), None);
    let mut going = old_pod("n1");
    going["metadata"]["deletionTimestamp"] = json!("2026-11-01T12:02:00Z");
    going["metadata"]["deletionGracePeriodSeconds"] = json!(120);
    // When the grace period and half a minute are over.
    assert_eq!(stuck_after(&with_pod(going)), Some(160));
}

#[test]
fn pods_of_nodes_that_are_gone_are_collected() {
    let mut world = World::new(&["n1", "n2"]);
    world.daemon_set["spec"]["updateStrategy"]["rollingUpdate"] =
        json!({"maxUnavailable": 0, "maxSurge": 1});
    world.nodes.remove(0);
    assert_eq!(stuck_after(&world), Some(120));
}

#[test]
fn under_on_delete_old_pods_wait_for_as_long_as_it_takes() {
    let mut world = World::new(&["n1", "n2"]);
    world.daemon_set["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    assert_eq!(stuck_after(&world), None);
    world.pods = vec![crashing_pod("n1"), new_pod("n2")];
    assert_eq!(stuck_after(&world), Some(60));
}

#[test]
fn the_patience_begins_anew_when_something_gets_on() {
    let mut following = Following::new(60);
    let mut world = World::new(&["n1", "n2", "n3"]);
    world.pods[0] = crashing_pod("n1");
    assert_eq!(look(&mut following, &world, 0), Verdict::GoesOn);
    world.pods[1] = new_pod("n2");
    assert_eq!(look(&mut following, &world, 50), Verdict::GoesOn);
    assert_eq!(look(&mut following, &world, 109), Verdict::GoesOn);
    following.lost_sight();
    assert_eq!(look(&mut following, &world, 111), Verdict::GoesOn);
    assert_eq!(look(&mut following, &world, 170), Verdict::GoesOn);
    let stuck = Verdict::Stuck { seconds: 60 };
    assert_eq!(look(&mut following, &world, 171), stuck);
}
