//! The notation of parts of a sentence: lists, counts, labels, tolerations.

use std::fmt::Display;

use crate::analysis::reason::{ApiMessage, ObjectRef};
use crate::analysis::remedy::Distance;
use crate::engine::toleration::DaemonToleration;

use super::sentence::Sentence;

/// At most five of `names`, and how many more there are.
#[must_use]
pub fn few(names: &[impl AsRef<str>]) -> String {
    first_of(names, 5)
}

/// At most this many of `names`, and how many more there are.
#[must_use]
pub fn first_of(names: &[impl AsRef<str>], most: usize) -> String {
    first_and_more(names, most, "")
}

/// `a, b and c`.
#[must_use]
pub fn and(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// As [`first_of`], with `…` before the count: for cells of tables.
#[must_use]
pub fn cut_off(names: &[impl AsRef<str>], most: usize) -> Sentence {
    Sentence::new(first_and_more(names, most, ", …"))
}

/// All of `names`, and how many more there are that a list leaves out.
#[must_use]
pub fn listed(names: &[String], left_off: usize) -> Sentence {
    let names = names.join(", ");
    Sentence::new(match left_off {
        0 => names,
        more => format!("{names}, … and {more} more"),
    })
}

/// How many rows a list leaves off: `… and 3 more steps (--limit 0 shows all)`.
#[must_use]
pub fn left_off(count: usize, of: &str) -> Sentence {
    let plural = if count == 1 { "" } else { "s" };
    Sentence::new(format!(
        "… and {count} more {of}{plural} (--limit 0 shows all)"
    ))
}

/// The head of a list, and how many there are: `Released (2 pods)`.
#[must_use]
pub fn head(title: &str, count: impl Display) -> Sentence {
    Sentence::new(format!("{title} ({count})"))
}

/// A number of things on its own.
#[must_use]
pub fn count(count: usize, what: &str) -> Sentence {
    Sentence::new(counted(count, what))
}

fn first_and_more(names: &[impl AsRef<str>], most: usize, mark: &str) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{}{mark} and {more} more", shown.join(", ")),
    }
}

/// ` (a, b)`; nothing where there is nothing to add.
#[must_use]
pub fn in_parentheses(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    match parts.as_slice() {
        [] => String::new(),
        parts => format!(" ({})", parts.join(", ")),
    }
}

/// A number of things: `1 pod`, `2 pods`.
#[must_use]
pub fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

/// A number of nodes.
#[must_use]
pub fn nodes(count: usize) -> String {
    counted(count, "node")
}

/// A number of DaemonSets.
#[must_use]
pub fn daemon_sets(count: usize) -> String {
    counted(count, "DaemonSet")
}

/// An object by kind and name.
#[must_use]
pub fn object(object: &ObjectRef) -> String {
    format!("{} {}", object.kind, object.name)
}

/// At most five of `all`, and how many more there are.
#[must_use]
pub fn objects(all: &[ObjectRef]) -> String {
    few(&all.iter().map(object).collect::<Vec<_>>())
}

/// An operating system or an architecture, as a label of nodes has it, in a sentence.
#[must_use]
pub fn platform(value: &str) -> &str {
    match value {
        "windows" => "Windows",
        "linux" => "Linux",
        other => other,
    }
}

/// Images; `None` where there are none.
#[must_use]
pub fn images(images: &[String]) -> Option<String> {
    match images {
        [] => None,
        [image] => Some(format!("image {image}")),
        images => Some(format!("images {}", few(images))),
    }
}

/// What the node has, as the end of a sentence that begins with "the node".
#[must_use]
pub fn label_fact(key: &str, found: Option<&str>) -> String {
    match found {
        Some("") => format!("has {key} with an empty value"),
        Some(value) => format!("has {key}={value}"),
        None => format!("has no label {key}"),
    }
}

/// A toleration in words.
#[must_use]
pub fn toleration(toleration: &DaemonToleration) -> String {
    let DaemonToleration {
        key,
        operator,
        value,
        effect,
        ..
    } = toleration;
    let mut text = match (key.is_empty(), operator.as_str()) {
        (true, "Exists") => "everything".to_owned(),
        (false, "Exists") => key.clone(),
        (_, "" | "Equal") => format!("{key}={value}"),
        _ => format!("{key} {operator} {value}"),
    };
    if !effect.is_empty() {
        text = format!("{text}:{effect}");
    }
    text
}

/// `: Reason: message`, as far as they exist, on one line.
#[must_use]
pub fn said(said: &ApiMessage) -> String {
    match saying(said).as_str() {
        "" => String::new(),
        text => format!(": {text}"),
    }
}

/// `Reason: message`, as far as they exist, on one line.
#[must_use]
pub fn saying(said: &ApiMessage) -> String {
    let message = one_line(&said.message);
    match (said.reason.as_str(), message.trim_end_matches('.')) {
        ("", message) => message.to_owned(),
        (reason, "") => reason.to_owned(),
        (reason, message) => format!("{reason}: {message}"),
    }
}

/// A foreign text with single spaces in place of line breaks and indentation.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The distance in words: `1 label`.
#[must_use]
pub fn distance(distance: Distance) -> Sentence {
    let machine = (distance.machine > 0).then(|| "another machine".to_owned());
    let parts = [
        (distance.labels, "label"),
        (distance.tolerations, "toleration"),
        (distance.fields, "field"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts = parts.map(|(count, what)| counted(count, what));
    let mut parts: Vec<_> = machine.into_iter().chain(parts).collect();
    if distance.conditions > 0 {
        parts.push("recovery".to_owned());
    }
    Sentence::new(parts.join(" + "))
}

/// The same for several nodes, to follow their number: `lack 1 label`, or that the nodes have to
/// recover where there is nothing to add to them.
#[must_use]
pub fn lacking(of: Distance, nodes: usize, only: &str) -> String {
    if of.machine > 0 {
        return match nodes {
            1 => "is a machine of another kind".to_owned(),
            _ => "are machines of another kind".to_owned(),
        };
    }
    let others = of.labels + of.tolerations;
    let is_recovery = of.conditions > 0 && others + of.fields == 0;
    // A node can't be given the name that the template requires, nor what no node has.
    let is_by_field = of.fields > 0 && others + of.conditions == 0;
    match (is_recovery, nodes) {
        _ if is_by_field && nodes == 1 => "is ruled out by the template".to_owned(),
        _ if is_by_field => "are ruled out by the template".to_owned(),
        (true, 1) => "has to recover".to_owned(),
        (true, _) => "have to recover".to_owned(),
        (false, 1) => format!("lacks {only}{}", distance(of)),
        (false, _) => format!("lack {only}{}", distance(of)),
    }
}
