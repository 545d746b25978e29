//! Every JSON answer against its schema.

use std::fs;

use serde_json::Value;

use crate::adopt;
use crate::binary::{kubectl_ds, root, stdout};
use crate::plans::follows_the_schema;

/// What judges by a schema of the documentation.
pub(crate) fn validator(name: &str) -> jsonschema::Validator {
    let path = root().join(format!("docs/schemas/{name}.schema.json"));
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn answers_follow_the_schema() {
    let validator = validator("eligibility-report");
    let questions = [
        "why node-exporter -n monitoring",
        "why node-exporter cp-1 -n monitoring --impact",
        "why node-exporter gpu-1 -n monitoring",
        "why device-plugin gpu-2 -n gpu",
        "why -A",
        "why -A --problems",
        "why fluent-bit worker-1 -n logging --cordon",
        "why fluent-bit -n logging --node-selector pool=general --taint a=b:NoExecute",
    ];
    for question in questions {
        let mut args: Vec<_> = question.split_whitespace().collect();
        args.extend(["--from", "docs/examples/incident.yaml", "-o", "json"]);
        let json = stdout(&kubectl_ds(&args, &[]));
        let answer: Value = serde_json::from_str(&json).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&answer)
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{question}");
        args.pop();
        for format in ["yaml", "kyaml"] {
            args.push(format);
            let yaml: Value = serde_yaml::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
            assert_eq!(yaml, answer, "{question}: {format} and JSON differ");
            args.pop();
        }
    }
}

#[test]
fn node_reports_follow_the_schema() {
    let validator = validator("node-report");
    let questions = [
        "node gpu-1",
        "node worker-5 -n monitoring",
        "node fargate-10-0-3-17 -l a=b",
        "node --node-selector pool",
        "node --node-selector no=where",
        "node worker-1 --taint a=b:NoExecute --not-ready",
        "node --node-selector pool --label nvidia.com/gpu.present=true",
        "node --node-file docs/examples/node.yaml",
    ];
    for question in questions {
        let mut args: Vec<_> = question.split_whitespace().collect();
        args.extend(["--from", "docs/examples/incident.yaml", "-o", "json"]);
        let answer: Value = serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&answer)
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{question}");
    }
}

#[test]
fn the_schema_of_node_reports_refuses_what_is_none() {
    let args = "node gpu-1 --cordon --from docs/examples/incident.yaml -o json";
    let args: Vec<_> = args.split_whitespace().collect();
    let report: Value = serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
    let validator = validator("node-report");
    assert!(validator.is_valid(&report));
    let breaks: [fn(&mut Value); 5] = [
        |r| r["kind"] = "EligibilityReport".into(),
        |r| r["then"]["daemonSets"][0]["state"] = "Fine".into(),
        |r| r["today"]["left"]["cpu"] = 3.into(),
        |r| r["effects"]["start"] = serde_json::json!([{"name": "a"}]),
        |r| {
            r.as_object_mut().unwrap().remove("today");
        },
    ];
    for (index, break_it) in breaks.iter().enumerate() {
        let mut broken = report.clone();
        break_it(&mut broken);
        assert!(!validator.is_valid(&broken), "break {index} is allowed");
    }
}

#[test]
fn plans_follow_the_schema() {
    let questions = [
        ("plan node-exporter -n monitoring", "incident"),
        ("plan device-plugin -n gpu", "incident"),
        ("plan fluent-bit -n logging", "incident"),
        ("plan edge-agent -n agents", "rollout"),
        ("plan edge-agent -n agents --to-revision 1", "rollout"),
        ("plan edge-agent -n agents --max-unavailable 3", "rollout"),
        ("plan -f docs/examples/edge-agent.yaml", "rollout"),
    ];
    for (question, dump) in questions {
        let mut args: Vec<_> = question.split_whitespace().collect();
        let dump = format!("docs/examples/{dump}.yaml");
        args.extend(["--from", &dump, "-o", "json"]);
        let answer = serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
        follows_the_schema(question, &answer);
    }
}

