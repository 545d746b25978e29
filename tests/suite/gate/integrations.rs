//! `docs/integrations`: each file by its schema, and each script run against files.

use std::collections::BTreeSet;
use std::fs;

use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use kubectl_ds::analysis::gauges::Gauge;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::binary::root;

fn documents(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let documents = text.split("\n---\n");
    documents
        .map(|d| serde_yaml::from_str(d).unwrap())
        .collect()
}

fn document(path: &str) -> Value {
    let mut all = documents(path);
    assert_eq!(all.len(), 1, "{path}");
    all.remove(0)
}

/// An object that says nothing that its type doesn't have.
fn check<T: DeserializeOwned + Serialize>(object: &Value) {
    let read: T = serde_json::from_value(object.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), *object);
}

/// The objects of a file, each by the API's own type; those of this kind.
fn objects(path: &str, kind: &str) -> Vec<Value> {
    let all = documents(path);
    for object in &all {
        match object["kind"].as_str().unwrap() {
            "CronJob" => check::<CronJob>(object),
            "Job" => check::<Job>(object),
            "ServiceAccount" => check::<ServiceAccount>(object),
            "ClusterRoleBinding" => check::<ClusterRoleBinding>(object),
            "ClusterRole" => check::<ClusterRole>(object),
            other => panic!("{path}: {other}"),
        }
    }
    let of_kind = all.into_iter().filter(|object| object["kind"] == kind);
    of_kind.collect()
}

