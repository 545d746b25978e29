//! A list, decoded item by item while it arrives.

use serde::Deserialize;

use super::MAGIC;
use super::envelope::{CONTENT_ENCODING, RAW, TYPE_META, decode_status, kind};
use super::reader::{Content, Head, Malformed};
use super::schema::LIST_METADATA;
use super::value::message;
use crate::source::cluster::body::{LARGEST, Unusable};
use crate::source::cluster::failure::STATUS;
use crate::source::cluster::on_wire::{ENDS_EARLY, ListMetadata, TakeItem};

/// Numbers of the fields of every list.
const METADATA: u32 = 1;
const ITEMS: u32 = 2;

/// How far a list has been read.
pub(in crate::source::cluster) struct ProtobufList {
    /// The kind that it must be of, such as `NodeList`.
    kind: String,
    stage: Stage,
    /// The rest of a field that isn't read.
    skip: u64,
    metadata: ListMetadata,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Magic,
    /// In the envelope, before the list.
    Before {
        has_kind: bool,
    },
    /// In the envelope, before a `Status` in place of the list.
    BeforeStatus,
    /// In the list, with this many bytes left.
    Inside(u64),
    /// In the envelope, after the list.
    After,
}

/// The beginning of the bytes.
enum Step {
    /// This many bytes are consumed.
    Done(usize),
    /// More of them are needed.
    Incomplete,
}

impl ProtobufList {
    pub(in crate::source::cluster) fn of(kind: String) -> Self {
        Self {
            kind,
            stage: Stage::Magic,
            skip: 0,
            metadata: ListMetadata::default(),
        }
    }

