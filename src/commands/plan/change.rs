//! From today's DaemonSet to the one of the plan.

use std::io;

use serde_json::Value;

use crate::analysis::rollout::change::{ChangeKind, ObjectSource, RolloutChange};
use crate::analysis::rollout::difference::describe;
use crate::apply::budget::check_budgets;
use crate::apply::template_change::{self, Undone};
use crate::cli::plan::{Budgets, StoredChange};
use crate::commands::error::CommandError;
use crate::model::selector::Selector;
use crate::model::{DaemonSet, Snapshot};
use crate::output::diff::TemplateDiff;

/// A DaemonSet as it would be, and the change that leads there.
pub(super) struct Target {
    pub(super) daemon_set: DaemonSet,
    pub(super) change: Option<RolloutChange>,
}

impl Target {
    /// What changes in the template; `None` where nothing does.
    pub(super) fn diff(&self, stored: Option<&DaemonSet>) -> io::Result<Option<TemplateDiff>> {
        if self.change.is_none() {
            return Ok(None);
        }
        let DaemonSet {
            namespace, name, ..
        } = &self.daemon_set;
        let before = stored.map_or(&Value::Null, |ds| &ds.raw_template);
        let diff = TemplateDiff::new(namespace, name, before, &self.daemon_set.raw_template)?;
        Ok(Some(diff).filter(|diff| !diff.is_empty()))
    }
}

/// The result of a change of the stored DaemonSet; the server isn't needed for it.
pub(super) fn of_stored(
    change: &StoredChange,
    snapshot: &Snapshot,
    stored: &DaemonSet,
) -> Result<Target, CommandError> {
    let (kind, to_revision, changed) = match change {
        StoredChange::None => {
            return Ok(Target {
                daemon_set: stored.clone(),
                change: None,
            });
        }
        StoredChange::Undo(revision) => {
            let undone = undo(snapshot, stored, *revision)?;
            let number = undone.revision.revision;
            (ChangeKind::Undo, Some(number), undone.changed)
        }
        StoredChange::Restart => {
            let changed = template_change::restart(stored, snapshot.now);
            (ChangeKind::Restart, None, changed.map_err(usage)?)
        }
        StoredChange::SetImage(images) => {
            let changed = template_change::set_image(stored, images);
            (ChangeKind::SetImage, None, changed.map_err(usage)?)
        }
    };
    let mut change = describe(
        kind,
        ObjectSource::Local,
        Some(stored),
        &changed.daemon_set,
        snapshot,
    );
    change.to_revision = to_revision;
    Ok(Target {
        daemon_set: changed.daemon_set,
        change: Some(change),
    })
}

fn usage(error: impl ToString) -> CommandError {
    CommandError::Usage(error.to_string())
}

fn undo<'s>(
    snapshot: &'s Snapshot,
    stored: &DaemonSet,
    to: i64,
) -> Result<Undone<'s>, CommandError> {
    let selector = Selector::new(stored.selector()).map_err(|problem| {
        CommandError::Usage(format!(
            "spec.selector.{problem}: no revision can be found by it"
        ))
    })?;
    let Some(revisions) = snapshot.revisions_in(&stored.namespace) else {
        let mut unread = snapshot.incomplete.iter();
        let why = unread.find(|i| i.resource == "controllerrevisions");
        let why = why.map_or("they couldn't be read", |i| i.why.as_str());
        return Err(CommandError::Usage(format!(
            "which revisions there are is unknown: {why}"
        )));
    };
    template_change::undo(stored, &selector, revisions, to).map_err(usage)
}

/// The DaemonSet with the budgets to try.
///
/// # Errors
/// What the server would refuse.
pub(super) fn with_budgets(ds: &DaemonSet, budgets: &Budgets) -> Result<DaemonSet, CommandError> {
    if ds.is_on_delete() {
        return Err(CommandError::Usage(
            "budgets have no say under the strategy `OnDelete`, which rolls nothing by itself"
                .to_owned(),
        ));
    }
    let Budgets {
        max_unavailable,
        max_surge,
    } = budgets.clone();
    let tried = template_change::with_budgets(ds, max_unavailable, max_surge).daemon_set;
    let strategy = tried.object.spec.update_strategy.as_ref();
    let refused = check_budgets(strategy.and_then(|s| s.rolling_update.as_ref()));
    if let Some(error) = refused.first() {
        // A single one of them is combined with the stored other one.
        let hint = if budgets.max_unavailable.is_some() && budgets.max_surge.is_some() {
            ""
        } else {
            "; give both, such as `--max-unavailable 0 --max-surge 1`"
        };
        return Err(CommandError::Usage(format!("{error}{hint}")));
    }
    Ok(tried)
}
