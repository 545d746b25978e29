//! What the controller creates, deletes and keeps.

use jiff::Timestamp;

use crate::analysis::rollout::plan::{Body, BudgetKind, Delete, Lost, Manage, Update};
use crate::analysis::rollout::state::OldPodFate;
use crate::words::notation::{counted, nodes};
use crate::words::reason::sentence;
use crate::words::sentence::Sentence;

/// Pods are deleted and not created again, and by whom.
#[must_use]
pub fn lost(body: &Body) -> &'static str {
    if body.strategy.is_on_delete() {
        "not created again once somebody deletes them"
    } else {
        "deleted by the rollout and not created again"
    }
}

/// Why none is created again.
#[must_use]
pub fn why_lost(lost: &Lost, now: Timestamp) -> Sentence {
    let mut reasons = denied(lost, now);
    if lost.recovers {
        reasons.push("none is created until the node recovers".to_owned());
    }
    Sentence::new(reasons.join("; "))
}

/// A node has lost its pod, and why; continues after `lost`.
#[must_use]
pub fn was_lost(lost: &Lost, now: Timestamp) -> Sentence {
    Sentence::new(format!(
        "node {} has no pod any more, for {}",
        lost.node,
        denied(lost, now).join("; ")
    ))
}

fn denied(lost: &Lost, now: Timestamp) -> Vec<String> {
    let reasons = lost.reasons.iter();
    reasons.map(|r| sentence(r, now).into_string()).collect()
}

/// How to keep the pods of the named nodes: a command follows, or what the manifest has to contain.
#[must_use]
pub fn keep(nodes: &Sentence, is_command: bool) -> Sentence {
    Sentence::new(if is_command {
        format!("to keep the agent on {nodes}:")
    } else {
        format!("to keep the agent on {nodes}, add to spec.template.spec.tolerations:")
    })
}

/// When pods are created and deleted whatever the budget is, and what doesn't limit that.
#[must_use]
pub fn not_limited(body: &Body, manage: &Manage) -> Sentence {
    let when = if manage.awaits_sync() {
        "Also at the controller's next sync"
    } else {
        "Also now"
    };
    Sentence::new(if body.strategy.is_on_delete() {
        format!("{when}, whatever the strategy")
    } else {
        let field = body.strategy.budget().field();
        format!("{when}, regardless of {field}")
    })
}

/// On which nodes pods are created; continues after `makes`.
#[must_use]
pub fn created_on(count: usize, names: &Sentence) -> Sentence {
    Sentence::new(format!("a pod on {}: {names}", nodes(count)))
}

/// How many pods one sync creates, where that isn't all.
#[must_use]
pub fn created_in_one_sync(manage: &Manage) -> Option<Sentence> {
    let now = manage.create_now;
    let some = now < manage.create.len();
    some.then(|| Sentence::new(format!("one sync creates {now} of them")))
}

/// How many pods one sync deletes, where that isn't all.
#[must_use]
pub fn deleted_in_one_sync(manage: &Manage) -> Option<Sentence> {
    let (least, most) = (manage.delete_at_least, manage.delete_at_most);
    if least == most && most < manage.delete.len() {
        Some(Sentence::new(format!("one sync deletes {most} of them")))
    } else if least < most && manage.delete.len() > 1 {
        let text = format!("one sync deletes {least} to {most} of them");
        Some(Sentence::new(text))
    } else {
        None
    }
}

/// When a pod is deleted.
#[must_use]
pub const fn when_deleted(delete: &Delete) -> &'static str {
    match (delete.awaits_sync, delete.certain) {
        (true, _) => "at the next sync",
        (false, true) => "now",
        (false, false) => "now or soon",
    }
}

/// What the rolling update does to pods or nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It deletes pods.
    Delete,
    /// It creates second pods on nodes.
    Create,
}

impl Step {
    const fn verb(self) -> &'static str {
        match self {
            Self::Delete => "deletes",
            Self::Create => "creates a second pod on",
        }
    }

    fn counted(self, count: usize) -> String {
        match self {
            Self::Delete => counted(count, "pod"),
            Self::Create => nodes(count),
        }
    }
}

/// How many pods or nodes a step applies to, whatever the order is.
#[must_use]
pub fn certain(step: Step, count: usize) -> Sentence {
    let (verb, counted) = (step.verb(), step.counted(count));
    Sentence::new(format!("{verb} {counted} for certain"))
}

