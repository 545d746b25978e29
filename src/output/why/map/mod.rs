//! `why --map`: a row for each DaemonSet, a column for each group of nodes. What a cell
//! says stands in its glyph and its numbers; colours only make it quicker to find.

mod cells;
mod columns;
mod shared;

use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::print_options::PrintOptions;
use crate::report::eligibility::DaemonSetRef;
use crate::report::header::Header;
use crate::report::map::{By, Cell, NodeMap};

use cells::{cell_text, legend};
use columns::{Fitted, Space, shorten};

/// Lays out the map.
pub(super) fn layout(
    map: &NodeMap,
    header: &Header,
    with_namespace: bool,
    options: PrintOptions,
) -> Document {
    let names: Vec<String> = map
        .rows
        .iter()
        .map(|r| name(&r.daemon_set, with_namespace))
        .collect();
    let space = Space::beside(&names, options.width);
    let cells = |row: &[Cell]| row.iter().map(|c| cell_text(*c, options.unicode)).collect();
    let cells: Vec<Vec<Text>> = map.rows.iter().map(|r| cells(&r.cells)).collect();
    let fitted = Fitted::new(map, &cells, &space);
    let mut rows = if options.headers {
        heads(map, &fitted)
    } else {
        Vec::new()
    };
    for ((name, row), cells) in names.iter().zip(&map.rows).zip(&cells) {
        let mut line = vec![shorten(name, space.names).into(), clean(row.clean)];
        line.extend(fitted.shown().filter_map(|at| cells.get(at).cloned()));
        rows.push(line);
    }
    let mut document = Document::default();
    document.lines(&[], rows);
    left_off(&mut document, map, &fitted);
    document.blank();
    legend(&mut document, map, options.unicode);
    if let Some(words) = grouped_by(&map.by) {
        document.line(0, words);
    }
    if let Some(words) = left_out(&fitted) {
        document.line(0, words);
    }
    closing(&mut document, header);
    document
}

fn name(daemon_set: &DaemonSetRef, with_namespace: bool) -> String {
    if with_namespace {
        format!("{}/{}", daemon_set.namespace, daemon_set.name)
    } else {
        daemon_set.name.clone()
    }
}

fn clean(clean: Option<bool>) -> Text {
    match clean {
        Some(true) => (Style::Good, "yes").into(),
        Some(false) => (Style::Bad, "no").into(),
        None => (Style::Warn, "?").into(),
    }
}

/// The names of the groups, and how many nodes each has.
fn heads(map: &NodeMap, fitted: &Fitted) -> Vec<Vec<Text>> {
    let mut names: Vec<Text> = vec!["DAEMONSET".into(), "CLEAN".into()];
    let mut counts: Vec<Text> = vec!["NODES".into(), "".into()];
    for (at, head) in &fitted.columns {
        names.push((Style::Strong, head.as_str()).into());
        let nodes = map.groups.get(*at).and_then(|g| g.nodes);
        counts.push(nodes.map_or_else(|| "".into(), Text::from));
    }
    vec![names, counts]
}

/// Says which groups there was no room for.
fn left_off(document: &mut Document, map: &NodeMap, fitted: &Fitted) {
    let missing = |at: &usize| !fitted.shown().any(|shown| shown == *at);
    let missing: Vec<usize> = (0..map.groups.len()).filter(missing).collect();
    if missing.is_empty() {
        return;
    }
    let bad = missing
        .iter()
        .filter(|at| columns::has_problems(map, **at))
        .count();
    let bad = match bad {
        0 => String::new(),
        n if n == missing.len() => ", with problems".to_owned(),
        n => format!(", {n} of them with problems"),
    };
    let names = missing.iter().filter_map(|at| map.groups.get(*at)).take(5);
    let mut names: Vec<&str> = names.map(|g| g.name.as_str()).collect();
    if missing.len() > names.len() {
        names.push("…");
    }
    let (count, names) = (missing.len(), names.join(", "));
    let groups = if count == 1 { "group" } else { "groups" };
    let text = format!("… and {count} more {groups} of nodes{bad}: {names} (-o wide shows all)");
    document.line(0, text);
}

/// What `…` stands for in the heads, where it stands for the same in all.
fn left_out(fitted: &Fitted) -> Option<String> {
    let shared = &fitted.shared;
    let parts = [(&shared.before, "begin with"), (&shared.after, "end with")];
    let parts = parts.iter().filter(|(part, _)| !part.is_empty());
    let parts: Vec<String> = parts.map(|(part, how)| format!("{how} `{part}`")).collect();
    (!shared.is_empty()).then(|| format!("Their names {}", parts.join(" and ")))
}

fn grouped_by(by: &By) -> Option<String> {
    let another = "--map=LABEL takes another label";
    Some(match by {
        By::Label(label) => format!("Columns: nodes by their label `{label}`"),
        By::Pool(labels) => {
            let labels = labels.join("`, `");
            format!("Columns: pools of nodes by `{labels}`, else by role; {another}")
        }
        By::Role => format!("Columns: nodes by role; {another}"),
        By::InstanceType => format!("Columns: nodes by instance type; {another}"),
        By::Platform => format!("Columns: nodes by platform; {another}"),
        By::Taints => format!("Columns: nodes by the taints that keep pods away; {another}"),
        By::Nothing => return None,
    })
}
