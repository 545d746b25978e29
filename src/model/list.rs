use std::ops::Deref;
use std::sync::Arc;

/// A long list that several snapshots share: a clone is cheap, and the list is copied only when one
/// of them changes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List<T>(Arc<Vec<T>>);

impl<T: Clone> List<T> {
    /// The list for changes; copied first if it is shared.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        Arc::make_mut(&mut self.0)
    }

    /// The items for which `keep` holds; the same list when those are all of them.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&T) -> bool) -> Self {
        let Some(first) = self.iter().position(|item| !keep(item)) else {
            return self.clone();
        };
        let (before, after) = self.split_at(first);
        let after = after.iter().skip(1).filter(|item| keep(item));
        before.iter().chain(after).cloned().collect()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Arc::new(items))
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    #[test]
    fn a_list_of_which_all_is_kept_is_the_same_list() {
        let list: List<i32> = [1, 2, 3].into_iter().collect();
        assert!(std::ptr::eq(&*list.filtered(|_| true), &*list));
        assert_eq!(*list.filtered(|item| *item != 2), [1, 3]);
        assert!(list.filtered(|_| false).is_empty());
    }

    #[test]
    fn a_change_to_one_leaves_the_other() {
        let list: List<i32> = [1, 2].into_iter().collect();
        let mut other = list.clone();
        other.to_mut().push(3);
        assert_eq!((&*list, &*other), (&[1, 2][..], &[1, 2, 3][..]));
    }
}
