//! `why DS --watch` as a script sees it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::rollout::{World, crashing_pod, new_pod, replaced, stays};
use super::*;

/// Two nodes; a pod of the second one crashes.
fn world() -> Mock {
    let mut steps = vec![Step::Wait(Duration::from_secs(2))];
    steps.extend(replaced("n1", &new_pod("n1"), 10));
    steps.push(Step::Wait(Duration::from_secs(2)));
    steps.extend(replaced("n2", &crashing_pod("n2"), 20));
    steps.push(stays());
    World::new(&["n1", "n2"]).serve(steps)
}

fn watch(mock: &Mock, args: &[&str]) -> Child {
    let url = mock.url();
    let watch = ["why", "default/a", "--watch", "--server", &url];
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-ds"));
    command.args(watch).args(args).env_clear();
    command
        .env("HOME", "/nonexistent")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The lines until one fits, and the exit code after Ctrl-C.
fn until(mut child: Child, fits: impl Fn(&str) -> bool) -> (Vec<String>, Option<i32>) {
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut lines = Vec::new();
    for line in out.lines() {
        lines.push(line.unwrap());
        if fits(lines.last().unwrap()) {
            break;
        }
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    (lines, child.wait().unwrap().code())
}

#[test]
fn the_first_line_is_printed_whenever_it_changes() {
    let mock = world();
    let (lines, code) = until(watch(&mock, &[]), |line| line.contains("broken"));
    assert_eq!(code, Some(130));
    assert!(lines.len() >= 2, "{lines:?}");
    let said: Vec<&str> = lines
        .iter()
        .map(|line| line.split_once(' ').unwrap().1)
        .collect();
    assert!(
        said.iter()
            .all(|line| line.starts_with("DaemonSet default/a: ")),
        "{lines:?}"
    );
    assert!(said.windows(2).all(|pair| pair[0] != pair[1]), "{lines:?}");
    assert!(mock.received().iter().all(|r| r.method == "GET"));
}

#[test]
fn json_has_a_report_on_each_line() {
    let is_broken = |line: &str| line.contains("CrashLoopBackOff");
    let (lines, code) = until(watch(&world(), &["-o", "json"]), is_broken);
    assert_eq!(code, Some(130));
    for line in &lines {
        let report: Value = serde_json::from_str(line).unwrap();
        assert_eq!(report["kind"], "EligibilityReport");
        assert_eq!(report["nodes"].as_array().unwrap().len(), 2);
    }
}
