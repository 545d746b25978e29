//! All that the help tells of is completed.

use super::{FILES, WHOLE, offered, words};
use crate::binary::{kubectl_ds, stdout};

const COMMANDS: [&str; 6] = ["", "why", "node", "plan", "adopt", "completion"];

fn help(command: &str) -> String {
    let mut args = words(command.trim_end());
    args.retain(|word| !word.is_empty());
    args.push("--help");
    stdout(&kubectl_ds(&args, &[]))
}

/// The flags that begin lines of a help text.
fn flags(help: &str) -> Vec<String> {
    let lines = help
        .lines()
        .map(str::trim_start)
        .filter(|l| l.starts_with('-'));
    let names = lines.flat_map(|line| {
        let line = line.split("  ").next().unwrap_or_default();
        line.split(|c: char| " ,[=".contains(c))
            .filter(|w| w.starts_with('-'))
            .map(str::to_owned)
    });
    let mut flags: Vec<_> = names.filter(|flag| flag != "-").collect();
    flags.sort();
    flags.dedup();
    flags
}

#[test]
fn every_flag_with_what_it_is_for() {
    for command in COMMANDS {
        let help = help(command);
        let told = flags(&help);
        let least = if command == "completion" { 3 } else { 30 };
        assert!(told.len() >= least, "{command}: {told:?}");
        let line = format!("{command} -");
        let offered = offered(&words(line.trim_start()), &[]);
        let mut values: Vec<_> = offered.values().into_iter().map(str::to_owned).collect();
        values.sort();
        assert_eq!(values, told, "{command}");
        for (flag, said) in &offered.candidates {
            assert!(!said.is_empty(), "{command} {flag}");
        }
        assert_eq!(offered.directive, WHOLE);
    }
}

#[test]
fn a_flag_by_its_first_letters() {
    let long = offered(&words("why --node-"), &[]);
    assert_eq!(long.values(), ["--node-selector", "--node-file"]);
    for none in ["why --nope", "plan --all-"] {
        assert_eq!(offered(&words(none), &[]).values(), [""; 0], "{none}");
    }
}

#[test]
fn every_command() {
    let help = help("");
    let list = help.split("Commands:\n").nth(1).unwrap();
    let lines = list.lines().take_while(|line| !line.is_empty());
    let told: Vec<_> = lines.filter_map(|l| l.split_whitespace().next()).collect();
    assert!(told.len() >= 5, "{help}");
    let first = offered(&[""], &[]);
    assert_eq!(first.values(), told);
    assert!(
        first
            .help("why")
            .starts_with("Whether a DaemonSet runs on a node")
    );
    // zsh cuts at the edge of a terminal what it lists beside the longest name.
    for (_, said) in &first.candidates {
        assert!(
            "completion  -- ".len() + said.chars().count() <= 80,
            "{said}"
        );
    }
    assert_eq!(offered(&["pl"], &[]).values(), ["plan"]);
    assert_eq!(offered(&["ow"], &[]).values(), ["owners"]);
    assert_eq!(offered(&["l"], &[]).values(), ["ls"]);
    assert_eq!(offered(&["-n", "x", "ad"], &[]).values(), ["adopt"]);
    // There is nothing below a command.
    assert_eq!(offered(&words("completion bash "), &[]).values(), [""; 0]);
}

#[test]
fn values_that_the_program_knows() {
    let formats = [
        "table",
        "wide",
        "json",
        "yaml",
        "kyaml",
        "name",
        "markdown",
        "prometheus",
    ];
    for line in ["-o ", "why -o ", "why x --output ", "why --output=", "-o="] {
        assert_eq!(offered(&words(line), &[]).values(), formats, "{line}");
    }
    assert_eq!(offered(&words("why --output=j"), &[]).values(), ["json"]);
    assert_eq!(offered(&words("why -oj"), &[]).values(), ["-ojson"]);
    let cases = [
        ("why --color ", &["auto", "always", "never"][..]),
        ("completion ", &["bash", "zsh", "fish", "powershell"]),
        (
            "node --taint a=b:",
            &["a=b:NoSchedule", "a=b:PreferNoSchedule", "a=b:NoExecute"],
        ),
        ("node --taint a=b:NoE", &["a=b:NoExecute"]),
        ("node --taint a", &[]),
        (
            "--feature-gates T",
            &["TaintTolerationComparisonOperators=true"],
        ),
        ("why --limit ", &[]),
        ("why --server ", &[]),
    ];
    for (line, wanted) in cases {
        let offered = offered(&words(line), &[]);
        assert_eq!(offered.values(), wanted, "{line}");
        assert_eq!(offered.directive, WHOLE, "{line}");
    }
}

/// The shell knows files better, `~` and its own marks among them.
#[test]
fn files_are_the_shells() {
    for line in [
        "why --from ",
        "why --from=doc",
        "--from x --from ",
        "plan -f ",
        "adopt --filename ./",
        "node --node-file ",
        "--kubeconfig ",
        "why --certificate-authority ",
        "why --client-certificate ",
        "why --client-key ",
        "completion --install ",
    ] {
        let offered = offered(&words(line), &[]);
        assert_eq!(offered.values(), [""; 0], "{line}");
        assert_eq!(offered.directive, FILES, "{line}");
    }
}

/// Whatever stands before the cursor, it answers.
#[test]
fn no_line_is_too_odd() {
    let odd = [
        "--",
        "-",
        "=",
        "--=",
        "-n",
        "--from",
        "why",
        "ds/",
        "/",
        "--limit=x",
        "-o",
        "",
        "é\u{301}",
        "--insecure-skip-tls-verify",
    ];
    for first in odd {
        for second in odd {
            // No cluster is asked.
            offered(&["why", first, second], &[("KUBECONFIG", "/dev/null")]);
        }
    }
    for word in odd {
        offered(&[word, ""], &[("KUBECONFIG", "/dev/null")]);
    }
    offered(&[], &[]);
}

/// A switch that may have a value doesn't take the next word for it.
#[test]
fn a_switch_takes_no_word() {
    let line =
        "why --insecure-skip-tls-verify node-exporter worker-1 --from docs/examples/incident.yaml";
    let mut words = words(line);
    assert_eq!(words.remove(3), "worker-1");
    words.push("worker-1");
    assert_eq!(offered(&words, &[]).values(), ["worker-1"]);
}
