//! `-o markdown`: a comment for a pull request. Text from a cluster or a manifest is escaped: it
//! forms no markup, mentions nobody and links to nothing.

use jiff::Timestamp;

use crate::output::comment::{Comment, Detail, ListKind};
use crate::output::document::{Style as TextStyle, Text};
use crate::output::height;
use crate::output::render::{Fit, render};
use crate::output::sanitize::sanitize;
use crate::words::comment as words;

use super::{Format, Style};

pub(super) const FORMAT: Format = Format {
    name: "markdown",
    help: "a comment for a pull request",
    style: Style::Comment,
    commands: Some(&["why", "plan"]),
};

/// GitHub's limit for a comment, in characters; counted here in UTF-16 units, of which there are at
/// least as many.
pub const MOST: usize = 65_536;

/// The width of an answer in full.
pub const COLUMNS: usize = 100;

/// The limits for a verdict, and for a cell or item.
const VERDICT: usize = 1_000;
const CELL: usize = 600;

/// Room for the line about what is left out, and for the end of the comment.
const END: usize = 1_000;

/// The least room in which an answer in full is cut instead of left out.
const WORTH_CUTTING: usize = 2_000;

/// The comment as Markdown, of at most [`MOST`] characters. `written_at` is `None` where the
/// time of the answer was given.
#[must_use]
pub fn write(comment: &Comment, written_at: Option<Timestamp>) -> String {
    let mut out = Writer::default();
    out.push(&format!("### {}\n", inline(&comment.verdict, VERDICT)));
    let half = (MOST - out.size - END) / 2;
    out.table(comment, half);
    let three_quarters = out.size + (MOST - END - out.size) * 3 / 4;
    for (kind, items) in &comment.lists {
        out.list(*kind, items, three_quarters);
    }
    for detail in &comment.details {
        out.detail(detail);
    }
    out.end(comment, written_at);
    out.text
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Of the text, in UTF-16 units.
    size: usize,
    rows_left_out: usize,
    items_left_out: usize,
    details_left_out: usize,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.size += size(text);
        self.text.push_str(text);
    }

    /// Adds `text` unless that exceeds `most`.
    fn push_within(&mut self, text: &str, most: usize) -> bool {
        let fits = self.size + size(text) <= most;
        if fits {
            self.push(text);
        }
        fits
    }

    /// The rows up to `most`; those that are left out are counted.
    fn table(&mut self, comment: &Comment, most: usize) {
        if comment.rows.is_empty() {
            return;
        }
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let header = comment.header.iter().map(|&head| head.to_owned());
        let rule = comment.header.iter().map(|_| "---".to_owned());
        self.push("\n");
        self.push(&line(header.collect()));
        self.push(&line(rule.collect()));
        for (at, row) in comment.rows.iter().enumerate() {
            let cells = row
                .iter()
                .map(|cell| inline(cell, CELL).trim_end().to_owned());
            if !self.push_within(&line(cells.collect()), most) {
                self.rows_left_out = comment.rows.len() - at;
                return;
            }
        }
    }

    /// The items up to `most`; those that are left out are counted below them.
    fn list(&mut self, kind: ListKind, items: &[Text], most: usize) {
        let title = format!("\n**{}**\n\n", kind.title());
        let mut left_out = items.len();
        if self.push_within(&title, most) {
            for item in items {
                if !self.push_within(&format!("- {}\n", inline(item, CELL)), most) {
                    break;
                }
                left_out -= 1;
            }
        }
        self.items_left_out += left_out;
    }

    /// The whole of it, its first lines, or nothing.
    fn detail(&mut self, detail: &Detail) {
        let fit = Fit {
            width: Some(COLUMNS),
            color: false,
            headers: true,
        };
        let text = render(&height::cut(&detail.document, fit), fit);
        let fence = "`".repeat((longest_run(&text, '`') + 1).max(3));
        let begin = format!(
            "\n<details><summary>{}</summary>\n\n{fence}text\n",
            html(&plain(&detail.summary, CELL))
        );
        let end = format!("{fence}\n\n</details>\n");
        let around = size(&begin) + size(&end);
        let room = (MOST - END).saturating_sub(self.size + around);
        if size(&text) > room && room < WORTH_CUTTING {
            self.details_left_out += 1;
            return;
        }
        self.push(&begin);
        self.push(&first_lines(&text, room));
        self.push(&end);
    }

    fn end(&mut self, comment: &Comment, written_at: Option<Timestamp>) {
        let left_out = [
            self.rows_left_out,
            self.items_left_out,
            self.details_left_out,
        ];
        let mut lines = Vec::new();
        if left_out.iter().any(|count| *count > 0) {
            let [rows, items, details] = left_out;
            lines.push(words::left_out(rows, items, details, MOST));
        }
        let state = comment.evaluated_at;
        lines.extend(state.map(|at| words::state(at, written_at)));
        lines.extend(comment.server.clone());
        for line in lines {
            self.push(&format!("\n{}\n", inline(&line.into(), CELL / 4)));
        }
    }
}

