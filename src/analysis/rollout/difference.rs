//! The differences between a stored DaemonSet and the result of a change.

use serde_json::Value;

use crate::analysis::coverage::Expecting;
use crate::analysis::impact::should_run;
use crate::analysis::reason::Reason;
use crate::analysis::virtual_nodes;
use crate::apply::template_diff::{added_by_server, changed_fields, template_diff};
use crate::model::{DaemonSet, Node, Snapshot};

use super::change::{
    ChangeKind, ChangedField, ObjectSource, RolloutChange, TemplateChange, Warning,
};
use super::compiled;
use super::host_ports::clashing_host_ports;
use super::pods::old_templates;
use super::refused::refused;

/// The differences between `stored` and `target`.
#[must_use]
pub fn describe(
    kind: ChangeKind,
    obtained: ObjectSource,
    stored: Option<&DaemonSet>,
    target: &DaemonSet,
    snapshot: &Snapshot,
) -> RolloutChange {
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
    let today = stored.filter(|_| template == TemplateChange::Changed);
    let reasons = [
        host_ports(today, target, snapshot),
        virtual_nodes(target, snapshot),
        Expecting::new(&snapshot.expectations, target)
            .invalid()
            .cloned(),
    ];
    RolloutChange {
        kind,
        to_revision: None,
        obtained,
        template,
        refused: match obtained {
            // It has answered already.
            ObjectSource::DryRun => Vec::new(),
            ObjectSource::Local => refused(stored, target, pods),
        },
        warnings: reasons
            .into_iter()
            .flatten()
            .map(|reason| Warning::Reason(Box::new(reason)))
            .collect(),
        fields,
    }
}

/// New fields of the template that `written`, the manifest, doesn't have: the server's defaults or
/// its admission add them, and they alone can start a rollout.
#[must_use]
pub fn added(stored: &DaemonSet, target: &DaemonSet, written: &Value) -> Option<Warning> {
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

/// The host ports for which new pods never fit next to old ones: those of `today`'s template and of
/// older ones, or else of `target`'s own, which affect the next rollout.
fn host_ports(
    today: Option<&DaemonSet>,
    target: &DaemonSet,
    snapshot: &Snapshot,
) -> Option<Reason> {
    let strategy = target.object.spec.update_strategy.as_ref();
    let new = target.pod_spec()?;
    let old = old_templates(snapshot, target);
    let today = today.and_then(DaemonSet::pod_spec);
    let mut ports = clashing_host_ports(strategy, old.iter().chain(today), new);
    let from_next_rollout = ports.is_empty();
    if from_next_rollout {
        ports = clashing_host_ports(strategy, [new], new);
    }
    (!ports.is_empty()).then_some(Reason::HostPortsUnderSurge {
        ports,
        from_next_rollout,
    })
}

fn virtual_nodes(target: &DaemonSet, snapshot: &Snapshot) -> Option<Reason> {
    let compiled = compiled(target, snapshot);
    let runs = |node: &Node| should_run(&compiled, node);
    virtual_nodes::virtual_nodes(&compiled, snapshot.nodes.as_deref()?, runs)
}
