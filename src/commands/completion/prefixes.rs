//! More names than a shell can handle or a person can read: their prefixes instead.
//!
//! The names of a cluster with 100,000 nodes are neither all printed nor cut off somewhere: a shell
//! types the common prefix of the candidates that it gets.

use crate::cli::complete::Candidate;

/// Up to this many are listed one by one.
const MOST: usize = 500;

/// `candidates`, which all begin with `typed` and are sorted, as they are; or, where they are too
/// many, their continuations: like folders, to be completed further.
pub(super) fn by_prefix(candidates: Vec<Candidate>, typed: &str) -> Vec<Candidate> {
    if candidates.len() <= MOST {
        return candidates;
    }
    // The lengths of the common prefixes of neighbours, the shortest first: groups are separated
    // where neighbours share fewer characters.
    let neighbours = candidates.iter().zip(candidates.iter().skip(1));
    let mut common: Vec<usize> = neighbours.map(|(a, b)| common(a, b)).collect();
    common.sort_unstable();
    // Fewer neighbours share less than this than there may be groups.
    let length = common.get(MOST - 1).copied().unwrap_or_default();
    if length <= typed.chars().count() {
        return Vec::new();
    }
    let groups = candidates.chunk_by(|a, b| self::common(a, b) >= length);
    groups.filter_map(prefix_of).collect()
}

/// The length of the common prefix.
fn common(a: &Candidate, b: &Candidate) -> usize {
    let both = a.value.chars().zip(b.value.chars());
    both.take_while(|(a, b)| a == b).count()
}

fn prefix_of(group: &[Candidate]) -> Option<Candidate> {
    let (first, last) = (group.first()?, group.last()?);
    if first.value == last.value {
        return Some(first.clone());
    }
    // They are sorted, so the common prefix of these two is that of all of them.
    let common = first.value.chars().zip(last.value.chars());
    let common = common.take_while(|(a, b)| a == b).map(|(a, _)| a);
    let help = format!("{} names", group.len());
    Some(Candidate::new(common.collect::<String>(), help).unfinished())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<Candidate> {
        let name = |n| Candidate::new(format!("node-{n:05}"), "");
        (0..count).map(name).collect()
    }

    #[test]
    fn a_few_are_listed_as_they_are() {
        assert_eq!(by_prefix(names(MOST), "node-").len(), MOST);
    }

    #[test]
    fn many_are_listed_by_how_they_go_on() {
        let listed = by_prefix(names(100_000), "no");
        let values: Vec<_> = listed.iter().map(|c| c.value.as_str()).collect();
        assert_eq!(values.len(), 100);
        assert_eq!(values.first(), Some(&"node-00"));
        assert_eq!(values.last(), Some(&"node-99"));
        assert!(listed.iter().all(|c| c.is_unfinished));
        let help = listed.first().map(|c| c.help.as_str());
        assert_eq!(help, Some("1000 names"));
    }

    #[test]
    fn one_that_stands_alone_keeps_its_name() {
        let mut all = names(1000);
        all.push(Candidate::new("zebra", "a node"));
        let listed = by_prefix(all, "");
        let last = listed.last().map(|c| (c.value.as_str(), c.is_unfinished));
        assert_eq!(last, Some(("zebra", false)));
    }
}
