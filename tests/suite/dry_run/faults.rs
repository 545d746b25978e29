//! A kubectl that is missing, old, refused, or that prints something else.

use std::path::Path;

use kubectl_ds::source::dry_run::{ApplyOptions, DryRunError, dry_run};

use super::{Kubectl, agent, no_cluster};

#[test]
fn no_kubectl() {
    let options = ApplyOptions::default();
    let none = Path::new("/nonexistent/kubectl");
    let error = dry_run(none, &no_cluster(), "ops", b"", &options).unwrap_err();
    assert_eq!(error, DryRunError::NoKubectl);
    let why = error.nobody_asked();
    assert_eq!(why.as_deref(), Some("there is no kubectl in PATH"));
}

#[test]
fn refusals_are_told_apart() {
    let forbidden = "Error from server (Forbidden): daemonsets.apps \"agent\" is forbidden: User \"v\" cannot patch resource \"daemonsets\"";
    for (said, falls_back, text) in [
        (
            forbidden,
            true,
            "Error from server (Forbidden): daemonsets.apps \"agent\" is forbidden",
        ),
        (
            "Error: unknown flag: --as-uid",
            true,
            "this kubectl can't do a dry run on the server",
        ),
        (
            "Error from server (BadRequest): error when creating \"STDIN\": admission webhook \"w\" denied the request: no",
            false,
            "Error from server (BadRequest): admission webhook \"w\" denied the request: no",
        ),
        (
            "Error from server (BadRequest): admission webhook \"w\" does not support dry run",
            false,
            "admission webhook \"w\" does not support dry run; nothing was changed",
        ),
        (
            "The DaemonSet \"agent\" is invalid: spec.x: Required value",
            false,
            "the API server refuses it: The DaemonSet \"agent\" is invalid: spec.x: Required value",
        ),
        (
            "error: Apply failed with 1 conflict: conflict with \"o\": .spec.a\nPlease review the fields above--",
            false,
            "Apply failed with 1 conflict: conflict with \"o\": .spec.a\ntake the fields over with `--force-conflicts`",
        ),
        (
            "The connection to the server h was refused",
            false,
            "The connection to the server h was refused",
        ),
    ] {
        let kubectl = Kubectl::new(&format!("cat <<'EOF' >&2\n{said}\nEOF\nexit 1"));
        let error = kubectl.error();
        assert!(error.to_string().starts_with(text), "{error}");
        assert_eq!(error.nobody_asked().is_some(), falls_back, "{error}");
    }
}

#[test]
fn answers_that_are_none() {
    for (behaviour, text) in [
        ("exit 0", "kubectl printed no DaemonSet: EOF"),
        (
            "echo daemonset.apps/agent configured",
            "kubectl printed no DaemonSet: ",
        ),
        (
            "echo '{\"kind\": \"Status\"}'",
            "kubectl printed no DaemonSet: its kind is \"Status\"",
        ),
        (
            "head -c 50 \"$here/answer.json\"",
            "kubectl printed no DaemonSet: EOF",
        ),
        (
            "exit 3",
            "kubectl can't be run: it ended with exit status: 3",
        ),
        (
            "kill -9 $$",
            "kubectl can't be run: it ended with signal: 9",
        ),
    ] {
        let error = Kubectl::new(behaviour).error().to_string();
        assert!(error.starts_with(text), "{behaviour}: {error}");
    }
    let kubectl = Kubectl::new("echo '{\"kind\": \"DaemonSet\", \"spec\": 3}'");
    let answer = kubectl.run(&no_cluster()).unwrap();
    let error = answer.daemon_set("ops").unwrap_err().to_string();
    assert!(
        error.starts_with("kubectl printed no DaemonSet: spec: "),
        "{error}"
    );
}

/// More than a pipe holds, in all directions at once.
#[test]
fn long_answers_to_manifests_that_nobody_reads() {
    let warnings = "i=0; while [ $i -lt 3000 ]; do echo 'Warning: this line is one of three thousand' >&2; i=$((i+1)); done";
    let kubectl = Kubectl::new(&format!("{warnings}; cat \"$here/answer.json\""));
    let mut manifest = agent("agent:2").to_string().into_bytes();
    manifest.resize(1 << 20, b' ');
    let options = ApplyOptions::default();
    let path = kubectl.folder().join("kubectl");
    let answer = dry_run(&path, &no_cluster(), "ops", &manifest, &options).unwrap();
    assert_eq!(answer.warnings.len(), 3000);
    assert_eq!(answer.warnings[0], "this line is one of three thousand");
}