fn follows(schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors = validator.iter_errors(value);
    let errors: Vec<_> = errors
        .map(|e| format!("{e} at {}", e.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

/// The pages for the alerts that kube-prometheus has, by their names.
const RUNBOOKS: [&str; 3] = [
    "KubeDaemonSetMisScheduled.md",
    "KubeDaemonSetNotScheduled.md",
    "KubeDaemonSetRolloutStuck.md",
];

/// Every file has a test here.
#[test]
fn no_file_is_left_out() {
    let files = fs::read_dir(root().join("docs/integrations")).unwrap();
    let files: BTreeSet<String> = files
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let known = [
        "README.md",
        "alerts.yaml",
        "argocd-presync.yaml",
        "cronjob.yaml",
        "github-pull-request.yaml",
        "gitlab-ci.yml",
        "k9s-plugins.yaml",
    ];
    assert_eq!(files, known.map(str::to_owned).into());
}

/// What is bound is the role of the documents, to the account that the Pods have.
#[test]
fn jobs_have_the_rights_to_read() {
    let role = &objects("docs/rbac/read.yaml", "ClusterRole")[0]["metadata"]["name"];
    for (path, kind, template) in [
        (
            "docs/integrations/cronjob.yaml",
            "CronJob",
            "/spec/jobTemplate/spec/template/spec",
        ),
        (
            "docs/integrations/argocd-presync.yaml",
            "Job",
            "/spec/template/spec",
        ),
    ] {
        let job = &objects(path, kind)[0];
        let binding = &objects(path, "ClusterRoleBinding")[0];
        let account = &objects(path, "ServiceAccount")[0]["metadata"];
        assert_eq!(&binding["roleRef"]["name"], role, "{path}");
        assert_eq!(binding["subjects"][0]["name"], account["name"], "{path}");
        assert_eq!(
            binding["subjects"][0]["namespace"], account["namespace"],
            "{path}"
        );
        assert_eq!(job["metadata"]["namespace"], account["namespace"], "{path}");
        assert_eq!(
            job.pointer(template).unwrap()["serviceAccountName"],
            account["name"],
            "{path}"
        );
    }
}

/// The format of Prometheus' rules; `tests/e2e/prometheus.rs` has Prometheus read them.
#[test]
fn alerts_are_about_gauges_that_there_are() {
    let text = json!({"type": "string", "minLength": 1});
    let duration = json!({"type": "string", "pattern": "^[0-9]+[smhd]$"});
    let rule = json!({
        "type": "object", "additionalProperties": false,
        "required": ["alert", "expr", "for", "labels", "annotations"],
        "properties": {
            "alert": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"}, "expr": text, "for": duration,
            "labels": {"type": "object", "required": ["severity"], "additionalProperties": text},
            "annotations": {"type": "object", "required": ["summary", "runbook_url"], "additionalProperties": text},
        },
    });
    let group = json!({
        "type": "object", "additionalProperties": false, "required": ["name", "rules"],
        "properties": {"name": text, "interval": duration, "rules": {"type": "array", "items": rule}},
    });
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["groups"],
        "properties": {"groups": {"type": "array", "minItems": 1, "items": group}},
    });
    let alerts = document("docs/integrations/alerts.yaml");
    follows(&schema, &alerts);
    let known: BTreeSet<String> = Gauge::ALL
        .iter()
        .map(|gauge| format!("kubectl_ds_{}", gauge.name()))
        .collect();
    let pages = format!("{}/blob/main/", env!("CARGO_PKG_REPOSITORY"));
    let mut named = BTreeSet::new();
    for rule in alerts["groups"][0]["rules"].as_array().unwrap() {
        let words = rule["expr"].as_str().unwrap();
        let words = words.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        named.extend(
            words
                .filter(|w| w.starts_with("kubectl_ds_"))
                .map(str::to_owned),
        );
        let page = rule["annotations"]["runbook_url"].as_str().unwrap();
        let page = page
            .strip_prefix(&pages)
            .unwrap_or_else(|| panic!("{page}"));
        match page.strip_prefix("docs/runbooks/") {
            Some(name) => assert!(RUNBOOKS.contains(&name), "{page}"),
            None => assert!(root().join(page).is_file(), "{page}"),
        }
    }
    assert!(named.is_subset(&known), "{named:?}");
    assert!(named.len() >= 6, "{named:?}");
}

/// The inputs are the action's, and what is used of others is of a commit.
#[test]
fn the_workflow_uses_the_action_as_it_is() {
    let action = document("action.yml");
    let workflow = document("docs/integrations/github-pull-request.yaml");
    let steps = workflow["jobs"]["plan"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["id"] == "plan").unwrap();
    let repository = env!("CARGO_PKG_REPOSITORY").strip_prefix("https://github.com/");
    let uses = step["uses"].as_str().unwrap().split_once('@').unwrap();
    assert_eq!(Some(uses.0), repository);
    assert_eq!(uses.1, format!("v{}", env!("CARGO_PKG_VERSION")));
    let inputs = action["inputs"].as_object().unwrap();
    for (input, _) in step["with"].as_object().unwrap() {
        assert!(inputs.contains_key(input), "{input}");
    }
    let required = inputs.iter().filter(|(_, of)| of["required"] == true);
    for (input, _) in required {
        assert!(!step["with"][input].is_null(), "{input}");
    }
    assert_eq!(workflow["permissions"], json!({}));
}

#[cfg(unix)]
mod scripts {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::{Command, Output};

    use super::super::{Files, changed_and_new, manifest, said};
    use super::*;
    use crate::binary::{kubectl_ds, stderr, stdout};
    use crate::plans::dump::Dump;

    /// Programs in the folder that is first in PATH.
    fn program(files: &Files, name: &str, script: &str) {
        let path = files.folder().join("bin").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a script with `kubectl-ds` in PATH.
    fn run(files: &Files, words: &[&str], environment: &[(&str, &str)]) -> Output {
        program(files, "kubectl-ds", "exec \"$PLUGIN\" \"$@\"");
        let path = std::env::var("PATH").unwrap();
        let bin = files.folder().join("bin");
        Command::new(words[0])
            .args(&words[1..])
            .current_dir(files.folder())
            .env_clear()
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("HOME", "/nonexistent")
            .env("PLUGIN", env!("CARGO_BIN_EXE_kubectl-ds"))
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }

    fn text(path: &Path) -> &str {
        path.to_str().unwrap()
    }

    fn losing() -> Files {
        let dump = Dump::new(4, 1).taint(4, "x", "NoSchedule");
        Files::new(&dump.objects(), &[manifest("a", "a:3")])
    }

    #[test]
    fn the_job_of_gitlab() {
        let pipeline = document("docs/integrations/gitlab-ci.yml");
        let job = &pipeline["daemonsets"];
        for key in [
            "stage",
            "image",
            "rules",
            "variables",
            "script",
            "artifacts",
        ] {
            assert!(!job[key].is_null(), "{key}");
        }
        let script = job["script"][0].as_str().unwrap();
        for (files, code) in [(changed_and_new(), 0), (losing(), 1)] {
            program(&files, "curl", "printf '%s\\n' \"$@\" >>curl.txt");
            let mut environment = vec![
                ("FAIL_ON", job["variables"]["FAIL_ON"].as_str().unwrap()),
                ("MANIFESTS", text(&files.stream)),
                ("STATE", text(&files.dump)),
                ("CI_API_V4_URL", "https://gitlab.example/api/v4"),
                ("CI_PROJECT_ID", "7"),
                ("CI_MERGE_REQUEST_IID", "3"),
            ];
            // GitLab runs it with these options.
            let words = ["bash", "-e", "-o", "pipefail", "-c", script];
            let output = run(&files, &words, &environment);
            assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
            let plan = fs::read_to_string(files.folder().join("plan.md")).unwrap();
            assert!(plan.starts_with("### "), "{plan}");
            assert!(
                !files.folder().join("curl.txt").exists(),
                "posted without a token"
            );
            environment.push(("GITLAB_TOKEN", "t"));
            let output = run(&files, &words, &environment);
            assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
            let posted = fs::read_to_string(files.folder().join("curl.txt")).unwrap();
            let to = "https://gitlab.example/api/v4/projects/7/merge_requests/3/notes";
            assert!(
                posted.contains(to) && posted.contains("body@plan.md"),
                "{posted}"
            );
        }
    }

    #[test]
    fn the_hook_of_argo_cd() {
        let job = &objects("docs/integrations/argocd-presync.yaml", "Job")[0];
        assert_eq!(
            job["metadata"]["annotations"]["argocd.argoproj.io/hook"],
            "PreSync"
        );
        let container = &job["spec"]["template"]["spec"]["containers"][0];
        let words = container["command"].as_array().unwrap().iter();
        let words: Vec<_> = words.map(|word| word.as_str().unwrap()).collect();
        let variables = container["env"].as_array().unwrap().iter();
        let variables =
            variables.map(|v| (v["name"].as_str().unwrap(), v["value"].as_str().unwrap()));
        let mounted = container["volumeMounts"][0]["mountPath"].as_str().unwrap();
        for (files, code) in [(changed_and_new(), 0), (losing(), 1)] {
            let mut environment: Vec<_> = variables
                .clone()
                .map(|(name, value)| {
                    let is_mounted = value == mounted;
                    (
                        name,
                        if is_mounted {
                            text(&files.stream)
                        } else {
                            value
                        },
                    )
                })
                .collect();
            environment.push(("STATE", text(&files.dump)));
            let output = run(&files, &words, &environment);
            assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
            assert!(stdout(&output).contains("default/a"));
        }
    }

    /// Healthy nodes are covered; what can't be read fails the Job too.
    #[test]
    fn the_cron_job() {
        let job = &objects("docs/integrations/cronjob.yaml", "CronJob")[0];
        let container = job
            .pointer("/spec/jobTemplate/spec/template/spec/containers/0")
            .unwrap();
        assert_eq!(container["command"], json!(["kubectl-ds"]));
        let args = container["args"].as_array().unwrap().iter();
        let args: Vec<_> = args.map(|arg| arg.as_str().unwrap()).collect();
        let mut unread = Dump::new(2, 2);
        unread.pods.clear();
        for (dump, code) in [(Dump::new(2, 2), 0), (unread, 3)] {
            let files = Files::new(&dump.objects(), &[]);
            let all = [&args[..], &["--from", text(&files.dump)]].concat();
            let (found, out, err) = said(&kubectl_ds(&all, &[]));
            assert_eq!(found, code, "{err}{out}");
        }
    }

    #[test]
    fn the_plugins_of_k9s() {
        let text_of = json!({"type": "string", "minLength": 1});
        let plugin = json!({
            "type": "object", "additionalProperties": false,
            "required": ["shortCut", "description", "scopes", "command"],
            "properties": {
                "shortCut": text_of, "description": text_of, "command": text_of,
                "override": {"type": "boolean"}, "confirm": {"type": "boolean"}, "dangerous": {"type": "boolean"},
                "background": {"type": "boolean"}, "overwriteOutput": {"type": "boolean"},
                "scopes": {"type": "array", "minItems": 1, "items": text_of},
                "args": {"type": "array", "items": text_of},
            },
        });
        let schema = json!({
            "type": "object", "additionalProperties": false, "required": ["plugins"],
            "properties": {"plugins": {"type": "object", "additionalProperties": plugin}},
        });
        let plugins = document("docs/integrations/k9s-plugins.yaml");
        follows(&schema, &plugins);
        let files = Files::new(&Dump::new(2, 1).objects(), &[]);
        let from = format!(
            "shift; exec \"$PLUGIN\" \"$@\" --from '{}'",
            text(&files.dump)
        );
        program(&files, "kubectl", &from);
        program(&files, "less", "cat");
        let mut keys = BTreeSet::new();
        for (name, plugin) in plugins["plugins"].as_object().unwrap() {
            let scope = plugin["scopes"][0].as_str().unwrap();
            let key = plugin["shortCut"].as_str().unwrap();
            assert!(
                keys.insert((scope.to_owned(), key.to_owned())),
                "{name}: {key} twice"
            );
            let of = match scope {
                "daemonsets" => "a",
                "pods" => "a-n1-new",
                _ => "n1",
            };
            // k9s puts its variables into the arguments before it runs them.
            let args = plugin["args"].as_array().unwrap().iter();
            let args = args.map(|arg| {
                let arg = arg.as_str().unwrap();
                let arg = arg.replace("$NAMESPACE", "default").replace("$NAME", of);
                arg.replace("$CONTEXT", "a")
            });
            let args: Vec<String> = args.collect();
            let mut words = vec![plugin["command"].as_str().unwrap()];
            words.extend(args.iter().map(String::as_str));
            let output = run(&files, &words, &[]);
            assert!(output.status.success(), "{name}: {}", stderr(&output));
            assert_eq!(stderr(&output), "", "{name}");
            assert!(stdout(&output).contains(of), "{name}: {}", stdout(&output));
        }
        assert_eq!(keys.len(), 4);
    }
}
