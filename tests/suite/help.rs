//! The help texts.

use crate::binary::{kubectl_ds, stderr, stdout};

fn help(question: &str, width: &str) -> String {
    let args: Vec<_> = question.split_whitespace().collect();
    let output = kubectl_ds(&args, &[("COLUMNS", width)]);
    stdout(&output) + &stderr(&output)
}

/// kubectl and its plugins take both.
#[test]
fn help_of_a_command_is_asked_for_in_two_ways() {
    for command in [
        "",
        "status",
        "why",
        "node",
        "plan",
        "adopt",
        "completion",
        "version",
    ] {
        let before = help(&format!("help {command}"), "80");
        let after = help(&format!("{command} --help"), "80");
        assert_eq!(before, after, "{command}");
        assert!(before.contains("Usage: kubectl ds"), "{before}");
    }
}

/// What is broken in the middle of a line can't be copied, and a page that scrolls away isn't read.
#[test]
fn help_fits_a_terminal() {
    let examples = |text: &str| text.split_once("Examples:\n").unwrap().1.to_owned();
    for command in ["", "status", "why", "node", "plan", "adopt"] {
        for flag in ["-h", "--help"] {
            let question = format!("{command} {flag}");
            let (narrow, wide) = (help(&question, "80"), help(&question, "120"));
            let too_long = narrow.lines().find(|l| l.chars().count() > 80);
            assert_eq!(too_long, None, "{question}");
            assert_eq!(examples(&narrow), examples(&wide), "{question}");
        }
        // The flags that only say how the cluster is reached are in the long help.
        let short = help(&format!("{command} -h"), "80");
        assert!(!short.contains("--client-key"), "{short}");
        assert!(help(&format!("{command} --help"), "80").contains("--client-key"));
    }
}
