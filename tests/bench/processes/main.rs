//! The plugin as a whole process beside curl, kubectl, cat and jq, side by side in
//! one run: `cargo bench --bench processes`. Needs Go, curl and jq. It starts an etcd
//! and an API server on free ports of loopback, fills them, measures, and writes what
//! it measured into the README beside the benches.
//!
//! ```text
//! cargo bench --bench processes                                     everything
//! cargo bench --bench processes -- --nodes 1000,5000 cluster        some rows, some sizes
//! cargo bench --bench processes -- --binary target/release/kubectl-ds --runs 3 files
//! cargo bench --bench processes -- --serve 5000                     a filled API server to profile with
//! ```
//! The README is written by a run of everything alone. `--serve` prints what to set
//! `KUBECONFIG` to and stays until Ctrl-C. `--binary` measures that program in
//! place of the release build, which is made first otherwise.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    reason = "this is a program for developers"
)]

mod arguments;
#[path = "../built.rs"]
mod built;
mod cluster;
mod command;
#[path = "../../control_plane/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the end-to-end tests use the rest of it"
)]
mod control_plane;
mod files;
mod filled;
mod measure;
mod plot;
#[path = "../readme.rs"]
mod readme;
mod report;
mod start;
mod tools;

use std::process::ExitCode;

use arguments::{Arguments, Group};
use report::Report;
use tools::Tools;

fn main() -> ExitCode {
    // `cargo test --all-targets` runs this too, unoptimised.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!(
            "left out: the bench of whole processes; run it with cargo bench --bench processes (needs Go, curl and jq)"
        );
        return ExitCode::SUCCESS;
    }
    match Arguments::parse().and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let tools = Tools::locate(arguments)?;
    if let Some(nodes) = arguments.serve {
        return filled::serve(&tools, nodes);
    }
    let mut report = Report::default();
    if arguments.wants(Group::Cluster) {
        cluster::measure(&tools, arguments, &mut report)?;
    }
    if arguments.wants(Group::Files) {
        files::measure(&tools, arguments, &mut report)?;
    }
    if arguments.wants(Group::Start) {
        start::measure(&tools, arguments, &mut report)?;
    }
    report.judge_growth();
    println!("{}", report.table());
    if arguments.everything() {
        let part = format!(
            "{}\n\n{}\n![growth with the number of nodes](growth.svg)",
            about(&tools, arguments.runs)?,
            report.table()
        );
        readme::write_part("processes", &part)?;
        readme::write_beside("growth.svg", &report.plot())?;
    }
    Ok(())
}

/// How it was measured, and on what.
fn about(tools: &Tools, runs: usize) -> Result<String, String> {
    Ok(format!(
        "Whole processes, side by side in one run (A B A B), after one to warm up; a figure is the median of {runs},
a ratio the median over the rounds. Client and server share the machine: {}. {}.
The clusters stand in a real etcd and kube-apiserver: 15 to 20 labels, 50 images with random digests and six conditions a
node, `managedFields`, and five times as many pods of others; `curl` asks for protobuf with gzip over HTTP/1.1.",
        readme::machine(),
        tools.versions()?
    ))
}
