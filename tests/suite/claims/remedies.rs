//! What would put it right.

use kubectl_ds::report::claims::report::{ClaimChanges, ClaimReport};
use serde_json::json;

use crate::plans::dump::{Dump, pod, revision, template};

use super::{
    current, labelled, manifest, named, of_snapshot, owned_by, recreated, report, snapshot, without,
};

fn commands(report: &ClaimReport) -> Vec<(ClaimChanges, &str)> {
    let all = report.remedies.iter();
    all.map(|r| (r.changes, r.command.as_deref().unwrap_or_default()))
        .collect()
}

#[test]
fn a_pod_made_by_hand_is_kept_out_by_a_label_less() {
    let mut dump = current(1);
    let bare = named(owned_by(pod("n1", 2), json!([])), "bare");
    let bare = without(bare, "controller-revision-hash");
    dump.pods.push(without(bare, "pod-template-generation"));
    let report = report(dump.objects());
    assert_eq!(
        commands(&report),
        [
            (
                ClaimChanges::Nothing,
                "kubectl get pods -n default -l 'app in (a)' --show-labels"
            ),
            (
                ClaimChanges::PodLabels,
                "kubectl label pod bare -n default app-"
            ),
        ]
    );
}

#[test]
fn a_released_pod_gets_its_label_back_or_is_deleted() {
    let mut dump = current(1);
    dump.pods[0] = labelled(dump.pods[0].clone(), "app", "debug");
    let report = report(dump.objects());
    assert_eq!(
        commands(&report)[1..],
        [
            (
                ClaimChanges::PodLabels,
                "kubectl label pod a-n1-new -n default app=a --overwrite"
            ),
            (ClaimChanges::Pods, "kubectl delete pod a-n1-new -n default"),
        ]
    );
}

/// A cluster whose pods carry these generations, recreated with another template.
fn trap(generations: &[&str]) -> ClaimReport {
    let mut dump = current(generations.len());
    for (pod, generation) in dump.pods.iter_mut().zip(generations) {
        *pod = labelled(pod.clone(), "pod-template-generation", generation);
    }
    recreated(&snapshot(dump.objects()), manifest(&dump, &template("a:3")))
}

#[test]
fn the_ways_round_the_trap_stand_in_the_order_of_what_they_change() {
    let report = trap(&["1", "1"]);
    let trap = &commands(&report)[1..];
    assert_eq!(
        trap,
        [
            (ClaimChanges::Manifest, ""),
            (
                ClaimChanges::PodLabels,
                "kubectl label pods a-n1-new a-n2-new -n default pod-template-generation-"
            ),
            (
                ClaimChanges::Pods,
                "kubectl delete pods a-n1-new a-n2-new -n default"
            ),
            (
                ClaimChanges::DaemonSet,
                "kubectl rollout restart daemonset/a -n default"
            ),
        ]
    );
    let manifest = &report.remedies[1].text;
    assert!(
        manifest.contains("deprecated.daemonset.template.generation: \"2\""),
        "{manifest}"
    );
}

#[test]
fn a_restart_is_no_way_round_where_pods_carry_the_next_generation() {
    let report = trap(&["1", "2"]);
    let commands = commands(&report);
    assert!(commands.iter().all(|(c, _)| *c != ClaimChanges::DaemonSet));
    let manifest = report.remedies.iter();
    let mut manifest = manifest.filter(|r| r.changes == ClaimChanges::Manifest);
    assert!(manifest.next().unwrap().text.contains(": \"3\""));
}

#[test]
fn many_trapped_pods_are_selected_instead_of_named() {
    let report = trap(&["1"; 11]);
    let labels = commands(&report)
        .into_iter()
        .find(|(changes, _)| *changes == ClaimChanges::PodLabels);
    assert_eq!(
        labels.unwrap().1,
        "kubectl label pods -n default -l 'app in (a),pod-template-generation=1' pod-template-generation-"
    );
}

#[test]
fn duplicates_are_deleted_before_they_relabel() {
    let mut dump = Dump::new(2, 1);
    dump.revisions
        .push(named(revision(3, "h3", &template("a:2")), "a-h3"));
    let report = report(dump.objects());
    assert_eq!(
        commands(&report),
        [
            (
                ClaimChanges::Revisions,
                "kubectl delete controllerrevision a-h2 -n default"
            ),
            (
                ClaimChanges::DaemonSet,
                "kubectl rollout restart daemonset/a -n default"
            ),
        ]
    );
}

#[test]
fn names_are_safe_to_paste() {
    let mut dump = current(1);
    let bare = named(owned_by(pod("n1", 2), json!([])), "it's; rm");
    dump.pods.push(without(bare, "controller-revision-hash"));
    let report = of_snapshot(&snapshot(dump.objects()));
    let commands = commands(&report);
    assert!(
        commands[1]
            .1
            .starts_with(r"kubectl label pod 'it'\''s; rm' -n default"),
        "{commands:?}"
    );
}
