//! `-o kyaml`.

use std::io::{self, Write};

use crate::output::answer::Report;
use crate::output::kyaml::{write, write_at};
use crate::report::header::API_VERSION;

use super::{Encoding, Format, Style};

pub(super) const FORMAT: Format = Format {
    name: "kyaml",
    help: "the report as KYAML, in which nothing is ambiguous",
    style: Style::Reports(&Kyaml),
    commands: None,
};

#[derive(Debug)]
struct Kyaml;

impl Encoding for Kyaml {
    fn report(&self, out: &mut dyn Write, report: Report<'_>) -> io::Result<()> {
        out.write_all(b"---\n")?;
        write(&mut *out, &report)?;
        out.write_all(b"\n")
    }

    fn next(&self, out: &mut dyn Write, report: Report<'_>) -> io::Result<()> {
        self.report(out, report)
    }

    fn begin_list(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "---\n{{\n  apiVersion: \"{API_VERSION}\",\n  kind: \"List\",\n  items: ["
        )
    }

    fn list_item(&self, out: &mut dyn Write, report: Report<'_>, is_first: bool) -> io::Result<()> {
        out.write_all(if is_first { b"" } else { b", " })?;
        write_at(out, &report, 1)
    }

    fn end_list(&self, out: &mut dyn Write, _: bool) -> io::Result<()> {
        out.write_all(b"],\n}\n")
    }
}
