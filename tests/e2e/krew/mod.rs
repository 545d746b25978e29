//! The plugin installed by the real krew: the release script's archives and manifest,
//! krew's own validator, an upgrade, a removal, another name; and the workflows that
//! make releases.

mod install;
mod manifest;
pub(crate) mod packed;
pub(crate) mod place;
mod renamed;
pub(crate) mod served;
mod upgrade;
mod workflows;

use libtest_mimic::Trial;

use crate::schedule::Schedule;

/// All of them. What is packed is the release binary, or `$KUBECTL_DS_BINARY`.
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![
        schedule.computing("krew/manifest", manifest::valid),
        schedule.computing("krew/manifest-broken", manifest::broken),
        schedule.computing("krew/archive", manifest::reproducible),
        schedule.on_control_plane("krew/install".to_owned(), install::install),
        schedule.computing("krew/upgrade", upgrade::upgrade),
        schedule.computing("krew/renamed", renamed::renamed),
        schedule.computing("krew/workflows", workflows::workflows),
    ]
}
