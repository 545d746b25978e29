//! The engine's time per node beside that of the controller's own loop, on the
//! same nodes in one run: `cargo bench --bench engine`. Needs Go. It writes what
//! it measured into the README beside it, and fails where the engine is slower.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub
)]

#[path = "../control_plane/go_programs.rs"]
mod go_programs;
#[path = "../oracle/process.rs"]
mod process;
mod readme;
mod shapes;

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use kubectl_ds::engine::{CompiledDaemonSet, Ignore, VERIFIED_RELEASE, node_should_run_daemon_pod};
use kubectl_ds::model::{DaemonSet, FeatureGates, Node};
use serde_json::{Value, json};

use process::Oracle;
use shapes::Shape;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// Evaluations in one sample, spread over as many rounds as the size needs.
const EVALUATIONS: usize = 300_000;
/// Samples of each side, taken in turn.
const SAMPLES: usize = 11;
/// Nodes sent to the oracle on one line.
const CHUNK: usize = 2_000;

struct Row {
    shape: &'static str,
    nodes: usize,
    engine: f64,
    upstream: f64,
}

fn main() -> ExitCode {
    // `cargo test --all-targets` runs this too, unoptimised.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!(
            "left out: the bench beside upstream's own code; run it with cargo bench --bench engine (needs Go)"
        );
        return ExitCode::SUCCESS;
    }
    let rows = measure().unwrap_or_else(|problem| panic!("{problem}"));
    let table = table(&rows);
    println!("{table}");
    readme::write_part("engine", &part(&table)).unwrap_or_else(|problem| panic!("{problem}"));
    if rows.iter().all(|row| row.engine < row.upstream) {
        ExitCode::SUCCESS
    } else {
        println!("the engine is slower than upstream somewhere");
        ExitCode::FAILURE
    }
}

fn measure() -> Result<Vec<Row>, String> {
    let mut oracle = Oracle::start()?;
    let mut rows = Vec::new();
    for shape in shapes::all() {
        for count in SIZES {
            rows.push(row(&mut oracle, &shape, count)?);
        }
    }
    Ok(rows)
}

fn row(oracle: &mut Oracle, shape: &Shape, count: usize) -> Result<Row, String> {
    let nodes = load(oracle, shape, count)?;
    let ds =
        DaemonSet::from_value(shape.daemon_set.clone(), "default").map_err(|e| e.to_string())?;
    let rounds = EVALUATIONS.div_ceil(count);
    let (mut engine, mut upstream) = (Vec::new(), Vec::new());
    for sample in 0..=SAMPLES {
        let (ours, running) = time_engine(&ds, &nodes, rounds);
        let (theirs, expected) = time_upstream(oracle, &shape.daemon_set, rounds)?;
        if running != expected {
            return Err(format!(
                "{}: engine {running}, upstream {expected}",
                shape.name
            ));
        }
        // The first of each side warms the caches and isn't counted.
        if sample > 0 {
            engine.push(ours);
            upstream.push(theirs);
        }
    }
    Ok(Row {
        shape: shape.name,
        nodes: count,
        engine: median(engine),
        upstream: median(upstream),
    })
}

/// The same nodes on both sides, decoded from the same JSON.
fn load(oracle: &mut Oracle, shape: &Shape, count: usize) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::with_capacity(count);
    for start in (0..count).step_by(CHUNK) {
        let part: Vec<Value> = (start..count.min(start + CHUNK)).map(shape.node).collect();
        for node in &part {
            nodes.push(serde_json::from_value(node.clone()).map_err(|e| e.to_string())?);
        }
        let request = json!({"id": 0, "op": "benchNodes", "reset": start == 0, "nodes": part});
        let answer = oracle.ask(&[request])?;
        if answer[0]["nodes"] != nodes.len() {
            return Err(answer[0].to_string());
        }
    }
    Ok(nodes)
}

/// Nanoseconds per node, and on how many nodes it runs over all rounds.
fn time_engine(ds: &DaemonSet, nodes: &[Node], rounds: usize) -> (f64, usize) {
    let spec = ds.pod_spec().cloned().unwrap_or_default();
    let mut running = 0;
    let start = Instant::now();
    for _ in 0..rounds {
        let compiled = CompiledDaemonSet::new(black_box(&spec), FeatureGates::default());
        for node in black_box(nodes) {
            let decision = node_should_run_daemon_pod(&compiled, node, &mut Ignore);
            running += usize::from(decision.should_run);
            black_box(decision.should_continue_running);
        }
    }
    let nanos = start.elapsed().as_secs_f64() * 1e9;
    (nanos / (rounds * nodes.len()) as f64, running)
}

fn time_upstream(oracle: &mut Oracle, ds: &Value, rounds: usize) -> Result<(f64, usize), String> {
    let request = json!({"id": 0, "op": "bench", "daemonSet": ds, "rounds": rounds});
    let answer = oracle.ask(&[request])?.swap_remove(0);
    let number = |name: &str| answer[name].as_f64().ok_or_else(|| answer.to_string());
    let per_node = number("nanos")? / number("evaluations")?;
    Ok((per_node, number("shouldRun")? as usize))
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from(
        "| shape | nodes | engine, ns per node | upstream, ns per node | upstream : engine |\n\
         |---|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let Row {
            shape,
            nodes,
            engine,
            upstream,
        } = row;
        let ratio = upstream / engine;
        let _ = writeln!(
            table,
            "| {shape} | {nodes} | {engine:.1} | {upstream:.1} | {ratio:.1} |"
        );
    }
    table
}

/// What stands in the README.
fn part(table: &str) -> String {
    let machine = readme::machine();
    format!(
        "Time per node to decide whether a DaemonSet runs there. The engine's column is
`node_should_run_daemon_pod` without findings; upstream's is `nodeShouldRunDaemonPod` of
Kubernetes {VERIFIED_RELEASE}, called in the controller's way: tolerations and affinity are computed
once for all nodes, on both sides. Both work on the same nodes in one run and in turn; a
figure is the median of {SAMPLES} samples of at least {EVALUATIONS} evaluations. {machine}.

{table}
The first two shapes are those of upstream's `BenchmarkUpdateDaemonSetStatus`: nodes of three
labels, without affinity and with one term of six `NotIn`. In the third, nodes have 20 labels, each
with a value of its own, and three taints that the template tolerates, beside the same six `NotIn`.
That the engine allocates nothing per node is checked by `cargo test --test golden`.
"
    )
}
