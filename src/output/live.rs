//! Drawing in place on a terminal.

use std::io::{self, Write};

use super::document::Document;
use super::render::{Fit, render};

/// Where a terminal doesn't report its size.
const USUAL: (usize, usize) = (80, 24);

/// The terminal itself cuts lines that are too long, so that a line of a frame is a line of the
/// screen.
const NO_WRAP: &str = "\u{1b}[?7l";
const WRAP: &str = "\u{1b}[?7h";
const CLEAR_BELOW: &str = "\u{1b}[J";
const CLEAR_LINE: &str = "\u{1b}[K";

/// A part of the screen that is redrawn. Between two drawings the cursor is below it at the
/// beginning of a line and the terminal is in its normal state, so that nothing has to be restored
/// however the process ends.
#[derive(Debug)]
pub struct Live {
    fit: Fit,
    /// The lines on the screen.
    shown: Vec<String>,
}

impl Live {
    pub(super) const fn new(fit: Fit) -> Self {
        Self {
            fit,
            shown: Vec::new(),
        }
    }

    /// Draws `document` over the previous drawing; if it is higher than the screen, the part that
    /// fits.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn draw(&mut self, document: &Document) -> io::Result<()> {
        let (width, height) = size();
        let fit = Fit {
            width: Some(self.fit.width.map_or(width, |w| w.min(width))),
            ..self.fit
        };
        let lines = frame(&render(document, fit), height);
        if lines == self.shown {
            return Ok(());
        }
        let text = redraw(self.shown.len(), &lines);
        self.shown = lines;
        write(&text)
    }

    /// Removes the drawing, so that something else can be printed; the next one is drawn below
    /// that.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn clear(&mut self) -> io::Result<()> {
        let text = redraw(self.shown.len(), &[]);
        self.shown.clear();
        write(&text)
    }

    /// Keeps the drawing; what is printed next is below it.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn leave(&mut self) -> io::Result<()> {
        self.shown.clear();
        // Removes the `^C` that a terminal may have written.
        write(&format!("\r{CLEAR_LINE}"))
    }
}

fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn size() -> (usize, usize) {
    terminal_size::terminal_size().map_or(USUAL, |(width, height)| {
        (usize::from(width.0), usize::from(height.0))
    })
}

/// The lines that fit: the cursor's own line below them needs one of the screen's.
fn frame(text: &str, height: usize) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let room = height.saturating_sub(1).max(1);
    if lines.len() > room {
        let left_off = lines.len() - room + 1;
        lines.truncate(room - 1);
        lines.push(format!("… {left_off} lines more than the screen has"));
    }
    lines
}

/// Goes up `shown` lines and writes `lines` in their place.
fn redraw(shown: usize, lines: &[String]) -> String {
    let mut text = String::from("\r");
    if shown > 0 {
        text.push_str(&format!("\u{1b}[{shown}A"));
    }
    text.push_str(NO_WRAP);
    for line in lines {
        text.push_str(&format!("{line}{CLEAR_LINE}\r\n"));
    }
    text.push_str(CLEAR_BELOW);
    text.push_str(WRAP);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_no_higher_than_the_screen() {
        assert_eq!(frame("a\nb\n", 3), ["a", "b"]);
        let cut = frame("a\nb\nc\nd\n", 4);
        assert_eq!(cut, ["a", "b", "… 2 lines more than the screen has"]);
        assert_eq!(frame("a\nb\n", 0).len(), 1);
    }

    #[test]
    fn a_drawing_takes_the_place_of_the_one_before() {
        let lines = ["a".to_owned(), "b".to_owned()];
        let first = redraw(0, &lines);
        assert_eq!(
            first,
            "\r\u{1b}[?7la\u{1b}[K\r\nb\u{1b}[K\r\n\u{1b}[J\u{1b}[?7h"
        );
        assert!(redraw(2, &lines).starts_with("\r\u{1b}[2A\u{1b}[?7la"));
        assert_eq!(redraw(2, &[]), "\r\u{1b}[2A\u{1b}[?7l\u{1b}[J\u{1b}[?7h");
    }
}
