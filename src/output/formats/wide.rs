//! `-o wide`: every node a row, and nothing fitted to the width.

use super::{Format, Style};

pub(super) const FORMAT: Format = Format {
    name: "wide",
    help: "for people with a wide terminal",
    style: Style::Layout { wide: true },
    commands: None,
};
