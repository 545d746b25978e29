//! Rows that are too high name less.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::columns::{Columns, plain};
use super::widths::wrapped_widths;
use super::{Arrangement, arrangement};
use crate::output::document::{Quoted, Table, Text};

/// How often cells are cut at most.
const CUTS: usize = 4;

/// A shorter word isn't broken.
const LONG: usize = 24;

/// The rest of a broken word is no shorter.
const SHORTEST: usize = 12;

/// The lines of a row that can be read at a glance.
const HIGHEST: usize = 2;

/// The table with shorter cells in rows that would be too high: lists of names are shortened first,
/// then what is still too long is cut.
pub(in crate::output) fn fitted(
    table: &Table,
    room: Option<usize>,
    shows_heads: bool,
) -> Cow<'_, Table> {
    let mut table = Cow::Borrowed(table);
    let Some(room) = room else {
        return table;
    };
    loop {
        let high = too_high(&table, room, shows_heads);
        let shorter = |at: &usize| Some((*at, shortened(table.rows.get(*at)?)?));
        let shorter: Vec<(usize, Vec<Text>)> = high.iter().filter_map(shorter).collect();
        if shorter.is_empty() {
            break;
        }
        replace(&mut table, shorter);
    }
    // A column whose cells are cut may become narrower, which may make its cells too high again.
    for _ in 0..CUTS {
        let high = too_high(&table, room, shows_heads);
        let Some(widths) = widths(&table, room, shows_heads).filter(|_| !high.is_empty()) else {
            break;
        };
        let cut = |at: &usize| Some((*at, cut(table.rows.get(*at)?, &widths)));
        let cut: Vec<_> = high.iter().filter_map(cut).collect();
        replace(&mut table, cut);
    }
    table
}

fn replace(table: &mut Cow<'_, Table>, rows: Vec<(usize, Vec<Text>)>) {
    if rows.is_empty() {
        return;
    }
    let all = &mut table.to_mut().rows;
    for (at, row) in rows {
        if let Some(place) = all.get_mut(at) {
            *place = row;
        }
    }
}

/// The row, with every cell cut to the permitted number of lines.
fn cut(row: &[Text], widths: &[usize]) -> Vec<Text> {
    let cells = row.iter().zip(widths);
    let cells = cells.map(|(cell, width)| {
        let text = plain(cell);
        if lines(&text, *width) <= HIGHEST {
            return cell.clone();
        }
        let mut kept = String::new();
        for word in text.split(' ').filter(|word| *word != "…") {
            let longer = format!("{kept}{word} ");
            if lines(&format!("{longer}…"), *width) > HIGHEST {
                kept.push_str(&broken(&kept, word, *width));
                break;
            }
            kept = longer;
        }
        (cell.style(), Quoted::new(ended(&kept, *width))).into()
    });
    cells.collect()
}

/// What a sentence is cut into clauses at.
const BOUNDARIES: [&str; 4] = [", ", "; ", ": ", " ("];

/// What is kept of a sentence, to the end of a clause where that isn't far, and with the quote
/// closed that it is cut in.
fn ended(kept: &str, width: usize) -> String {
    let starts = BOUNDARIES.iter().filter_map(|b| kept.rfind(b));
    let clause = starts.max().filter(|start| start * 2 > kept.len());
    let Some(clause) = clause.and_then(|end| kept.get(..end)) else {
        return format!("{kept}…");
    };
    let closed = match clause.matches('"').count() % 2 {
        0 => format!("{clause} …"),
        _ => format!("{clause} …\""),
    };
    match lines(&closed, width) <= HIGHEST {
        true => closed,
        false => format!("{kept}…"),
    }
}

/// As much of a long word as fits after what is kept: a truncated name tells more than none.
fn broken(kept: &str, word: &str, width: usize) -> String {
    let mut part = String::new();
    let word = word.trim_end_matches('…');
    if word.width() < LONG {
        return part;
    }
    for letter in word.chars() {
        let longer = format!("{part}{letter}");
        if lines(&format!("{kept}{longer}…"), width) > HIGHEST || longer.width() >= width {
            break;
        }
        part = longer;
    }
    if part.width() < SHORTEST {
        return String::new();
    }
    part.trim_end_matches([',', ':', '(', ')']).to_owned()
}

/// The row with its cells one step shorter, where possible.
fn shortened(row: &[Text]) -> Option<Vec<Text>> {
    let mut is_any = false;
    let cells = row.iter().map(|cell| match cell.shortened() {
        Some(shorter) => {
            is_any = true;
            shorter
        }
        None => cell.clone(),
    });
    let cells = cells.collect();
    is_any.then_some(cells)
}

