//! It only reads: what the API server's audit log says of every form of every command.

use libtest_mimic::Trial;
use serde_json::json;

use crate::control_plane::{AuditEvent, ControlPlane};
use crate::schedule::Schedule;
use crate::stage::Stage;

/// May do everything, so that nothing keeps a write back but the program itself.
pub(crate) const USER: &str = "onlooker";

pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![
        schedule.on_control_plane("read-only/every-form".to_owned(), every_form),
        schedule.on_control_plane(
            "read-only/requests-of-why-ds-node".to_owned(),
            requests_of_why_ds_node,
        ),
    ]
}

/// Every form there is; `DIR` stands for a folder with a dump and a manifest.
const FORMS: &[&str] = &[
    "",
    "--problems -l team=a",
    "--map --node-selector disk",
    "status",
    "status -A -o json",
    "ls --map=disk --exit-code",
    "owners agent",
    "version -o kyaml",
    "why NAMESPACE/agent",
    "why agent NODE gpu-NAMESPACE",
    "why agent NODE gpu-NAMESPACE --cordon",
    "why agent -o kyaml",
    "why",
    "why -A",
    "why --problems",
    "why -A --map",
    "why --map=disk --node-selector disk",
    "why -l team=a",
    "why -A --node-selector disk=ssd",
    "why agent",
    "why agent --node-selector disk=ssd",
    "why ds/agent --exit-code",
    "why daemonset.apps/agent NODE",
    "why agent node/NODE",
    "why agent NODE --impact",
    "why pod/POD",
    "why -f DIR/new.yaml",
    "why -f DIR/new.yaml --validate=warn",
    "why -R -f DIR/manifests",
    "why --from DIR/dump.yaml agent",
    "why agent -o wide --no-headers",
    "why agent -o json",
    "why agent -o yaml",
    "why agent -o name",
    "why -A -o json",
    "why -A -o prometheus",
    "why -A -o markdown --fail-on lost,uncovered",
    "why agent -o markdown",
    "why agent NODE --taint team=a:NoExecute",
    "why agent NODE --label disk=hdd",
    "why agent NODE --label disk-",
    "why agent --node-selector disk=ssd --cordon",
    "why agent NODE --not-ready",
    "why agent --node-file DIR/node.yaml",
    "why agent --expect disk=ssd --expect-at-least 2",
    "why agent --near-misses",
    "why -A --expect-file DIR/agents.yaml",
    "why agent --limit 1 --color always --now 2030-01-01T00:00:00Z",
    "why agent --feature-gates TaintTolerationComparisonOperators=true",
    "why --as admin --as-group system:masters --as-uid 7 --as-user-extra reason=test agent",
    "why agent --chunk-size 1 --disable-compression --request-timeout 30s -v 6",
    "why agent --kubeconfig {kubeconfig} --context e2e --cluster e2e --user onlooker",
    "why agent --server {server} --token {token} --certificate-authority {ca} --tls-server-name localhost",
    "why agent --insecure-skip-tls-verify",
    "why no-such-daemonset",
    "why agent no-such-node",
    "why NODE agent",
    "why POD",
    "why pod/no-such-pod",
    "node NODE",
    "node node/NODE -A",
    "node NODE -l team=a -o json --exit-code",
    "node --node-selector disk",
    "node NODE --taint team=a:NoExecute",
    "node --node-file DIR/node.yaml",
    "node NODE --from DIR/dump.yaml",
    "node NODE --expect-file DIR/agents.yaml",
    "node no-such-node",
    "plan agent",
    "plan ds/agent --exit-code -o json",
    "plan agent -o name",
    "plan agent --from DIR/dump.yaml",
    "plan -f DIR/new.yaml",
    "plan -f DIR/new.yaml --validate=ignore",
    "plan new -f DIR/new.yaml --field-manager e2e",
    "plan -f DIR/new.yaml --server-side --force-conflicts",
    "plan -R -f DIR/manifests -f DIR/agent.yaml",
    "plan -R -f DIR/manifests -f DIR/agent.yaml -o markdown",
    "plan -R -f DIR/manifests -f DIR/agent.yaml --fail-on lost,refused,uncovered,stuck,nodes-lost -o json",
    "plan agent -o markdown",
    "plan agent --to-revision 1",
    "plan agent --restart",
    "plan agent --set-image agent=agent:2",
    "plan agent --restart --expect disk=ssd --expect-at-least 0",
    "plan agent --restart --expect-file DIR/agents.yaml",
    "plan agent --max-unavailable 2",
    "plan agent --max-unavailable 0 --max-surge 50%",
    "plan agent --watch --timeout 3s --stuck-after 1s",
    "plan no-such-daemonset",
    "adopt",
    "adopt -A",
    "adopt -l team=a",
    "adopt agent",
    "adopt ds/agent --exit-code -o json",
    "adopt agent -o wide --limit 1",
    "adopt agent -o name",
    "adopt agent --from DIR/dump.yaml",
    "adopt -f DIR/new.yaml",
    "adopt -f DIR/new.yaml --validate=strict",
    "adopt agent -f DIR/agent.yaml",
    "adopt -R -f DIR/manifests",
    "adopt no-such-daemonset",
    "completion bash",
    "completion --install",
];

