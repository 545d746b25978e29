//! The tests that need Go: the engine beside upstream's own code, and the plugin,
//! run through kubectl, on a real control plane.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a test runner"
)]

#[path = "../bench/built.rs"]
#[allow(dead_code, reason = "the benches use the rest of it")]
mod built;
mod claims;
mod completion;
#[path = "../control_plane/mod.rs"]
mod control_plane;
mod dry_run;
mod krew;
mod newcomer;
mod node_prediction;
mod oracle;
mod parity;
mod prediction;
mod prometheus;
mod proof;
mod read_only;
mod report;
mod rights;
mod scenario;
mod schedule;
mod sequences;
mod stage;
mod watch;
mod work;

use std::process::ExitCode;

use libtest_mimic::Arguments;

use schedule::Schedule;

fn main() -> ExitCode {
    if std::env::var_os("KUBECTL_DS_E2E").is_none_or(|value| value != "1") {
        println!(
            "left out: the comparison with upstream's own code and with a real control plane; they need Go 1.26: KUBECTL_DS_E2E=1 cargo test --test e2e"
        );
        return ExitCode::SUCCESS;
    }
    let schedule = match Schedule::new() {
        Ok(schedule) => schedule,
        Err(why) => {
            println!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let trials = [
        claims::trials,
        prediction::trials,
        scenario::trials,
        node_prediction::trials,
        sequences::trials,
        watch::trials,
        parity::trials,
        read_only::trials,
        rights::trials,
        dry_run::trials,
        completion::trials,
        work::trials,
        oracle::trials,
        krew::trials,
        prometheus::trials,
        newcomer::trials,
    ];
    let trials = trials.iter().flat_map(|trials| trials(&schedule)).collect();
    schedule.run(Arguments::from_args(), trials)
}
