//! The comparison itself: a report that isn't what happened doesn't pass.

use serde_json::{Value, json};

use super::compare;
use super::hands::pod;
use super::run::{Did, Stopped};
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[case(
    "wrong-predictions-are-noticed",
    wrong_predictions_are_noticed,
)];

/// Several claims that the report is right about, and the same with one thing wrong.
fn wrong_predictions_are_noticed(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    let [kept, out] = [lab.pod_on("agent", "n1")?, lab.pod_on("agent", "n2")?];
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "pod", &out, "app-"])?;
    lab.create(&pod("zzz-by-hand", lab.on("n1")))?;
    let said = stopped.adopt("agent")?;
    let place = |pod: &str, field: &str| Ok::<_, String>(format!("{}/{field}", said.place(pod)?));
    let frozen = stopped.go(&said, "agent")?;
    let (record, start) = (frozen.record.clone(), frozen.start.clone());
    let at_first = [
        (place(&kept, "claim")?, json!("Adopt")),
        (place(&kept, "claim")?, json!("Release")),
        (place(&kept, "then")?, json!("Relabelled")),
        (place(&out, "claim")?, json!("Owned")),
        (place("zzz-by-hand", "claim")?, json!("Owned")),
        (place("zzz-by-hand", "claim")?, json!("Foreign")),
        (place("zzz-by-hand", "then")?, json!("Kept")),
        (place("zzz-by-hand", "then")?, Value::Null),
        ("/pods".to_owned(), json!([])),
        ("/revisions/0/claim".to_owned(), json!("Adopt")),
        ("/revisions/0/claim".to_owned(), json!("Release")),
        ("/revisions/0/then".to_owned(), json!("DeletedAsDuplicate")),
        ("/history/state".to_owned(), json!("New")),
        ("/history/rewritten".to_owned(), json!(true)),
        ("/history/relabelled".to_owned(), json!(1)),
    ];
    for (pointer, wrong) in at_first {
        let falsified = said.with(&pointer, wrong.clone());
        let compared = compare::first(&falsified, &record, &start);
        unnoticed(&pointer, &wrong, compared)?;
    }
    let did = Did {
        adopted: 1,
        released: 1,
        deleted: 1,
        created: 1,
        ..Did::default()
    };
    let ended = frozen.finish(&said, did)?;
    let at_the_end = [
        (place(&kept, "then")?, json!("Replaced")),
        (place(&kept, "then")?, json!("GarbageCollected")),
        (place(&kept, "then")?, json!("LeftBesideNew")),
        (place(&kept, "updatedBy")?, json!("Generation")),
        (place(&out, "then")?, json!("Kept")),
        (place(&out, "then")?, json!("CountsAsUpdated")),
        (place(&out, "then")?, json!("DeletedIneligible")),
        (place("zzz-by-hand", "then")?, json!("Kept")),
        (place("zzz-by-hand", "then")?, json!("GarbageCollected")),
        (place("zzz-by-hand", "stays")?, json!("zzz-by-hand")),
        (place("zzz-by-hand", "stays")?, json!(out)),
        (place("zzz-by-hand", "stays")?, Value::Null),
    ];
    for (pointer, wrong) in at_the_end {
        let falsified = said.with(&pointer, wrong.clone());
        unnoticed(&pointer, &wrong, compare::end(&falsified, &ended))?;
    }
    compare::first(&said, &record, &start)?;
    compare::end(&said, &ended)
}

fn unnoticed(pointer: &str, wrong: &Value, compared: Outcome) -> Outcome {
    match compared {
        Err(_) => Ok(()),
        Ok(()) => Err(format!("that {pointer} isn't {wrong} went unnoticed")),
    }
}
