//! `-o table`, the default.

use super::{Format, Style};

pub(super) const FORMAT: Format = Format {
    name: "table",
    help: "for people",
    style: Style::Layout { wide: false },
    commands: None,
};
