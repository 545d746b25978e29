//! `why --map`: a row for each DaemonSet, a column for each group of nodes. A cell's meaning is in
//! its glyph and numbers; colours only make it quicker to find.

mod cells;
mod columns;
mod shared;

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::map::{Cell, NodeMap, Row};
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::mark::Mark;
use crate::output::print_options::PrintOptions;
use crate::output::words::clean_cell;
use crate::words::map as words;

use cells::{cell_text, legend};
use columns::{EXCLUDED, Fitted, Space, shorten};

/// Draws the map. `excluded` holds, for each row, how many nodes are excluded, and the nearest
/// miss.
pub(super) fn layout(
    document: &mut Document,
    map: &NodeMap,
    excluded: &[Text],
    with_namespace: bool,
    options: PrintOptions,
) {
    let names: Vec<String> = map
        .rows
        .iter()
        .map(|r| name(&r.daemon_set, with_namespace))
        .collect();
    let space = Space::beside(&names, excluded, options);
    let cells = |row: &[Cell]| row.iter().map(|c| cell_text(*c, options.unicode)).collect();
    let cells: Vec<Vec<Text>> = map.rows.iter().map(|r| cells(&r.cells)).collect();
    let fitted = Fitted::new(map, &cells, &space);
    let mut rows = if options.headers {
        heads(map, &fitted)
    } else {
        Vec::new()
    };
    let beside = names.iter().zip(excluded);
    for ((row, cells), (name, excluded)) in map.rows.iter().zip(&cells).zip(beside) {
        let mut line = vec![
            Quoted::new(shorten(name, space.names)).into(),
            clean(row, options.unicode),
        ];
        line.extend(fitted.shown().filter_map(|at| cells.get(at).cloned()));
        line.push(excluded.clone());
        rows.push(line);
    }
    document.lines(&[], rows);
    left_off(document, map, &fitted);
    if map.groups.is_empty() {
        return;
    }
    document.blank();
    legend(document, map, options.unicode);
    if let Some(text) = words::grouped_by(&map.by) {
        document.line(0, text);
    }
    // What `…` stands for in the heads, where it is the same in all.
    let shared = &fitted.shared;
    if !shared.is_empty() {
        document.line(0, words::left_out(&shared.before, &shared.after));
    }
}

fn name(daemon_set: &DaemonSetRef, with_namespace: bool) -> String {
    if with_namespace {
        daemon_set.to_string()
    } else {
        daemon_set.name.clone()
    }
}

/// Whether it is healthy; a DaemonSet that runs on no node doesn't count as healthy.
fn clean(row: &Row, unicode: bool) -> Text {
    let is_on_none = row.cells.iter().all(|cell| cell.clean + cell.broken == 0);
    match row.clean {
        Some(true) if is_on_none => Mark::Excluded.cell(unicode),
        clean => clean_cell(clean),
    }
}

/// The names of the groups, and how many nodes each has.
fn heads(map: &NodeMap, fitted: &Fitted) -> Vec<Vec<Text>> {
    let mut names: Vec<Text> = vec!["DAEMONSET".into(), "CLEAN".into()];
    let mut counts: Vec<Text> = vec!["NODES".into(), "".into()];
    for (at, head) in &fitted.columns {
        names.push((Style::Strong, Quoted::new(head)).into());
        let nodes = map.groups.get(*at).and_then(|g| g.nodes);
        counts.push(nodes.map_or_else(|| "".into(), Text::from));
    }
    names.push(EXCLUDED.into());
    vec![names, counts]
}

/// Shows which groups there was no room for.
fn left_off(document: &mut Document, map: &NodeMap, fitted: &Fitted) {
    let missing = |at: &usize| !fitted.shown().any(|shown| shown == *at);
    let missing: Vec<usize> = (0..map.groups.len()).filter(missing).collect();
    if missing.is_empty() {
        return;
    }
    document.line(0, words::left_off(map, &missing));
}
