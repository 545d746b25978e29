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
mod read_only;
mod report;
mod rights;
mod scenario;
mod shared;
mod stage;
mod watch;
mod work;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    if std::env::var_os("KUBECTL_DS_E2E").is_none_or(|value| value != "1") {
        println!(
            "left out: the comparison with upstream's own code and with a real control plane; they need Go 1.26: KUBECTL_DS_E2E=1 cargo test --test e2e"
        );
        return ExitCode::SUCCESS;
    }
    let mut arguments = Arguments::from_args();
    // Nodes belong to the whole cluster, so scenarios run one after the other.
    arguments.test_threads.get_or_insert(1);
    let control_plane = shared::Shared::default();
    let mut trials = Vec::new();
    trials.extend(oracle::trials());
    trials.extend(scenario::trials(&control_plane));
    trials.extend(prediction::trials(&control_plane));
    trials.extend(claims::trials(&control_plane));
    trials.extend(node_prediction::trials(&control_plane));
    trials.extend(parity::trials(&control_plane));
    trials.extend(read_only::trials(&control_plane));
    trials.extend(rights::trials(&control_plane));
    trials.extend(dry_run::trials(&control_plane));
    trials.extend(completion::trials(&control_plane));
    trials.extend(watch::trials(&control_plane));
    trials.extend(work::trials());
    trials.extend(krew::trials(&control_plane));
    trials.extend(newcomer::trials());
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Before the process ends, so that everything is gone when cargo returns.
    control_plane.stop();
    conclusion.exit_code()
}
