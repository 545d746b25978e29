//! What a manifest's DaemonSet would take over: one that is created, or deleted with
//! `--cascade=orphan` and created again.

use crate::analysis::claims::report::{ClaimChange, ClaimChangeKind, ClaimReport};
use crate::analysis::claims::{Claiming, claims};
use crate::cli::global::GlobalArgs;
use crate::commands::apply::Obtained;
use crate::commands::ask::ask;
use crate::commands::error::CommandError;
use crate::commands::manifest::{check_namespace, obtain, obtain_anew, said};
use crate::model::DaemonSet;
use crate::source::dry_run::ApplyOptions;
use crate::source::manifest::Manifest;
use crate::source::{Question, Scope, Source, Subject};

/// The report on one DaemonSet of the manifests.
pub(super) fn recreated(
    global: &GlobalArgs,
    manifest: &Manifest,
    source: &dyn Source,
) -> Result<ClaimReport, CommandError> {
    check_namespace(global, &manifest.daemon_set)?;
    let subject = Subject::Recreated(Box::new(manifest.daemon_set.clone()));
    let question = Question::new(subject, Scope::AllNodes).with_neighbours();
    let mut snapshot = ask(source, &question)?;
    let former = snapshot.daemon_sets.first().cloned();
    let obtained = object(global, manifest, former.as_ref())?;
    snapshot.notes.extend(obtained.notes);
    snapshot.notes.extend(obtained.warnings);
    snapshot.sort();
    let kind = match former {
        Some(_) => ClaimChangeKind::Recreate,
        None => ClaimChangeKind::Create,
    };
    Ok(claims(Claiming {
        snapshot: &snapshot,
        target: &obtained.daemon_set,
        change: Some(ClaimChange {
            kind,
            obtained: said(obtained.how),
        }),
        former: former.as_ref(),
    }))
}

/// The object as the server would store it.
fn object(
    global: &GlobalArgs,
    manifest: &Manifest,
    former: Option<&DaemonSet>,
) -> Result<Obtained, CommandError> {
    if former.is_some() || !global.from.is_empty() {
        let mut obtained = obtain_anew(manifest)?;
        if former.is_some() {
            // The report says why nobody was asked: a dry run can't create what is there.
            obtained.notes.clear();
        }
        return Ok(obtained);
    }
    let options = ApplyOptions {
        validation: manifest.validation,
        ..ApplyOptions::default()
    };
    obtain(global, &options, manifest, None)
}
