//! The arguments of `version`.

use clap::Args;

use super::global::GlobalOptions;
use super::request::{UsageError, usage};

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # This program's version, and the Kubernetes release that its decisions were compared with
  kubectl ds version
  kubectl ds version -o json
";

/// The arguments of `version`.
#[derive(Debug, Args)]
pub(super) struct VersionArgs {
    /// Taken as kubectl has it: no server is asked anyway.
    #[arg(long, hide = true)]
    client: bool,
}

impl VersionArgs {
    /// The request, checked.
    pub(super) fn check(&self, global: &GlobalOptions) -> Result<(), UsageError> {
        if global.output.is_names() {
            return usage(
                "a version has no names: leave out `-o name`, or use `-o json` or `-o yaml`",
            );
        }
        Ok(())
    }
}