/// The whole credential flags that this cluster has no use for, and help.
const OTHER_FLAGS: [&str; 3] = ["--client-certificate", "--client-key", "--help"];

/// The short flags in the forms, by the long names that the help has.
const SHORT: [(&str, &str); 9] = [
    ("-A", "--all-namespaces"),
    ("-n", "--namespace"),
    ("-o", "--output"),
    ("-l", "--selector"),
    ("-f", "--filename"),
    ("-R", "--recursive"),
    ("-s", "--server"),
    ("-v", "--v"),
    ("-h", "--help"),
];

/// Forms that must fail, so that an error's own look-ups are seen too.
const FAILING: &[&str] = &[
    "why no-such-daemonset",
    "why agent no-such-node",
    "why NODE agent",
    "why POD",
    "why pod/no-such-pod",
    "node no-such-node",
    "plan no-such-daemonset",
    "adopt no-such-daemonset",
];

/// Forms whose answer may be that something isn't as it should be.
const JUDGING: [&str; 3] = ["--exit-code", "--fail-on", "--watch"];

fn every_form(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "read-only")?;
    allow_everything(control_plane)?;
    let since = control_plane.audit_mark()?;
    let mut wrong = flags_without_a_form(control_plane)?;
    for form in FORMS {
        let args = fill(control_plane, stage.args(form))?;
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let answer = control_plane.ds_plugin_as(USER, &args)?;
        let expected: &[i32] = if FAILING.contains(form) {
            &[2]
        } else if JUDGING.iter().any(|flag| form.contains(flag)) {
            &[0, 1]
        } else {
            &[0]
        };
        if !expected.contains(&answer.code) {
            wrong.push(format!(
                "`{form}`: exit {}: {}",
                answer.code,
                answer.stderr.trim()
            ));
        }
    }
    let events = control_plane.audit_since(since)?;
    let mine: Vec<_> = events.iter().filter(|event| event.user() == USER).collect();
    if mine.len() < FORMS.len() {
        wrong.push(format!("only {} requests were seen", mine.len()));
    }
    wrong.extend(
        mine.iter()
            .filter(|event| !reads(event))
            .map(|event| format!("not a read: {}", event.request())),
    );
    wrong.extend(a_write_would_be_seen(control_plane, &stage)?);
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Puts the user's own connection in for its placeholders.
fn fill(control_plane: &ControlPlane, args: Vec<String>) -> Result<Vec<String>, String> {
    let path = control_plane.kubeconfig_for(USER);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(key));
        line.unwrap_or_default().trim().to_owned()
    };
    let fill = |arg: String| {
        arg.replace("{kubeconfig}", &path.display().to_string())
            .replace("{server}", &value("server:"))
            .replace("{token}", &value("token:"))
            .replace("{ca}", &value("certificate-authority:"))
    };
    Ok(args.into_iter().map(fill).collect())
}

/// The flags of the help that no form uses: a new flag needs a form here.
fn flags_without_a_form(control_plane: &ControlPlane) -> Result<Vec<String>, String> {
    let mut left_out = Vec::new();
    for command in ["why", "status", "plan", "adopt"] {
        left_out.extend(flags_of(control_plane, command)?);
    }
    Ok(left_out)
}

