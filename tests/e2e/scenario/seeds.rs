//! The manifests that guides show to newcomers, on a cluster with a control-plane node,
//! a worker and one with a disk that they like.

use super::lab::Lab;
use super::observation::Expected::{self, Excluded, Runs, WouldKeep};
use super::{Case, Outcome, case};

pub(super) const ALL: &[Case] = &[
    case("seed-template-outside-spec", template_outside_spec),
    case("seed-fluentd-daemon", fluentd_daemon),
    case("seed-fluentd-elasticsearch", fluentd_elasticsearch),
    case("seed-calico-node", calico_node),
    case("seed-node-exporter", node_exporter),
    case("seed-filebeat", filebeat),
    case("seed-daemon-app", daemon_app),
    case("seed-log-agent", log_agent),
];

fn cluster(lab: &Lab<'_>) -> Outcome {
    let taint = "node-role.kubernetes.io/control-plane";
    lab.nodes(&[
        lab.new_node("control-plane").taint(taint, "", "NoSchedule"),
        lab.new_node("old-master")
            .taint("node-role.kubernetes.io/master", "", "NoSchedule")
            .label("disk", "ssd"),
        lab.new_node("worker"),
        lab.new_node("ssd").label("disk", "ssd"),
    ])
}

fn expect(lab: &Lab<'_>, ds: &str, expected: [Expected; 4]) -> Outcome {
    let [control_plane, old_master, worker, ssd] = expected;
    lab.expect(
        ds,
        &[
            ("control-plane", control_plane),
            ("old-master", old_master),
            ("worker", worker),
            ("ssd", ssd),
        ],
    )
    .map(drop)
}

/// The server refuses it, and `why -f` says what is wrong with it, and on which line.
fn template_outside_spec(lab: &Lab<'_>) -> Outcome {
    let manifest = include_str!("../manifests/template-outside-spec.yaml");
    if lab.apply_text(manifest).is_ok() {
        return Err("the server should refuse a template outside spec".to_owned());
    }
    let answer = lab.cluster().ds_plugin_with_input(
        crate::control_plane::ADMIN,
        &["why", "-f", "-"],
        Some(manifest),
    )?;
    let named = [":9:", "`template`", "`spec.template`"]
        .iter()
        .all(|word| answer.stderr.contains(word));
    if answer.code == 2 && named {
        Ok(())
    } else {
        Err(format!(
            "why -f should name line 9 and where it belongs: {answer:?}"
        ))
    }
}

/// As applied it runs nowhere; then a node gets the label.
fn fluentd_daemon(lab: &Lab<'_>) -> Outcome {
    cluster(lab)?;
    lab.apply_text(include_str!("../manifests/fluentd-daemon.yaml"))?;
    lab.label("worker", "run-fluentd=true")?;
    lab.until_ready_on("fluentd-daemon", &["worker"])?;
    expect(lab, "fluentd-daemon", [Excluded, Excluded, Runs, Excluded])
}

/// It tolerates the master taint of old, not today's.
fn fluentd_elasticsearch(lab: &Lab<'_>) -> Outcome {
    cluster(lab)?;
    lab.move_to("kube-system")?;
    lab.apply_text(include_str!("../manifests/fluentd-elasticsearch.yaml"))?;
    expect(lab, "fluentd-elasticsearch", [WouldKeep, Runs, Runs, Runs])
}

fn calico_node(lab: &Lab<'_>) -> Outcome {
    cluster(lab)?;
    lab.move_to("kube-system")?;
    lab.apply_text(include_str!("../manifests/calico-node.yaml"))?;
    expect(lab, "calico-node", [WouldKeep, WouldKeep, Runs, Runs])
}

fn node_exporter(lab: &Lab<'_>) -> Outcome {
    cluster(lab)?;
    lab.move_to("monitoring")?;
    lab.apply_text(include_str!("../manifests/node-exporter.yaml"))?;
    expect(lab, "node-exporter", [WouldKeep, WouldKeep, Runs, Runs])
}

fn filebeat(lab: &Lab<'_>) -> Outcome {
    cluster(lab)?;
    lab.move_to("logging")?;
    lab.apply_text(include_str!("../manifests/filebeat.yaml"))?;
    expect(lab, "filebeat", [WouldKeep, WouldKeep, Runs, Runs])
}

fn daemon_app(lab: &Lab<'_>) -> Outcome {
    cluster(lab)?;
    lab.apply_text(include_str!("../manifests/daemon-app.yaml"))?;
    expect(lab, "daemon-app", [Excluded, Runs, Excluded, Runs])
}

fn log_agent(lab: &Lab<'_>) -> Outcome {
    cluster(lab)?;
    lab.apply_text(include_str!("../manifests/log-agent.yaml"))?;
    expect(lab, "log-agent", [Runs, Runs, Runs, Runs])
}
