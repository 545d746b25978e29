//! A DaemonSet is deleted with `--cascade=orphan` and created again, or created where
//! the pods of another one were left: `adopt -f` says before what it takes over.

use serde_json::{Value, json};

use super::hands::pod;
use super::run::{Did, NOTHING, Stopped};
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;
use crate::scenario::pod::is_ready;

pub(super) const ALL: &[Case] = &[
    case("same-template", same_template),
    case("another-template", another_template),
    case("another-template-on-delete", another_template_on_delete),
    case("another-template-surge", another_template_surge),
    case("another-selector", another_selector),
    case("left-behind", left_behind),
    case(
        "left-behind-by-one-that-is-gone",
        left_behind_by_one_that_is_gone,
    ),
    case("nodes-left-out", nodes_left_out),
    case("history-limit", history_limit),
    case("another-name", another_name),
    case("two-former-daemonsets", two_former_daemon_sets),
    case("bare-pods-around", bare_pods_around),
    case("pods-in-trouble", pods_in_trouble),
];

const NODES: [&str; 3] = ["n1", "n2", "n3"];

/// Two revisions, the second one everywhere: its pods are of generation 2, which a
/// DaemonSet that is created again doesn't come to.
pub(super) fn second_generation(lab: &Lab<'_>, ds: &Ds) -> Outcome {
    set_up(lab, ds, &NODES)?;
    lab.apply(&ds.clone().image("agent:2"))?;
    lab.until_rolled("agent", "agent:2", 3)
}

