//! A comment for a pull request: the verdict, a table, lists, and each answer in full, folded.
//! [`super::formats`] writes it as Markdown.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::analysis::basis::Basis;
use crate::analysis::eligibility::DaemonSetRef;
use crate::words::{Sentence, comment as words};

use super::document::{Block, Document, Quoted, Style, Text};

/// The part about one or more DaemonSets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comment {
    /// The result, in one line.
    pub verdict: Text,
    /// The heads of the table's columns.
    pub header: Vec<&'static str>,
    /// A row for each DaemonSet, the worst first.
    pub rows: Vec<Vec<Text>>,
    /// Lists, the worst first.
    pub lists: BTreeMap<ListKind, Vec<Text>>,
    /// The answers in full, in the order of the rows.
    pub details: Vec<Detail>,
    /// The time of the state that it was computed from; the oldest of several.
    pub evaluated_at: Option<Timestamp>,
    /// The server, where its version is known.
    pub server: Option<Sentence>,
}

/// What a list of a comment contains, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListKind {
    /// What the server refuses.
    Refused,
    /// What couldn't be read.
    Unread,
    /// Pods that are deleted and not created again.
    Lost,
    /// Expectations that a change breaks.
    ExpectationsBroken,
    /// Expected nodes without an available pod, and other expectations that aren't met.
    Uncovered,
    /// Expected nodes that are excluded today and after a change.
    StillUncovered,
    /// Nodes that become ineligible.
    NodesLost,
    /// Expectations that a change fixes.
    ExpectationsMended,
    /// Nodes that become eligible.
    NodesGained,
    /// Pods that are replaced.
    Replaced,
}

impl ListKind {
    /// What stands above it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Refused => "Refused by the server",
            Self::Unread => "Couldn't be read",
            Self::Lost => "Lost: deleted and not created again",
            Self::ExpectationsBroken => "Expectations broken by it",
            Self::Uncovered => "Expectations not met today",
            Self::StillUncovered => "Expectations not met today and then",
            Self::NodesLost => "Nodes lost: no longer eligible",
            Self::ExpectationsMended => "Expectations mended by it",
            Self::NodesGained => "Nodes gained",
            Self::Replaced => "Pods replaced",
        }
    }
}

/// An answer in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// What is visible while it is folded.
    pub summary: Text,
    /// The answer as it is laid out for people.
    pub document: Document,
}

/// The part about one DaemonSet, after its name.
#[must_use]
pub fn named(of: &DaemonSetRef, text: Text) -> Text {
    let name = Text::from((Style::Strong, Quoted::new(of)));
    name.and(Style::Plain, ": ").then(text)
}

impl Comment {
    /// The answer that `document` lays out: its first line is the verdict.
    #[must_use]
    pub fn of(document: Document, basis: Option<&Basis>) -> Self {
        let lines = document.blocks.iter();
        let mut lines = lines.filter_map(|block| match block {
            Block::Line { text, .. } => Some(text.clone()),
            _ => None,
        });
        let verdict = lines.next().unwrap_or_default();
        let mut comment = Self {
            verdict,
            details: vec![Detail {
                summary: "The answer in full".into(),
                document,
            }],
            ..Self::default()
        };
        if let Some(basis) = basis {
            comment.rests_on(basis);
        }
        comment
    }

    /// Adds an item to a list, unless it has it.
    pub fn item(&mut self, kind: ListKind, item: Text) {
        let items = self.lists.entry(kind).or_default();
        if !items.contains(&item) {
            items.push(item);
        }
    }

    /// Adds the basis of the answer: what couldn't be read, without repetitions, and the oldest
    /// time.
    pub fn rests_on(&mut self, basis: &Basis) {
        let at = basis.evaluated_at;
        self.evaluated_at = Some(self.evaluated_at.map_or(at, |oldest| oldest.min(at)));
        let server = basis.server_version.as_deref();
        self.server = server.map(words::server).or(self.server.take());
        for missing in &basis.incomplete {
            self.item(ListKind::Unread, Quoted::new(missing).into());
        }
    }

    /// Adds everything of another comment except its verdict, which becomes the summary of its
    /// answers in full.
    pub fn add(&mut self, other: Self) {
        if self.header.is_empty() {
            self.header = other.header;
        }
        self.rows.extend(other.rows);
        for (kind, items) in other.lists {
            for item in items {
                self.item(kind, item);
            }
        }
        let details = other.details.into_iter().map(|detail| Detail {
            summary: other.verdict.clone(),
            ..detail
        });
        self.details.extend(details);
        let times = [self.evaluated_at, other.evaluated_at];
        self.evaluated_at = times.into_iter().flatten().min();
        self.server = self.server.take().or(other.server);
    }
}