fn flags_of(control_plane: &ControlPlane, command: &str) -> Result<Vec<String>, String> {
    let help = control_plane
        .ds_plugin_as(USER, &[command, "--help"])?
        .stdout;
    let flags: Vec<&str> = help
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix('-').map(|_| line))
        .flat_map(|line| line.split(|c: char| c.is_whitespace() || ",[=".contains(c)))
        .filter(|word| word.starts_with("--"))
        .collect();
    if flags.len() < 20 {
        return Err(format!("the help names hardly any flags:\n{help}"));
    }
    let used: Vec<&str> = FORMS
        .iter()
        .flat_map(|form| form.split_whitespace())
        .map(|word| word.split('=').next().unwrap_or(word))
        .collect();
    let has_form = |flag: &str| {
        let short = SHORT.iter().find(|(_, long)| *long == flag);
        used.contains(&flag)
            || short.is_some_and(|(short, _)| used.contains(short) || *short == "-n")
    };
    let left_out = flags
        .iter()
        .filter(|flag| !OTHER_FLAGS.contains(flag) && !has_form(flag));
    Ok(left_out
        .map(|flag| format!("no form with {flag} of {command}"))
        .collect())
}

/// What is looked for is found where it is: a write by the same user.
fn a_write_would_be_seen(
    control_plane: &ControlPlane,
    stage: &Stage<'_>,
) -> Result<Option<String>, String> {
    let since = control_plane.audit_mark()?;
    let write = [
        "annotate",
        "daemonset",
        "agent",
        "-n",
        &stage.namespace,
        "e2e/written=yes",
    ];
    let answer = control_plane.kubectl_as(USER, &write)?;
    let events = control_plane.audit_since(since)?;
    let seen = events
        .iter()
        .any(|event| event.user() == USER && !reads(event));
    Ok((!answer.success() || !seen)
        .then(|| format!("a write isn't seen in the audit log: {answer:?}")))
}

fn reads(event: &AuditEvent) -> bool {
    let dry = event.request_uri.contains("dryRun=All");
    match event.verb.as_str() {
        "get" | "list" | "watch" => true,
        "create" | "update" | "patch" | "delete" => dry,
        _ => false,
    }
}

/// `why DS NODE` asks for the DaemonSet, the node, that node's pods and the unscheduled
/// ones: on a large cluster a list of all nodes or pods is what costs.
fn requests_of_why_ds_node(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "few-requests")?;
    allow_everything(control_plane)?;
    let mut wrong = Vec::new();
    for form in ["why agent NODE", "why pod/POD"] {
        let since = control_plane.audit_mark()?;
        let args = stage.args(form);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let answer = control_plane.ds_plugin_as(USER, &args)?;
        let events = control_plane.audit_since(since)?;
        let mine: Vec<_> = events.iter().filter(|event| event.user() == USER).collect();
        if answer.code != 0 {
            wrong.push(format!("`{form}`: exit {}: {}", answer.code, answer.stderr));
        }
        wrong.extend(too_much_or_too_little(&mine).map(|why| format!("`{form}` {why}")));
    }
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn too_much_or_too_little(requests: &[&AuditEvent]) -> Option<String> {
    let about = |event: &AuditEvent, resource: &str| {
        let object = event.object_ref.as_ref();
        object.is_some_and(|o| o.resource == resource)
    };
    for request in requests {
        if about(request, "nodes") && request.verb != "get" {
            return Some(format!("asks for all nodes: {}", request.request()));
        }
        let of_a_node = request
            .request_uri
            .contains("fieldSelector=spec.nodeName%3D");
        if about(request, "pods") && request.verb != "get" && !of_a_node {
            return Some(format!("asks for all pods: {}", request.request()));
        }
    }
    let asked = |(resource, verb): &(&str, &str)| {
        let mut requests = requests.iter();
        requests.any(|r| about(r, resource) && r.verb == *verb)
    };
    let due = [("nodes", "get"), ("pods", "list"), ("daemonsets", "get")];
    let (resource, verb) = due.iter().find(|what| !asked(what))?;
    let all: Vec<_> = requests.iter().map(|r| r.request()).collect();
    Some(format!("never asked to {verb} {resource}: {all:#?}"))
}

pub(crate) fn allow_everything(control_plane: &ControlPlane) -> Result<(), String> {
    control_plane.apply(&json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": format!("{USER}-may-everything")},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": USER}],
    }))
}
