//! Scripts that make a shell ask the plugin for completions: those in `completions/`.

use crate::cli::completion::Shell;
use crate::cli::name::Name;

/// The script for `shell`.
pub(super) fn script(shell: Shell, name: &Name) -> String {
    let shipped = match shell {
        Shell::Bash => include_str!("../../../completions/kubectl-ds.bash"),
        Shell::Zsh => include_str!("../../../completions/_kubectl-ds"),
        Shell::Fish => include_str!("../../../completions/kubectl-ds.fish"),
        Shell::Powershell => include_str!("../../../completions/kubectl-ds.ps1"),
    };
    named(shipped, name)
}

/// A shipped script for this name, which has no dashes in function names.
pub(super) fn named(shipped: &str, name: &Name) -> String {
    shipped
        .replace("kubectl_ds", &name.binary().replace('-', "_"))
        .replace("kubectl-ds", &name.binary())
        .replace("kubectl ds", &name.command())
}
