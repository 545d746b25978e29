//! What would put it right.

use kubectl_ds::analysis::claims::remedy::{ClaimChanges, ClaimRemedy, ClaimRemedyKind};
use kubectl_ds::analysis::claims::report::ClaimReport;
use serde_json::json;

use crate::plans::dump::{Dump, pod, revision, template};

use super::{
    current, labelled, manifest, named, orphan, owned_by, recreated, report, snapshot, without,
};

fn commands(report: &ClaimReport) -> Vec<(ClaimChanges, String)> {
    let command = |r: &ClaimRemedy| r.command.as_ref().map(ToString::to_string);
    let all = report.remedies.iter();
    all.map(|r| (r.changes(), command(r).unwrap_or_default()))
        .collect()
}

/// The same as they are expected.
fn said<const N: usize>(all: [(ClaimChanges, &str); N]) -> Vec<(ClaimChanges, String)> {
    all.map(|(changes, command)| (changes, command.to_owned()))
        .to_vec()
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
        said([
            (
                ClaimChanges::Nothing,
                "kubectl get pods -n default -l app=a --show-labels"
            ),
            (
                ClaimChanges::PodLabels,
                "kubectl label pod bare -n default app-"
            ),
        ])
    );
}

#[test]
fn a_released_pod_gets_its_label_back_or_is_deleted() {
    let mut dump = current(1);
    dump.pods[0] = labelled(dump.pods[0].clone(), "app", "debug");
    let report = report(dump.objects());
    assert_eq!(
        commands(&report),
        said([
            (
                ClaimChanges::PodLabels,
                "kubectl label pod a-n1-new -n default app=a --overwrite"
            ),
            (ClaimChanges::Pods, "kubectl delete pod a-n1-new -n default"),
        ])
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
        said([
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
        ])
    );
    let generation = ClaimRemedyKind::SetGeneration { generation: 2 };
    assert_eq!(report.remedies[1].kind, generation);
}

#[test]
fn a_restart_is_no_way_round_where_pods_carry_the_next_generation() {
    let report = trap(&["1", "2"]);
    let commands = commands(&report);
    assert!(commands.iter().all(|(c, _)| *c != ClaimChanges::DaemonSet));
    let manifest = report.remedies.iter();
    let mut manifest = manifest.filter(|r| r.changes() == ClaimChanges::Manifest);
    let generation = ClaimRemedyKind::SetGeneration { generation: 3 };
    assert_eq!(manifest.next().unwrap().kind, generation);
}

#[test]
fn many_trapped_pods_are_selected_instead_of_named() {
    let report = trap(&["1"; 11]);
    let labels = commands(&report)
        .into_iter()
        .find(|(changes, _)| *changes == ClaimChanges::PodLabels);
    assert_eq!(
        labels.unwrap().1,
        "kubectl label pods -n default -l app=a,pod-template-generation=1 pod-template-generation-"
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
        said([
            (
                ClaimChanges::Revisions,
                "kubectl delete controllerrevision a-h2 -n default"
            ),
            (
                ClaimChanges::DaemonSet,
                "kubectl rollout restart daemonset/a -n default"
            ),
        ])
    );
}

#[test]
fn a_name_that_can_not_be_handed_on_leaves_the_advice_without_a_command() {
    for (name, command) in [
        ("it's; rm", "kubectl label pod \"it's; rm\" -n default app-"),
        ("--all", "kubectl label pod -n default -- --all app-"),
        ("two\nlines", ""),
    ] {
        let mut dump = current(1);
        let bare = named(owned_by(pod("n1", 2), json!([])), name);
        let bare = without(bare, "controller-revision-hash");
        dump.pods.push(without(bare, "pod-template-generation"));
        let report = report(dump.objects());
        let mut commands = commands(&report).into_iter();
        let label = commands.find(|(changes, _)| *changes == ClaimChanges::PodLabels);
        let wanted = said([(ClaimChanges::PodLabels, command)]).pop();
        assert_eq!(label, wanted, "{report:#?}");
    }
}

#[test]
fn what_the_garbage_collector_deletes_is_not_kept_out() {
    let mut dump = current(1);
    let gone = json!([{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "z", "uid": "z"}]);
    dump.pods.push(owned_by(orphan("n1"), gone));
    dump.pods.push(orphan("gone"));
    let report = report(dump.objects());
    let labels = |(changes, _): &(ClaimChanges, String)| *changes == ClaimChanges::PodLabels;
    assert!(!commands(&report).iter().any(labels), "{report:#?}");
}

#[test]
fn pods_of_the_stored_daemon_set_are_kept_out_only_once_it_is_gone() {
    let mut dump = current(1);
    dump.pods.push(named(pod("n1", 2), "zz-twin"));
    let report = recreated(&snapshot(dump.objects()), manifest(&dump, &template("a:2")));
    let mut all = report.remedies.iter();
    let labels = all
        .find(|r| r.changes() == ClaimChanges::PodLabels)
        .unwrap();
    let keep_out = ClaimRemedyKind::KeepOut {
        pods: vec!["zz-twin".to_owned()],
        label: "app".to_owned(),
        once_deleted: true,
    };
    assert_eq!(labels.kind, keep_out);
}

#[test]
fn pods_that_a_selector_does_not_match_are_not_looked_for_by_it() {
    let mut dump = current(1);
    dump.pods[0] = labelled(dump.pods[0].clone(), "app", "debug");
    let report = report(dump.objects());
    let looks = |(changes, _): &(ClaimChanges, String)| *changes == ClaimChanges::Nothing;
    assert!(!commands(&report).iter().any(looks));
}
