//! When a rollout is done, goes on or is stuck, at times that the test sets.

use jiff::{SignedDuration, Timestamp};
use kubectl_ds::analysis::rollout::following::{Following, Verdict};
use kubectl_ds::analysis::rollout::plan::RolloutPlan;
use kubectl_ds::analysis::rollout::progress::Progress;
use kubectl_ds::analysis::rollout::{Rollout, plan_with_progress};
use kubectl_ds::model::DaemonSet;
use serde::de::DeserializeOwned;

use super::rollout::{World, crashing_pod, new_pod, old_pod, refused};
use super::*;

const START: &str = "2026-11-01T12:00:00Z";

fn read<T: DeserializeOwned>(values: &[Value]) -> Vec<T> {
    let read = |value: &Value| serde_json::from_value(value.clone()).unwrap();
    values.iter().map(read).collect()
}

/// `world` so many seconds after the start.
fn snapshot(world: &World, seconds: i64) -> Snapshot {
    let start: Timestamp = START.parse().unwrap();
    let mut snapshot = Snapshot::at(start + SignedDuration::from_secs(seconds));
    let ds = DaemonSet::from_value(world.daemon_set.clone(), "default").unwrap();
    snapshot.daemon_sets = vec![ds];
    snapshot.nodes = Some(read(&world.nodes).into());
    snapshot.pods = Some(read(&world.pods).into());
    snapshot.revisions = Some(read(&world.revisions));
    snapshot.events = Some(read(&world.events));
    snapshot.sort();
    snapshot
}

fn plan_of(snapshot: &Snapshot) -> (RolloutPlan, Progress) {
    let ds = &snapshot.daemon_sets[0];
    let (plan, progress) = plan_with_progress(Rollout {
        snapshot,
        stored: Some(ds),
        target: ds,
        change: None,
    });
    (plan, progress.unwrap())
}

/// Looks at `world` so many seconds after the start.
fn look(following: &mut Following, world: &World, seconds: i64) -> Verdict {
    let (plan, progress) = plan_of(&snapshot(world, seconds));
    following.observe(&plan, &progress)
}

/// After how many seconds `world` counts as stuck, if nothing in it changes;
/// `None` for never.
fn stuck_after(world: &World) -> Option<i64> {
    let (after, may_pass) = bounded(world, None)?;
    assert!(!may_pass, "there is no hope after {after}s");
    Some(after)
}

