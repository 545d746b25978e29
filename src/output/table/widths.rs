//! How a width is shared among columns whose cells are wrapped.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::GAP;
use super::columns::{Column, Columns, gaps, plain};
use crate::output::document::Table;

/// Cells get at least this width.
const NARROWEST: usize = 20;

/// A column that would leave this much of its share unused is narrowed to its longest line.
const WASTE: usize = 3;

/// The minimal and maximal width of a column, without the gap after it.
#[derive(Clone, Copy, Debug, Default)]
struct Bounds {
    /// The width where nothing is wrapped.
    whole: usize,
    /// No less.
    least: Option<usize>,
    /// No more.
    most: Option<usize>,
    /// Neither more nor less.
    exact: Option<usize>,
    /// The space behind it.
    gap: usize,
}

/// The widths of the columns, none of which is narrower than its words if there is room for them.
pub(super) fn wrapped_widths(
    table: &Table,
    columns: &Columns,
    room: usize,
    shows_heads: bool,
) -> Vec<usize> {
    let mut bounds = bounds(columns, &table.lists, room, shows_heads);
    let longest_line = |at: usize, width: usize| {
        let head = table.header.get(at).filter(|_| shows_heads);
        let head = head.map(|head| longest_line(head, width));
        let cells = table.rows.iter().filter_map(|row| row.get(at));
        let lines = cells.map(|cell| longest_line(&plain(cell), width));
        lines.chain(head).max().unwrap_or_default()
    };
    let fits = columns.words_fit(room);
    let mut widths = shares(&bounds, room, fits, longest_line);
    if !fits {
        return widths;
    }
    // What one column gets in addition is taken from others, but each is set once.
    for _ in columns.iter() {
        let is_too_wide = widths.iter().sum::<usize>() + gaps(widths.len()) > room;
        let mut is_any = false;
        for ((bounds, width), column) in bounds.iter_mut().zip(&widths).zip(columns.iter()) {
            // A column that got its least width after others had taken theirs goes first.
            let is_forced = is_too_wide && bounds.exact.is_none() && bounds.least == Some(*width);
            if *width < column.word() || is_forced {
                is_any = true;
                bounds.exact = Some(column.word());
            }
        }
        if !is_any {
            break;
        }
        widths = shares(&bounds, room, fits, longest_line);
    }
    widths
}

/// Keeps heads intact, then lists of names, and then other names, from the left, as far as there is
/// room: a name broken in the middle can't be read or copied.
fn bounds(columns: &Columns, lists: &Range<usize>, room: usize, shows_heads: bool) -> Vec<Bounds> {
    let last = columns.len().saturating_sub(1);
    let fits = columns.words_fit(room);
    let heads = columns.iter().map(|c| c.head_word).sum::<usize>();
    let mut free = room.saturating_sub(heads + gaps(columns.len()));
    let bound = |(at, column): (usize, &Column)| {
        let gap = if at < last { GAP } else { 0 };
        let head = if shows_heads { column.head } else { 0 };
        Bounds {
            whole: column.cell.max(head).max(1),
            gap,
            ..Bounds::default()
        }
    };
    let mut all: Vec<Bounds> = columns.iter().enumerate().map(bound).collect();
    if !columns.has_heads {
        return all;
    }
    let others = (0..columns.len()).filter(|at| !lists.contains(at));
    for at in lists.clone().chain(others) {
        let (Some(column), Some(bounds)) = (columns.iter().nth(at), all.get_mut(at)) else {
            continue;
        };
        let more = column.word() - column.head_word;
        // Names come first; prose comes last and gets the rest, but where lists leave room, names
        // in the prose are kept intact too.
        let takes_all = at < 2 || !lists.is_empty() || (fits && columns.is_crowded(column, room));
        let share = if takes_all { free } else { free / 2 };
        let is_kept = (at < last || !lists.is_empty()) && more <= share;
        let more = if is_kept { more } else { 0 };
        free -= more;
        let least = column.head_word + more;
        bounds.least = Some(least);
        if lists.contains(&at) && columns.widest_row + bounds.gap > room {
            bounds.most = Some((room / 5).saturating_sub(bounds.gap).max(least).max(1));
        }
    }
    all
}

