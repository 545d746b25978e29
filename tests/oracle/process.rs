//! The oracle: built once for its sources, then asked over a pipe.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use serde_json::Value;

use super::go_programs::GoModule;

const MODULE: GoModule = GoModule {
    dir: "tests",
    cache: "oracle",
    programs: &[("oracle", "./oracle")],
    sources: Some("oracle"),
};

/// The oracle's binary, built if there is none for these sources yet.
fn binary() -> Result<PathBuf, String> {
    static BINARY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || Ok(MODULE.locate_or_build(|| Ok(String::new()))?.join("oracle"));
    BINARY.get_or_init(build).clone()
}

/// A running oracle; it ends with its standard input.
pub struct Oracle {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Oracle {
    pub fn start() -> Result<Self, String> {
        let mut child = Command::new(binary()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("oracle: {e}"))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().ok_or("the oracle has no output")?;
        Ok(Self {
            child,
            stdin,
            stdout: BufReader::with_capacity(1 << 20, stdout),
        })
    }

    /// The answers to `requests`, in their order. Each must carry `id`, its index.
    pub fn ask(&mut self, requests: &[Value]) -> Result<Vec<Value>, String> {
        count(requests);
        let stdin = self.stdin.as_mut().ok_or("the oracle was closed")?;
        let stdout = &mut self.stdout;
        thread::scope(|scope| {
            // Both directions at once: a pipe that is full on one side blocks the other.
            let writer = scope.spawn(move || write_all(stdin, requests));
            let answers: Result<Vec<_>, String> = (0..requests.len())
                .map(|index| read_answer(stdout, index))
                .collect();
            writer.join().map_err(|_| "the writer panicked")??;
            answers
        })
    }
}

/// What was asked so far in this process, by the operation that upstream's code did.
static ASKED: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

fn count(requests: &[Value]) {
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    for request in requests {
        let operation = request["op"].as_str().unwrap_or("no operation");
        *asked.entry(operation.to_owned()).or_default() += 1;
    }
}

/// How many states upstream's code judged so far, by operation.
#[allow(dead_code, reason = "the bench doesn't need it")]
pub fn asked() -> BTreeMap<String, u64> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn write_all(stdin: &mut ChildStdin, requests: &[Value]) -> Result<(), String> {
    let mut out = BufWriter::with_capacity(1 << 20, stdin);
    for request in requests {
        serde_json::to_writer(&mut out, request).map_err(|e| e.to_string())?;
        out.write_all(b"\n").map_err(|e| format!("oracle: {e}"))?;
    }
    out.flush().map_err(|e| format!("oracle: {e}"))
}

fn read_answer(stdout: &mut BufReader<ChildStdout>, index: usize) -> Result<Value, String> {
    let mut line = String::new();
    stdout.read_line(&mut line).map_err(|e| e.to_string())?;
    let answer: Value =
        serde_json::from_str(&line).map_err(|e| format!("oracle answered `{line}`: {e}"))?;
    if answer["id"] != index {
        return Err(format!("answer {index} is out of order: {answer}"));
    }
    Ok(answer)
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It may be stuck on answers that nobody reads any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