/// The same where that is for how long it is waited, and whether there is still hope then.
fn bounded(world: &World, bound: Option<i64>) -> Option<(i64, bool)> {
    let mut following = Following::new(bound);
    let mut now = 0;
    while now < 5000 {
        match look(&mut following, world, now) {
            Verdict::Stuck { seconds, may_pass } => {
                assert_eq!(seconds, now);
                return Some((now, may_pass));
            }
            Verdict::GoesOn => now += 10,
            Verdict::Done => panic!("done after {now}s"),
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
fn done_waits_a_while_for_the_status() {
    let mut world = World::new(&["n1", "n2"]);
    world.pods = vec![new_pod("n1"), new_pod("n2")];
    world.daemon_set["status"]["numberAvailable"] = json!(1);
    let mut following = Following::new(None);
    assert_eq!(look(&mut following, &world, 0), Verdict::GoesOn);
    assert_eq!(look(&mut following, &world, 9), Verdict::GoesOn);
    assert_eq!(look(&mut following, &world, 10), Verdict::Done);
    // What isn't done any more is waited for anew.
    assert_eq!(look(&mut following, &world, 11), Verdict::Done);
    let done = std::mem::replace(&mut world.pods[1], old_pod("n2"));
    assert_eq!(look(&mut following, &world, 12), Verdict::GoesOn);
    world.pods[1] = done;
    assert_eq!(look(&mut following, &world, 13), Verdict::GoesOn);
    world.daemon_set["status"]["numberAvailable"] = json!(2);
    assert_eq!(look(&mut following, &world, 14), Verdict::Done);
}

#[test]
fn done_when_every_node_has_its_pod_and_the_controller_has_seen_it() {
    let mut world = World::new(&["n1", "n2"]);
    world.pods = vec![new_pod("n1"), new_pod("n2")];
    let verdict = |world: &World| look(&mut Following::new(None), world, 0);
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

/// What ends at a time that is known is waited for until then, and nothing else for longer
/// than was said.
#[test]
fn a_bound_is_one_of_every_wait() {
    let creating = json!({"phase": "Pending", "containerStatuses": [{"name": "c", "ready": false,
        "state": {"waiting": {"reason": "ContainerCreating"}}}]});
    let starting = with_pod(in_phase(creating));
    assert_eq!(bounded(&starting, Some(20)), Some((20, true)));
    assert_eq!(bounded(&starting, Some(1000)), Some((1000, false)));
    let mut missing = World::new(&["n1", "n2"]);
    missing.pods.clear();
    assert_eq!(bounded(&missing, Some(20)), Some((20, true)));
    let mut gone = World::new(&["n1", "n2"]);
    gone.daemon_set["spec"]["updateStrategy"]["rollingUpdate"] =
        json!({"maxUnavailable": 0, "maxSurge": 1});
    gone.nodes.remove(0);
    assert_eq!(bounded(&gone, Some(20)), Some((20, true)));
    let mut by_hand = World::new(&["n1", "n2"]);
    by_hand.daemon_set["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    assert_eq!(bounded(&by_hand, Some(20)), Some((20, false)));
    let crashing = with_pod(crashing_pod("n1"));
    assert_eq!(bounded(&crashing, Some(20)), Some((20, false)));
    let mut soon = with_pod(new_pod("n1"));
    soon.daemon_set["spec"]["minReadySeconds"] = json!(1_000_000);
    soon.pods[0]["status"]["conditions"][0]["lastTransitionTime"] = json!(START);
    soon.pods[1]["status"]["conditions"][0]["lastTransitionTime"] = json!("2026-10-01T00:00:00Z");
    assert_eq!(bounded(&soon, Some(20)), None);
}

#[test]
fn a_daemon_set_that_the_controller_never_saw_is_stuck() {
    let mut world = World::never_synced(&["n1", "n2"]);
    assert_eq!(stuck_after(&world), Some(60));
    assert_eq!(bounded(&world, Some(10)), Some((10, false)));
    world.daemon_set["status"]["observedGeneration"] = json!(0);
    assert_eq!(bounded(&world, Some(10)), Some((10, false)));
}

/// Neither the old pods nor a hand that is waited for hide that none is created.
#[test]
fn refused_creates_are_stuck() {
    let mut world = World::refused_surge(&["n1", "n2"]);
    assert_eq!(stuck_after(&world), Some(60));
    world.daemon_set["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    assert_eq!(stuck_after(&world), None);
    world.pods.remove(0);
    world.events = vec![refused("2026-11-01T11:30:00Z")];
    assert_eq!(stuck_after(&world), Some(60));
}

/// The server's clock may be ahead: a pod that may count as available by now uses no budget,
/// and the rollout isn't done before it does for certain.
#[test]
fn a_clock_in_whole_seconds() {
    let mut world = World::new(&["n1"]);
    world.daemon_set["spec"]["minReadySeconds"] = json!(10);
    let mut new = new_pod("n1");
    new["status"]["conditions"][0]["lastTransitionTime"] = json!(START);
    world.pods = vec![new];
    let at = |millis: i64, tolerance: i64| {
        let mut snapshot = snapshot(&world, 0);
        snapshot.now += SignedDuration::from_millis(millis);
        snapshot.clock_tolerance = SignedDuration::from_millis(tolerance);
        let (plan, progress) = plan_of(&snapshot);
        let used = plan.body.budget.as_ref().unwrap().used;
        let verdict = Following::new(None).observe(&plan, &progress);
        (used, progress.done, verdict)
    };
    assert_eq!(at(9_500, 0), (1, 0, Verdict::GoesOn));
    assert_eq!(at(9_500, 900), (0, 0, Verdict::GoesOn));
    assert_eq!(at(9_000, 999), (1, 0, Verdict::GoesOn));
    assert_eq!(at(10_000, 0), (0, 1, Verdict::Done));
}

#[test]
fn the_patience_begins_anew_when_something_gets_on() {
    let mut following = Following::new(None);
    let mut world = World::new(&["n1", "n2", "n3"]);
    world.pods[0] = crashing_pod("n1");
    assert_eq!(look(&mut following, &world, 0), Verdict::GoesOn);
    world.pods[1] = new_pod("n2");
    assert_eq!(look(&mut following, &world, 50), Verdict::GoesOn);
    assert_eq!(look(&mut following, &world, 109), Verdict::GoesOn);
    following.lost_sight();
    assert_eq!(look(&mut following, &world, 111), Verdict::GoesOn);
    assert_eq!(look(&mut following, &world, 170), Verdict::GoesOn);
    let stuck = Verdict::Stuck {
        seconds: 60,
        may_pass: false,
    };
    assert_eq!(look(&mut following, &world, 171), stuck);
}
