//! What a rollout is, in words.

use crate::analysis::rollout::change::{Change, ChangeKind, TemplateChange};
use crate::analysis::rollout::plan::{Body, Next, Revision, RevisionState};

use crate::output::document::Style;
use crate::output::words::{counted, nodes};

/// What was asked about.
#[derive(Clone, Copy)]
pub(super) enum Asked<'a> {
    /// The rollout under way.
    UnderWay,
    /// What a change would start.
    Change(&'a Change),
}

impl<'a> Asked<'a> {
    pub(super) fn of(change: Option<&'a Change>) -> Self {
        change.map_or(Self::UnderWay, Self::Change)
    }

    /// The end of the headline.
    pub(super) fn words(self, body: &Body) -> (Style, String) {
        match self {
            Self::UnderWay => under_way(body),
            Self::Change(change) => of_change(change, body),
        }
    }
}

fn under_way(body: &Body) -> (Style, String) {
    let held_up = !body.blockers.is_empty();
    if body.blockers.iter().any(|b| b.code.stops_the_controller()) {
        let text = "the controller does nothing for it".to_owned();
        return (Style::Bad, text);
    }
    let old = body.old.as_ref().map(Vec::len);
    if body.strategy.kind == "OnDelete" {
        return on_delete(old);
    }
    let Some(old) = old else {
        let text = "whether a rollout is under way can't be told".to_owned();
        return (Style::Warn, text);
    };
    match old {
        0 => no_old_pods(body),
        old if held_up => (
            Style::Bad,
            format!("rollout held up, {} left", old_pods(old)),
        ),
        old => (
            Style::Warn,
            format!("rollout under way, {} left", old_pods(old)),
        ),
    }
}

fn no_old_pods(body: &Body) -> (Style, String) {
    let (style, text) = match body.next {
        _ if !body.known_drift().is_empty() => {
            let count = counted(body.known_drift().len(), "pod");
            let text = format!("no rollout under way, {count} only counted as updated");
            return (Style::Bad, text);
        }
        None if body.blockers.is_empty() => (
            Style::Warn,
            "no old pods are left; whether pods are missing can't be told",
        ),
        Some(Next::Waiting) => (Style::Bad, "no old pods are left, and it isn't done"),
        Some(Next::Manage) => (
            Style::Warn,
            "no rollout under way, but pods to make or delete",
        ),
        _ if body.blockers.is_empty() => (Style::Good, "no rollout under way"),
        _ => (Style::Bad, "no rollout under way, and it is held up"),
    };
    (style, text.to_owned())
}

fn on_delete(old: Option<usize>) -> (Style, String) {
    match old {
        None => (
            Style::Warn,
            "OnDelete; which pods are old can't be told".to_owned(),
        ),
        Some(0) => (Style::Good, "OnDelete, no old pods".to_owned()),
        Some(old) => (
            Style::Warn,
            format!(
                "OnDelete, {} until somebody deletes {}",
                match old {
                    1 => "1 old pod stays".to_owned(),
                    n => format!("{n} old pods stay"),
                },
                if old == 1 { "it" } else { "them" }
            ),
        ),
    }
}

/// A number of old pods in words.
pub(super) fn old_pods(count: usize) -> String {
    counted(count, "old pod")
}

fn of_change(change: &Change, body: &Body) -> (Style, String) {
    let command = command(change.kind, body.revision.as_ref());
    if !change.refused.is_empty() {
        let text = format!("the server would refuse `{command}`");
        return (Style::Bad, text);
    }
    if change.template == TemplateChange::Unchanged {
        return unchanged(&command, change, body);
    }
    if body.blockers.iter().any(|b| b.code.stops_the_controller()) {
        let text =
            format!("`{command}` changes the template, and the controller does nothing for it");
        return (Style::Bad, text);
    }
    if change.makes_it() {
        let text = format!("`{command}` would make it");
        return (Style::Warn, text);
    }
    if body.strategy.kind == "OnDelete" {
        let text = format!(
            "`{command}` changes the template, and pods stay until somebody deletes them (OnDelete)"
        );
        return (Style::Warn, text);
    }
    if body.waves.is_none() && body.next == Some(Next::Manage) {
        let text =
            format!("`{command}` would make and delete pods at once, and no pod is left to roll");
        return (Style::Warn, text);
    }
    let back = match &body.revision {
        Some(Revision {
            state: RevisionState::Existing,
            ..
        }) if change.kind != ChangeKind::Undo => ", back to an older revision",
        _ => "",
    };
    let text = format!("`{command}` would start a rollout{back}");
    (Style::Warn, text)
}

fn unchanged(command: &str, change: &Change, body: &Body) -> (Style, String) {
    let what = if change.fields.is_empty() {
        "changes nothing"
    } else {
        "doesn't change the template"
    };
    let goes_on = if body.waves.is_some() {
        "; the rollout under way goes on"
    } else {
        ": no rollout"
    };
    (Style::Good, format!("`{command}` {what}{goes_on}"))
}

