//! What README promises: that it is short, where it can be installed from, and a page for each alert.

use std::collections::BTreeSet;
use std::fs;

use crate::binary::root;

use super::files;

const WORDS: usize = 1_500;
/// A page of a runbook is read at night.
const LINES: usize = 80;
/// The alerts of kubernetes-mixin about DaemonSets, and those about their pods.
const ALERTS: [&str; 6] = [
    "KubeDaemonSetRolloutStuck",
    "KubeDaemonSetNotScheduled",
    "KubeDaemonSetMisScheduled",
    "KubePodCrashLooping",
    "KubePodNotReady",
    "KubeContainerWaiting",
];
const SYMPTOMS: usize = 10;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn it_is_short() {
    let words = read("README.md").split_whitespace().count();
    assert!(words <= WORDS, "README.md has {words} words");
}

/// Until it is published there is one place that says how it will be installed then.
#[test]
fn the_account_that_publishes_it_stands_in_one_section() {
    let readme = read("README.md");
    let owner = env!("CARGO_PKG_REPOSITORY").rsplit('/').nth(1).unwrap();
    let mut section = "";
    for line in readme.lines() {
        if line.starts_with('#') {
            section = line.trim_start_matches(['#', ' ']);
        }
        let is_there = section == "Once it is published";
        assert!(is_there || !line.contains(owner), "{section}: {line}");
    }
    assert!(readme.contains(owner), "README.md names no account");
}

/// The rows of a table, each with the pages that it links to.
fn rows<'a>(document: &'a str, folder: &str) -> Vec<(&'a str, BTreeSet<String>)> {
    let rows = document.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| {
        let (_, first) = row.split_once("| ").unwrap();
        let links = row.split("](").skip(1);
        let links = links.filter_map(|rest| rest.split(')').next()?.strip_prefix(folder));
        let pages = links.filter(|page| page.ends_with(".md") && !page.contains('/'));
        let name = first.split(" |").next().unwrap();
        (name, pages.map(str::to_owned).collect())
    })
    .collect()
}

#[test]
fn each_alert_leads_to_its_page() {
    for (path, folder) in [
        ("README.md", "docs/runbooks/"),
        ("docs/runbooks/README.md", ""),
    ] {
        let document = read(path);
        let rows = rows(&document, folder);
        for alert in ALERTS {
            let row = rows.iter().find(|(name, _)| *name == alert);
            let (_, pages) = row.unwrap_or_else(|| panic!("{path} has no row of {alert}"));
            assert!(!pages.is_empty(), "{path}: {alert} has no page");
            let own = format!("{alert}.md");
            let has_own = root().join("docs/runbooks").join(&own).exists();
            assert_eq!(alert.starts_with("KubeDaemonSet"), has_own, "{own}");
            assert!(
                !has_own || pages.contains(&own),
                "{path}: {alert}: {pages:?}"
            );
        }
        let linked: BTreeSet<String> = rows.into_iter().flat_map(|(_, pages)| pages).collect();
        assert_eq!(linked, runbooks(), "{path}");
    }
}

/// The pages by their names, without the index.
fn runbooks() -> BTreeSet<String> {
    let files = files("docs/runbooks").into_iter();
    let pages = files.map(|file| file.rsplit('/').next().unwrap().to_owned());
    pages.filter(|page| page != "README.md").collect()
}

/// A page says in a sentence what it is about, has the command to type with what it prints, what
/// each cause asks for, and what doesn't help.
#[test]
fn each_runbook_is_one_page() {
    let pages = runbooks();
    let alerts = pages.iter().filter(|page| page.starts_with("Kube")).count();
    assert_eq!(pages.len() - alerts, SYMPTOMS);
    for page in pages {
        let text = read(&format!("docs/runbooks/{page}"));
        let lines = text.lines().count();
        assert!(lines <= LINES, "{page} has {lines} lines");
        for part in [
            "# ",
            "\n## Type this\n\n```sh\nkubectl ds ",
            "\n```console\n$ kubectl ds ",
            "\n| ",
            "\n## What doesn't help\n\n- ",
        ] {
            assert!(text.contains(part), "{page} has no `{}`", part.trim());
        }
        // What is typed is what is shown.
        let command = |from: &str| {
            let (_, rest) = text.split_once(from).unwrap();
            rest.split_whitespace().next().unwrap().to_owned()
        };
        assert_eq!(
            command("```sh\nkubectl ds "),
            command("```console\n$ kubectl ds "),
            "{page}"
        );
    }
}
