//! Less than full rights: what may not be read is named, the rest is still said.

use kubectl_ds::source::kinds::{ReadKind, read_kinds};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::control_plane::{ControlPlane, Output};
use crate::schedule::Schedule;
use crate::stage::Stage;

pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![
        schedule.on_control_plane("rights/limited".to_owned(), limited),
        schedule.on_control_plane("rights/limited-adopt".to_owned(), limited_adopt),
        schedule.on_control_plane("rights/namespace".to_owned(), of_a_namespace),
        schedule.on_control_plane("rights/none".to_owned(), none),
        schedule.on_control_plane("rights/reading-role".to_owned(), reading_role),
    ]
}

/// The rules that read all that the commands read, but for what `keep` leaves out.
fn rules(keep: impl Fn(&ReadKind) -> bool) -> Vec<Value> {
    let kinds = read_kinds().filter(keep);
    let rule = |kind: ReadKind| json!({"apiGroups": [kind.group()], "resources": [kind.resource], "verbs": ["get", "list", "watch"]});
    kinds.map(rule).collect()
}

/// User, what `adopt` may not read then, and whether the verdict needs it.
const KEPT_FROM_ADOPT: [(&str, &str, bool); 10] = [
    ("no-nodes", "nodes", true),
    ("no-pods", "pods", true),
    ("no-revisions", "controllerrevisions", true),
    ("no-deployments", "deployments", false),
    ("no-replicasets", "replicasets", false),
    ("no-statefulsets", "statefulsets", false),
    ("no-replicationcontrollers", "replicationcontrollers", false),
    ("no-jobs", "jobs", false),
    ("no-events", "events", false),
    ("no-namespaces", "namespaces", false),
];

/// User, what they may not read, whether the verdict needs it, and a word of the answer
/// that can be given all the same.
const LIMITED: [(&str, &str, bool, &str); 6] = [
    ("no-nodes", "nodes", true, "agent"),
    ("no-pods", "pods", true, "tainted-rights"),
    (
        "no-revisions",
        "controllerrevisions",
        true,
        "tainted-rights",
    ),
    ("no-events", "events", false, "tainted-rights"),
    ("no-namespaces", "namespaces", false, "tainted-rights"),
    ("no-limitranges", "limitranges", false, "tainted-rights"),
];

