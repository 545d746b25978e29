//! Names for completion: of the objects of a file no more is decoded than that.

use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess};

use super::visitor::read;
use crate::source::SourceError;
use crate::source::document::{CHUNK, Entry, Inputs, Object, ObjectVisitor, parse};
use crate::source::names::{NameKind, Named};
use crate::source::needs::Resource;

/// Reads objects of one kind.
struct Names {
    kind: NameKind,
}

/// The names of a kind in files and folders, until `take` breaks off. What can't
/// be read is passed over, and so is stdin, which is a terminal's.
pub fn names(
    paths: &[String],
    recursive: bool,
    kind: NameKind,
    take: &mut dyn FnMut(Named) -> ControlFlow<()>,
) {
    let visitor = Names { kind };
    for path in paths.iter().filter(|p| *p != "-") {
        let paths = std::slice::from_ref(path);
        let chunk = CHUNK;
        let inputs = Inputs {
            paths,
            recursive,
            chunk,
        };
        for input in inputs.find(std::io::empty()).unwrap_or_default() {
            let mut stopped = false;
            // An object that is no object keeps those before it.
            let _ = parse(input, &visitor, &mut |entry| {
                if let Entry::Object(Some(named)) = entry
                    && take(named).is_break()
                {
                    stopped = true;
                    return Err(SourceError::File("enough was read".to_owned()));
                }
                Ok(())
            });
            if stopped {
                return;
            }
        }
    }
}

impl Names {
    fn wants(&self, api_version: &str, kind: &str) -> bool {
        Resource::of_object(api_version, kind) == Some(self.kind.into())
    }
}

impl ObjectVisitor for Names {
    type Output = Option<Named>;
    type Decoded = Option<Named>;

    fn at_once<'de, A: MapAccess<'de>>(
        &self,
        api_version: &str,
        kind: &str,
        rest: A,
    ) -> Result<Option<Self::Decoded>, A::Error> {
        // Lists are for the reader to look into.
        if kind.ends_with("List") {
            return Ok(None);
        }
        let rest = MapAccessDeserializer::new(rest);
        if self.wants(api_version, kind) {
            return Named::deserialize(rest).map(|named| Some(Some(named)));
        }
        IgnoredAny::deserialize(rest)?;
        Ok(Some(None))
    }

    fn finish(&self, quick: Self::Decoded, _: &str, _: usize) -> Self::Output {
        quick
    }

    fn visit(&self, object: Object<'_>) -> Self::Output {
        if !self.wants(&object.api_version, &object.kind) {
            return None;
        }
        read(&object).ok()
    }
}
