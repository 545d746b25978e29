//! The mark that an answer begins with.

use crate::analysis::overall_health::Health;

use super::document::{Style, Text};

/// The state of something, in one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Broken now.
    Broken,
    /// It will need somebody.
    Attention,
    /// As it should be.
    Healthy,
    /// The template excludes it.
    Excluded,
    /// Not everything could be known.
    Unknown,
}

impl From<Health> for Mark {
    fn from(health: Health) -> Self {
        match health {
            Health::Broken => Self::Broken,
            Health::NeedsAttention => Self::Attention,
            Health::Unknown => Self::Unknown,
            Health::OnNoNode => Self::Excluded,
            Health::Healthy => Self::Healthy,
        }
    }
}

impl Mark {
    /// The mark before the rest of a line.
    #[must_use]
    pub(super) fn text(self, unicode: bool) -> Text {
        self.cell(unicode).and(Style::Plain, " ")
    }

    /// The mark as a cell of a table.
    #[must_use]
    pub(super) fn cell(self, unicode: bool) -> Text {
        let (style, symbol, ascii) = match self {
            Self::Broken => (Style::Bad, "✗", "x"),
            Self::Attention => (Style::Warn, "▲", "!"),
            Self::Healthy => (Style::Good, "✓", "ok"),
            Self::Excluded => (Style::Dim, "–", "-"),
            Self::Unknown => (Style::Warn, "?", "?"),
        };
        let symbol = if unicode { symbol } else { ascii };
        (style, symbol).into()
    }
}