fn command(kind: ChangeKind, revision: Option<&Revision>) -> String {
    match kind {
        ChangeKind::Apply => "kubectl apply -f".to_owned(),
        ChangeKind::Restart => "kubectl rollout restart".to_owned(),
        ChangeKind::SetImage => "kubectl set image".to_owned(),
        ChangeKind::Undo => match revision.and_then(|r| r.number) {
            Some(number) => format!("kubectl rollout undo --to-revision={number}"),
            None => "kubectl rollout undo".to_owned(),
        },
    }
}

/// The revision that the template is of.
pub(super) fn revision_words(revision: Option<&Revision>) -> String {
    let Some(revision) = revision else {
        return "unknown: revisions couldn't be read".to_owned();
    };
    let number = revision.number.map(|n| n.to_string()).unwrap_or_default();
    let name = revision.name.as_deref();
    let name = name.map(|n| format!(" ({n})")).unwrap_or_default();
    let mut text = match revision.state {
        RevisionState::Current => format!("{number}{name}, the newest"),
        RevisionState::Existing => format!("{number}{name}, an older one: a rollback"),
        RevisionState::New if number.is_empty() => "a new one".to_owned(),
        RevisionState::New => format!("a new one, number {number}"),
    };
    if let Some(renumbered) = revision.renumbered_to {
        text.push_str(&format!("; it becomes number {renumbered}"));
    }
    if !revision.duplicates.is_empty() {
        let duplicates = revision.duplicates.join(", ");
        let relabelled = counted(revision.relabelled.len(), "pod");
        text.push_str(&format!(
            "; its duplicates are deleted ({duplicates}), and {relabelled} of other revisions get its label without a restart"
        ));
    }
    let already = revision
        .pods
        .filter(|_| revision.state != RevisionState::Current);
    if let Some(already) = already.filter(|already| *already > 0) {
        let counts = if already == 1 { "counts" } else { "count" };
        let already = counted(already, "pod");
        text.push_str(&format!("; {already} {counts} as of it already"));
    }
    text
}

/// The strategy, with the budget as it was written and as it resolves.
pub(super) fn strategy_words(body: &Body) -> String {
    let strategy = &body.strategy;
    let seconds = match strategy.min_ready_seconds {
        0 => String::new(),
        seconds => format!("; minReadySeconds {seconds}"),
    };
    if strategy.kind == "OnDelete" {
        return format!("OnDelete: a pod is replaced when somebody deletes it{seconds}");
    }
    format!("{}: {}{seconds}", strategy.kind, budget_words(body))
}

/// The name of the budget that limits the rollout.
pub(super) fn budget_name(body: &Body) -> &'static str {
    if surges(body) {
        "maxSurge"
    } else {
        "maxUnavailable"
    }
}

/// Whether new pods are made beside the old ones.
pub(super) fn surges(body: &Body) -> bool {
    body.strategy.kind == "RollingUpdate" && body.strategy.max_surge.is_some_and(|n| n > 0)
}

/// The budget that limits the rollout, as `maxUnavailable 10% of 38 nodes = 4`.
pub(super) fn budget_words(body: &Body) -> String {
    let strategy = &body.strategy;
    let (written, resolved) = if surges(body) {
        (&strategy.written.max_surge, strategy.max_surge)
    } else {
        (&strategy.written.max_unavailable, strategy.max_unavailable)
    };
    let name = budget_name(body);
    match (written.as_deref(), resolved) {
        (Some(written), None) if body.desired.is_none() => {
            format!("{name} {written}, of how many nodes is unknown")
        }
        (Some(written), None) => format!("{name} {written}, which can't be resolved"),
        (None, None) => format!("{name}, which can't be resolved"),
        (None, Some(n)) => format!("{name} {n}, the default"),
        (Some(written), Some(n)) if written.ends_with('%') => {
            let of = body.desired.map(|d| format!(" of {}", nodes(d)));
            format!("{name} {written}{} = {n}", of.unwrap_or_default())
        }
        (Some(written), Some(n)) if *written == n.to_string() => format!("{name} {n}"),
        (Some(written), Some(n)) => format!("{name} {written}, which counts as {n}"),
    }
}

fn has_old(body: &Body) -> bool {
    body.old.as_ref().is_some_and(|old| !old.is_empty())
}

/// What the controller does next.
pub(super) fn next_words(body: &Body) -> String {
    let budget = budget_name(body);
    match body.next {
        None => "unknown".to_owned(),
        Some(Next::Manage) if body.strategy.kind == "OnDelete" => {
            "pods are made and deleted as nodes ask for it".to_owned()
        }
        Some(Next::Manage) => {
            format!("pods are made and deleted as nodes ask for it, not limited by {budget}")
        }
        Some(Next::Update) => "old pods are replaced".to_owned(),
        Some(Next::Waiting) if body.strategy.kind == "OnDelete" && has_old(body) => {
            "nothing, until somebody deletes old pods".to_owned()
        }
        Some(Next::Waiting) => "the controller waits".to_owned(),
        Some(Next::None) => "nothing".to_owned(),
    }
}