/// How many of several it applies to.
#[must_use]
pub fn some_of(step: Step, take: usize, of: usize) -> Sentence {
    let (verb, counted) = (step.verb(), step.counted(of));
    Sentence::new(format!("{verb} {take} of these {counted}"))
}

/// More pods are replaced than the budget allows, and why.
#[must_use]
pub fn beyond_budget(body: &Body, update: &Update) -> Option<Sentence> {
    let budget = body.budget.as_ref()?;
    let picked = match budget.of {
        BudgetKind::Unavailable => &update.delete,
        BudgetKind::Surge => &update.create,
    };
    let count = picked.certain.len() + picked.take;
    let allowed = usize::try_from(budget.allowed).unwrap_or(0);
    (count > allowed && !update.unavailable.is_empty()).then(|| {
        let old = match update.unavailable.len() {
            1 => "1 old pod isn't available".to_owned(),
            many => format!("{many} old pods aren't available"),
        };
        Sentence::new(format!(
            "{old}; those are replaced at once, regardless of {}",
            budget.of.field()
        ))
    })
}

/// A pod with its node.
#[must_use]
pub fn pod_on(pod: &str, node: &str) -> Sentence {
    Sentence::new(format!("{pod} on {node}"))
}

/// The controller goes through nodes in no order.
pub const WHICH: &str = "in random order";

/// What happens to an old pod, and whether another one is created.
#[must_use]
pub fn fate(fate: OldPodFate, remade: Option<bool>) -> Sentence {
    let fate = match fate {
        OldPodFate::DeletedAtOnce => "deleted at once",
        OldPodFate::DeletedOnceSynced => "deleted at the next sync",
        OldPodFate::DeletedNext => "deleted next",
        OldPodFate::MayBeDeletedNext => "may be deleted next",
        OldPodFate::Waits => "waits",
        OldPodFate::StaysUntilDeleted => "stays until it is deleted",
    };
    Sentence::new(match remade {
        Some(true) => fate.to_owned(),
        Some(false) => format!("{fate}; not created again"),
        None => format!("{fate}; whether it is created again is unknown"),
    })
}

/// What happens at once, as the heading of a plan for a change.
pub const NOW: &str = "Now";

/// That nodes which are no longer eligible lose their pods at once.
#[must_use]
pub fn at_once(body: &Body) -> Sentence {
    let field = body.strategy.budget().field();
    Sentence::new(match body.strategy.is_on_delete() {
        true => "at once, whatever the strategy is".to_owned(),
        false => format!("all at once, regardless of {field}"),
    })
}

/// Why some pods are replaced before all others.
#[must_use]
pub fn why_first(body: &Body) -> Option<Sentence> {
    let unavailable = &body.next_update()?.unavailable;
    let first = body.replaced_first();
    let first = unavailable
        .iter()
        .filter(|pod| first.contains(pod.as_str()));
    let they = match first.count() {
        0 => return None,
        1 => "its pod isn't available: it goes",
        _ => "their pods aren't available: they go",
    };
    let field = body.strategy.budget().field();
    Some(Sentence::new(format!(
        "{they} first, regardless of {field}"
    )))
}

/// What happens afterwards: this many at a time, in no order.
#[must_use]
pub fn then(at_a_time: usize, all: usize) -> Sentence {
    Sentence::new(match at_a_time {
        n if n >= all => "Then, all at once".to_owned(),
        n => format!("Then, in random order, {n} at a time"),
    })
}

/// Nodes that get a pod, lose it, or have it replaced, each with its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnNodes {
    /// A pod is created.
    Create,
    /// A pod is deleted and not created again.
    Delete,
    /// A pod is replaced.
    Replace,
}

/// Names of nodes with the mark of what happens there; beyond the first few only their number.
#[must_use]
pub fn on_nodes(what: OnNodes, names: &[impl AsRef<str>], most: usize) -> Sentence {
    let mark = match what {
        OnNodes::Create => "+",
        OnNodes::Delete => "-",
        OnNodes::Replace => "~",
    };
    let shown = names.iter().take(most).map(AsRef::as_ref);
    let shown = shown.collect::<Vec<&str>>();
    let more = match names.len().saturating_sub(most) {
        0 => String::new(),
        more => format!(" … and {more} more"),
    };
    Sentence::new(format!("{mark} {}{more}", shown.join(" ")))
}
