//! Lists of which only a part is kept are never built as a whole.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// What is kept of a list whose items are read one by one.
pub(crate) trait Accumulator: Default {
    /// An item of the list.
    type Item;

    /// Takes the next item.
    fn add(&mut self, item: Self::Item);
}

/// Reads a list into what is kept of it; null counts as an empty list.
pub(super) fn accumulated<'de, D, F>(deserializer: D) -> Result<F, D::Error>
where
    D: Deserializer<'de>,
    F: Accumulator<Item: Deserialize<'de>>,
{
    struct List<F>(PhantomData<F>);

    impl<'de, F: Accumulator<Item: Deserialize<'de>>> Visitor<'de> for List<F> {
        type Value = F;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a sequence")
        }

        fn visit_none<E>(self) -> Result<F, E> {
            Ok(F::default())
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<F, D::Error> {
            deserializer.deserialize_seq(self)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<F, A::Error> {
            let mut kept = F::default();
            while let Some(item) = list.next_element()? {
                kept.add(item);
            }
            Ok(kept)
        }
    }

    deserializer.deserialize_option(List(PhantomData))
}

/// Reads null like a missing field.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
