//! What a batch came to: the seeds and how much was compared, and for each rule that was
//! violated one sequence, as short as it gets.

use std::collections::BTreeMap;
use std::time::Duration;

use super::minimise::minimise;
use super::play::Played;
use crate::control_plane::ControlPlane;
use crate::scenario::Outcome;

/// So many seeds are printed of a rule.
const SEEDS: usize = 8;

pub(super) fn print(plane: &ControlPlane, played: &[Played], took: Duration) -> Outcome {
    let compared: usize = played.iter().map(|played| played.compared).sum();
    let seeds: Vec<String> = played.iter().map(|p| p.sequence.seed.to_string()).collect();
    println!(
        "{} sequences, {compared} comparisons in {} s, seeds {}",
        played.len(),
        took.as_secs(),
        seeds.join(" ")
    );
    let mut rules: BTreeMap<&str, Vec<&Played>> = BTreeMap::new();
    for played in played {
        for complaint in &played.complaints {
            let of_rule = rules.entry(&complaint.rule).or_default();
            if of_rule
                .last()
                .is_none_or(|last| last.sequence.seed != played.sequence.seed)
            {
                of_rule.push(played);
            }
        }
    }
    if rules.is_empty() {
        return Ok(());
    }
    for (rule, of_rule) in &rules {
        println!("violated by {:3}: {rule}", of_rule.len());
    }
    let short = minimise(plane, &rules);
    let mut text = String::new();
    for (rule, of_rule) in &rules {
        text.push_str(&of_one(rule, of_rule));
        if let Some(short) = short.get(*rule) {
            text.push_str(&format!("  in short: {short}\n"));
        }
    }
    Err(text)
}

fn of_one(rule: &str, of_rule: &[&Played]) -> String {
    let seeds: Vec<String> = of_rule
        .iter()
        .map(|p| p.sequence.seed.to_string())
        .collect();
    let more = if seeds.len() > SEEDS { " …" } else { "" };
    let seeds = seeds[..seeds.len().min(SEEDS)].join(" ");
    let mut text = format!(
        "{rule}\n  {} sequences, seeds {seeds}{more}\n",
        of_rule.len()
    );
    if let Some(first) = of_rule.first() {
        let complaint = first.complaints.iter().find(|c| c.rule == rule);
        let complaint = complaint.map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!(
            "  {complaint}\n  {}\n  again: KUBECTL_DS_E2E=1 KUBECTL_DS_SEED={} cargo test --test e2e sequences/\n",
            first.sequence, first.sequence.seed
        ));
    }
    text
}
