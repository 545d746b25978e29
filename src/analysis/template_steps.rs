//! Changes of the template that fix a problem of the DaemonSet as a whole: it runs on no node,
//! excludes itself, or runs where it can't.

use std::collections::BTreeSet;

use crate::engine::{CompiledDaemonSet, Finding, node_should_run_daemon_pod};
use crate::model::{Command, Labels, Node, Taint};

use super::contradiction::contradiction;
use super::daemon_set::DaemonSetAnalysis;
use super::excluded_by_own_taint::is_excluded_by_own_taint;
use super::impact::Impact;
use super::next::{Step, StepKind};
use super::node::NodeEligibility;
use super::owners::owned_taint::{Tolerate, owned_taint};
use super::reason::{Reason, reasons};
use super::remedy::{Requirement, TemplateChange, changed_template, respelled};
use super::virtual_nodes::VirtualKind;

impl DaemonSetAnalysis<'_> {
    /// The changes, each confirmed by the engine. `reports` are those of `nodes`, which are all
    /// nodes if `has_all`.
    pub(super) fn template_steps(
        &self,
        nodes: &[Node],
        reports: &[NodeEligibility],
        findings: &[Reason],
        has_all: bool,
    ) -> Vec<Step> {
        if !self.applied {
            return Vec::new();
        }
        let own = self.tolerate_own(nodes, reports).filter(|_| has_all);
        let nowhere = (has_all && own.is_none()).then(|| self.run_somewhere(nodes, reports));
        let label = findings.iter().find_map(|f| self.label_virtual(f, nodes));
        let off = findings.iter().find_map(|f| self.keep_off(f, nodes));
        let seconds = self.remove_seconds(nodes, reports);
        let steps = [own, nowhere.flatten(), label, off, seconds];
        let mut steps: Vec<Step> = steps.into_iter().flatten().collect();
        for step in steps.iter_mut().filter(|_| !has_all) {
            if let StepKind::ChangeTemplate { impact, .. } = &mut step.kind {
                *impact = None;
            }
        }
        steps
    }

    /// Tolerations for the taints that the DaemonSet itself removes.
    fn tolerate_own(&self, nodes: &[Node], reports: &[NodeEligibility]) -> Option<Step> {
        let reasons = reports.iter().filter(|node| is_excluded_by_own_taint(node));
        let reasons = reasons.flat_map(|node| &node.reasons);
        let taints = reasons.filter_map(|reason| match reason {
            Reason::UntoleratedNoExecute(one) | Reason::UntoleratedNoSchedule(one) => {
                one.is_own.then(|| one.taint.clone())
            }
            _ => None,
        });
        let taints: BTreeSet<Taint> = taints.collect();
        let changes = taints
            .into_iter()
            .map(TemplateChange::TolerateOwn)
            .collect();
        self.step(nodes, changes, |impact| !impact.gained.is_empty())
    }

    /// What a template that matches no node probably means.
    fn run_somewhere(&self, nodes: &[Node], reports: &[NodeEligibility]) -> Option<Step> {
        if reports.iter().any(|node| node.should_run == Some(true)) {
            return None;
        }
        let mut changes: Vec<TemplateChange> = self.node_name(nodes).into_iter().collect();
        changes.extend(self.selectors(nodes));
        changes.extend(self.terms(nodes));
        let gains = |impact: &Impact| !impact.gained.is_empty();
        let alone = self.step(nodes, changes.clone(), gains);
        alone.or_else(|| {
            changes.extend(self.fitting_tolerations(nodes, &changes));
            self.step(nodes, changes, gains)
        })
    }

    /// The node that the template names doesn't exist.
    fn node_name(&self, nodes: &[Node]) -> Option<TemplateChange> {
        let wanted = self.ds.pod_spec()?.node_name.as_deref()?;
        let is_there = nodes.iter().any(|node| *node.name == *wanted);
        (!is_there && !wanted.is_empty()).then_some(TemplateChange::RemoveNodeName)
    }

    /// Pairs of `nodeSelector` that no node has, and the label that was probably meant.
    fn selectors(&self, nodes: &[Node]) -> Vec<TemplateChange> {
        let selector = self
            .ds
            .pod_spec()
            .and_then(|spec| spec.node_selector.as_ref());
        let pairs = selector.into_iter().flatten();
        let is_on = |labels: &Labels, key: &str, value: &str| labels.get(key) == Some(value);
        let unmatched = pairs.filter(|(key, value)| {
            let mut labels = nodes.iter().map(|node| &node.labels);
            !labels.any(|labels| is_on(labels, key, value))
        });
        let meant = unmatched.filter_map(|(key, value)| {
            let mut found = nodes.iter();
            let by = found.find_map(|node| respelled(key, value, &node.labels))?;
            Some(TemplateChange::ReplaceNodeSelector {
                key: key.clone(),
                wanted: value.clone(),
                by,
            })
        });
        meant.collect()
    }

    /// Terms that no node can match: their expressions contradict each other, or they name a node
    /// that doesn't exist.
    fn terms(&self, nodes: &[Node]) -> Option<TemplateChange> {
        let (_, findings) = self.judge(nodes.first()?);
        let terms = findings.iter().filter_map(|finding| match finding {
            Finding::Term { term, .. } => Some(*term),
            _ => None,
        });
        let mut terms = terms.collect::<Vec<_>>().into_iter();
        terms.find_map(|term| {
            let found = contradiction(term, &findings);
            let joined = found.and_then(|found| {
                let values = found.joined()?;
                Some(TemplateChange::joined(&found, values))
            });
            joined.or_else(|| self.names_no_node(term, nodes))
        })
    }

    /// Removes the `matchFields` of a term that match no node.
    pub(super) fn names_no_node(&self, term: usize, nodes: &[Node]) -> Option<TemplateChange> {
        let required = self.ds.required_node_affinity()?;
        let term_of = required.node_selector_terms.get(term)?;
        let mut fields = term_of.match_fields.iter().flatten();
        let is_gone = fields.any(|field| {
            let mut values = field.values.iter().flatten();
            field.key == "metadata.name"
                && field.operator == "In"
                && values.all(|value| !nodes.iter().any(|node| *node.name == **value))
        });
        is_gone.then_some(TemplateChange::RemoveFields(term))
    }

    /// Tolerations for taints that reserve a node for such pods, where nothing else excludes the
    /// template with `changes`.
    fn fitting_tolerations(
        &self,
        nodes: &[Node],
        changes: &[TemplateChange],
    ) -> Vec<TemplateChange> {
        let template = changed_template(self.ds, changes);
        let changed = CompiledDaemonSet::new(&template, self.compiled.gates());
        let mut found = nodes.iter().filter_map(|node| {
            let mut findings = Vec::new();
            node_should_run_daemon_pod(&changed, node, &mut findings);
            let reasons = reasons(&findings, &changed);
            let deciding = reasons.into_iter().filter(|r| r.decides().is_some());
            let tolerations = deciding.map(|reason| match reason {
                Reason::UntoleratedNoExecute(one) | Reason::UntoleratedNoSchedule(one) => {
                    let fits = owned_taint(&one.taint)?.tolerate == Tolerate::Fits;
                    fits.then_some(TemplateChange::AddToleration(one.taint))
                }
                _ => None,
            });
            tolerations.collect::<Option<Vec<_>>>()
        });
        found.next().unwrap_or_default()
    }

    /// The label that the terms which match virtual nodes keep off already, and these lack.
    fn label_virtual(&self, finding: &Reason, nodes: &[Node]) -> Option<Step> {
        let Reason::VirtualNode {
            nodes: names,
            terms,
            ..
        } = finding
        else {
            return None;
        };
        if terms.is_empty() {
            return None;
        }
        let required = self.ds.required_node_affinity()?;
        let keeps_off = |term: &usize, wanted: &Requirement| {
            let term = required.node_selector_terms.get(*term);
            let mut expressions = term
                .into_iter()
                .flat_map(|t| t.match_expressions.iter().flatten());
            expressions.any(|one| {
                let values = one.values.as_deref().unwrap_or_default();
                one.key == wanted.key
                    && one.operator == wanted.operator
                    && wanted.values.iter().all(|value| values.contains(value))
            })
        };
        let kinds = [VirtualKind::Kubelet, VirtualKind::Fargate].into_iter();
        let mut kinds = kinds.map(VirtualKind::kept_off_by);
        let wanted = kinds.find(|wanted| terms.iter().all(|term| keeps_off(term, wanted)))?;
        let label = format!("{}={}", wanted.key, wanted.values.first()?);
        let named = |node: &&Node| names.iter().any(|name| **name == *node.name);
        let mut named = nodes.iter().filter(named);
        let overwrites = named.any(|node| node.labels.get(&wanted.key).is_some());
        let command = Command::kubectl(&["label", "nodes"]);
        let command = command.names(names.iter().map(String::as_str))?;
        let command = command.operand(&label)?;
        let flags: &[&'static str] = if overwrites { &["--overwrite"] } else { &[] };
        let kind = StepKind::LabelVirtual { label };
        Some(Step::new(kind, Some(command.with(flags))))
    }

    /// What keeps its pods off virtual nodes, added to each term that matches one.
    fn keep_off(&self, finding: &Reason, nodes: &[Node]) -> Option<Step> {
        let Reason::VirtualNode {
            nodes: names,
            kinds,
            terms,
            ..
        } = finding
        else {
            return None;
        };
        let change = TemplateChange::KeepOff {
            terms: terms.clone(),
            requirements: kinds.iter().map(|kind| kind.kept_off_by()).collect(),
        };
        self.step(nodes, vec![change], |impact| {
            let lost = &impact.no_longer_eligible;
            let is_virtual = |name: &String| {
                let mut nodes = nodes.iter().filter(|node| *node.name == **name);
                nodes.any(|node| VirtualKind::of(node).is_some())
            };
            names.iter().all(|name| lost.contains(name)) && lost.iter().all(is_virtual)
        })
    }

    /// Tolerates permanently what is now tolerated for a while, again and again.
    fn remove_seconds(&self, nodes: &[Node], reports: &[NodeEligibility]) -> Option<Step> {
        let reasons = reports.iter().flat_map(|node| &node.reasons);
        let tolerations = reasons.filter_map(|reason| match reason {
            Reason::EvictedAgainAndAgain { toleration, .. } => *toleration,
            _ => None,
        });
        let tolerations: BTreeSet<usize> = tolerations.collect();
        let changes = tolerations.into_iter().map(TemplateChange::RemoveSeconds);
        self.step(nodes, changes.collect(), |impact| {
            impact.no_longer_eligible.is_empty()
        })
    }

    fn step(
        &self,
        nodes: &[Node],
        changes: Vec<TemplateChange>,
        helps: impl Fn(&Impact) -> bool,
    ) -> Option<Step> {
        if changes.is_empty() {
            return None;
        }
        let impact = self.impact_of(&changed_template(self.ds, &changes), nodes);
        if !helps(&impact) {
            return None;
        }
        let command = self.judged().patch(&changes)?;
        let kind = StepKind::ChangeTemplate {
            changes,
            impact: Some(impact),
            on_delete: self.ds.is_on_delete(),
        };
        Some(Step {
            kind,
            command: Some(command),
            cause: None,
        })
    }
}
