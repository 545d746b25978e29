//! The fields of a DaemonSet and everything in it.
//!
//! The table beside this file is written by the oracle from the tags of the Go
//! types (`k8s.io/api` 0.37.1), a struct a line, its fields as `name=kind`:
//! - `*K` a pointer, `[]K` a list, `{}K` a map with text keys, a capital a struct;
//! - `!` written whatever it holds (no `omitempty` that counts);
//! - `~KEY` a list that a strategic merge merges by that key, or as a set without one;
//! - `&` items of which a patch keeps only the fields that it names (`retainKeys`).

use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("daemonset-v1.37.1.txt");

/// The struct that a DaemonSet is.
pub(super) const DAEMON_SET: Kind = Kind::Struct("DaemonSet");

/// The struct that its `spec` is.
pub(super) const SPEC: Kind = Kind::Struct("DaemonSetSpec");

/// The struct that its template is.
pub(super) const POD_TEMPLATE: Kind = Kind::Struct("PodTemplateSpec");

static STRUCTS: LazyLock<HashMap<&'static str, Vec<Field>>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter_map(|line| line.split_once(' '));
    lines
        .map(|(name, fields)| (name, fields.split(' ').filter_map(Field::read).collect()))
        .collect()
});

/// One field of a struct.
#[derive(Debug, PartialEq)]
pub(super) struct Field {
    /// As JSON names it.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// It is written even when it holds nothing.
    pub(super) always: bool,
    /// Set for a list that a strategic merge merges; empty for one of plain values.
    pub(super) merge_key: Option<&'static str>,
    /// A patch of an item names the fields that stay.
    pub(super) retain_keys: bool,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    Bool,
    Int32,
    Int64,
    Quantity,
    IntOrString,
    Time,
    Any,
    Struct(&'static str),
    Pointer(Box<Kind>),
    List(Box<Kind>),
    Map(Box<Kind>),
}

impl Field {
    fn read(text: &'static str) -> Option<Self> {
        let (name, rest) = text.split_once('=')?;
        let retain_keys = rest.ends_with('&');
        let rest = rest.trim_end_matches('&');
        let (rest, merge_key) = match rest.split_once('~') {
            Some((rest, key)) => (rest, Some(key)),
            None => (rest, None),
        };
        let kind = Kind::read(rest.trim_end_matches('!'))?;
        Some(Self {
            name,
            kind,
            always: rest.ends_with('!'),
            merge_key,
            retain_keys,
        })
    }
}

impl Kind {
    fn read(text: &'static str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix('*') {
            return Some(Self::Pointer(Box::new(Self::read(rest)?)));
        }
        if let Some(rest) = text.strip_prefix("[]") {
            return Some(Self::List(Box::new(Self::read(rest)?)));
        }
        if let Some(rest) = text.strip_prefix("{}") {
            return Some(Self::Map(Box::new(Self::read(rest)?)));
        }
        Some(match text {
            "string" => Self::Text,
            "bool" => Self::Bool,
            "int32" => Self::Int32,
            "int64" => Self::Int64,
            "quantity" => Self::Quantity,
            "intOrString" => Self::IntOrString,
            "time" => Self::Time,
            "any" => Self::Any,
            name if name.starts_with(char::is_uppercase) => Self::Struct(name),
            _ => return None,
        })
    }

    /// The fields, where this is a struct or points to one.
    pub(super) fn fields(&self) -> &'static [Field] {
        match self {
            Self::Struct(name) => STRUCTS.get(name).map_or(&[], Vec::as_slice),
            Self::Pointer(to) => to.fields(),
            _ => &[],
        }
    }

    /// The field of that name.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|f| f.name == name)
    }

    /// What a list or a map holds.
    pub(super) fn element(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Map(element) => Some(element),
            Self::Pointer(to) => to.element(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DAEMON_SET, Field, Kind, STRUCTS, TABLE};

    #[test]
    fn the_whole_table_is_read() {
        assert_eq!(STRUCTS.len(), TABLE.lines().count());
        let written = TABLE.matches('=').count();
        assert_eq!(STRUCTS.values().flatten().count(), written);
        assert!(written > 500, "{written} fields");
    }

    #[test]
    fn every_struct_that_is_named_is_there() {
        fn named(kind: &Kind) -> Option<&'static str> {
            match kind {
                Kind::Struct(name) => Some(name),
                Kind::Pointer(to) => named(to),
                Kind::List(element) | Kind::Map(element) => named(element),
                _ => None,
            }
        }
        let fields = STRUCTS.values().flatten();
        let missing: Vec<_> = fields
            .filter_map(|f| named(&f.kind))
            .filter(|name| !STRUCTS.contains_key(name))
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn the_marks_of_a_field() {
        let list = |name| Kind::List(Box::new(Kind::Struct(name)));
        let volumes = Field {
            name: "volumes",
            kind: list("Volume"),
            always: false,
            merge_key: Some("name"),
            retain_keys: true,
        };
        let containers = Field {
            name: "containers",
            kind: list("Container"),
            always: true,
            merge_key: Some("name"),
            retain_keys: false,
        };
        let spec = Kind::Struct("PodSpec");
        let field = |name: &str| spec.fields().iter().find(|f| f.name == name);
        assert_eq!(field("volumes"), Some(&volumes));
        assert_eq!(field("containers"), Some(&containers));
        assert_eq!(DAEMON_SET.fields().len(), 5);
    }
}
