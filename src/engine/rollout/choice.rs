//! What is certain, and what is picked.

/// `BurstReplicas` (1.37.1): so many pods at most are created, and so many
/// deleted, by one call of `syncNodes`.
pub const BURST_REPLICAS: usize = 250;

/// A set of which one part is certain and of the rest only the number.
///
/// Candidates are what could be picked and could as well not be: where all of
/// them would be, they are certain, and where none, they aren't named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<T> {
    /// Whatever the order of the controller's walk.
    pub certain: Vec<T>,
    /// `take` of these; which ones nobody can tell.
    pub candidates: Vec<T>,
    /// How many of `candidates`: more than none and fewer than all, or 0 if
    /// there are no candidates.
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
    /// What `syncNodes` (1.37.1) makes of a list: the lists of `parts` one after
    /// the other, of each so many items in any order, and of all that the first
    /// [`BURST_REPLICAS`].
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
