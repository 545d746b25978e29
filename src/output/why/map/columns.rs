//! Which columns there is room for, and their heads.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::analysis::map::{GroupName, NodeMap};
use crate::output::document::Text;
use crate::output::print_options::PrintOptions;
use crate::output::sanitize::sanitize;
use crate::words::map::group;

use super::shared::CommonAffixes;

/// Spaces between two columns.
const GAP: usize = 2;

/// The head of the number of excluded nodes.
pub(super) const EXCLUDED: &str = "EXCLUDED";

/// The lengths of group names to try; the first that lets all columns fit is used: in full, then
/// without what all share. Shorter names than the last would be indistinguishable.
const HEADS: [usize; 4] = [usize::MAX, usize::MAX, 20, 12];

/// How the width is shared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Space {
    /// The width for the names of DaemonSets.
    pub(super) names: usize,
    /// The width for the groups; `None` for unlimited.
    groups: Option<usize>,
}

impl Space {
    /// What the names of DaemonSets leave: they take at most half of the width.
    pub(super) fn beside(names: &[String], excluded: &[Text], options: PrintOptions) -> Self {
        let widest = names.iter().map(|n| width_of(n)).max().unwrap_or(0);
        let most = options
            .width
            .map_or(usize::MAX, |width| (width / 2).max(20));
        let names = widest.min(most);
        let excluded = excluded.iter().map(text_width).max().unwrap_or(0);
        let taken = names.max("DAEMONSET".len()) + GAP + "CLEAN".len();
        let taken = taken + GAP + excluded.max(EXCLUDED.len());
        let groups = options.width.map(|width| width.saturating_sub(taken));
        Self { names, groups }
    }
}

/// The columns that are shown.
#[derive(Debug)]
pub(super) struct Fitted {
    /// Indexes of the groups, in order, with their heads.
    pub(super) columns: Vec<(usize, String)>,
    /// What is left out of all heads because they share it.
    pub(super) shared: CommonAffixes,
}

impl Fitted {
    /// Shows all groups, with shorter names if needed, or else those with problems and then the
    /// largest.
    pub(super) fn new(map: &NodeMap, cells: &[Vec<Text>], space: &Space) -> Self {
        let (mut columns, mut shared) = (Vec::new(), CommonAffixes::default());
        for most in HEADS {
            columns = candidates(map, cells, &shared, most);
            let whole: usize = columns.iter().map(|c| c.width + GAP).sum();
            if space.groups.is_none_or(|room| whole <= room) {
                break;
            }
            shared = CommonAffixes::of(&names(map));
        }
        let mut order: Vec<usize> = (0..columns.len()).collect();
        let nodes = |at: usize| map.groups.get(at).and_then(|g| g.nodes);
        order.sort_by_key(|at| std::cmp::Reverse((map.has_problems(*at), nodes(*at))));
        let mut room = space.groups.unwrap_or(usize::MAX);
        let mut shown = vec![false; columns.len()];
        for at in order {
            let Some(width) = columns.get(at).map(|c| c.width + GAP) else {
                continue;
            };
            if width <= room {
                room -= width;
                shown.iter_mut().skip(at).take(1).for_each(|s| *s = true);
            }
        }
        let kept = columns.into_iter().enumerate().zip(shown);
        let kept = kept.filter(|(_, shown)| *shown);
        let columns = kept.map(|((at, column), _)| (at, column.head)).collect();
        Self { columns, shared }
    }

    /// The indexes of the groups that are shown.
    pub(super) fn shown(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|(at, _)| *at)
    }
}

struct Candidate {
    head: String,
    width: usize,
}

/// The names of groups that come from nodes.
fn names(map: &NodeMap) -> Vec<&str> {
    let names = map.groups.iter().map(|g| &g.name);
    let own = names.filter(|name| matches!(name, GroupName::Of(_) | GroupName::All));
    own.map(group).collect()
}

fn candidates(
    map: &NodeMap,
    cells: &[Vec<Text>],
    shared: &CommonAffixes,
    most: usize,
) -> Vec<Candidate> {
    let groups = map.groups.iter().enumerate();
    let candidate = groups.map(|(at, one)| {
        let head = shorten(&shared.left_out(group(&one.name)), most);
        let in_column = cells.iter().filter_map(|row| row.get(at)).map(text_width);
        let nodes = one.nodes.map_or(0, |n| n.to_string().len());
        let widest = in_column.max().unwrap_or(0).max(nodes);
        let width = widest.max(width_of(&head)).max(1);
        Candidate { head, width }
    });
    candidate.collect()
}

/// `text` in `most` columns, cut in the middle: pool names mostly differ at their ends.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let clean = sanitize(text);
    if clean.width() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(1);
    let front = taken(clean.chars(), room / 2);
    let back: String = taken(clean.chars().rev(), room - front.width());
    let back: String = back.chars().rev().collect();
    [&*front, "…", &*back].concat()
}

/// As many of the characters as fit into `room` columns.
fn taken(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut left = room;
    chars
        .take_while(|c| {
            let width = c.width().unwrap_or(0);
            let fits = width <= left;
            left = left.saturating_sub(width);
            fits
        })
        .collect()
}

fn width_of(text: &str) -> usize {
    sanitize(text).width()
}

fn text_width(text: &Text) -> usize {
    text.pieces().map(|(_, piece)| width_of(piece)).sum()
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn names_are_cut_in_the_middle() {
        assert_eq!(shorten("general", 7), "general");
        assert_eq!(shorten("gke-prod-pool-1", 12), "gke-p…pool-1");
        assert_eq!(shorten("節点節点節点", 8), "節…節点");
    }
}
