//! What the controller creates, deletes and keeps, and how the rollout continues.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::drift::DriftBy;
use crate::analysis::reason::Code;
use crate::analysis::rollout::plan as facts;
use crate::model::Command;
use crate::report::reason::{Reason, reasons};
use crate::words::Sentence;
use crate::words::drift as words;
use crate::words::fragment::fragments;
use crate::words::rollout::waves;

/// What isn't limited by the budget.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Manage<'a> {
    /// Nodes that get a pod.
    pub create: Vec<Create<'a>>,
    /// Pods that are deleted.
    pub delete: Vec<Delete<'a>>,
    /// How many of `create` one sync creates.
    pub create_now: usize,
    /// How many of `delete` one sync deletes at least.
    pub delete_at_least: usize,
    /// How many at most, if no backoff holds failed pods.
    pub delete_at_most: usize,
}

/// A node that gets a pod.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Create<'a> {
    /// The node.
    pub node: &'a str,
    /// Why.
    pub reason: Code,
}

/// A pod that is deleted.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Delete<'a> {
    /// The pod.
    pub pod: &'a str,
    /// The node that it is bound to or meant for.
    pub node: &'a str,
    /// Why.
    pub reason: Code,
    /// False where a backoff or the cap of one sync may delay it.
    pub certain: bool,
    /// It isn't bound, and nothing has started the sync that deletes it: neither an excluded or
    /// deleted node nor the planned change.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub awaits_sync: bool,
}

impl<'a> From<&'a facts::Manage> for Manage<'a> {
    fn from(manage: &'a facts::Manage) -> Self {
        let create = manage.create.iter().map(|create| Create {
            node: &create.node,
            reason: create.reason,
        });
        let delete = manage.delete.iter().map(|delete| Delete {
            pod: &delete.pod,
            node: &delete.node,
            reason: delete.reason,
            certain: delete.certain,
            awaits_sync: delete.awaits_sync,
        });
        Self {
            create: create.collect(),
            delete: delete.collect(),
            create_now: manage.create_now,
            delete_at_least: manage.delete_at_least,
            delete_at_most: manage.delete_at_most,
        }
    }
}

/// What rollingUpdate does.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Update<'a> {
    /// Pods that are deleted.
    pub delete: Picked<'a>,
    /// Nodes that get a second pod.
    pub create: Picked<'a>,
    /// Old pods that aren't available, by name: they are replaced whatever the budget is.
    pub unavailable: &'a [String],
}

/// What is certain, and what is picked.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Picked<'a> {
    /// Independent of the order in which the controller goes through its map.
    pub certain: &'a [String],
    /// `take` of these; which ones can't be predicted.
    pub candidates: &'a [String],
    /// How many of `candidates`.
    pub take: usize,
}

impl<'a> From<&'a facts::Update> for Update<'a> {
    fn from(update: &'a facts::Update) -> Self {
        let picked = |picked: &'a facts::Picked| Picked {
            certain: &picked.certain,
            candidates: &picked.candidates,
            take: picked.take,
        };
        Self {
            delete: picked(&update.delete),
            create: picked(&update.create),
            unavailable: &update.unavailable,
        }
    }
}

/// A pod that the rollout deletes and nothing creates again.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Lost<'a> {
    /// The node.
    pub node: &'a str,
    /// The pod.
    pub pod: &'a str,
    /// Why none is created again.
    pub reasons: Vec<Reason>,
    /// Whether only a condition of the node denies the next one: it is created when the node
    /// recovers.
    pub recovers: bool,
    /// What in `spec.template.spec.tolerations` would keep it, as YAML to paste; left out where the
    /// node should recover instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toleration: Option<String>,
    /// The command that adds all of it; left out where the plan is for a manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'a Command>,
}

impl<'a> Lost<'a> {
    pub(super) fn new(lost: &'a facts::Lost, now: Timestamp) -> Self {
        Self {
            node: &lost.node,
            pod: &lost.pod,
            reasons: reasons(&lost.reasons, now),
            recovers: lost.recovers,
            toleration: fragments(&lost.remedies),
            command: lost.patch.as_ref(),
        }
    }
}

