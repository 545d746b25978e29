//! The arguments of `completion`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::request::{UsageError, usage};

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Completes subcommands, flags, DaemonSets, nodes, namespaces, contexts, revisions and more, with a
description where that helps. Names come from the cluster or from `--from`, within two seconds or
not at all; it reads only the metadata of objects.

Examples:
  # For `kubectl ds`, where kubectl's own completion is set up: write what kubectl runs
  # to a folder that is in your PATH
  kubectl ds completion --install ~/.krew/bin

  # For kubectl-ds in this shell, and in each that is started
  source <(kubectl-ds completion bash)
  echo 'source <(kubectl-ds completion bash)' >> ~/.bashrc

  # The same for zsh, after compinit
  echo 'source <(kubectl-ds completion zsh)' >> ~/.zshrc

  # For fish
  kubectl-ds completion fish > ~/.config/fish/completions/kubectl-ds.fish

  # For PowerShell
  kubectl-ds completion powershell >> $PROFILE
";

/// The arguments of `completion`.
#[derive(Debug, Args)]
pub(super) struct CompletionArgs {
    /// The shell to print a script for
    #[arg(value_enum, conflicts_with = "install")]
    shell: Option<Shell>,
    /// Write the file that kubectl runs for completions to a folder in your PATH; without one, say how
    #[arg(long, value_name = "DIR|PATH", num_args = 0..=1)]
    install: Option<Option<PathBuf>>,
}

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

/// What `completion` is asked for.
#[derive(Debug)]
pub enum CompletionRequest {
    /// A shell's script.
    Script(Shell),
    /// The file that kubectl runs, in a folder; without one, what to do.
    Install(Option<PathBuf>),
}

impl CompletionArgs {
    /// The request, checked.
    pub(super) fn request(self) -> Result<CompletionRequest, UsageError> {
        match (self.install, self.shell) {
            (Some(folder), _) => Ok(CompletionRequest::Install(folder)),
            (None, Some(shell)) => Ok(CompletionRequest::Script(shell)),
            (None, None) => usage(
                "for which shell? bash, zsh, fish or powershell; or `--install` for kubectl's own completion",
            ),
        }
    }
}
