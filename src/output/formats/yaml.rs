//! `-o yaml`.

use std::io::{self, Write};

use crate::output::answer::Report;
use crate::output::yaml::write;
use crate::report::header::API_VERSION;

use super::{Encoding, Format, Style};

pub(super) const FORMAT: Format = Format {
    name: "yaml",
    help: "the report as YAML",
    style: Style::Reports(&Yaml),
    commands: None,
};

#[derive(Debug)]
struct Yaml;

impl Encoding for Yaml {
    fn report(&self, out: &mut dyn Write, report: Report<'_>) -> io::Result<()> {
        write(out, &report)
    }

    fn next(&self, out: &mut dyn Write, report: Report<'_>) -> io::Result<()> {
        out.write_all(b"---\n")?;
        write(out, &report)
    }

    fn begin_list(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "apiVersion: {API_VERSION}\nkind: List\nitems:")
    }

    fn list_item(&self, out: &mut dyn Write, report: Report<'_>, is_first: bool) -> io::Result<()> {
        out.write_all(if is_first { b"\n" } else { b"" })?;
        write(out, &[report])
    }

    fn end_list(&self, out: &mut dyn Write, is_empty: bool) -> io::Result<()> {
        out.write_all(if is_empty { b" []\n" } else { b"" })
    }
}