/// Nodes against today's template.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Nodes<'a> {
    /// They become eligible: pods are created there at once.
    pub gained: &'a [String],
    /// They are no longer eligible, whether they have a pod or not; lost pods are in `lost` of the
    /// plan itself.
    #[serde(rename = "lost")]
    pub no_longer_eligible: &'a [String],
    /// How many stay eligible.
    pub kept: usize,
}

impl<'a> From<&'a facts::Nodes> for Nodes<'a> {
    fn from(nodes: &'a facts::Nodes) -> Self {
        Self {
            gained: &nodes.gained,
            no_longer_eligible: &nodes.no_longer_eligible,
            kept: nodes.kept,
        }
    }
}

/// A pod that isn't current.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OldPod<'a> {
    /// The node.
    pub node: &'a str,
    /// The pod.
    pub pod: &'a str,
    /// The number of its revision, where that still exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// Whether a pod is created again when it is deleted; left out when its node couldn't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remade: Option<bool>,
}

impl<'a> From<&'a facts::OldPod> for OldPod<'a> {
    fn from(old: &'a facts::OldPod) -> Self {
        Self {
            node: &old.node,
            pod: &old.pod,
            revision: old.revision,
            remade: old.remade,
        }
    }
}

/// Sizes and counts, never an order.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Waves {
    /// Always `undefined`: the controller goes through its nodes in random order.
    #[cfg_attr(test, schemars(extend("const" = "undefined")))]
    pub order: &'static str,
    /// Pods that the rollout deletes and creates again.
    pub replace: usize,
    /// Pods that it deletes and doesn't create again.
    pub loses: usize,
    /// How many pods are replaced in the next call of rollingUpdate, if it is called.
    pub now: usize,
    /// How many are left after that.
    pub later: usize,
    /// How many of those are replaced in the syncs right after, without waiting for any pod.
    pub without_waiting: usize,
    /// How many of the others are replaced at once, when the previous ones are available.
    pub batch: usize,
    /// How many such batches there are.
    pub batches: usize,
    /// Eligible nodes without an available pod in the worst case.
    pub unavailable_at_worst: usize,
    /// How long it may take; absent where no pod shows how long it took to start, and where the
    /// rollout doesn't end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
}

/// An estimate of the time, from pods that started earlier.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// Seconds in all, if every batch takes as long as the median pod.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub seconds: i64,
    /// Seconds, if every batch takes as long as the 90th percentile.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub seconds_if_slow: i64,
    /// What it rests on.
    pub rests_on: Sentence,
}

impl From<&facts::Waves> for Waves {
    fn from(facts: &facts::Waves) -> Self {
        let estimate = facts.estimate.as_ref().map(|estimate| Estimate {
            seconds: estimate.seconds,
            seconds_if_slow: estimate.seconds_if_slow,
            rests_on: waves::rests_on(estimate),
        });
        Self {
            order: "undefined",
            replace: facts.replace,
            loses: facts.loses,
            now: facts.now,
            later: facts.later,
            without_waiting: facts.without_waiting,
            batch: facts.batch,
            batches: facts.batches,
            unavailable_at_worst: facts.unavailable_at_worst,
            estimate,
        }
    }
}

/// A pod that counts as updated but differs from the template.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Drift<'a> {
    /// The pod.
    pub pod: &'a str,
    /// Its node.
    pub node: &'a str,
    /// Which label makes it count as updated.
    pub by: DriftBy,
    /// Images that differ, by container: the pod's and the template's.
    pub images: BTreeMap<&'a str, ImageDrift<'a>>,
    /// Fields of the template that differ between the pod's revision and the current one, where its
    /// revision still exists.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub fields: &'a [String],
    /// In words.
    pub message: Sentence,
}

/// The image of a container.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImageDrift<'a> {
    /// The pod's; `null` when it has no such container.
    pub pod: Option<&'a str>,
    /// The template's.
    pub template: &'a str,
}

impl<'a> From<&'a facts::Drift> for Drift<'a> {
    fn from(drift: &'a facts::Drift) -> Self {
        let images = drift.images.iter().map(|(container, image)| {
            let image = ImageDrift {
                pod: image.pod.as_deref(),
                template: &image.template,
            };
            (container.as_str(), image)
        });
        Self {
            pod: &drift.pod,
            node: &drift.node,
            by: drift.cause.by(),
            images: images.collect(),
            fields: &drift.fields,
            message: words::drift(drift),
        }
    }
}