#[test]
fn the_schema_of_plans_refuses_what_is_none() {
    let args = "plan edge-agent -n agents --from docs/examples/rollout.yaml -o json";
    let args: Vec<_> = args.split_whitespace().collect();
    let plan: Value = serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
    follows_the_schema("as it is", &plan);
    let breaks: [fn(&mut Value); 6] = [
        |p| p["kind"] = "Plan".into(),
        |p| p["extra"] = 1.into(),
        |p| p["next"] = "Rest".into(),
        |p| p["waves"]["order"] = "by name".into(),
        |p| p["budget"]["holders"][0]["reason"] = "not a code".into(),
        |p| {
            p.as_object_mut().unwrap().remove("lost");
        },
    ];
    let validator = validator("rollout-plan");
    for (index, break_it) in breaks.iter().enumerate() {
        let mut broken = plan.clone();
        break_it(&mut broken);
        assert!(!validator.is_valid(&broken), "break {index} is allowed");
    }
}

#[test]
fn claims_follow_the_schema() {
    let questions = [
        ("adopt edge-agent -n agents", "takeover"),
        ("adopt edge-metrics -n agents", "takeover"),
        ("adopt edge-dns -n agents", "takeover"),
        ("adopt -A", "takeover"),
        ("adopt -f docs/examples/edge-agent.yaml", "takeover"),
        ("adopt -f docs/examples/edge-agent.yaml", "incident"),
        ("adopt edge-agent -n agents", "rollout"),
        ("adopt -A", "incident"),
    ];
    for (question, dump) in questions {
        let mut args: Vec<_> = question.split_whitespace().collect();
        let dump = format!("docs/examples/{dump}.yaml");
        args.extend(["--from", &dump, "-o", "json"]);
        let answer = serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
        adopt::follows_the_schema(question, &answer);
    }
}

#[test]
fn the_schema_of_claims_refuses_what_is_none() {
    let args = "adopt edge-agent -n agents --from docs/examples/takeover.yaml -o json";
    let args: Vec<_> = args.split_whitespace().collect();
    let report: Value = serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
    adopt::follows_the_schema("as it is", &report);
    let breaks: [fn(&mut Value); 9] = [
        |r| r["kind"] = "Claims".into(),
        |r| r["extra"] = 1.into(),
        |r| r["pods"][0]["claim"] = "Mine".into(),
        |r| r["pods"][0]["then"] = "Vanishes".into(),
        |r| r["pods"][0]["reason"] = "not a code".into(),
        |r| r["revisions"][0]["extra"] = 1.into(),
        |r| r["overlaps"][0]["how"] = "Somehow".into(),
        |r| r["remedies"][0]["changes"] = "Everything".into(),
        |r| {
            r.as_object_mut().unwrap().remove("history");
        },
    ];
    let validator = validator("claim-report");
    for (index, break_it) in breaks.iter().enumerate() {
        let mut broken = report.clone();
        break_it(&mut broken);
        assert!(!validator.is_valid(&broken), "break {index} is allowed");
    }
}

/// A schema that allows anything proves nothing.
#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let validator = validator("eligibility-report");
    let args = [
        "why",
        "node-exporter",
        "-n",
        "monitoring",
        "--from",
        "docs/examples/incident.yaml",
        "-o",
        "json",
    ];
    let report: Value = serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
    assert!(validator.is_valid(&report));
    let breaks: [fn(&mut Value); 9] = [
        |r| r["kind"] = "Report".into(),
        |r| r["apiVersion"] = "ds.kubectl/v1".into(),
        |r| r["nodes"][0]["podState"] = "Fine".into(),
        |r| r["status"]["extra"] = 1.into(),
        |r| r["status"]["reported"] = Value::Null,
        |r| r["nodes"][0]["distance"]["labels"] = (-1).into(),
        |r| {
            r["status"].as_object_mut().unwrap().remove("current");
        },
        |r| *r = serde_json::json!({"apiVersion": r["apiVersion"], "kind": "List", "items": [{}]}),
        |r| {
            r.as_object_mut().unwrap().remove("daemonSet");
        },
    ];
    for (index, break_it) in breaks.iter().enumerate() {
        let mut broken = report.clone();
        break_it(&mut broken);
        assert!(!validator.is_valid(&broken), "break {index} is allowed");
    }
}
