//! Which of many selectors may select an object, without asking each of them.

use std::collections::{BTreeSet, HashMap};

use super::{Operator, Selector};
use crate::model::{HASH_LABEL, Labels};

/// Selectors by a label that each needs. Each is found by one requirement alone: of those
/// that name values the one whose values the fewest others name, for the labels of one
/// release or of one team are those of all its selectors.
#[derive(Clone, Debug)]
pub struct SelectorIndex<'s, T> {
    by_pair: HashMap<(&'s str, &'s str), Vec<T>>,
    by_key: HashMap<&'s str, Vec<T>>,
    /// Those that need no label that could be looked up.
    others: Vec<T>,
}

impl<'s, T: Copy> SelectorIndex<'s, T> {
    /// Indexes `selectors`, each with what stands for it.
    #[must_use]
    pub fn new(selectors: impl Iterator<Item = (&'s Selector, T)> + Clone) -> Self {
        let mut named: HashMap<(&str, &str), usize> = HashMap::new();
        for pair in selectors.clone().flat_map(|(s, _)| pairs(s)).flatten() {
            *named.entry(pair).or_default() += 1;
        }
        let mut index = Self {
            by_pair: HashMap::new(),
            by_key: HashMap::new(),
            others: Vec::new(),
        };
        for (selector, item) in selectors {
            let times = |pairs: &BTreeSet<_>| -> usize {
                let times = pairs.iter().map(|pair| named.get(pair));
                times.map(|times| times.copied().unwrap_or_default()).sum()
            };
            if let Some(pairs) = pairs(selector).min_by_key(times) {
                for pair in pairs {
                    index.by_pair.entry(pair).or_default().push(item);
                }
            } else if let Some(key) = needed_key(selector) {
                index.by_key.entry(key).or_default().push(item);
            } else {
                index.others.push(item);
            }
        }
        index
    }

    /// Those that may select an object with `labels`, each once; no other does, whatever
    /// the hash label is.
    pub fn candidates<'q>(
        &'q self,
        labels: &'q Labels,
    ) -> impl Iterator<Item = T> + use<'q, 's, T> {
        let by_label = labels.iter().flat_map(|(key, value)| {
            let by_pair = self.by_pair.get(&(key, value)).into_iter().flatten();
            by_pair.chain(self.by_key.get(key).into_iter().flatten())
        });
        by_label.chain(&self.others).copied()
    }
}

/// Of each requirement that names values, the pairs of which an object has to have one.
fn pairs(selector: &Selector) -> impl Iterator<Item = BTreeSet<(&str, &str)>> {
    let needed = needed(selector).filter(|(_, operator, _)| *operator == Operator::In);
    needed.map(|(key, _, values)| values.iter().map(|v| (key.as_str(), v.as_str())).collect())
}

fn needed_key(selector: &Selector) -> Option<&str> {
    let mut needed = needed(selector);
    let exists = needed.find(|(_, operator, _)| *operator == Operator::Exists);
    exists.map(|(key, ..)| key.as_str())
}

/// The requirements that an object is found by. A sync changes the hash label of pods, so
/// that the one of today doesn't tell.
fn needed(selector: &Selector) -> impl Iterator<Item = &(String, Operator, Vec<String>)> {
    let requirements = selector.requirements().iter();
    requirements.filter(|(key, ..)| key != HASH_LABEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELECTORS: [&str; 8] = [
        "team=a,app=x",
        "team=a,app=y",
        "app in (x,y,x)",
        "tier",
        "!tier",
        "app!=x",
        "controller-revision-hash=1",
        "team,app notin (x)",
    ];

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().copied().collect()
    }

    #[test]
    fn none_that_selects_is_left_out_and_none_comes_twice() {
        let selectors: Vec<Selector> = SELECTORS.iter().flat_map(|s| s.parse()).collect();
        let index = SelectorIndex::new(selectors.iter().zip(0..));
        let keys = ["team", "app", "tier", HASH_LABEL];
        for combination in 0..256 {
            let values = ["", "a", "x", "1"];
            let value = |at: usize| values.get(combination >> (2 * at) & 3).copied();
            let pairs = keys.iter().enumerate();
            let pairs = pairs.map(|(at, key)| (*key, value(at).unwrap_or_default()));
            let labels: Labels = pairs.filter(|(_, value)| !value.is_empty()).collect();
            let mut candidates: Vec<usize> = index.candidates(&labels).collect();
            candidates.sort_unstable();
            let found = candidates.len();
            candidates.dedup();
            assert_eq!(candidates.len(), found, "{labels:?}");
            for (at, selector) in selectors.iter().enumerate() {
                let is_missed = selector.matches(&labels) && !candidates.contains(&at);
                assert!(!is_missed, "{selector} selects {labels:?}");
            }
        }
    }

    #[test]
    fn what_all_have_in_common_finds_none() {
        let texts: Vec<String> = (0..100).map(|n| format!("team=a,app=app-{n}")).collect();
        let selectors: Vec<Selector> = texts.iter().flat_map(|s| s.parse()).collect();
        let index = SelectorIndex::new(selectors.iter().zip(0..));
        let one = labels(&[("team", "a"), ("app", "app-7")]);
        assert_eq!(index.candidates(&one).collect::<Vec<usize>>(), [7]);
    }
}
