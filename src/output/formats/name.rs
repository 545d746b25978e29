//! `-o name`: `node/NAME`, `pod/NAME` or `daemonset.apps/NAME`, a line each.

use super::{Format, Style};

pub(super) const FORMAT: Format = Format {
    name: "name",
    help: "names alone, as KIND/NAME",
    style: Style::Names,
    commands: None,
};
