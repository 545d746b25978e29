//! What a reader makes of the objects.

use serde::de::MapAccess;

use super::object::Object;

/// What a reader makes of each object of a text: called on several threads, in no order. The
/// results are passed on in the order of the text.
pub(in crate::source) trait ObjectVisitor: Sync {
    /// What is made of an object.
    type Output: Send;
    /// What [`Self::at_once`] makes of it.
    type Decoded;

    /// Decodes the rest of a JSON object in the pass that finds where it ends;
    /// `None` for one that [`Self::visit`] wants to see. After an error it gets
    /// that too, so that it can say what is wrong, and where.
    fn at_once<'de, A: MapAccess<'de>>(
        &self,
        api_version: &str,
        kind: &str,
        rest: A,
    ) -> Result<Option<Self::Decoded>, A::Error>;

    /// What is made of an object that was decoded at once, by its text and line.
    fn finish(&self, quick: Self::Decoded, text: &str, line: usize) -> Self::Output;

    /// What is made of any other object.
    fn visit(&self, object: Object<'_>) -> Self::Output;
}