/// The widths of the columns where cells are wrapped; `None` where none is.
fn widths(table: &Table, room: usize, shows_heads: bool) -> Option<Vec<usize>> {
    let columns = Columns::measure(&table.header, &table.rows, true);
    let is_wrapped = arrangement(&columns, table.wraps, room) == Arrangement::Wrapped;
    is_wrapped.then(|| wrapped_widths(table, &columns, room, shows_heads))
}

/// The indexes of rows with too many lines; all of them where columns would go below.
fn too_high(table: &Table, room: usize, shows_heads: bool) -> Vec<usize> {
    let columns = Columns::measure(&table.header, &table.rows, true);
    let widths = match arrangement(&columns, table.wraps, room) {
        Arrangement::Wrapped => wrapped_widths(table, &columns, room, shows_heads),
        Arrangement::Below(_) => return (0..table.rows.len()).collect(),
        Arrangement::Lines => return Vec::new(),
    };
    let is_high = |row: &Vec<Text>| {
        let mut cells = row.iter().zip(&widths);
        cells.any(|(cell, width)| lines(&plain(cell), *width) > HIGHEST)
    };
    let rows = table.rows.iter().enumerate();
    rows.filter(|(_, row)| is_high(row))
        .map(|(at, _)| at)
        .collect()
}

/// Lines of a text that is wrapped at its spaces.
fn lines(text: &str, width: usize) -> usize {
    let (mut lines, mut line) = (1, 0);
    for word in text.split(' ').map(UnicodeWidthStr::width) {
        let longer = if line > 0 { line + 1 + word } else { word };
        if longer <= width || line == 0 {
            line = longer;
        } else {
            lines += 1;
            line = word;
        }
    }
    lines
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn table(rows: Vec<Vec<Text>>) -> Table {
        Table {
            header: vec!["NODES", "CAUSE"],
            rows,
            wraps: true,
            lists: 0..1,
            ..Table::default()
        }
    }

    fn names() -> Text {
        let name = |n: usize| format!("ip-10-0-0-{n}.eu-central-1.compute.internal");
        let list = |most: usize| Quoted::list(&(0..most).map(name).collect::<Vec<_>>());
        let cell: Text = list(5).into();
        cell.or((1..5).rev().map(|most| list(most).into()))
    }

    #[test]
    fn a_row_of_more_than_two_lines_names_less() {
        let rows = vec![
            vec![names(), "CrashLoopBackOff".into()],
            vec!["n1".into(), "Unschedulable".into()],
        ];
        let all = table(rows);
        let fitted = fitted(&all, Some(100), true);
        let commas = |table: &Table| plain(&table.rows[0][0]).matches(", ").count();
        assert_eq!(commas(&all), 4);
        assert!(commas(&fitted) < 2, "{fitted:?}");
        assert_eq!(fitted.rows[1], all.rows[1]);
        assert!(too_high(&fitted, 100, true).is_empty());
    }

    #[test]
    fn prose_that_is_too_long_is_cut_at_a_word() {
        let long = "word ".repeat(100);
        let all = table(vec![vec!["n1".into(), Quoted::new(long.trim()).into()]]);
        let fitted = fitted(&all, Some(60), true);
        assert!(too_high(&fitted, 60, true).is_empty());
        let text = plain(&fitted.rows[0][1]);
        assert!(text.ends_with("word …") && text.len() > 60, "{text}");
    }

    #[test]
    fn a_long_word_is_broken_rather_than_left_out() {
        let long = format!("no label {} or label {}", "a".repeat(48), "b".repeat(48));
        let cells = |text: &str| vec!["n1".into(), Quoted::new(text).into()];
        let all = table(vec![cells(&long), cells(&"c".repeat(48))]);
        let fitted = fitted(&all, Some(60), true);
        assert!(too_high(&fitted, 60, true).is_empty());
        let text = plain(&fitted.rows[0][1]);
        assert!(
            text.starts_with("no label aaaaaaaaaaaa") && text.ends_with('…'),
            "{text}"
        );
    }

    #[test]
    fn what_fits_keeps_all_names() {
        let all = table(vec![vec![names(), "CrashLoopBackOff".into()]]);
        assert!(matches!(fitted(&all, Some(400), true), Cow::Borrowed(_)));
        assert!(matches!(fitted(&all, None, true), Cow::Borrowed(_)));
    }
}
