//! What changes in a template, as a unified diff.

mod external;

use std::io;

use serde_json::{Value, json};
use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, DiffTag, group_diff_ops};

use super::document::{Document, Quoted, Style, Text};
use super::yaml;

pub use external::EXTERNAL_DIFF;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Two templates of one DaemonSet, as YAML.
#[derive(Clone, Debug)]
pub struct TemplateDiff {
    /// The name that `kubectl diff` gives the file of an object.
    file: String,
    before: String,
    after: String,
}

impl TemplateDiff {
    /// Templates as the API has them; `null` for a missing one.
    ///
    /// # Errors
    /// When a template can't be written as YAML.
    pub fn new(namespace: &str, name: &str, before: &Value, after: &Value) -> io::Result<Self> {
        let object = |template: &Value| {
            if template.is_null() {
                return Ok(String::new());
            }
            // As much of the object as other programs need to identify it.
            yaml::to_string(&json!({
                "apiVersion": "apps/v1",
                "kind": "DaemonSet",
                "metadata": {"name": name, "namespace": namespace},
                "spec": {"template": template},
            }))
        };
        Ok(Self {
            file: format!("apps.v1.DaemonSet.{namespace}.{name}"),
            before: object(before)?,
            after: object(after)?,
        })
    }

    /// True when there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.before == self.after
    }

    /// Lays it out as `diff -u` prints it.
    pub fn layout(&self, document: &mut Document) {
        if self.is_empty() {
            return;
        }
        let file =
            |side| Text::from((Style::Strong, side)).and(Style::Strong, Quoted::new(&self.file));
        let mut lines = vec![file("--- LIVE/"), file("+++ MERGED/")];
        let before: Vec<&str> = self.before.lines().collect();
        let after: Vec<&str> = self.after.lines().collect();
        for hunk in group_diff_ops(changes(&before, &after), CONTEXT) {
            if hunk.is_empty() {
                continue;
            }
            let header = Quoted::new(UnifiedHunkHeader::new(&hunk));
            lines.push((Style::Dim, header).into());
            for change in hunk {
                let (tag, old, new) = change.as_tag_tuple();
                let (old, new) = (
                    old.filter_map(|i| before.get(i)),
                    new.filter_map(|i| after.get(i)),
                );
                let mut add = |style: Style, sign: &'static str, text: &&str| {
                    lines.push(Text::from((style, sign)).and(style, Quoted::new(text)));
                };
                if tag == DiffTag::Equal {
                    old.for_each(|text| add(Style::Plain, " ", text));
                } else {
                    old.for_each(|text| add(Style::Bad, "-", text));
                    new.for_each(|text| add(Style::Good, "+", text));
                }
            }
        }
        document.styled(0, lines);
    }
}

/// The lines that are removed and added. The algorithm is called directly, because the library's
/// choice by name would link all of them, half a megabyte.
fn changes(before: &[&str], after: &[&str]) -> Vec<DiffOp> {
    let mut hook = Compact::new(Replace::new(Capture::new()), before, after);
    let done = myers::diff(&mut hook, before, 0..before.len(), after, 0..after.len());
    match done {
        Ok(()) => hook.into_inner().into_inner().into_ops(),
        Err(never) => match never {},
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::output::document::Block;

    fn diff(before: &Value, after: &Value) -> TemplateDiff {
        TemplateDiff::new("ops", "agent", before, after).unwrap()
    }

    fn lines(diff: &TemplateDiff) -> Vec<(Style, String)> {
        let mut document = Document::default();
        diff.layout(&mut document);
        let blocks = document.blocks.into_iter();
        let lines = blocks.flat_map(|block| match block {
            Block::Styled { lines, .. } => lines,
            _ => Vec::new(),
        });
        let pieces = |line: Text| -> Vec<_> {
            let pieces = line.pieces();
            pieces
                .map(|(style, text)| (style, text.to_owned()))
                .collect()
        };
        lines.flat_map(pieces).collect()
    }

    #[test]
    fn a_unified_diff_with_styles() {
        let template =
            |image: &str| json!({"spec": {"containers": [{"name": "a", "image": image}]}});
        let lines = lines(&diff(&template("a:1"), &template("a:2")));
        let text: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            text,
            [
                "--- LIVE/apps.v1.DaemonSet.ops.agent",
                "+++ MERGED/apps.v1.DaemonSet.ops.agent",
                "@@ -7,5 +7,5 @@",
                "   template:",
                "     spec:",
                "       containers:",
                "-      - image: a:1",
                "+      - image: a:2",
                "         name: a",
            ]
        );
        assert_eq!(lines.get(6).map(|l| l.0), Some(Style::Bad));
        assert_eq!(lines.get(7).map(|l| l.0), Some(Style::Good));
    }

    #[test]
    fn nothing_changed_and_nothing_there_yet() {
        let template = json!({"spec": {}});
        assert!(lines(&diff(&template, &template)).is_empty());
        let created = lines(&diff(&Value::Null, &template));
        assert_eq!(
            created.get(2).map(|l| l.1.as_str()),
            Some("@@ -0,0 +1,8 @@")
        );
        let added = created.iter().skip(3);
        assert!(added.clone().all(|l| l.1.starts_with('+')) && added.count() == 8);
    }
}
