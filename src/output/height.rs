//! A screen: rows have two lines at most, and a longer document loses rows of its longest tables
//! and says how many.

use std::borrow::Cow;

use super::document::{Block, Document};
use super::render::{Fit, render};
use super::table::fitted;

/// The number of lines of a screen, whatever the size of the cluster; commands to paste aren't
/// counted.
pub(super) const SCREEN: usize = 40;

/// Rows that a table keeps.
const LEAST: usize = 3;

/// The document with no more lines than it may have.
pub(super) fn cut(document: &Document, fit: Fit) -> Cow<'_, Document> {
    let Some(most) = document.most_lines else {
        return Cow::Borrowed(document);
    };
    let document = low_rows(document, fit);
    let mut heights: Vec<usize> = document.blocks.iter().map(|b| height(b, fit)).collect();
    if heights.iter().sum::<usize>() <= most {
        return document;
    }
    let mut document = document.into_owned();
    // Room for the line about rows that are left out.
    let tables = document.blocks.iter().filter(|b| is_table(b)).count();
    let most = most.saturating_sub(tables);
    let mut left_off = vec![0; document.blocks.len()];
    loop {
        // A row has at least one line, so half of the excess is never too many rows.
        let excess = heights.iter().sum::<usize>().saturating_sub(most);
        if excess == 0 {
            break;
        }
        let Some(at) = longest(&document.blocks) else {
            break;
        };
        if let (Some(Block::Table(table)), Some(height_at), Some(left)) = (
            document.blocks.get_mut(at),
            heights.get_mut(at),
            left_off.get_mut(at),
        ) {
            let kept = table
                .rows
                .len()
                .saturating_sub(excess.div_ceil(2))
                .max(LEAST);
            *left += table.rows.len() - kept;
            table.rows.truncate(kept);
            *height_at = height(&Block::Table(table.clone()), fit);
        }
    }
    // Columns that become narrower without the removed rows.
    let mut document = low_rows(&document, fit).into_owned();
    say(&mut document, &left_off);
    Cow::Owned(document)
}

/// The document with no row of a table higher than it may be.
fn low_rows(document: &Document, fit: Fit) -> Cow<'_, Document> {
    let mut document = Cow::Borrowed(document);
    for at in 0..document.blocks.len() {
        let Some(Block::Table(table)) = document.blocks.get(at) else {
            continue;
        };
        let room = fit.width.map(|width| width.saturating_sub(table.indent));
        let Cow::Owned(low) = fitted(table, room, fit.headers) else {
            continue;
        };
        if let Some(block) = document.to_mut().blocks.get_mut(at) {
            *block = Block::Table(low);
        }
    }
    document
}

/// Lines of one block; of commands none.
fn height(block: &Block, fit: Fit) -> usize {
    if matches!(block, Block::Command { .. }) {
        return 0;
    }
    let document = Document {
        blocks: vec![block.clone()],
        most_lines: None,
    };
    render(&document, fit).lines().count()
}

const fn is_table(block: &Block) -> bool {
    matches!(block, Block::Table(_))
}

/// The index of the longest table that can lose a row.
fn longest(blocks: &[Block]) -> Option<usize> {
    let tables = blocks
        .iter()
        .enumerate()
        .filter_map(|(at, block)| match block {
            Block::Table(table) if table.rows.len() > LEAST => Some((table.rows.len(), at)),
            _ => None,
        });
    tables.max().map(|(_, at)| at)
}

/// Shows below each table how many of its rows are left out.
fn say(document: &mut Document, left_off: &[usize]) {
    let cut = left_off.iter().enumerate().rev();
    for (at, left) in cut.filter(|(_, left)| **left > 0) {
        match document.blocks.get_mut(at + 1) {
            Some(Block::LeftOff { count, .. }) => *count += left,
            _ => {
                let (count, of) = (*left, "row");
                document.blocks.insert(at + 1, Block::LeftOff { count, of });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIT: Fit = Fit {
        width: Some(80),
        color: false,
        headers: true,
    };

    fn document(rows: usize, others: usize) -> Document {
        let mut document = Document {
            most_lines: Some(SCREEN),
            ..Document::default()
        };
        let row = |n: usize| vec![n.into()];
        document.table(0, &["A"], (0..rows).map(row).collect());
        document.table(0, &["B"], (0..others).map(row).collect());
        document
    }

    #[test]
    fn a_long_table_says_what_it_leaves_off() {
        let all = document(100, 5);
        let text = render(&cut(&all, FIT), FIT);
        assert!(text.lines().count() <= SCREEN, "{text}");
        let rows = text.lines().filter(|l| l.parse::<usize>().is_ok()).count();
        assert!(
            text.contains(&format!("… and {} more", 105 - rows)),
            "{text}"
        );
    }

    #[test]
    fn what_fits_is_left_as_it_is() {
        let all = document(20, 5);
        assert_eq!(render(&cut(&all, FIT), FIT), render(&all, FIT));
    }
}
