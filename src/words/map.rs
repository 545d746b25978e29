//! Sentences about a map of DaemonSets and nodes.

use crate::analysis::map::{GroupBy, GroupName, NodeMap};

use super::sentence::Sentence;

/// The meaning of a cell's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// All nodes that should run it are clean.
    All,
    /// Some of them.
    Some,
    /// None of them.
    None,
    /// There are none that should run it.
    Excluded,
    /// Nodes with a pod that shouldn't have one.
    Misscheduled,
    /// Nodes of which too little was read.
    Unknown,
}

/// What a mark means.
#[must_use]
pub const fn meaning(mark: Mark) -> &'static str {
    match mark {
        Mark::All => "available and current on all nodes that should run it",
        Mark::Some => "on some",
        Mark::None => "on none",
        Mark::Excluded => "no node should run it",
        Mark::Misscheduled => "nodes with a pod that shouldn't be there",
        Mark::Unknown => "nodes of which too little could be read",
    }
}

/// The name of a group: what its nodes have in common, in brackets where that isn't a value of the
/// grouping.
#[must_use]
pub fn group(name: &GroupName) -> &str {
    match name {
        GroupName::Of(value) if value.is_empty() => "\"\"",
        GroupName::Of(value) => value,
        GroupName::All => "all nodes",
        GroupName::Without => "(none)",
        GroupName::Others => "(others)",
        GroupName::Gone => "(gone)",
        GroupName::Unread => "(not read)",
    }
}

/// What the columns are; `None` where one column covers all nodes.
#[must_use]
pub fn grouped_by(by: &GroupBy) -> Option<Sentence> {
    let another = "--map=LABEL takes another label";
    Some(Sentence::new(match by {
        GroupBy::Label(label) => format!("Columns: nodes by their label `{label}`"),
        GroupBy::Pool(labels) => {
            let labels = labels.join("`, `");
            format!("Columns: pools of nodes by `{labels}`, else by role; {another}")
        }
        GroupBy::Role => format!("Columns: nodes by role; {another}"),
        GroupBy::InstanceType => format!("Columns: nodes by instance type; {another}"),
        GroupBy::Platform => format!("Columns: nodes by platform; {another}"),
        GroupBy::Taints => format!("Columns: nodes by the taints that keep pods away; {another}"),
        GroupBy::Nothing => return None,
    }))
}

/// Which groups there was no room for, by index.
#[must_use]
pub fn left_off(map: &NodeMap, places: &[usize]) -> Sentence {
    let bad = places.iter().filter(|at| map.has_problems(**at)).count();
    let bad = match bad {
        0 => String::new(),
        n if n == places.len() => ", with problems".to_owned(),
        n => format!(", {n} of them with problems"),
    };
    let names = places.iter().filter_map(|at| map.groups.get(*at)).take(5);
    let mut names: Vec<&str> = names.map(|g| group(&g.name)).collect();
    if places.len() > names.len() {
        names.push("…");
    }
    let (count, names) = (places.len(), names.join(", "));
    let groups = if count == 1 { "group" } else { "groups" };
    Sentence::new(format!(
        "… and {count} more {groups} of nodes{bad}: {names} (-o wide shows all)"
    ))
}

/// The common beginning and end of all group names, where the headers leave it out.
#[must_use]
pub fn left_out(before: &str, after: &str) -> Sentence {
    let parts = [(before, "begin with"), (after, "end with")];
    let parts = parts.iter().filter(|(part, _)| !part.is_empty());
    let parts: Vec<String> = parts.map(|(part, how)| format!("{how} `{part}`")).collect();
    Sentence::new(format!("Their names {}", parts.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::{GroupName, group};

    #[test]
    fn what_nodes_have_not_in_common_is_in_brackets() {
        assert_eq!(group(&GroupName::Of("a".to_owned())), "a");
        assert_eq!(group(&GroupName::Of(String::new())), "\"\"");
        assert_eq!(group(&GroupName::Without), "(none)");
        assert_eq!(group(&GroupName::Unread), "(not read)");
    }
}
