//! What the plugin says, asked for many sequences side by side.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use crate::control_plane::{ControlPlane, Output, run};

/// What was said by command.
pub(super) type Reports = BTreeMap<&'static str, Value>;

/// So many processes at once.
const WORKERS: usize = 3;

/// One call of the plugin.
pub(super) struct Question {
    /// Whose it is, by its place in the batch.
    pub(super) player: usize,
    /// What it is called in the reports.
    pub(super) name: &'static str,
    /// The words after `kubectl ds`.
    pub(super) words: Vec<String>,
}

/// What came of it.
pub(super) struct Answer {
    pub(super) player: usize,
    pub(super) name: &'static str,
    pub(super) said: Result<Value, String>,
}

/// The words of a question about a sequence's DaemonSet or node.
pub(super) fn words(namespace: &str, words: &[&str]) -> Vec<String> {
    let all = [words, &["-n", namespace, "-o", "json"]].concat();
    all.into_iter().map(str::to_owned).collect()
}

/// Asks them all.
pub(super) fn ask(plane: &ControlPlane, questions: &[Question]) -> Vec<Answer> {
    let command = |question: &Question| {
        let words: Vec<&str> = question.words.iter().map(String::as_str).collect();
        (plane.ds_command(&words), None)
    };
    let outputs = run_all(questions.iter().map(command).collect());
    let answers = questions.iter().zip(outputs);
    answers
        .map(|(question, output)| Answer {
            player: question.player,
            name: question.name,
            said: output.and_then(|output| report(question, &output)),
        })
        .collect()
}

/// The report, of which nothing may be missing.
fn report(question: &Question, output: &Output) -> Result<Value, String> {
    let wrong = |why: &str| {
        let words = question.words.join(" ");
        format!("kubectl ds {words}: {why}: {output:?}")
    };
    // A change that is going to be refused is a failure that is told with the report.
    if output.code != 0 && output.stdout.is_empty() {
        return Err(wrong("failed"));
    }
    let report = output.json().map_err(|why| wrong(&why))?;
    let incomplete = report["incomplete"].as_array();
    if incomplete.is_some_and(|list| !list.is_empty()) {
        return Err(wrong("incomplete"));
    }
    Ok(report)
}

/// Runs commands side by side; their outputs in the order of the commands.
pub(super) fn run_all(commands: Vec<(Command, Option<String>)>) -> Vec<Result<Output, String>> {
    let count = commands.len();
    let commands: Vec<_> = commands
        .into_iter()
        .map(|command| std::sync::Mutex::new(Some(command)))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(command) = commands.get(place) else {
                return done;
            };
            let command = command.lock().ok().and_then(|mut command| command.take());
            let output = match command {
                Some((command, input)) => run(command, input.as_deref()),
                None => Err("a worker ended by itself".to_owned()),
            };
            done.push((place, output));
        }
    };
    let mut outputs: Vec<_> = (0..count).map(|_| Err("not run".to_owned())).collect();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            for (place, output) in worker.join().unwrap_or_default() {
                outputs[place] = output;
            }
        }
    });
    outputs
}
