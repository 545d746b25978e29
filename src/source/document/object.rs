//! What a text is made of.

use std::borrow::Cow;
use std::sync::Arc;

use super::block::Block;
use super::json::JsonValues;
use super::shown;
use super::spanned::Spanned;
use super::unreadable::{error, place};
use super::yaml::Duplicate;
use crate::source::SourceError;

/// An object and where it stands.
pub(in crate::source) struct Object<'a> {
    /// The file as the user named it, or `stdin`.
    pub file: Arc<str>,
    /// The line that it begins on.
    pub line: usize,
    /// Empty when it has none.
    pub api_version: String,
    /// Empty when it has none.
    pub kind: String,
    pub namespace: String,
    pub name: String,
    pub body: Body<'a>,
}

/// The object itself.
pub(in crate::source) enum Body<'a> {
    Json(&'a str),
    Yaml(Cow<'a, Spanned>),
    /// YAML in kubectl's own style.
    Block(Block<'a>),
}

/// The kind of a text; for one with objects, what was made of them.
pub(in crate::source) enum Entry<S> {
    Object(S),
    /// A list of one kind, which says that it contains all objects.
    ListOf {
        api_version: String,
        kind: String,
    },
    /// Objects in brackets or after dashes, without the `kind: List` around them that kubectl
    /// requires; the line on which they begin.
    Bare(usize),
    /// An empty `List`, which doesn't say of what kind.
    EmptyList,
    /// What `kubectl version` prints; `None` when it asked no server.
    ServerVersion(Option<String>),
    /// A key that an object has twice.
    Duplicate(Duplicate),
}

impl Object<'_> {
    /// `FILE:LINE`.
    pub(in crate::source) fn place(&self) -> String {
        place(&self.file, self.line)
    }

    /// An error about this object's text.
    pub(in crate::source) fn error(&self, line: usize, problem: &str) -> SourceError {
        error(&self.file, line, problem)
    }

    /// The object with lines.
    pub(in crate::source) fn spanned(&self) -> Result<Cow<'_, Spanned>, SourceError> {
        match &self.body {
            Body::Yaml(spanned) => Ok(Cow::Borrowed(spanned)),
            Body::Block(block) => Ok(Cow::Owned(block.spanned())),
            Body::Json(text) => JsonValues::at_line(text, self.line)
                .mark_all()
                .map(Cow::Owned)
                .map_err(|e| self.error(self.line, &e.to_string())),
        }
    }

    /// The object apart from its text, with lines, and the keys that its JSON has twice.
    pub(in crate::source) fn into_owned(
        self,
    ) -> Result<(Object<'static>, Vec<Duplicate>), SourceError> {
        let mut duplicates = Vec::new();
        let spanned = match self.body {
            Body::Yaml(spanned) => spanned.into_owned(),
            Body::Block(block) => block.spanned(),
            Body::Json(text) => {
                let mut values = JsonValues::at_line(text, self.line);
                let spanned = values.mark_all();
                duplicates = values.duplicates;
                spanned.map_err(|e| error(&self.file, self.line, &e.to_string()))?
            }
        };
        let object = Object {
            file: self.file,
            line: self.line,
            api_version: self.api_version,
            kind: self.kind,
            namespace: self.namespace,
            name: self.name,
            body: Body::Yaml(Cow::Owned(spanned)),
        };
        Ok((object, duplicates))
    }

    /// The kind with its article, and the name if there is one: ``Deployment `web` ``.
    pub(in crate::source) fn what(&self) -> String {
        let kind = shown(&self.kind);
        if self.name.is_empty() {
            return kind;
        }
        format!("{kind} `{}`", shown(&self.name))
    }
}

/// What to say about a key that an object has twice.
pub(in crate::source) fn given_twice(file: &str, twice: &Duplicate) -> String {
    let (key, line, first) = (shown(&twice.key), twice.line, twice.first_line);
    let place = place(file, line);
    let hint = if twice.key == "kind" {
        "; is a line `---` missing between two objects?"
    } else {
        ""
    };
    format!("{place}: `{key}` is given twice: kubectl takes line {line}, not line {first}{hint}")
}

/// Two objects without a `---` between them: the first one of saved objects would be lost.
pub(in crate::source) fn check_one_object(
    file: &str,
    twice: &Duplicate,
) -> Result<(), SourceError> {
    if twice.key != "kind" {
        return Ok(());
    }
    let first = twice.first_line;
    let problem = format!(
        "`kind` is given twice, first on line {first}: put a line `---` between two objects"
    );
    Err(error(file, twice.line, &problem))
}
