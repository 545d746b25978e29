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

use libtest_mimic::{Failed, Trial};

use crate::shared::Shared;

/// All of them. What is packed is the release binary, or `$KUBECTL_DS_BINARY`.
pub(crate) fn trials(control_plane: &Shared) -> Vec<Trial> {
    let alone = |name: &str, test: fn() -> Result<(), String>| {
        Trial::test(name, move || test().map_err(Failed::from))
    };
    vec![
        alone("krew/manifest", manifest::valid),
        alone("krew/manifest-broken", manifest::broken),
        alone("krew/archive", manifest::reproducible),
        control_plane.trial("krew/install".to_owned(), install::install),
        alone("krew/upgrade", upgrade::upgrade),
        alone("krew/renamed", renamed::renamed),
        alone("krew/workflows", workflows::workflows),
    ]
}
