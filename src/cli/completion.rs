//! The arguments of `completion`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::completion::script::Shell;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Subcommands, flags, DaemonSets, nodes, namespaces, contexts, revisions and more are completed,
with what each is where that helps. Names come from the cluster or from `--from`, within two seconds
or not at all; of objects no more than their metadata is read.

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
pub struct CompletionArgs {
    /// The shell to print a script for
    #[arg(value_enum, conflicts_with = "install")]
    pub shell: Option<Shell>,
    /// Write the file that kubectl runs for completions to a folder in your PATH; without one, say how
    #[arg(long, value_name = "DIR|PATH", num_args = 0..=1)]
    pub install: Option<Option<PathBuf>>,
}