/// The length of a text in a comment.
fn size(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The lines that fit into `room`, and how many more there are.
fn first_lines(text: &str, room: usize) -> String {
    if size(text) <= room {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.lines().collect();
    // Room for what says how many lines are left out.
    let mut left = room.saturating_sub(100);
    let mut kept = String::new();
    for (at, line) in lines.iter().enumerate() {
        let takes = size(line) + 1;
        if takes > left {
            kept.push_str(words::lines_left_out(lines.len() - at).as_str());
            kept.push('\n');
            break;
        }
        left -= takes;
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

fn longest_run(text: &str, of: char) -> usize {
    let runs = text.split(|c| c != of).map(str::len);
    runs.max().unwrap_or(0)
}

/// At most `most` characters of a text without styles, and how many more there are.
fn plain(text: &Text, most: usize) -> String {
    let all: String = text.pieces().map(|(_, piece)| sanitize(piece)).collect();
    let more = all.chars().count().saturating_sub(most);
    if more == 0 {
        return all;
    }
    let kept: String = all.chars().take(most).collect();
    format!("{kept}{}", words::cut(more))
}

/// At most `most` characters of a text as Markdown within a line, and how many more there are;
/// strong text is bold.
fn inline(text: &Text, most: usize) -> String {
    let mut left = most;
    let mut more = 0;
    let mut out = String::new();
    for (style, piece) in text.pieces() {
        let piece = sanitize(piece);
        let shown: String = piece.chars().take(left).collect();
        let count = shown.chars().count();
        left -= count;
        more += piece.chars().count() - count;
        let escaped = escape(&shown, out.is_empty());
        match style {
            _ if escaped.is_empty() => {}
            TextStyle::Strong => out.push_str(&format!("<b>{escaped}</b>")),
            _ => out.push_str(&escaped),
        }
    }
    if more > 0 {
        out.push_str(words::cut(more).as_str());
    }
    out
}

/// Escapes what Markdown or HTML would interpret. GitHub looks for mentions and references to
/// issues in the rendered text, where an HTML comment separates them from their sign.
fn escape(text: &str, is_first: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = None;
    let mut is_number = is_first;
    for c in text.chars() {
        let begins = is_first && out.is_empty();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@<!-- -->"),
            '#' => out.push_str("\\#<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            '-' | '+' | '=' if begins => out.extend(['\\', c]),
            // An ordered list, an address without a scheme, one with a scheme.
            '.' | ')' if is_number && !begins => out.extend(['\\', c]),
            '.' if matches!(previous, Some('w' | 'W')) => out.push_str("\\."),
            '/' if previous == Some(':') => out.push_str("\\/"),
            c => out.push(c),
        }
        is_number &= c.is_ascii_digit();
        previous = Some(c);
    }
    out
}

/// Escapes what HTML would act on.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' | '#' => out.push_str(&format!("{c}<!-- -->")),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::document::{Document, Quoted};

    fn quoted(text: &str) -> Text {
        Quoted::new(text).into()
    }

    fn detail(lines: usize, text: &str) -> Detail {
        let mut document = Document::default();
        for _ in 0..lines {
            document.verbatim(0, Quoted::new(text));
        }
        Detail {
            summary: quoted("</summary>"),
            document,
        }
    }

    /// Whatever it consists of, it fits, and what is left out is counted.
    #[test]
    fn it_never_has_more_than_a_comment_takes() {
        let long = "node-😀".repeat(200);
        for count in [0, 1, 10, 100, 5_000] {
            let mut comment = Comment {
                verdict: quoted(&long),
                header: vec!["A", "B"],
                rows: vec![vec![quoted(&long), quoted("1")]; count],
                details: vec![detail(30, &long); count / 10],
                ..Comment::default()
            };
            for number in 0..count {
                let kind = match number % 2 {
                    0 => ListKind::Lost,
                    _ => ListKind::ExpectationsBroken,
                };
                comment.item(kind, quoted(&format!("{number}{long}")));
            }
            let text = write(&comment, None);
            assert!(size(&text) <= MOST, "{count}: {}", size(&text));
            let rows = text.lines().filter(|l| l.ends_with("| 1 |")).count();
            let items = text.lines().filter(|l| l.starts_with("- ")).count();
            let details = text.matches("<details>").count();
            let left_out = words::left_out(count - rows, count - items, count / 10 - details, MOST);
            let is_said = text.contains(left_out.as_str());
            let is_all = rows == count && items == count && details == count / 10;
            assert_eq!(is_said, !is_all, "{count}: {left_out}");
            assert!(rows > 0 || count == 0, "{count}");
        }
    }

    #[test]
    fn an_answer_that_is_too_long_loses_its_last_lines() {
        let mut comment = Comment::default();
        comment.details.push(detail(9_000, "0123456789"));
        let text = write(&comment, None);
        assert!(size(&text) <= MOST, "{}", size(&text));
        let kept = text.lines().filter(|l| *l == "0123456789").count();
        assert!(kept > 5_000, "{kept}");
        let more = format!("… and {} more lines\n```\n", 9_000 - kept);
        assert!(text.contains(&more), "{}", text.len());
    }

    #[test]
    fn what_folds_it_can_not_be_closed_from_within() {
        let mut comment = Comment::default();
        comment.details.push(detail(1, "````\n</details>"));
        let text = write(&comment, None);
        assert!(text.contains("\n`````text\n````\n"), "{text}");
        assert!(
            text.contains("<summary>&lt;/summary&gt;</summary>"),
            "{text}"
        );
    }
}
