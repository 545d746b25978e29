//! What a change of a DaemonSet does, and what the server makes of it.

use jiff::Timestamp;

use crate::analysis::rollout::change::{Adopts, ImmutableSelector, ObjectSource, Refused, Warning};
use crate::model::{Command, GENERATION_LABEL};
use crate::words::notation::counted;
use crate::words::reason::sentence;
use crate::words::sentence::Sentence;

/// Where the object comes from.
#[must_use]
pub const fn obtained(obtained: ObjectSource) -> &'static str {
    match obtained {
        ObjectSource::DryRun => "as the server answered a dry run, with its defaults and admission",
        ObjectSource::Local => {
            "computed here: the server checks more, and its admission may refuse or change it"
        }
    }
}

/// Why the server refuses it, and what to do; continues after the field's name.
#[must_use]
pub fn refused(refused: &Refused) -> Sentence {
    match refused {
        Refused::Selector { stored, adopts } => Sentence::new(format!(
            "{}{}",
            immutable_selector(stored),
            adopted(*adopts)
        )),
        Refused::Value { problem, .. } => Sentence::new(problem),
    }
}

/// The same without the way around it.
#[must_use]
pub fn refused_brief(refused: &Refused) -> Sentence {
    match refused {
        Refused::Selector { stored, .. } => {
            let was = stored.selector.as_deref();
            let was = was.unwrap_or("one that can't be read");
            Sentence::new(format!("can't be changed, it is `{was}`"))
        }
        Refused::Value { problem, .. } => Sentence::new(problem),
    }
}

/// A step by its number.
#[must_use]
pub fn step(number: usize, text: &Sentence) -> Sentence {
    Sentence::new(format!("{number}. {text}"))
}

/// The heading of what leads to another selector.
pub const WAY_AROUND: &str = "How to change it, in this order";

/// What leads to another selector, step by step, each with its command where it has one; empty
/// where nothing does.
#[must_use]
pub fn way_around(refused: &Refused) -> Vec<(Sentence, Option<&Command>)> {
    let Refused::Selector { stored, adopts } = refused else {
        return Vec::new();
    };
    let pods = adopts.map_or_else(|| "its pods".to_owned(), |a| counted(a.all, "pod"));
    let delete = stored.delete.as_ref();
    let apply = |then: String| (Sentence::new(format!("Apply the manifest{then}.")), None);
    let Some(Adopts {
        all,
        adopted,
        outdated,
    }) = *adopts
    else {
        let keep = Sentence::new("Delete the DaemonSet and keep its pods.");
        return vec![(keep, delete), apply(String::new())];
    };
    if adopted == 0 {
        let with = match all {
            0 => "Delete the DaemonSet, which has no pods.".to_owned(),
            _ => format!(
                "Delete the DaemonSet with its {pods}: it could adopt none of them. Their nodes run none until the new pods start."
            ),
        };
        return vec![(Sentence::new(with), delete), apply(String::new())];
    }
    let keep = Sentence::new(format!("Delete the DaemonSet and keep its {pods}."));
    let mut steps = vec![(keep, delete)];
    let others = match all - adopted {
        0 => String::new(),
        others => format!(", {others} run on beside new ones"),
    };
    if outdated > 0 {
        let unlabel = Sentence::new(format!(
            "Remove the label {GENERATION_LABEL}: with it {outdated} of the adopted pods count as updated, and keep the old template for good."
        ));
        steps.push((unlabel, stored.unlabel.as_ref()));
    }
    steps.push(apply(format!(
        ": it adopts {}{others}, and the rollout replaces what is of an old template",
        counted(adopted, "pod")
    )));
    steps
}

/// A selector can't be changed, and the workaround; continues after the field's name.
#[must_use]
pub fn immutable_selector(stored: &ImmutableSelector) -> Sentence {
    let delete = stored.delete.as_ref().map_or_else(
        || "delete it with `--cascade=orphan`".to_owned(),
        |delete| format!("`{delete}`"),
    );
    let was = stored.selector.as_deref();
    let was = was.unwrap_or("one that can't be read");
    Sentence::new(format!(
        "can't be changed, it is `{was}`; only a new DaemonSet can have another ({delete}, then apply)"
    ))
}

/// What the workaround would adopt.
fn adopted(adopts: Option<Adopts>) -> String {
    let Some(Adopts {
        all,
        adopted,
        outdated,
    }) = adopts
    else {
        return "; what that would adopt isn't known, for pods couldn't be read".to_owned();
    };
    let pods = counted(all, "pod");
    match adopted {
        0 if all == 0 => ": it has no pods today".to_owned(),
        0 => format!(
            ": today's {pods}, which it can't adopt, are deleted before, and their nodes run none until the new ones start"
        ),
        adopted if adopted == all => {
            format!(": it would adopt all of today's {pods}{}", kept(outdated))
        }
        adopted => format!(
            ": it would adopt {adopted} of today's {pods}{}, and the others would run on beside new ones",
            kept(outdated)
        ),
    }
}

/// That a label makes adopted pods count as updated.
fn kept(outdated: usize) -> String {
    match outdated {
        0 => String::new(),
        outdated => format!(
            ", {outdated} of which keep the old template for good, for their label {GENERATION_LABEL} makes them count as updated"
        ),
    }
}

/// What the server accepts but won't work as intended.
#[must_use]
pub fn warning(warning: &Warning, now: Timestamp) -> Sentence {
    match warning {
        Warning::Reason(reason) => sentence(reason, now),
        Warning::AddedByServer { fields } => Sentence::new(format!(
            "the server adds what the manifest doesn't have, and that changes the template: {}",
            fields.join(", ")
        )),
        Warning::OfServer(text) => Sentence::new(text),
    }
}

/// The heading of the fields that differ from the previous revision.
#[must_use]
pub fn since_revision(number: i64) -> Sentence {
    Sentence::new(format!("What changed since revision {number}"))
}

/// A template has the same fields as the previous revision.
#[must_use]
pub fn same_fields(number: i64) -> Sentence {
    Sentence::new(format!(
        "No field of the template differs from revision {number}: only the form in which that was written does, as a release before 1.34 wrote it"
    ))
}

/// How many nodes stay eligible.
#[must_use]
pub fn kept_nodes(kept: usize) -> Sentence {
    Sentence::new(match kept {
        0 => "no node stays eligible".to_owned(),
        1 => "1 node stays eligible".to_owned(),
        kept => format!("{kept} nodes stay eligible"),
    })
}

/// The error that says what the server would refuse; `None` where it refuses nothing.
#[must_use]
pub fn refusal(daemon_set: &str, all: &[Refused], is_brief: bool) -> Option<Sentence> {
    let said = |one: &Refused| match is_brief {
        true => refused_brief(one),
        false => refused(one),
    };
    let fields = all.iter();
    let fields = fields.map(|r| format!("{} {}", r.field(), said(r)));
    let fields: Vec<_> = fields.collect();
    (!fields.is_empty()).then(|| {
        Sentence::new(format!(
            "the server would refuse DaemonSet `{daemon_set}`: {}",
            fields.join("; ")
        ))
    })
}
