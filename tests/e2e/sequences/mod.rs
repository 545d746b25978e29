//! Random sequences of what people do to a DaemonSet, its pods and its nodes: after each
//! act, once the controller is at rest and also before it has gone on, what the plugin
//! says is compared with what is there. `KUBECTL_DS_PROOF=full` takes all, `KUBECTL_DS_SEED`
//! one, and a usual run some that the commit chooses.

mod act;
mod ask;
mod compare;
mod complaint;
mod manifest;
mod mend;
mod minimise;
mod play;
mod player;
mod state;
mod summary;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use libtest_mimic::Trial;

use crate::control_plane::ControlPlane;
use crate::proof;
use crate::schedule::Schedule;
use act::Sequence;

/// So many sequences there are; their seeds are the numbers from 0.
const SEQUENCES: u64 = 200;

/// So many are played side by side.
const BATCH: usize = 25;

/// So many a usual run plays.
const SAMPLE: usize = 8;

static TRIED: AtomicU64 = AtomicU64::new(0);

/// How many were played in this run.
pub(crate) fn tried() -> u64 {
    TRIED.load(Ordering::Relaxed)
}

/// A trial for each batch that is to be played.
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    let (batches, left_out) = match choose() {
        Ok(chosen) => chosen,
        Err(why) => return vec![schedule.computing("sequences/choice", move || Err(why))],
    };
    let trial = |seeds: Vec<u64>| {
        let name = match (seeds.first(), seeds.last()) {
            (Some(first), Some(last)) if first != last => format!("sequences/{first}-{last}"),
            (first, _) => format!("sequences/{}", first.copied().unwrap_or_default()),
        };
        schedule.on_control_plane(name, move |plane| run(plane, &seeds))
    };
    if left_out > 0 {
        println!(
            "left out {left_out} sequences (KUBECTL_DS_PROOF=full KUBECTL_DS_E2E=1 cargo test --test e2e sequences/)"
        );
    }
    batches.into_iter().map(trial).collect()
}

/// The seeds of each batch, and how many are left out.
fn choose() -> Result<(Vec<Vec<u64>>, usize), String> {
    if let Ok(text) = std::env::var("KUBECTL_DS_SEED") {
        let seed = text
            .parse()
            .map_err(|e| format!("KUBECTL_DS_SEED `{text}`: {e}"))?;
        return Ok((vec![vec![seed]], 0));
    }
    let seeds: Vec<u64> = (0..SEQUENCES).collect();
    if proof::is_full()? {
        let batches = seeds.chunks(BATCH).map(<[u64]>::to_vec);
        return Ok((batches.collect(), 0));
    }
    let (chosen, left_out) = proof::sample(seeds, SAMPLE);
    Ok((vec![chosen], left_out.len()))
}

fn run(plane: &ControlPlane, seeds: &[u64]) -> Result<(), String> {
    let sequences: Vec<Sequence> = seeds.iter().map(|&seed| Sequence::of(seed)).collect();
    if let [one] = sequences.as_slice() {
        println!("{one}");
    }
    let start = Instant::now();
    let played = play::play(plane, sequences)?;
    TRIED.fetch_add(played.len() as u64, Ordering::Relaxed);
    summary::print(plane, &played, start.elapsed())
}