/// The widths of the columns: the requested ones where there is room, else equal shares of the
/// rest, from which a column is narrowed to what `longest_line` says that it needs.
fn shares(
    bounds: &[Bounds],
    room: usize,
    fits: bool,
    longest_line: impl Fn(usize, usize) -> usize,
) -> Vec<usize> {
    let mut shares = Shares {
        widths: vec![None; bounds.len()],
        free: room.max(NARROWEST).saturating_sub(gaps(bounds.len())),
    };
    shares.set_each(bounds, |_, b, _| {
        let at_least = b.least.filter(|least| b.whole <= *least);
        b.exact.or(at_least)
    });
    // Columns that need less than their share leave more to the others, which are widened to their
    // words where those fit.
    let enough = |_, b: &Bounds, share| {
        let is_most = |most: &usize| *most <= share && b.whole >= *most;
        let most = b.most.filter(is_most);
        most.or_else(|| Some(b.whole).filter(|whole| *whole <= share))
    };
    if fits {
        shares.set_each_again(bounds, enough);
    }
    shares.set_each_again(bounds, |_, b, share| {
        b.least.filter(|least| share < least + b.gap)
    });
    shares.set_each_again(bounds, enough);
    shares.set_each_again(bounds, |at, _, share| {
        let line = longest_line(at, share);
        (share.saturating_sub(line) >= WASTE).then_some(line)
    });
    shares.rest()
}

/// A width that is being shared.
struct Shares {
    widths: Vec<Option<usize>>,
    free: usize,
}

impl Shares {
    /// An equal share of what is free.
    fn share(&self) -> usize {
        let open = self.widths.iter().filter(|width| width.is_none());
        self.free.checked_div(open.count()).unwrap_or_default()
    }

    /// Sets the columns that aren't set yet and for which `width` returns a value, given their
    /// bounds and an equal share; returns whether there are any.
    fn set_each(
        &mut self,
        bounds: &[Bounds],
        width: impl Fn(usize, &Bounds, usize) -> Option<usize>,
    ) -> bool {
        let mut is_any = false;
        for (at, bounds) in bounds.iter().enumerate() {
            let share = self.share();
            let open = self.widths.get_mut(at).filter(|width| width.is_none());
            let Some(open) = open else {
                continue;
            };
            if let Some(width) = width(at, bounds, share) {
                let width = width.max(1);
                *open = Some(width);
                self.free = self.free.saturating_sub(width);
                is_any = true;
            }
        }
        is_any
    }

    /// The same until there are none: each one that is set changes the share of the others.
    fn set_each_again(
        &mut self,
        bounds: &[Bounds],
        width: impl Fn(usize, &Bounds, usize) -> Option<usize>,
    ) {
        while self.set_each(bounds, &width) {}
    }

    /// All widths, with equal shares for those that aren't set.
    fn rest(self) -> Vec<usize> {
        let open = self.widths.iter().filter(|width| width.is_none()).count();
        let free = self.free.max(open);
        let mut wider = free.checked_rem(open).unwrap_or_default();
        let share = free.checked_div(open).unwrap_or_default();
        let widths = self.widths.into_iter();
        let width = widths.map(|width| {
            width.unwrap_or_else(|| {
                let one_more = usize::from(wider > 0);
                wider = wider.saturating_sub(1);
                share + one_more
            })
        });
        width.collect()
    }
}

/// The longest line of a text that is wrapped at its spaces.
fn longest_line(text: &str, width: usize) -> usize {
    let whole = text.width();
    if whole <= width {
        return whole;
    }
    let (mut longest, mut line) = (0, 0);
    for word in text.split(' ').map(UnicodeWidthStr::width) {
        if word > width {
            return width;
        }
        let longer = if line > 0 { line + 1 + word } else { word };
        line = if longer <= width { longer } else { word };
        longest = longest.max(line);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::document::Text;

    #[test]
    fn a_word_that_needs_more_than_its_share_widens_no_row() {
        let row = |cause: &'static str, pod: &'static str, node: &'static str| -> Vec<Text> {
            vec!["1".into(), cause.into(), pod.into(), node.into()]
        };
        let table = Table {
            header: vec!["MISSCHEDULED", "CAUSE", "ITS POD", "NODES"],
            rows: vec![
                row(
                    "the node is unreachable, its kubelet stopped reporting",
                    "fits again once the …",
                    "worker-5",
                ),
                row(
                    "taint nvidia.com/gpu=present:NoSchedule",
                    "stays until deleted or …",
                    "gpu-1",
                ),
            ],
            wraps: true,
            lists: 3..4,
            ..Table::default()
        };
        let columns = Columns::measure(&table.header, &table.rows, true);
        for room in 70..120 {
            let widths = wrapped_widths(&table, &columns, room, true);
            let all = widths.iter().sum::<usize>() + gaps(widths.len());
            assert!(all <= room, "{room}: {widths:?}");
        }
    }
}