    /// Takes the complete part of `bytes`, which continue where the last call stopped; returns how
    /// many were consumed.
    pub(in crate::source::cluster) fn advance(
        &mut self,
        bytes: &[u8],
        take: &mut TakeItem<'_>,
    ) -> Result<usize, Unusable> {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
            match self.step(rest, take)? {
                Step::Done(len) => done += len,
                Step::Incomplete => break,
            }
        }
        Ok(done)
    }

    /// Checks that the list has ended when its bytes have, except for `rest`.
    pub(in crate::source::cluster) fn finish(self, rest: &[u8]) -> Result<ListMetadata, Unusable> {
        if self.stage == Stage::After && self.skip == 0 && rest.is_empty() {
            return Ok(self.metadata);
        }
        Err(Unusable::problem(ENDS_EARLY))
    }

    fn step(&mut self, bytes: &[u8], take: &mut TakeItem<'_>) -> Result<Step, Unusable> {
        if self.skip > 0 {
            let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let skipped = self.skip.min(len);
            self.skip -= skipped;
            return Ok(Step::Done(usize::try_from(skipped).unwrap_or(bytes.len())));
        }
        match self.stage {
            Stage::Magic => self.magic(bytes),
            Stage::Inside(left) => self.inside(bytes, left, take),
            Stage::Before { .. } | Stage::BeforeStatus | Stage::After => self.envelope(bytes),
        }
    }

    fn magic(&mut self, bytes: &[u8]) -> Result<Step, Unusable> {
        let begun = bytes.get(..MAGIC.len().min(bytes.len()));
        if begun.is_some_and(|begun| !MAGIC.starts_with(begun)) {
            return Err(Unusable::problem(
                "it is not Kubernetes' protobuf, though it says so",
            ));
        }
        if bytes.len() < MAGIC.len() {
            return Ok(Step::Incomplete);
        }
        self.stage = Stage::Before { has_kind: false };
        Ok(Step::Done(MAGIC.len()))
    }

    fn envelope(&mut self, bytes: &[u8]) -> Result<Step, Unusable> {
        let Some(head) = Head::read(bytes).map_err(broken)? else {
            return Ok(Step::Incomplete);
        };
        match (head.number, head.content) {
            (TYPE_META, Content::Bytes(len)) if self.stage != Stage::After => {
                let Some(meta) = whole(bytes, head, len)? else {
                    return Ok(Step::Incomplete);
                };
                self.stage = self.after_kind(kind(meta).map_err(broken)?)?;
                Ok(Step::Done(head.len + meta.len()))
            }
            (RAW, Content::Bytes(len)) if self.stage == Stage::BeforeStatus => {
                let Some(raw) = whole(bytes, head, len)? else {
                    return Ok(Step::Incomplete);
                };
                let status = decode_status(raw);
                Err(status.map_or_else(|| broken(Malformed), Unusable::status))
            }
            (RAW, Content::Bytes(len)) if self.stage == (Stage::Before { has_kind: true }) => {
                self.stage = Stage::Inside(len);
                self.leave_at_end();
                Ok(Step::Done(head.len))
            }
            (CONTENT_ENCODING, Content::Bytes(0)) => Ok(Step::Done(head.len)),
            (CONTENT_ENCODING, Content::Bytes(_)) => Err(Unusable::problem(
                "its protobuf is encoded once more, which wasn't asked for",
            )),
            (TYPE_META | RAW | CONTENT_ENCODING, _) => Err(broken(Malformed)),
            (_, content) => Ok(self.pass(head, content)),
        }
    }

    fn after_kind(&self, found: &[u8]) -> Result<Stage, Unusable> {
        if found == self.kind.as_bytes() {
            return Ok(Stage::Before { has_kind: true });
        }
        if found == STATUS.as_bytes() {
            return Ok(Stage::BeforeStatus);
        }
        let found = String::from_utf8_lossy(found);
        Err(Unusable::other_kind(&found, &self.kind))
    }

    fn inside(
        &mut self,
        bytes: &[u8],
        left: u64,
        take: &mut TakeItem<'_>,
    ) -> Result<Step, Unusable> {
        let Some(head) = Head::read(bytes).map_err(broken)? else {
            return Ok(Step::Incomplete);
        };
        let len = match head.content {
            Content::Number(_) => 0,
            Content::Bytes(len) => len,
            Content::Fixed(len) => u64::try_from(len).unwrap_or(u64::MAX),
        };
        let head_len = u64::try_from(head.len).unwrap_or(u64::MAX);
        let after = left.checked_sub(head_len).and_then(|l| l.checked_sub(len));
        let after = after.ok_or_else(|| broken(Malformed))?;
        let step = match (head.number, head.content) {
            (ITEMS | METADATA, Content::Bytes(len)) => {
                let Some(field) = whole(bytes, head, len)? else {
                    return Ok(Step::Incomplete);
                };
                if head.number == ITEMS {
                    take(field)?;
                } else {
                    self.metadata = ListMetadata::deserialize(message(field, LIST_METADATA))
                        .map_err(|_| broken(Malformed))?;
                }
                Step::Done(head.len + field.len())
            }
            (ITEMS | METADATA, _) => return Err(broken(Malformed)),
            (_, content) => self.pass(head, content),
        };
        self.stage = Stage::Inside(after);
        self.leave_at_end();
        Ok(step)
    }

    fn leave_at_end(&mut self) {
        if self.stage == Stage::Inside(0) {
            self.stage = Stage::After;
        }
    }

    /// Skips an unknown field.
    fn pass(&mut self, head: Head, content: Content) -> Step {
        self.skip = match content {
            Content::Number(_) => 0,
            Content::Bytes(len) => len,
            Content::Fixed(len) => u64::try_from(len).unwrap_or(u64::MAX),
        };
        Step::Done(head.len)
    }
}

/// The bytes of a field if all of them are there.
fn whole(bytes: &[u8], head: Head, len: u64) -> Result<Option<&[u8]>, Unusable> {
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    if len > LARGEST {
        return Err(Unusable::too_large("an object in it"));
    }
    let rest = bytes.get(head.len..).unwrap_or_default();
    Ok(rest.get(..len))
}

fn broken(_: Malformed) -> Unusable {
    Unusable::problem("its protobuf is malformed")
}
