//! Names from the kubeconfig.

use std::fs;

use super::{WHOLE, offered, words};

const CONFIG: &str = "
current-context: arn:aws:eks:eu-west-1:123456789012:cluster/prod
clusters:
- {name: prod, cluster: {server: 'https://me:secret@prod.example:6443'}}
- {name: 'odd\\tname'}
users:
- {name: admin@prod, user: {exec: {command: aws, apiVersion: v1}}}
- {name: viewer, user: {token: secret}}
contexts:
- name: arn:aws:eks:eu-west-1:123456789012:cluster/prod
  context: {cluster: prod, user: admin@prod, namespace: web}
- {name: kind, context: {cluster: kind}}
- {name: \"two\\nlines\", context: {cluster: \"a\\tb\"}}
";

#[test]
fn contexts_clusters_and_users() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    fs::write(&file, CONFIG).unwrap();
    let path = file.to_str().unwrap();
    let prod = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";
    let from_env = offered(&words("why --context "), &[("KUBECONFIG", path)]);
    assert_eq!(from_env.values(), [prod, "kind"]);
    let told = "cluster prod, namespace web, user admin@prod, current";
    assert_eq!(from_env.help(prod), told);
    assert_eq!(from_env.directive, WHOLE);
    for line in [
        format!("--kubeconfig {path} --context=arn:aws:eks:eu-west-1:123"),
        format!("why x --kubeconfig={path} --context arn:"),
    ] {
        assert_eq!(offered(&words(&line), &[]).values(), [prod], "{line}");
    }
    let clusters = offered(&words("why --cluster p"), &[("KUBECONFIG", path)]);
    assert_eq!(clusters.help("prod"), "https://prod.example:6443");
    let users = offered(&words("why --user "), &[("KUBECONFIG", path)]);
    assert_eq!(users.values(), ["admin@prod", "viewer"]);
    assert_eq!(users.help("admin@prod"), "credentials from aws");
    assert!(!format!("{users:?}{clusters:?}").contains("secret"));
    // As the shell will give it.
    let home = folder.path().to_str().unwrap();
    let line = "--kubeconfig ~/config --context k";
    assert_eq!(offered(&words(line), &[("HOME", home)]).values(), ["kind"]);
}

#[test]
fn without_one_nothing_is_offered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    fs::write(&file, "contexts: {").unwrap();
    for path in ["/nonexistent", file.to_str().unwrap()] {
        for line in [
            "why --context ",
            "why ",
            "why -n ",
            "node ",
            "plan x --to-revision ",
        ] {
            assert_eq!(
                offered(&words(line), &[("KUBECONFIG", path)]).values(),
                [""; 0],
                "{line}"
            );
        }
    }
}
