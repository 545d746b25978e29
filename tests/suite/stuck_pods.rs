//! What keeps pods from their nodes and rollouts from going on, on clusters that people have
//! saved: each answer in a snapshot, with the commands that it must give.

use crate::binary::{drawn, kubectl_ds, stdout};
use serde_json::Value;

/// Each question, the file that it is about, and how the commands begin that change something
/// or show the cause.
const QUESTIONS: [(&str, &str, &str, &[&str]); 12] = [
    (
        "selector-added-node",
        "why hello infra-1 -n test",
        "node-selector-added",
        &[
            "kubectl annotate namespace test scheduler.alpha.kubernetes.io/node-selector= --overwrite",
            "kubectl rollout restart daemonset hello -n test",
            "kubectl patch daemonset hello -n test -p '{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"realm\":\"test\"}}}}}'",
        ],
    ),
    (
        "selector-added",
        "why hello -n test",
        "node-selector-added",
        &["kubectl annotate namespace test "],
    ),
    (
        "orphans-hostport",
        "why ingress-nginx-controller -n ingress",
        "orphans-hostport",
        &[
            "kubectl delete pod nginx-ingress-gb99a nginx-ingress-hd889 nginx-ingress-jf778 -n ingress",
        ],
    ),
    ("min-ready-list", "why -A", "min-ready", &[]),
    ("min-ready", "why proxy", "min-ready", &[]),
    ("min-ready-plan", "plan proxy", "min-ready", &[]),
    (
        "controller-manager-down",
        "plan filebeat -n logging",
        "controller-manager-down",
        &["kubectl logs kube-controller-manager-cp-1 -n kube-system --previous"],
    ),
    (
        "anti-affinity",
        "why cache w-2",
        "anti-affinity",
        &["kubectl patch daemonset cache -n default "],
    ),
    (
        "stuck-terminating",
        "why tune-sysctls -n test-pods",
        "rollout-stuck-terminating",
        &["kubectl ds plan tune-sysctls -n test-pods"],
    ),
    (
        "stuck-terminating-list",
        "why -A",
        "rollout-stuck-terminating",
        &[],
    ),
    (
        "outranked",
        "why collector ip-3 -n observability",
        "outranked",
        &[
            "kubectl create priorityclass collector --value 1000000",
            "kubectl patch daemonset collector -n observability ",
        ],
    ),
    (
        "webhook-no-endpoints",
        "why aws-node -n kube-system",
        "webhook-no-endpoints",
        &["kubectl get pods -n secret-injector"],
    ),
];

fn file(name: &str) -> String {
    format!("tests/suite/threads/made-{name}.yaml")
}

#[test]
fn answers_and_their_commands() {
    for (name, question, of, commands) in QUESTIONS {
        let question = format!("{question} --from {}", file(of));
        let drawing = drawn(&question, &[(Some(100), false)]).concat();
        let given: Vec<&str> = drawing
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("$ "))
            .collect();
        for wanted in commands {
            let is_given = given.iter().any(|command| command.starts_with(wanted));
            assert!(is_given, "{name}: no {wanted} in {given:#?}");
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| insta::assert_snapshot!(format!("stuck-{name}"), drawing));
    }
}

fn json(question: &str, of: &str) -> Value {
    let file = file(of);
    let mut args: Vec<_> = question.split_whitespace().collect();
    args.extend(["-o", "json", "--from", &file]);
    serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap()
}

fn first_character(question: &str, of: &str) -> Option<char> {
    let question = format!("{question} --from {}", file(of));
    let drawing = drawn(&question, &[(Some(100), false)]).concat();
    drawing.chars().next()
}

/// Nothing is wrong with a rollout whose new pods only have to be ready for long enough; what
/// is published of it stays.
#[test]
fn a_rollout_in_its_course_is_not_red() {
    for question in ["why -A", "why proxy", "why proxy w-1", "node w-1"] {
        assert_eq!(
            first_character(question, "min-ready"),
            Some('▲'),
            "{question}"
        );
    }
    assert_eq!(first_character("plan proxy", "min-ready"), Some('✓'));
    let report = json("why proxy", "min-ready");
    assert_eq!(report["clean"], false);
    assert_eq!(report["causes"][0]["reason"]["code"], "PodNotYetAvailable");
}

/// What the node has left is what its other pods leave, where these were read.
#[test]
fn what_is_left_of_a_full_node() {
    let question = format!("node ip-3 --from {}", file("outranked"));
    let drawing = drawn(&question, &[(Some(100), false)]).concat();
    let cpu = drawing
        .lines()
        .find(|line| line.trim_start().starts_with("cpu"));
    let cells: Vec<&str> = cpu.unwrap_or_default().split_whitespace().collect();
    assert_eq!(
        cells,
        [
            "cpu", "300m", "1.93", "cores", "15.5%", "1.7", "cores", "-70m"
        ],
        "{drawing}"
    );
}

/// An old pod that is being deleted is neither updated nor waits.
#[test]
fn an_old_pod_that_terminates_is_not_updated() {
    let question = format!(
        "plan tune-sysctls -n test-pods --from {}",
        file("rollout-stuck-terminating")
    );
    let drawing = drawn(&question, &[(Some(100), false)]).concat();
    let plan = json(
        "plan tune-sysctls -n test-pods",
        "rollout-stuck-terminating",
    );
    let updated = plan["revision"]["pods"].as_u64().unwrap();
    assert_eq!(updated, 1);
    assert!(
        drawing.contains("  1 of 5 pods updated, 4 still waiting"),
        "{drawing}"
    );
}
