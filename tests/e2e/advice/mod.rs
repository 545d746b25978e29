//! Every command that the answers print is tried, as it is printed, by a shell: what changes
//! something is run in a copy of its situation, and the question asked again has a better
//! answer; what reads is allowed by the documented role; and what needs a kubelet, a host or a
//! cloud is named with its reason. The advice of `adopt` is followed in `claims`.

mod commands;
mod refusals;
mod rollouts;
mod selection;
mod situation;

use libtest_mimic::Trial;

use crate::schedule::Schedule;
use situation::{Situation, try_all};

/// The situations by what is asked about them.
const ALL: [&[Situation]; 3] = [selection::ALL, refusals::ALL, rollouts::ALL];

/// A trial for each situation.
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    let all = ALL.into_iter().flatten();
    all.map(|situation| {
        let name = format!("advice/{}", situation.name);
        schedule.on_control_plane(name, move |control_plane| try_all(control_plane, situation))
    })
    .collect()
}
