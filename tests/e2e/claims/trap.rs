//! The trap of the generation label: pods of a former DaemonSet count as updated by it,
//! whatever they run, and nothing rolls (METR-like "18 of 18 up to date on the old
//! image"). Each way round that is advised is gone.

use std::cell::RefCell;

use serde_json::json;

use super::recreate::second_generation;
use super::run::{Did, Stopped};
use super::said::Said;
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("nothing-rolls", nothing_rolls),
    case("set-by-the-annotation", set_by_the_annotation),
    case("annotation-in-the-manifest", annotation_in_the_manifest),
    case("label-taken-off-before", label_taken_off_before),
    case("label-taken-off-afterwards", label_taken_off_afterwards),
    case("restarted-afterwards", restarted_afterwards),
    case("pods-deleted-afterwards", pods_deleted_afterwards),
];

const NODES: [&str; 3] = ["n1", "n2", "n3"];

/// What is done where nothing rolls: pods and their revision are adopted, and a new one
/// is made.
const TRAPPED: Did = Did {
    adopted: 3,
    released: 0,
    relabelled: 0,
    deleted: 0,
    created: 0,
    collected: 0,
    revisions: 2,
};

/// The same, and all pods are made anew.
const ROLLED: Did = Did {
    deleted: 3,
    created: 3,
    ..TRAPPED
};

fn is_trap(said: &Said) -> Outcome {
    said.of_pods(3, ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    said.says("/pods/0/updatedBy", "Generation")?;
    said.finds(&["GenerationTrap", "HistoryRewritten"])
}

fn is_no_trap(said: &Said) -> Outcome {
    said.of_pods(3, ["Adopt", "OrphanedPod", "Replaced"])?;
    said.finds(&["HistoryRewritten"])
}

fn nothing_rolls(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let again = agent(1).image("agent:2");
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    is_trap(&said)?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, TRAPPED)?.run(3, "agent:1")
}

fn with_generation(ds: Ds, generation: &str) -> Ds {
    let annotations = json!({"deprecated.daemonset.template.generation": generation});
    ds.metadata(json!({"name": "agent", "annotations": annotations}))
}

/// A manifest that was exported with the annotation: the number is the pods' own.
fn set_by_the_annotation(lab: &Lab<'_>) -> Outcome {
    second_generation(lab, &agent("100%"))?;
    let again = with_generation(agent(1).image("agent:3"), "2");
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    is_trap(&said)?;
    let did = Did {
        revisions: 3,
        ..TRAPPED
    };
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, did)?.run(3, "agent:2")
}

/// The way round that touches nothing but the manifest.
fn annotation_in_the_manifest(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let again = agent(2).image("agent:2");
    let stopped = Stopped::new(lab)?;
    let said = stopped.adopt_file(&again)?;
    is_trap(&said)?;
    said.advises("deprecated.daemonset.template.generation: \"2\"")?;
    let again = with_generation(again, "2");
    let (stopped, said) = stopped.recreate(&again, |_| Ok(()))?;
    is_no_trap(&said)?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, ROLLED)?.run(3, "agent:2")
}

/// The way round that takes the label off the pods while they still have their owner.
fn label_taken_off_before(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let again = agent(2).image("agent:2");
    let stopped = Stopped::new(lab)?;
    let said = stopped.adopt_file(&again)?;
    is_trap(&said)?;
    lab.run(&said.command("PodLabels", "pod-template-generation-")?)?;
    let (stopped, said) = stopped.recreate(&again, |_| Ok(()))?;
    is_no_trap(&said)?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, ROLLED)?.run(3, "agent:2")
}

/// In the trap, then out of it by what is advised.
fn out_of_it(lab: &Lab<'_>, changes: &str, words: &str) -> Outcome {
    set_up(lab, &agent("100%"), &NODES)?;
    let again = agent("100%").image("agent:2");
    let command = RefCell::new(String::new());
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |said| {
        *command.borrow_mut() = said.command(changes, words)?;
        Ok(())
    })?;
    is_trap(&said)?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, TRAPPED)?.run(3, "agent:1")?;
    lab.run(&command.borrow())?;
    lab.until_rolled("agent", "agent:2", 3)
}

fn label_taken_off_afterwards(lab: &Lab<'_>) -> Outcome {
    out_of_it(lab, "PodLabels", "pod-template-generation-")
}

fn restarted_afterwards(lab: &Lab<'_>) -> Outcome {
    out_of_it(lab, "DaemonSet", "rollout restart")
}

fn pods_deleted_afterwards(lab: &Lab<'_>) -> Outcome {
    out_of_it(lab, "Pods", "delete")
}
