//! Reports whose keys are printed in the order of the alphabet.

use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Where a list stands in a report, key by key, and what it holds.
type List<'a, T> = (&'a [&'a str], &'a [T]);

/// A report with the keys in order, as a [`Value`] has them. Of its long lists, which have
/// an entry for each node, only one entry at a time is made a value of.
#[derive(Debug)]
pub struct Sorted<'a, T> {
    rest: Value,
    lists: Vec<List<'a, T>>,
}

impl<'a, T> Sorted<'a, T> {
    /// `rest` is the report, with nothing in the places of `lists`.
    ///
    /// # Errors
    /// When the report can't be encoded.
    pub fn new(
        rest: &impl Serialize,
        lists: impl IntoIterator<Item = List<'a, T>>,
    ) -> std::io::Result<Self> {
        Ok(Self {
            rest: serde_json::to_value(rest).map_err(std::io::Error::other)?,
            lists: lists.into_iter().collect(),
        })
    }
}

impl<T: Serialize> Serialize for Sorted<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.rest {
            Value::Object(keys) => part(keys, &self.lists, serializer),
            other => other.serialize(serializer),
        }
    }
}

/// A part of the report that holds lists.
struct Part<'a, T> {
    keys: &'a Map<String, Value>,
    lists: Vec<List<'a, T>>,
}

impl<T: Serialize> Serialize for Part<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        part(self.keys, &self.lists, serializer)
    }
}

fn part<S: Serializer, T: Serialize>(
    keys: &Map<String, Value>,
    lists: &[List<'_, T>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(keys.len()))?;
    for (key, value) in keys {
        let below: Vec<_> = lists
            .iter()
            .filter_map(|(path, list)| {
                let (first, rest) = path.split_first()?;
                (first == key).then_some((rest, *list))
            })
            .collect();
        match (below.as_slice(), value) {
            ([([], list)], _) => map.serialize_entry(key, &Entries(list))?,
            ([_, ..], Value::Object(keys)) => {
                let lists = below;
                map.serialize_entry(key, &Part { keys, lists })?;
            }
            _ => map.serialize_entry(key, value)?,
        }
    }
    map.end()
}

struct Entries<'a, T>(&'a [T]);

impl<T: Serialize> Serialize for Entries<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // What can't be encoded comes out as an error in its place.
        serializer.collect_seq(self.0.iter().map(Entry))
    }
}

struct Entry<'a, T>(&'a T);

impl<T: Serialize> Serialize for Entry<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(self.0).map_err(S::Error::custom)?;
        value.serialize(serializer)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::output::yaml;

    #[derive(Serialize, Default)]
    struct Report {
        z: usize,
        side: Side,
        nodes: Vec<Node>,
    }

    #[derive(Serialize, Default)]
    struct Side {
        nodes: Vec<Node>,
        a: Option<usize>,
    }

    #[derive(Serialize, Default)]
    struct Node {
        name: String,
        clean: bool,
    }

    #[test]
    fn as_if_it_were_a_value() {
        let nodes = || vec![Node::default(), Node::default()];
        let whole = Report {
            side: Side {
                nodes: nodes(),
                a: Some(1),
            },
            nodes: nodes(),
            z: 2,
        };
        let mut rest = Report {
            z: 2,
            ..Report::default()
        };
        rest.side.a = Some(1);
        let lists: [List<'_, Node>; 2] = [
            (&["nodes"], &whole.nodes),
            (&["side", "nodes"], &whole.side.nodes),
        ];
        let sorted = Sorted::new(&rest, lists).unwrap();
        let value = serde_json::to_value(&whole).unwrap();
        let text = serde_json::to_string_pretty(&sorted).unwrap();
        assert_eq!(text, serde_json::to_string_pretty(&value).unwrap());
        let yaml = yaml::to_string(&sorted).unwrap();
        assert_eq!(yaml, yaml::to_string(&value).unwrap());
    }
}
