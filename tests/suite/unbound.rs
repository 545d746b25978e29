//! Pods that no node has yet: what they wait for, and what starts the sync that deletes them.

use serde_json::{Value, json};

use kubectl_ds::analysis::node::ClearsWhen;
use kubectl_ds::analysis::pod::PodState;
use kubectl_ds::analysis::reason::{Code, PodFact, Reason};

use crate::analysed::{all_nodes, one_node, reason};
use crate::binary::ask;
use crate::states::{counters, daemon_set, no_schedule, node, pod, ready, revision};

/// A pod that is meant for a node and isn't bound to it.
fn unbound(name: &str, node: &str, conditions: &Value) -> Value {
    let mut pod = pod(
        name,
        "",
        &json!({"phase": "Pending", "conditions": conditions}),
    );
    pod["spec"] = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms":
        [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}]}}}});
    pod
}

fn causes(objects: &[Value]) -> Vec<Reason> {
    let differences = all_nodes(objects).status.unwrap().differences;
    let mut causes: Vec<_> = differences.into_iter().map(|d| d.cause).collect();
    causes.dedup();
    causes
}

#[test]
fn why_fewer_nodes_are_desired_than_the_status_counts() {
    let template = json!({"nodeSelector": {"pool": "x"}});
    let pool = json!({"pool": "x"});
    let of = |misscheduled| {
        let ds = daemon_set(&json!({}), &template, &counters(2, misscheduled, 1));
        let objects = [
            revision(&ds),
            ds,
            node("n1", &pool, &json!([])),
            pod("p1", "n1", &ready()),
        ];
        objects.to_vec()
    };
    let left = || node("n2", &json!({}), &json!([]));
    let with = |misscheduled, more: &[Value]| causes(&[&of(misscheduled)[..], more].concat());
    // It lost its label, and its pod waits for the scheduler.
    let waits = unbound("p2", "n2", &json!([]));
    let excluded = Reason::ExcludedNodeStartsNoSync { nodes: 1 };
    assert_eq!(with(0, &[left(), waits.clone()]), [excluded]);
    // So it did while another kept its pod that the status counts already.
    let kept = [node("n3", &pool, &no_schedule()), pod("p3", "n3", &ready())];
    let both = [&[left(), waits][..], &kept].concat();
    let excluded = Reason::ExcludedNodeStartsNoSync { nodes: 1 };
    assert_eq!(with(1, &both), [excluded]);
    assert_eq!(with(0, &kept), [Reason::TaintStartsNoSync { nodes: 1 }]);
    // Nothing tells which of them it was.
    let fewer = Reason::FewerNodesStartNoSync { nodes: 1 };
    assert_eq!(with(0, &[left()]), [fewer]);
    let gone = pod("p2", "gone", &ready());
    let deleted = Reason::DeletedNodeStartsNoSync { nodes: 1 };
    assert_eq!(with(0, &[gone]), [deleted]);
}

#[test]
fn an_unbound_pod_of_an_excluded_node_goes_at_the_next_sync() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(1, 0, 1));
    let no_execute = json!([{"key": "x", "effect": "NoExecute"}]);
    let of = |pod: Value| {
        [
            revision(&ds),
            ds.clone(),
            node("n1", &json!({}), &no_execute),
            pod,
        ]
    };
    let (waits, bound) = (unbound("p1", "n1", &json!([])), pod("p1", "n1", &ready()));
    let ask = |objects: &[Value], question: &str| -> Value {
        let (_, out, err) = ask(objects, &format!("{question} -o json"));
        serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"))
    };
    for (pod, unbound) in [(&waits, true), (&bound, false)] {
        let objects = of(pod.clone());
        let clears = all_nodes(&objects).nodes[0].clears();
        let when = if unbound {
            ClearsWhen::OnceSynced
        } else {
            ClearsWhen::AtNextSync
        };
        assert_eq!(clears, when);
        let awaits = if unbound { json!(true) } else { Value::Null };
        let plan = ask(&objects, "plan a");
        assert_eq!(plan["manage"]["delete"][0]["awaitsSync"], awaits, "{plan}");
        // Whatever is written of the DaemonSet starts a sync.
        let plan = ask(&objects, "plan a --restart");
        assert_eq!(plan["manage"]["delete"][0]["pod"], "p1", "{plan}");
        assert_eq!(
            plan["manage"]["delete"][0]["awaitsSync"],
            Value::Null,
            "{plan}"
        );
    }
    // A what-if that puts the taint there starts none for it either.
    let fields = [("stop", "stopOnceSynced"), ("stopOnceSynced", "stop")];
    for (pod, (none, one)) in [waits, bound].into_iter().zip(fields) {
        let mut objects = of(pod);
        objects[2]["spec"]["taints"] = json!([]);
        for question in [
            "why a n1 --taint x:NoExecute",
            "node n1 --taint x:NoExecute",
        ] {
            let effects = &ask(&objects, question)["effects"];
            assert_eq!(effects[none], json!([]), "{question}");
            assert_eq!(effects[one][0]["pod"], "p1", "{question}");
        }
    }
}

