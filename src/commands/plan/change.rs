//! From today's DaemonSet to the one that the plan is about.

use std::io;

use serde_json::Value;

use crate::analysis::rollout::change::{
    Change, ChangeKind, ChangedField, Obtained, TemplateChange, Warning,
};
use crate::apply::budget::check_budgets;
use crate::apply::template_change::{self, Changed};
use crate::apply::template_diff::{added_by_server, changed_fields, template_diff};
use crate::commands::error::CommandError;
use crate::model::selector::Selector;
use crate::model::{DaemonSet, Snapshot};
use crate::output::diff::TemplateDiff;

use crate::analysis::reason::Reason;
use crate::analysis::rollout::host_ports::clashing_host_ports;
use crate::analysis::rollout::old_templates;
use crate::analysis::rollout::refused::refused;

use super::request::{Budgets, Form};

/// A DaemonSet as it would be, and what leads there.
pub(super) struct Target {
    pub(super) daemon_set: DaemonSet,
    pub(super) change: Option<Change>,
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

/// What a change of the stored DaemonSet leaves; the server isn't needed for it.
pub(super) fn of_stored(
    form: &Form,
    snapshot: &Snapshot,
    stored: &DaemonSet,
) -> Result<Target, CommandError> {
    let (kind, changed) = match form {
        Form::UnderWay | Form::Manifest => {
            return Ok(Target {
                daemon_set: stored.clone(),
                change: None,
            });
        }
        Form::Undo(revision) => (ChangeKind::Undo, undo(snapshot, stored, *revision)?),
        Form::Restart => {
            let changed = template_change::restart(stored, snapshot.now);
            (ChangeKind::Restart, changed.map_err(usage)?)
        }
        Form::SetImage(images) => {
            let changed = template_change::set_image(stored, images);
            (ChangeKind::SetImage, changed.map_err(usage)?)
        }
    };
    let change = describe(
        kind,
        Obtained::Local,
        Some(stored),
        &changed.daemon_set,
        snapshot,
    );
    Ok(Target {
        daemon_set: changed.daemon_set,
        change: Some(change),
    })
}

fn usage(error: impl ToString) -> CommandError {
    CommandError::Usage(error.to_string())
}

fn undo(snapshot: &Snapshot, stored: &DaemonSet, to: i64) -> Result<Changed, CommandError> {
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
    let undone = template_change::undo(stored, &selector, revisions, to).map_err(usage)?;
    Ok(undone.changed)
}

/// Says what differs between `stored` and `target`.
pub(super) fn describe(
    kind: ChangeKind,
    obtained: Obtained,
    stored: Option<&DaemonSet>,
    target: &DaemonSet,
    snapshot: &Snapshot,
) -> Change {
    let fields = stored
        .map(|stored| fields(stored, target))
        .unwrap_or_default();
    let in_template = |field: &ChangedField| field.path.starts_with("spec.template");
    let template = if stored.is_none() || fields.iter().any(in_template) {
        TemplateChange::Changed
    } else {
        TemplateChange::Unchanged
    };
    let pods = snapshot.pods_in(&target.namespace);
    Change {
        kind,
        obtained,
        template,
        refused: match obtained {
            // It has answered already.
            Obtained::DryRun => Vec::new(),
            Obtained::Local => refused(stored, target, pods),
        },
        warnings: host_ports(stored, target, snapshot).into_iter().collect(),
        fields,
    }
}

/// Fields of the template that are new and that `written`, the manifest, doesn't
/// have: the server's defaults or its admission add them, and they alone can start a
/// rollout.
pub(super) fn added(stored: &DaemonSet, target: &DaemonSet, written: &Value) -> Option<Warning> {
    let template = written.pointer("/spec/template")?;
    let changes = template_diff(&stored.raw_template, &target.raw_template);
    let added = added_by_server(&changes, "spec.template", template);
    let fields: Vec<_> = added.map(|change| change.path.to_string()).collect();
    (!fields.is_empty()).then_some(Warning::AddedByServer { fields })
}

/// The fields of the spec that differ, by path.
fn fields(stored: &DaemonSet, target: &DaemonSet) -> Vec<ChangedField> {
    let rest = |ds: &DaemonSet| {
        let mut spec = ds.object.spec.clone();
        spec.template = k8s_openapi::api::core::v1::PodTemplateSpec::default();
        serde_json::to_value(spec).unwrap_or_default()
    };
    let spec = changed_fields("spec", &rest(stored), &rest(target));
    let template = template_diff(&stored.raw_template, &target.raw_template);
    spec.into_iter()
        .chain(template)
        .map(ChangedField::from)
        .collect()
}

fn host_ports(
    stored: Option<&DaemonSet>,
    target: &DaemonSet,
    snapshot: &Snapshot,
) -> Option<Warning> {
    let old = old_templates(snapshot, target);
    let today = stored.and_then(DaemonSet::pod_spec);
    let strategy = target.object.spec.update_strategy.as_ref();
    let ports = clashing_host_ports(strategy, old.iter().chain(today), target.pod_spec()?);
    (!ports.is_empty()).then_some(Warning::Reason(Reason::HostPortsUnderSurge { ports }))
}

/// The DaemonSet with the budgets that are to be tried.
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
        // One of them alone meets what is written for the other.
        let hint = if budgets.max_unavailable.is_some() && budgets.max_surge.is_some() {
            ""
        } else {
            "; give both, such as `--max-unavailable 0 --max-surge 1`"
        };
        return Err(CommandError::Usage(format!("{error}{hint}")));
    }
    Ok(tried)
}
