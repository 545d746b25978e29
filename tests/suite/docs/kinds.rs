//! The kinds that are read stand in one list: the documented commands, the ClusterRole and the
//! page on rights are written from it.

use std::fmt::Write as _;
use std::fs;

use kubectl_ds::source::kinds::{Need, READ_BY_COMMANDS, ReadKind, ReadWhen, read_kinds};

use crate::binary::{kubectl_ds, root, stdout};

use super::check;

/// The kinds as `kubectl get` takes them.
fn listed<'k>(kinds: impl Iterator<Item = &'k ReadKind>) -> String {
    let names: Vec<_> = kinds
        .map(|kind| kind.short.unwrap_or(kind.resource))
        .collect();
    names.join(",")
}

fn all() -> Vec<ReadKind> {
    read_kinds().collect()
}

fn of(when: ReadWhen) -> Vec<ReadKind> {
    read_kinds().filter(|kind| kind.when == when).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn each_kind_once_and_as_kubectl_knows_it() {
    let all = all();
    for (at, kind) in all.iter().enumerate() {
        assert!(!kind.tells.is_empty(), "{kind:?}");
        assert!(
            all[at + 1..]
                .iter()
                .all(|other| other.resource != kind.resource)
        );
        let is_verdict = kind.need == Need::Verdict;
        assert!(!is_verdict || kind.when == ReadWhen::Always, "{kind:?}");
    }
}

#[test]
fn the_command_that_saves_a_dump() {
    let all = all();
    let kinds = listed(all.iter().filter(|kind| kind.when != ReadWhen::Claims));
    let page = read("docs/guide/files.md");
    let command = |line: &str| line.starts_with("kubectl get ") && line.ends_with(" > dump.yaml");
    assert_eq!(page.lines().filter(|line| command(line)).count(), 1);
    let lines = page.lines().map(|line| match command(line) {
        true => format!("kubectl get {kinds} -A -o yaml > dump.yaml\n"),
        false => format!("{line}\n"),
    });
    check("docs/guide/files.md", &lines.collect::<String>());
    let more = listed(of(ReadWhen::Claims).iter());
    assert!(
        page.contains(&format!("add `,{more}` to the kinds")),
        "{more}"
    );
}

#[test]
fn the_command_that_the_help_shows() {
    let short: Vec<_> = read_kinds().filter(|kind| kind.short.is_some()).collect();
    let without_claims = listed(short.iter().filter(|kind| kind.when != ReadWhen::Claims));
    let is_of_claims = |kind: &&ReadKind| matches!(kind.when, ReadWhen::Always | ReadWhen::Claims);
    let for_claims = listed(short.iter().filter(is_of_claims));
    for (command, kinds) in [
        ("why", &without_claims),
        ("node", &without_claims),
        ("plan", &without_claims),
        ("adopt", &for_claims),
    ] {
        let help = stdout(&kubectl_ds(&[command, "--help"], &[("COLUMNS", "100")]));
        let line = format!("  kubectl get {kinds} -A \\\n    -o yaml > dump.yaml\n");
        assert!(
            help.contains(&line),
            "{command} --help has no\n{line}{help}"
        );
        assert!(line.lines().all(|line| line.len() < 80), "{line}");
    }
}

/// A rule of a role, as the file writes it.
fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> String {
    format!("- apiGroups: [{group:?}]\n  resources: {resources:?}\n  verbs: {verbs:?}\n")
}

/// The rules for kinds, one for each group.
fn rules(kinds: &[ReadKind]) -> String {
    let mut groups: Vec<&str> = Vec::new();
    for kind in kinds {
        if !groups.contains(&kind.group()) {
            groups.push(kind.group());
        }
    }
    let rules = groups.into_iter().map(|group| {
        let kinds: Vec<_> = kinds.iter().filter(|kind| kind.group() == group).collect();
        let resources: Vec<_> = kinds.iter().map(|kind| kind.resource).collect();
        rule(group, &resources, kinds[0].verbs())
    });
    rules.collect()
}

#[test]
fn the_role_that_reads() {
    let mut text = String::from(
        "# All that `kubectl ds` reads. Bind it with a ClusterRoleBinding to those who may\n\
         # look at every DaemonSet, or with RoleBindings for single namespaces; nodes,\n\
         # namespaces, classes and webhooks are cluster-wide and need the former.\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: kubectl-ds-read\nrules:\n",
    );
    text += &rules(&of(ReadWhen::Always));
    for (when, comment) in [
        (
            ReadWhen::Sums,
            "# What a LimitRange makes new pods request, for the sums of requests.",
        ),
        (
            ReadWhen::Refused,
            "# What explains a create that was refused, read only then.",
        ),
        (
            ReadWhen::Claims,
            "# What `kubectl ds adopt` reads besides: the controllers whose selectors can meet a DaemonSet's.",
        ),
    ] {
        writeln!(text, "{comment}").unwrap();
        text += &rules(&of(when));
    }
    text += "# What the commands read that `kubectl ds` prints: it runs none of them itself.\n";
    for (group, resources, verbs) in READ_BY_COMMANDS {
        text += &rule(group, resources, verbs);
    }
    check("docs/rbac/read.yaml", &text);
}

#[test]
fn the_table_of_the_page_on_rights() {
    let header = "| resource | API group | tells | read | without it |\n|---|---|---|---|---|\n";
    let mut table = header.to_owned();
    for kind in read_kinds() {
        let group = match kind.group() {
            "" => "core".to_owned(),
            group => format!("`{group}`"),
        };
        let when = match kind.when {
            ReadWhen::Always => "always",
            ReadWhen::Sums => "where requests are summed",
            ReadWhen::Claims => "by `adopt`",
            ReadWhen::Refused => "where one refused a create",
        };
        let without = match kind.need {
            Need::Verdict => "the answer is incomplete",
            Need::Names | Need::BestEffort => "a note",
        };
        writeln!(
            table,
            "| `{}` | {group} | {} | {when} | {without} |",
            kind.resource, kind.tells
        )
        .unwrap();
    }
    let page = read("docs/guide/rights.md");
    let (before, rest) = page.split_once(header).unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    check("docs/guide/rights.md", &format!("{before}{table}\n{after}"));
}
