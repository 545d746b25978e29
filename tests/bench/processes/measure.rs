//! Runs in turn, and what is made of them.

use std::time::Duration;

use super::command::{Run, Work};

/// Something to measure, and its name in the progress.
pub struct Case {
    pub name: String,
    pub work: Work,
}

impl Case {
    pub fn new(name: impl Into<String>, work: Work) -> Self {
        Self {
            name: name.into(),
            work,
        }
    }
}

/// All runs of one case, in their order.
pub struct Measured {
    runs: Vec<Run>,
}

impl Measured {
    pub fn time(&self) -> Duration {
        Duration::from_secs_f64(median(self.runs.iter().map(|r| r.time.as_secs_f64())))
    }

    /// Peak memory in MiB.
    pub fn peak(&self) -> f64 {
        median(self.runs.iter().map(|r| r.peak as f64)) / f64::from(1 << 20)
    }

    /// How often longer this took than `other`: the median over the rounds, in which
    /// both ran one after the other, so that a machine whose speed drifts tilts neither.
    pub fn times(&self, other: &Self) -> f64 {
        let pairs = self.runs.iter().zip(&other.runs);
        median(pairs.map(|(a, b)| a.time.as_secs_f64() / b.time.as_secs_f64()))
    }
}

/// Runs the cases in turn, A B C A B C …, once to warm up and then `runs` times.
pub fn in_turn<const N: usize>(runs: usize, cases: [Case; N]) -> Result<[Measured; N], String> {
    let measured = all_in_turn(runs, &cases)?;
    measured
        .try_into()
        .map_err(|_| "a case has no result".to_owned())
}

/// The same for cases that are counted only in the run.
pub fn all_in_turn(runs: usize, cases: &[Case]) -> Result<Vec<Measured>, String> {
    let mut measured: Vec<_> = cases
        .iter()
        .map(|_| Measured { runs: Vec::new() })
        .collect();
    for round in 0..=runs {
        for (case, measured) in cases.iter().zip(&mut measured) {
            let run = case.work.run()?;
            if round > 0 {
                measured.runs.push(run);
            }
        }
    }
    for (case, result) in cases.iter().zip(&measured) {
        let milliseconds = result.time().as_secs_f64() * 1e3;
        eprintln!(
            "  {:<44} {milliseconds:>9.1} ms {:>8.1} MiB",
            case.name,
            result.peak()
        );
    }
    Ok(measured)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        (values[middle - 1] + values[middle]) / 2.0
    } else {
        values[middle]
    }
}
