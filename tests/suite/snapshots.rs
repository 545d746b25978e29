//! What people see, at 80, 120 and 200 columns.

use crate::binary::{drawn, kubectl_ds, stderr, stdout};

const DUMP: &str = "docs/examples/incident.yaml";

const ROLLOUT: &str = "docs/examples/rollout.yaml";

const TAKEOVER: &str = "docs/examples/takeover.yaml";

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
    ("map", "why -A --map"),
    ("map-by-label", "why -A --map=kubernetes.io/hostname"),
    (
        "what-if",
        "why node-exporter -n monitoring --node-selector pool=general --taint a=b:NoSchedule",
    ),
];

/// The same for `node`.
const NODES: &[(&str, &str)] = &[
    ("on-node", "node gpu-1"),
    ("on-node-waiting", "node worker-5"),
    ("on-node-virtual", "node fargate-10-0-3-17 -o wide"),
    ("on-nodes", "node --node-selector pool=general"),
    (
        "on-node-what-if",
        "node worker-3 --taint a=b:NoExecute --label nvidia.com/gpu.present=true",
    ),
    (
        "on-nodes-what-if",
        "node --node-selector pool=general --taint a=b:NoSchedule -n monitoring",
    ),
    (
        "on-node-planned",
        "node --node-file docs/examples/node.yaml --cordon",
    ),
];

/// The same for the dump of a rollout.
const PLANS: &[(&str, &str)] = &[
    ("plan", "plan edge-agent -n agents"),
    ("plan-wide", "plan edge-agent -n agents -o wide"),
    ("plan-manifest", "plan -f docs/examples/edge-agent.yaml"),
    (
        "plan-budgets",
        "plan edge-agent -n agents --max-surge 10% --max-unavailable 0",
    ),
];

/// The same for the dump of a takeover.
const CLAIMS: &[(&str, &str)] = &[
    ("adopt", "adopt edge-agent -n agents"),
    ("adopt-wide", "adopt edge-agent -n agents -o wide"),
    ("adopt-duplicates", "adopt edge-metrics -n agents"),
    ("adopt-nothing", "adopt edge-dns -n agents"),
    ("adopt-all", "adopt -A"),
    ("adopt-manifest", "adopt -f docs/examples/edge-agent.yaml"),
];

/// All questions, each with its dump.
fn questions() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let of = |dump| move |(name, question): &(&'static str, &'static str)| (*name, *question, dump);
    let incident = QUESTIONS.iter().chain(NODES).map(of(DUMP));
    let plans = PLANS.iter().map(of(ROLLOUT));
    let claims = CLAIMS.iter().map(of(TAKEOVER));
    incident.chain(plans).chain(claims)
}

const WIDTHS: [usize; 3] = [80, 120, 200];

#[test]
fn text_at_three_widths() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, question, dump) in questions() {
        let question = format!("{question} --from {dump}");
        // A map is laid out for the width that it is asked in.
        for width in WIDTHS {
            let text = drawn(&question, &[(Some(width), false)]).concat();
            settings.bind(|| insta::assert_snapshot!(format!("{name}-{width}"), text));
        }
    }
}

#[test]
fn colour_never_carries_meaning_alone() {
    for (name, question, dump) in questions() {
        let question = format!("{question} --from {dump}");
        let drawn = drawn(&question, &[(Some(120), false), (Some(120), true)]);
        let [plain, colored] = drawn.as_slice() else {
            panic!("{name}: {drawn:?}")
        };
        assert!(colored.contains('\u{1b}'), "{name} has no colour at all");
        assert_eq!(&without_escapes(colored), plain, "{name}");
    }
}

/// The binary prints what this process draws: of each command one answer, plain and in colour.
#[test]
fn the_binary_prints_the_same() {
    for name in ["daemonset", "map", "on-node", "plan", "adopt", "all"] {
        let mut all = questions();
        let (_, question, dump) = all.find(|(n, ..)| *n == name).unwrap();
        let question = format!("{question} --from {dump}");
        let here = drawn(&question, &[(Some(120), false), (Some(120), true)]);
        for (color, drawn) in ["never", "always"].into_iter().zip(here) {
            let mut args: Vec<_> = question.split_whitespace().collect();
            args.extend(["--color", color]);
            let output = kubectl_ds(&args, &[("COLUMNS", "120")]);
            assert_eq!(stderr(&output), "", "{name}");
            assert_eq!(stdout(&output), drawn, "{name}");
        }
    }
}

pub(crate) fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain + rest
}
