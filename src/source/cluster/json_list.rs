//! A JSON list, cut into its items while it arrives.
//!
//! Everything around the items is checked here up to the last brace; whether the items are valid
//! JSON is checked when they are decoded.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::body::{LARGEST, Unusable};
use super::failure::STATUS;
use super::on_wire::{ENDS_EARLY, ListMetadata, NOT_JSON, TakeItem, decode_json};
use super::protobuf::Status;

/// How far a list has been read.
pub(super) struct JsonList {
    /// The kind that it must be of, such as `NodeList`.
    kind: String,
    /// The kind that it says to be of.
    found: String,
    next: Expected,
    key: ListKey,
    end: EndOfValue,
    metadata: ListMetadata,
    has_items: bool,
    /// Its contents if it is a `Status`.
    status: Map<String, Value>,
}

/// What may come next, apart from white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Open,
    FirstKeyOrClose,
    Key,
    Colon,
    Value,
    CommaOrClose,
    FirstItemOrEnd,
    Item,
    CommaOrEnd,
    Nothing,
}

/// The key of the value that comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ListKey {
    Kind,
    Metadata,
    Items,
    /// One that a `Status` has.
    OfStatus(String),
    Other,
}

impl JsonList {
    pub(super) fn of(kind: String) -> Self {
        Self {
            kind,
            found: String::new(),
            next: Expected::Open,
            key: ListKey::Other,
            end: EndOfValue::default(),
            metadata: ListMetadata::default(),
            has_items: false,
            status: Map::new(),
        }
    }

    /// Takes the complete part of `bytes`, which continue where the last call stopped; returns how
    /// many were consumed.
    pub(super) fn advance(
        &mut self,
        bytes: &[u8],
        take: &mut TakeItem<'_>,
    ) -> Result<usize, Unusable> {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..) {
            let Some(first) = rest.first() else {
                break;
            };
            if first.is_ascii_whitespace() {
                done += 1;
            } else if let Some(next) = self.after_mark(*first) {
                self.next = next;
                done += 1;
            } else if let Some(len) = self.end.find(rest) {
                self.end = EndOfValue::default();
                let value = rest.get(..len).unwrap_or_default();
                self.next = self.value(value, take)?;
                done += len;
            } else if rest.len() > LARGEST {
                return Err(Unusable::too_large("an object in it"));
            } else if !self.takes_value() {
                return Err(Unusable::problem(NOT_JSON));
            } else {
                break;
            }
        }
        Ok(done)
    }

    /// Checks that the list has ended when its bytes have, except for `rest`.
    pub(super) fn finish(self, rest: &[u8]) -> Result<ListMetadata, Unusable> {
        if self.next != Expected::Nothing || !rest.is_empty() {
            return Err(Unusable::problem(ENDS_EARLY));
        }
        let other_kind = self.other_kind();
        if self.found == STATUS {
            let status = Status::deserialize(Value::Object(self.status));
            return Err(status.map_or_else(|_| other_kind, Unusable::status));
        }
        if self.found != self.kind {
            return Err(other_kind);
        }
        if !self.has_items {
            return Err(Unusable::problem("it has no items"));
        }
        Ok(self.metadata)
    }

    /// What follows a punctuation mark in its right place.
    fn after_mark(&self, mark: u8) -> Option<Expected> {
        Some(match (self.next, mark) {
            (Expected::Open, b'{') => Expected::FirstKeyOrClose,
            (Expected::FirstKeyOrClose | Expected::CommaOrClose, b'}') => Expected::Nothing,
            (Expected::CommaOrClose, b',') => Expected::Key,
            (Expected::Colon, b':') => Expected::Value,
            (Expected::Value, b'[') if self.key == ListKey::Items => Expected::FirstItemOrEnd,
            (Expected::FirstItemOrEnd | Expected::CommaOrEnd, b']') => Expected::CommaOrClose,
            (Expected::CommaOrEnd, b',') => Expected::Item,
            _ => return None,
        })
    }

    fn other_kind(&self) -> Unusable {
        Unusable::other_kind(&self.found, &self.kind)
    }

    fn takes_value(&self) -> bool {
        use Expected::{FirstItemOrEnd, FirstKeyOrClose, Item, Key, Value};
        matches!(
            self.next,
            FirstKeyOrClose | Key | Value | FirstItemOrEnd | Item
        )
    }

    /// Takes a whole value; returns what may come next.
    fn value(&mut self, value: &[u8], take: &mut TakeItem<'_>) -> Result<Expected, Unusable> {
        match (self.next, &self.key) {
            (Expected::FirstKeyOrClose | Expected::Key, _) => {
                let name: String = decode_json(value, "a key")?;
                self.key = match name.as_str() {
                    "kind" => ListKey::Kind,
                    "metadata" => ListKey::Metadata,
                    "items" if self.has_items => return Err(Unusable::problem("it has two lists")),
                    "items" => ListKey::Items,
                    "status" | "message" | "reason" | "code" => ListKey::OfStatus(name),
                    _ => ListKey::Other,
                };
                self.has_items |= self.key == ListKey::Items;
                return Ok(Expected::Colon);
            }
            (Expected::FirstItemOrEnd | Expected::Item, _) => {
                take(value)?;
                return Ok(Expected::CommaOrEnd);
            }
            (Expected::Value, ListKey::Kind) => {
                self.found = decode_json(value, "kind")?;
                if self.found != self.kind && self.found != STATUS {
                    return Err(self.other_kind());
                }
            }
            (Expected::Value, ListKey::Metadata) => self.metadata = decode_json(value, "metadata")?,
            // No item may be null.
            (Expected::Value, ListKey::Items) => decode_json::<()>(value, "items")?,
            (Expected::Value, ListKey::OfStatus(name)) => {
                self.status.insert(name.clone(), decode_json(value, name)?);
            }
            (Expected::Value, ListKey::Other) => {
                decode_json::<IgnoredAny>(value, "")?;
            }
            _ => return Err(Unusable::problem(NOT_JSON)),
        }
        Ok(Expected::CommaOrClose)
    }
}

/// Finds the end of a value, of which more may come with each call.
#[derive(Clone, Copy, Debug, Default)]
struct EndOfValue {
    searched: usize,
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl EndOfValue {
    /// The length of the value that `bytes` begin with; `None` when they end in it.
    fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(byte) = bytes.get(self.searched) {
            if self.in_string {
                self.searched += 1;
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Some(self.searched);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                    // A number or a word has no end mark of its own.
                    return (self.searched > 0).then_some(self.searched);
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(self.searched + 1);
                    }
                }
                _ => {}
            }
            self.searched += 1;
        }
        None
    }
}