/// k/k#131684 without the second pods: the very same manifest again.
fn same_template(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let (stopped, said) = Stopped::new(lab)?.recreate(&agent(1), |_| Ok(()))?;
    said.of_pods(3, ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    said.says("/pods/0/updatedBy", "Hash")?;
    said.says("/history/state", "Current")?;
    said.finds(&["HistoryRewritten"])?;
    let did = Did {
        adopted: 3,
        revisions: 1,
        ..Did::default()
    };
    stopped
        .go(&said, "agent")?
        .finish(&said, did)?
        .run(3, "agent:1")
}

/// Pods of a later generation than the new DaemonSet's are rolled, as anyone would expect.
fn another_template(lab: &Lab<'_>) -> Outcome {
    second_generation(lab, &agent("100%"))?;
    let again = agent(2).image("agent:3");
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    said.of_pods(3, ["Adopt", "OrphanedPod", "Replaced"])?;
    said.says("/history/state", "New")?;
    said.says("/history/number", 3)?;
    said.finds(&["HistoryRewritten"])?;
    let did = Did {
        adopted: 3,
        deleted: 3,
        created: 3,
        revisions: 3,
        ..Did::default()
    };
    stopped
        .go(&said, "agent")?
        .finish(&said, did)?
        .run(3, "agent:3")
}

/// Nobody rolls them, and nobody hides that they are old.
fn another_template_on_delete(lab: &Lab<'_>) -> Outcome {
    second_generation(lab, &agent("100%"))?;
    let by_hand = agent(1).spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    let again = by_hand.image("agent:3");
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    said.of_pods(3, ["Adopt", "OrphanedPod", "Kept"])?;
    let did = Did {
        adopted: 3,
        revisions: 3,
        ..Did::default()
    };
    stopped
        .go(&said, "agent")?
        .finish(&said, did)?
        .run(3, "agent:2")
}

/// A DaemonSet that makes new pods beside the old ones.
pub(super) fn surging() -> Ds {
    let rolling = json!({"maxSurge": 1, "maxUnavailable": 0});
    let strategy = json!({"type": "RollingUpdate", "rollingUpdate": rolling});
    Ds::new("agent").spec(json!({"updateStrategy": strategy}))
}

fn another_template_surge(lab: &Lab<'_>) -> Outcome {
    second_generation(lab, &agent("100%"))?;
    let again = surging().image("agent:3");
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    said.of_pods(3, ["Adopt", "OrphanedPod", "Replaced"])?;
    let did = Did {
        adopted: 3,
        deleted: 3,
        created: 3,
        revisions: 3,
        ..Did::default()
    };
    stopped
        .go(&said, "agent")?
        .finish(&said, did)?
        .run(3, "agent:3")
}

/// nginx/kubernetes-ingress#3976, datadog-operator#742: a selector can't be changed, so
/// it is made again; its former pods run on beside the new ones.
fn another_selector(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let again = with_another_selector();
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    if said.those("pods", "claim", "Ignored")?.len() != 3 {
        return Err(format!("three pods should be left: {}", said.at("/pods")));
    }
    if said.those("pods", "then", "LeftBesideNew")?.len() != 3 {
        return Err(format!("beside new ones: {}", said.at("/pods")));
    }
    let did = Did {
        created: 3,
        revisions: 1,
        ..Did::default()
    };
    let ended = stopped.go(&said, "agent")?.finish(&said, did)?;
    ended.run(3, "agent:1")?;
    ended.run(3, "agent:2")
}

fn with_another_selector() -> Ds {
    let labels = json!({"app": "agent", "part": "of"});
    let containers = json!([{"name": "agent", "image": "agent:2"}]);
    agent(1).spec(json!({
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }))
}

/// The answer of a command about all DaemonSets of the namespace, or about one.
fn asked(lab: &Lab<'_>, question: &[&str]) -> Result<Value, String> {
    let namespace = lab.namespace();
    let args = [question, &["-n", &namespace, "-o", "json"]].concat();
    lab.cluster().ds_plugin(&args)?.json()
}

/// Six pods run where three should, for ever, and nothing but their names, their labels and
/// the revision that was left tells that.
fn left_behind(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.orphan("agent")?;
    lab.create_ds(&with_another_selector())?;
    lab.until_ready_on("agent", &NODES)?;
    let stopped = Stopped::new(lab)?;
    let why = asked(lab, &["why", "agent"])?;
    if why["clean"] != false || why["findings"][0]["code"] != "LeftBehindPods" {
        return Err(format!("why should find them: {why:#}"));
    }
    let all = asked(lab, &["adopt"])?;
    if all["items"][0]["exists"] != true {
        return Err(format!("they are its own: {all:#}"));
    }
    let said = stopped.adopt("agent")?;
    said.says("/clean", false)?;
    said.of_pods(3, ["Ignored", "ReleasedEarlier", "Kept"])?;
    let left = said.those("revisions", "claim", "Ignored")?;
    if left.len() != 1 {
        return Err(format!("one revision is left: {}", said.at("/revisions")));
    }
    for revision in &left {
        lab.kubectl(&["delete", "controllerrevision", revision])?;
    }
    let without = stopped.adopt("agent")?;
    without.of_pods(3, ["Ignored", "ReleasedEarlier", "Kept"])?;
    let ended = stopped.go(&without, "agent")?.finish(&without, NOTHING)?;
    ended.run(3, "agent:1")?;
    ended.run(3, "agent:2")
}

/// Where it isn't created again nothing but `adopt` without a name leads to its pods.
fn left_behind_by_one_that_is_gone(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.orphan("agent")?;
    let gone = |what: &str| {
        let all = asked(lab, &["adopt"])?;
        let [one] = all["items"].as_array().map_or(&[][..], Vec::as_slice) else {
            return Err(format!("{what}: one report: {all:#}"));
        };
        let pods = one["pods"].as_array().map_or(0, Vec::len);
        if one["exists"] == false && one["daemonSet"]["name"] == "agent" && pods == 3 {
            Ok(())
        } else {
            Err(format!("{what}: three pods of agent are left: {one:#}"))
        }
    };
    gone("with its revision")?;
    lab.kubectl(&["delete", "controllerrevisions", "--all"])?;
    gone("without")
}

/// The new one's nodeSelector leaves nodes out: their orphans are deleted.
fn nodes_left_out(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.label("n1", "disk=ssd")?;
    let again = agent(1).pod(json!({"nodeSelector": {"disk": "ssd"}}));
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    said.of_pods(2, ["Adopt", "OrphanedPod", "DeletedIneligible"])?;
    said.of_pods(1, ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    let did = Did {
        adopted: 3,
        deleted: 2,
        revisions: 2,
        ..Did::default()
    };
    stopped
        .go(&said, "agent")?
        .finish(&said, did)?
        .run(1, "agent:1")
}

/// Orphaned revisions are adopted, and those beyond the limit deleted at once.
fn history_limit(lab: &Lab<'_>) -> Outcome {
    second_generation(lab, &agent("100%"))?;
    lab.apply(&agent("100%").image("agent:3"))?;
    lab.until_rolled("agent", "agent:3", 3)?;
    let limit = json!({"revisionHistoryLimit": 1});
    let again = agent("100%").image("agent:3").spec(limit);
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    let deleted = said.those("revisions", "then", "DeletedByHistoryLimit")?;
    if said.list("/revisions")?.len() != 3 || deleted.len() != 1 {
        return Err(format!("one of three: {}", said.at("/revisions")));
    }
    said.says("/revisions/0/then", "DeletedByHistoryLimit")?;
    said.of_pods(3, ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    let did = Did {
        adopted: 3,
        revisions: 4,
        ..Did::default()
    };
    stopped
        .go(&said, "agent")?
        .finish(&said, did)?
        .run(3, "agent:3")
}

/// website#53565: a DaemonSet under another name takes over what the former one left,
/// its ControllerRevisions too.
fn another_name(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.orphan("agent")?;
    let renamed = agent(1).metadata(json!({"name": "renamed"}));
    let stopped = Stopped::new(lab)?;
    let said = stopped.create(&renamed, "renamed")?;
    said.of_pods(3, ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    said.says("/revisions/0/claim", "Adopt")?;
    said.says("/revisions/0/holdsTemplate", true)?;
    let did = Did {
        adopted: 3,
        revisions: 1,
        ..Did::default()
    };
    let frozen = stopped.go(&said, "renamed")?;
    frozen.finish(&said, did)?.run(3, "agent:1")
}

/// Two of one selector and one template are made one: on each node the younger pod goes,
/// and of their equal revisions the higher one is kept.
fn two_former_daemon_sets(lab: &Lab<'_>) -> Outcome {
    let nodes = ["n1", "n2"];
    set_up(lab, &agent("100%"), &nodes)?;
    let twin = agent("100%").metadata(json!({"name": "twin"}));
    lab.apply(&twin)?;
    lab.until_ready_on("twin", &nodes)?;
    for image in ["agent:2", "agent:1"] {
        lab.apply(&twin.clone().image(image))?;
        lab.until("the rollout", || {
            let pods = lab.pods_of("twin")?;
            let new = |pod: &Value| is_ready(pod) && pod["spec"]["containers"][0]["image"] == image;
            Ok(pods.len() == 2 && pods.iter().all(new))
        })?;
    }
    // Both at once: one that is left would take over what the other leaves.
    let controllers = lab.cluster().pause_controller_manager()?;
    let how = ["--cascade=orphan", "--wait=false"];
    lab.kubectl(&[&["delete", "daemonset", "agent", "twin"], &how[..]].concat())?;
    drop(controllers);
    lab.until("both to be gone", || {
        let sets = lab.get(&["daemonsets"])?;
        Ok(sets["items"].as_array().is_some_and(Vec::is_empty))
    })?;
    let stopped = Stopped::new(lab)?;
    let one = agent(1).metadata(json!({"name": "one"}));
    let said = stopped.create(&one, "one")?;
    said.of_pods(2, ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    said.of_pods(2, ["Adopt", "OrphanedPod", "DeletedAsDuplicate"])?;
    said.finds(&["DuplicateRevisions", "HistoryRewritten"])?;
    let did = Did {
        adopted: 4,
        deleted: 2,
        revisions: 4,
        ..Did::default()
    };
    stopped
        .go(&said, "one")?
        .finish(&said, did)?
        .run(2, "agent:1")
}

/// One pod is ending, and one has no room on its node, when it is created again.
fn pods_in_trouble(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1"), lab.new_node("full").cpu("100m")])?;
    let asking = agent(1).requests(json!({"cpu": "200m"}));
    lab.apply(&asking)?;
    lab.until_ready_on("agent", &["n1"])?;
    let on = |short: &str| lab.pod_on("agent", short);
    let [ending, pending] = [on("n1")?, on("full")?];
    lab.delete_but_hold(&ending)?;
    let (stopped, said) = Stopped::new(lab)?.recreate(&asking, |_| Ok(()))?;
    said.of_pod(&ending, ["Ignored", "OrphanTerminating", "Terminating"])?;
    said.of_pod(&pending, ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    let did = Did {
        adopted: 1,
        created: 1,
        revisions: 1,
        ..Did::default()
    };
    stopped.go(&said, "agent")?.finish(&said, did).map(drop)
}

/// "You should not create any pods whose labels match this selector": what becomes of
/// those that somebody did create.
fn bare_pods_around(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1").label("disk", "ssd"),
        lab.new_node("n2").label("disk", "ssd"),
        lab.new_node("n3"),
    ])?;
    lab.create(&pod("eligible", lab.on("n1")))?;
    lab.create(&pod("ineligible", lab.on("n3")))?;
    lab.create(&pod("nowhere", json!({"nodeSelector": {"no": "where"}})))?;
    lab.create(&pod("ending", lab.on("n2")))?;
    for name in ["eligible", "ineligible", "ending"] {
        lab.until_pod_ready(name)?;
    }
    lab.delete_but_hold("ending")?;
    let stopped = Stopped::new(lab)?;
    let picky = agent(1).pod(json!({"nodeSelector": {"disk": "ssd"}}));
    let said = stopped.create(&picky, "agent")?;
    said.of_pod("eligible", ["Adopt", "BarePod", "Replaced"])?;
    said.of_pod("ineligible", ["Adopt", "BarePod", "DeletedIneligible"])?;
    said.of_pod("nowhere", ["Adopt", "BarePod", "Kept"])?;
    said.of_pod("ending", ["Ignored", "OrphanTerminating", "Terminating"])?;
    let did = Did {
        adopted: 3,
        deleted: 2,
        created: 2,
        revisions: 1,
        ..Did::default()
    };
    let ended = stopped.go(&said, "agent")?.finish(&said, did)?;
    ended.run(2, "agent:1")
}
