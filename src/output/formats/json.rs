//! `-o json`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::model::is_unsafe;
use crate::output::answer::Report;
use crate::report::header::API_VERSION;

use super::{Encoding, Format, Style};

pub(super) const FORMAT: Format = Format {
    name: "json",
    help: "the report as JSON",
    style: Style::Reports(&Json),
    commands: None,
};

#[derive(Debug)]
struct Json;

impl Encoding for Json {
    fn report(&self, out: &mut dyn Write, report: Report<'_>) -> io::Result<()> {
        encode(out, report, PrettyFormatter::new())?;
        out.write_all(b"\n")
    }

    fn next(&self, out: &mut dyn Write, report: Report<'_>) -> io::Result<()> {
        encode(out, report, CompactFormatter)?;
        out.write_all(b"\n")
    }

    fn begin_list(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "{{\n  \"apiVersion\": \"{API_VERSION}\",\n  \"kind\": \"List\",\n  \"items\": ["
        )
    }

    fn list_item(&self, out: &mut dyn Write, report: Report<'_>, is_first: bool) -> io::Result<()> {
        out.write_all(if is_first { b"\n    " } else { b",\n    " })?;
        encode(out, report, within_list())
    }

    fn end_list(&self, out: &mut dyn Write, is_empty: bool) -> io::Result<()> {
        out.write_all(if is_empty { b"]\n}\n" } else { b"\n  ]\n}\n" })
    }
}

fn encode(out: &mut dyn Write, report: Report<'_>, formatter: impl Formatter) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(Escaping(out), formatter);
    Ok(report.serialize(&mut serializer)?)
}

/// The indentation of an element of a list's `items`.
fn within_list() -> PrettyFormatter<'static> {
    let mut formatter = PrettyFormatter::new();
    for _ in ["list", "items"] {
        // Nothing is written anywhere, so nothing can fail.
        let _ = formatter.begin_array(&mut io::sink());
    }
    formatter
}

/// Escapes in JSON what a terminal would interpret. The encoder keeps DEL, C1 controls and
/// bidirectional overrides, which only occur in strings.
struct Escaping<W>(W);

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Usually ASCII: the only control character that the encoder keeps in it is DEL.
        if bytes.iter().all(|b| *b < 0x7f) {
            self.0.write_all(bytes)?;
        } else {
            // The encoder writes whole characters.
            let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
            self.0.write_all(escaped(text).as_bytes())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn escaped(json: &str) -> String {
    let mut clean = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                clean.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            clean.push(c);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::{Escaping, is_unsafe};

    #[test]
    fn escaped_json_stays_the_same_value() {
        let value = serde_json::json!({"a": "x\u{1b}\u{9b}\u{7f}\u{202e}\u{e0041}\n節"});
        let mut json = Vec::new();
        let written = serde_json::to_writer_pretty(Escaping(&mut json), &value);
        assert!(written.is_ok());
        let text = String::from_utf8(json).unwrap_or_default();
        assert!(text.chars().all(|c| c == '\n' || !is_unsafe(c)));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).ok(),
            Some(value)
        );
    }
}