fn limited(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "rights")?;
    let mut wrong = Vec::new();
    for (user, resource, needed, still) in LIMITED {
        grant(control_plane, user, resource)?;
        let args = ["why", "agent", "-n", &stage.namespace];
        let text = control_plane.ds_plugin_as(user, &args)?;
        let said = format!("{}{}", text.stdout, text.stderr);
        let code = if needed { 3 } else { 0 };
        let cannot = format!("User \"{user}\" cannot ");
        for word in [cannot.as_str(), resource, still] {
            if !said.contains(word) {
                wrong.push(format!("{user}: no word of `{word}`:\n{said}"));
            }
        }
        if text.code != code {
            wrong.push(format!(
                "{user}: exit {} instead of {code}:\n{said}",
                text.code
            ));
        }
        let node = format!("ssd-{}", stage.namespace);
        let one = [&args[..], &[&node]].concat();
        let plan = ["plan", "agent", "-n", &stage.namespace];
        let on_node = ["node", &node, "-n", &stage.namespace];
        for (args, verb) in [
            (
                &on_node[..],
                if resource == "nodes" { "get" } else { "list" },
            ),
            (&args[..], "list"),
            (&one[..], if resource == "nodes" { "get" } else { "list" }),
            (&plan[..], "list"),
        ] {
            let json = control_plane.ds_plugin_as(user, &[args, &["-o", "json"]].concat())?;
            wrong.extend(check_incomplete(user, (verb, resource), needed, &json));
            if json.code != code {
                wrong.push(format!(
                    "{user}: {args:?}: exit {} instead of {code}",
                    json.code
                ));
            }
        }
    }
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// `adopt` names each kind that it may not list, and says the rest.
fn limited_adopt(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "rights-adopt")?;
    let mut wrong = Vec::new();
    for (user, resource, needed) in KEPT_FROM_ADOPT {
        grant(control_plane, user, resource)?;
        let code = if needed { 3 } else { 0 };
        for form in ["adopt agent", "adopt -f DIR/agent.yaml"] {
            let args = stage.args(&format!("{form} -o json"));
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let answer = control_plane.ds_plugin_as(user, &args)?;
            wrong.extend(check_incomplete(user, ("list", resource), needed, &answer));
            if answer.code != code {
                let found = answer.code;
                wrong.push(format!("{user}: `{form}`: exit {found} instead of {code}"));
            }
        }
    }
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn check_incomplete(
    user: &str,
    (verb, resource): (&str, &str),
    needed: bool,
    answer: &Output,
) -> Option<String> {
    let report = match answer.json() {
        Ok(report) => report,
        Err(why) => return Some(format!("{user}: {why}")),
    };
    let incomplete: Vec<&Value> = report["incomplete"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let named = incomplete.iter().any(|i| {
        i["resource"] == resource
            && i["verb"] == verb
            && i["why"].as_str().is_some_and(|why| why.contains(user))
    });
    let right = if needed {
        named && incomplete.len() == 1 && report["clean"] != true
    } else {
        incomplete.is_empty()
    };
    (!right).then(|| {
        format!(
            "{user}: incomplete is {}, clean is {}",
            report["incomplete"], report["clean"]
        )
    })
}

/// With the rights of one namespace and none on nodes it is told what the DaemonSet's
/// status and its pods say. The user has no rights elsewhere.
fn of_a_namespace(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "rights-namespace")?;
    let (user, namespace) = ("nothing", stage.namespace.as_str());
    let rules = rules(|kind| kind.is_namespaced);
    control_plane.apply(&json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
        "metadata": {"name": user, "namespace": namespace}, "rules": rules,
    }))?;
    control_plane.apply(&json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": user, "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": user},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    }))?;
    let mut wrong = Vec::new();
    for (command, reported) in [
        ("why agent", Some("/status/reported/desired")),
        ("plan agent", Some("/reported/desired")),
        ("adopt agent", None),
    ] {
        let args: Vec<&str> = command
            .split(' ')
            .chain(["-n", namespace, "-o", "json"])
            .collect();
        let answer = control_plane.ds_plugin_as(user, &args)?;
        wrong.extend(check_incomplete(user, ("list", "nodes"), true, &answer));
        let report = answer.json()?;
        if answer.code != 3 || reported.is_some_and(|at| report.pointer(at).is_none()) {
            wrong.push(format!("`{command}`: exit {}: {report:#}", answer.code));
        }
    }
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Without any rights there is nothing to be said but who may not do what.
fn none(control_plane: &ControlPlane) -> Result<(), String> {
    let answer = control_plane.ds_plugin_as("nothing", &["why", "agent", "-n", "default"])?;
    let words = ["Forbidden", "nothing", "daemonsets"];
    if answer.code == 2 && words.iter().all(|word| answer.stderr.contains(word)) {
        Ok(())
    } else {
        Err(format!("exit 2 and {words:?} expected: {answer:?}"))
    }
}

/// The user with the rights that the documentation gives.
pub(crate) const READER: &str = "reader";

/// Gives the reader the ClusterRole of the documentation.
pub(crate) fn bind_reader(control_plane: &ControlPlane) -> Result<(), String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rbac/read.yaml");
    let text = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
    control_plane.kubectl_with_input(&["apply", "-f", "-"], Some(&text))?;
    let role = text
        .lines()
        .find_map(|line| line.strip_prefix("  name: "))
        .ok_or("no name in the ClusterRole")?;
    bind(control_plane, READER, role)
}

/// With the ClusterRole that the documentation gives everything is said.
fn reading_role(control_plane: &ControlPlane) -> Result<(), String> {
    bind_reader(control_plane)?;
    let stage = Stage::set(control_plane, "reading-role")?;
    let mut wrong = Vec::new();
    for form in [
        "why -A",
        "why -A --map",
        "why -A -o prometheus",
        "why -A -o markdown",
        "why",
        "why agent",
        "why agent NODE",
        "why agent NODE --impact",
        "why pod/POD",
        "why -f DIR/new.yaml",
        "node NODE",
        "node NODE -A --taint team=a:NoExecute",
        "node --node-selector disk",
        "node --node-file DIR/node.yaml",
        "plan agent",
        "plan agent --restart",
        "plan -f DIR/new.yaml",
        "plan -f DIR/new.yaml -f DIR/agent.yaml -o markdown",
        "adopt",
        "adopt -A",
        "adopt agent",
        "adopt -f DIR/agent.yaml",
        "adopt -f DIR/new.yaml",
    ] {
        let args = stage.args(form);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (reader, admin) = (
            control_plane.ds_plugin_as(READER, &args)?,
            control_plane.ds_plugin(&args)?,
        );
        if reader.code != 0 || admin.code != 0 || reader.stderr != admin.stderr {
            wrong.push(format!(
                "`{form}`: {reader:?} as reader, {admin:?} as administrator"
            ));
        }
    }
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// All of the reading rights but those on `resource`.
fn grant(control_plane: &ControlPlane, user: &str, except: &str) -> Result<(), String> {
    let rules = rules(|kind| kind.resource != except);
    control_plane.apply(&json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": user}, "rules": rules,
    }))?;
    bind(control_plane, user, user)
}

fn bind(control_plane: &ControlPlane, user: &str, role: &str) -> Result<(), String> {
    control_plane.apply(&json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": user},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    }))
}
