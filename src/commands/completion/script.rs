//! Scripts that make a shell ask the plugin for completions: those in `completions/`.

use clap::ValueEnum;

use crate::cli::name::Name;

/// A shell that can be taught to complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash, which needs no package for it
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    Powershell,
}

impl Shell {
    const fn shipped(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../../completions/kubectl-ds.bash"),
            Self::Zsh => include_str!("../../../completions/_kubectl-ds"),
            Self::Fish => include_str!("../../../completions/kubectl-ds.fish"),
            Self::Powershell => include_str!("../../../completions/kubectl-ds.ps1"),
        }
    }

    /// The name of the file that the shell looks for.
    #[must_use]
    pub fn file(self, name: &Name) -> String {
        let binary = name.binary();
        match self {
            Self::Bash => format!("{binary}.bash"),
            Self::Zsh => format!("_{binary}"),
            Self::Fish => format!("{binary}.fish"),
            Self::Powershell => format!("{binary}.ps1"),
        }
    }
}

/// The script for `shell`.
#[must_use]
pub fn script(shell: Shell, name: &Name) -> String {
    named(shell.shipped(), name)
}

/// A shipped script with this name: in its functions without dashes.
pub(super) fn named(shipped: &str, name: &Name) -> String {
    shipped
        .replace("kubectl_ds", &name.binary().replace('-', "_"))
        .replace("kubectl-ds", &name.binary())
        .replace("kubectl ds", &name.command())
}