/// Nobody but the scheduler says that a pod can't be placed.
#[test]
fn a_pod_that_no_scheduler_has_looked_at_is_pending() {
    let ds = daemon_set(&json!({}), &json!({}), &json!({}));
    let of = |pod: Value| {
        let objects = [
            revision(&ds),
            ds.clone(),
            node("n1", &json!({}), &json!([])),
            pod,
        ];
        let node = one_node(&objects, "n1");
        assert_eq!(node.pod_state, PodState::Pending);
        let about_scheduling = node.reasons.iter().filter(|r| {
            use Code::{PodNotYetScheduled, PodSchedulingGated, PodUnschedulable};
            matches!(
                r.code(),
                PodNotYetScheduled | PodSchedulingGated | PodUnschedulable
            )
        });
        about_scheduling.cloned().collect::<Vec<_>>()
    };
    let condition = |status: &str, reason: &str| json!([{"type": "PodScheduled", "status": status, "reason": reason, "message": "m"}]);
    let fact = || PodFact {
        name: "p1".to_owned(),
        since: "2026-01-01T00:00:00Z".parse().ok(),
    };
    let waits = |scheduler: Option<&str>| Reason::PodNotYetScheduled {
        pod: fact(),
        scheduler: scheduler.map(str::to_owned),
    };
    let unasked = || unbound("p1", "n1", &json!([]));
    assert_eq!(of(unasked()), [waits(None)]);
    for (name, told) in [("default-scheduler", None), ("other", Some("other"))] {
        let mut pod = unasked();
        pod["spec"]["schedulerName"] = name.into();
        assert_eq!(of(pod), [waits(told)]);
    }
    // The API server puts the condition on a pod with gates, and the scheduler isn't asked.
    let mut gated = unbound("p1", "n1", &condition("False", "SchedulingGated"));
    gated["spec"]["schedulingGates"] = json!([{"name": "quota.example/hold"}]);
    let held = Reason::PodSchedulingGated {
        pod: fact(),
        gates: vec!["quota.example/hold".to_owned()],
    };
    assert_eq!(of(gated), [held]);
    for said in ["Unschedulable", "SchedulerError"] {
        let refused = of(unbound("p1", "n1", &condition("False", said)));
        let [Reason::PodUnschedulable { scheduler, .. }] = refused.as_slice() else {
            panic!("{refused:#?}");
        };
        assert_eq!(scheduler.reason, said);
    }
}

#[test]
fn what_ended_a_pod_is_what_its_status_says() {
    let ds = daemon_set(&json!({}), &json!({}), &json!({}));
    let told = json!({"phase": "Succeeded", "reason": "Terminated",
        "message": "Pod was terminated in response to imminent node shutdown."});
    for (status, reason_said, message) in [
        (&told, "Terminated", told["message"].as_str().unwrap()),
        (&json!({"phase": "Succeeded"}), "", ""),
    ] {
        let objects = [
            revision(&ds),
            ds.clone(),
            node("n1", &json!({}), &json!([])),
            pod("p1", "n1", status),
        ];
        let node = one_node(&objects, "n1");
        let Reason::PodSucceeded { said, .. } = reason(&node.reasons, Code::PodSucceeded) else {
            panic!("{node:#?}");
        };
        assert_eq!((&*said.reason, &*said.message), (reason_said, message));
        // Nothing has failed.
        let (_, out, _) = ask(&objects, "why a n1");
        assert!(!out.contains("failed"), "{out}");
    }
}
