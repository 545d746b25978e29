//! What is certain, and what is picked.

/// `BurstReplicas` (1.37.1): one call of `syncNodes` creates at most this many pods, and deletes at
/// most this many.
pub const BURST_REPLICAS: usize = 250;

/// A set of which one part is certain and only the number of the rest is.
///
/// Candidates may or may not be picked: where all of them would be, they are certain, and where
/// none would be, they aren't listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<T> {
    /// Independent of the order in which the controller goes through its map.
    pub certain: Vec<T>,
    /// `take` of these; which ones can't be predicted.
    pub candidates: Vec<T>,
    /// How many of `candidates` are picked: more than none and fewer than all, or 0 if there are
    /// none.
    pub take: usize,
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self {
            certain: Vec::new(),
            candidates: Vec::new(),
            take: 0,
        }
    }
}

impl<T> Choice<T> {
    /// How many in all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.certain.len() + self.take
    }

    /// True when nothing is done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }
}

impl<T: Ord> Choice<T> {
    /// What `syncNodes` (1.37.1) makes of a list: the lists of `parts` one after the other, each
    /// limited to its number of items in any order, and the first [`BURST_REPLICAS`] of the result.
    #[must_use]
    pub(super) fn capped(parts: impl IntoIterator<Item = (Vec<T>, usize)>) -> Self {
        let mut choice = Self::default();
        let mut room = BURST_REPLICAS;
        for (items, wanted) in parts {
            let take = wanted.min(items.len()).min(room);
            room -= take;
            if take == items.len() {
                choice.certain.extend(items);
            } else if take > 0 {
                choice.take += take;
                choice.candidates.extend(items);
            }
        }
        choice.certain.sort_unstable();
        choice.candidates.sort_unstable();
        choice
    }
}
