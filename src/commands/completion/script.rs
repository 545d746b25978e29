//! Scripts that make a shell ask the plugin for completions.

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
    const fn template(self) -> &'static str {
        match self {
            Self::Bash => include_str!("template.bash"),
            Self::Zsh => include_str!("template.zsh"),
            Self::Fish => include_str!("template.fish"),
            Self::Powershell => include_str!("template.ps1"),
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
    named(shell.template(), name)
}

/// A template with this name: in functions without dashes.
pub(super) fn named(template: &str, name: &Name) -> String {
    template
        .replace("KUBECTL_DS", &name.binary().replace('-', "_"))
        .replace("KUBECTL-DS", &name.binary())
        .replace("KUBECTL DS", &name.command())
}
