//! The arguments of `adopt`.

use clap::Args;

use crate::model::selector::Selector;

use super::global::GlobalOptions;
use super::names::{TargetKind, parse_target};
use super::request::{
    DaemonSetFilter, ManifestFiles, UsageError, check_stdin, not_of_a_pod, usage,
};
use super::validate::ValidateArgs;
use super::value;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
It only reads: it adopts, releases, relabels and deletes nothing. It shows what
the DaemonSet controller will do before it happens.

Examples:
  # Who owns the pods and revisions that this DaemonSet selects?
  kubectl ds adopt node-exporter -n monitoring

  # All DaemonSets with something to adopt, to release, foreign or overlapping
  kubectl ds adopt -A

  # What would this manifest take over, once it is created, or once the
  # DaemonSet is deleted with --cascade=orphan and created again?
  kubectl ds adopt -f node-exporter.yaml

  # For a script: exit code 1 when there is a finding
  kubectl ds adopt node-exporter -n monitoring --exit-code

  # The same from a dump, without a cluster
  kubectl get ds,no,po,controllerrevisions,events,ns,deploy,rs,sts,rc,jobs -A \\
    -o yaml > dump.yaml
  kubectl ds adopt -A --from dump.yaml
";

/// The arguments of `adopt`.
#[derive(Debug, Args)]
pub(super) struct AdoptArgs {
    /// The DaemonSet as NAME, NAMESPACE/NAME or ds/NAME; none for all; with `-f` one of its own
    #[arg(value_name = "DS")]
    target: Option<String>,
    /// DaemonSets of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Only DaemonSets with these labels
    ///
    /// In kubectl's syntax, such as `app in (a, b),!canary`.
    #[arg(short = 'l', long, value_name = "SELECTOR", value_parser = value::selector)]
    selector: Option<Selector>,
    /// What creating this manifest would take over
    ///
    /// Or deleting its DaemonSet with `--cascade=orphan` and creating it again. A file, a folder
    /// or `-`; repeatable.
    #[arg(short, long, value_name = "FILE|DIR|-")]
    filename: Vec<String>,
    /// What becomes of its unknown fields.
    #[command(flatten)]
    validate: ValidateArgs,
}

/// Which DaemonSets `adopt` is about.
#[derive(Debug)]
pub enum AdoptRequest {
    /// All of a namespace, or of all.
    DaemonSets(DaemonSetFilter),
    /// One that is stored.
    DaemonSet(String),
    /// Those of manifests.
    Manifests(ManifestFiles),
}

impl AdoptArgs {
    /// The request, checked.
    pub(super) fn request(self, global: &mut GlobalOptions) -> Result<AdoptRequest, UsageError> {
        check_stdin(&[("-f", &self.filename), ("--from", &global.from)])?;
        let name = match self.target.as_deref().map(parse_target).transpose()? {
            Some(target) if target.kind == TargetKind::Pod => {
                return usage(not_of_a_pod("adopt", &target, global));
            }
            target => target,
        };
        let is_all = name.is_none() && self.filename.is_empty();
        if self.all_namespaces && !is_all {
            return usage(
                "`-A` goes with all DaemonSets: leave out the name or the manifest, or give `-n NAMESPACE`",
            );
        }
        if self.selector.is_some() && !is_all {
            return usage("`-l` selects DaemonSets and goes without a name and without a manifest");
        }
        if let Some(target) = &name {
            global.settle_namespace(target)?;
        }
        Ok(match name.map(|target| target.name) {
            name if !self.filename.is_empty() => AdoptRequest::Manifests(ManifestFiles {
                paths: self.filename,
                validation: self.validate.validation,
                name,
            }),
            Some(name) => AdoptRequest::DaemonSet(name),
            None => AdoptRequest::DaemonSets(DaemonSetFilter {
                all_namespaces: self.all_namespaces,
                selector: self.selector,
            }),
        })
    }
}
