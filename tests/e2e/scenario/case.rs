//! A named scenario, and the trial that it is.

use libtest_mimic::Trial;

use crate::schedule::Schedule;

use super::Outcome;
use super::lab::Lab;

/// One scenario: its name and its steps.
pub(crate) struct Case {
    name: &'static str,
    run: fn(&Lab<'_>) -> Outcome,
}

/// The scenario of this name.
pub(crate) const fn case(name: &'static str, run: fn(&Lab<'_>) -> Outcome) -> Case {
    Case { name, run }
}

/// A trial for each of `cases`, named `SUBJECT/GROUP/NAME`, or without a group.
pub(crate) fn trials(
    schedule: &Schedule,
    subject: &'static str,
    group: Option<&str>,
    cases: &'static [Case],
) -> Vec<Trial> {
    let group = group.map_or_else(String::new, |group| format!("{group}/"));
    let trial = |case: &'static Case| {
        let name = format!("{subject}/{group}{}", case.name);
        schedule.on_control_plane(name, move |control_plane| {
            let lab = Lab::open(control_plane, &format!("{subject}-{}", case.name))?;
            let outcome = (case.run)(&lab);
            // A failing cleanup would spoil the next scenario: it is a failure of this one.
            outcome.and(lab.close())
        })
    };
    cases.iter().map(trial).collect()
}
