//! What people see, at 80, 120 and 200 columns.

use crate::binary::{kubectl_ds, stderr, stdout};

const DUMP: &str = "docs/examples/incident.yaml";

/// The questions, by the name of their snapshot.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "node-excluded",
        "why node-exporter cp-1 -n monitoring --impact",
    ),
    ("node-misscheduled", "why node-exporter gpu-1 -n monitoring"),
    ("node-missing", "why node-exporter worker-4 -n monitoring"),
    ("node-crashing", "why node-exporter worker-3 -n monitoring"),
    (
        "node-pending",
        "why node-exporter fargate-10-0-3-17 -n monitoring",
    ),
    ("node-affinity", "why device-plugin gpu-2 -n gpu"),
    ("daemonset", "why node-exporter -n monitoring"),
    ("daemonset-wide", "why node-exporter -n monitoring -o wide"),
    ("daemonset-excluded", "why device-plugin -n gpu --limit 5"),
    ("all", "why -A"),
    (
        "what-if",
        "why node-exporter -n monitoring --node-selector pool=general --taint a=b:NoSchedule",
    ),
];

#[test]
fn text_at_three_widths() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, question) in QUESTIONS {
        for width in ["80", "120", "200"] {
            let mut args: Vec<_> = question.split_whitespace().collect();
            args.extend(["--from", DUMP]);
            let output = kubectl_ds(&args, &[("COLUMNS", width)]);
            assert_eq!(stderr(&output), "", "{name}");
            let text = stdout(&output);
            settings.bind(|| insta::assert_snapshot!(format!("{name}-{width}"), text));
        }
    }
}

#[test]
fn colour_never_carries_meaning_alone() {
    for (name, question) in QUESTIONS {
        let mut args: Vec<_> = question.split_whitespace().collect();
        args.extend(["--from", DUMP]);
        let plain = stdout(&kubectl_ds(&args, &[("COLUMNS", "120")]));
        args.extend(["--color", "always"]);
        let colored = stdout(&kubectl_ds(&args, &[("COLUMNS", "120")]));
        assert!(colored.contains('\u{1b}'), "{name} has no colour at all");
        assert_eq!(without_escapes(&colored), plain, "{name}");
    }
}

fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain + rest
}
