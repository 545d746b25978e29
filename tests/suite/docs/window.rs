//! A terminal's window as an SVG: a title bar, padding, and text that breaks where a terminal's would.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

use super::COLUMNS;
use super::theme::{Theme, hex};

/// What `anstyle_svg` gives a line, in pixels, and a letter, in tenths of them.
pub(super) const LINE: usize = 18;
pub(super) const LETTER: usize = 84;
/// What it leaves free at the left and above the first line, and what is added.
const LEFT: usize = 10;
const PADDING: usize = 14;
const BAR: usize = 34;
/// Around the window, so that its line isn't cut.
const MARGIN: usize = 1;

/// The lines of a screen, as a terminal of `COLUMNS` breaks those that are longer.
pub(super) fn broken(screen: &str) -> String {
    let columns: usize = COLUMNS.parse().unwrap();
    let mut text = String::new();
    let (mut column, mut in_escape) = (0, false);
    for c in screen.chars() {
        match c {
            '\u{1b}' => in_escape = true,
            '\n' => column = 0,
            _ if in_escape => in_escape = !c.is_ascii_alphabetic(),
            c => {
                let width = c.width().unwrap();
                if column + width > columns {
                    text.push('\n');
                    column = 0;
                }
                column += width;
            }
        }
        text.push(c);
    }
    text
}

/// What a screen is drawn with: the classes in use, and its text.
pub(super) struct Drawn {
    pub(super) style: String,
    pub(super) text: String,
}

pub(super) fn drawn(theme: &Theme, screen: &str) -> Drawn {
    let picture = theme.term().render_svg(screen);
    let between = |from: &str, to: &str| {
        let start = picture.find(from).unwrap() + from.len();
        picture[start..].split_once(to).unwrap().0.to_owned()
    };
    Drawn {
        style: legible(&between("<style>\n", "  </style>")),
        text: format!("  <text{}</text>\n", between("  <text", "</text>")),
    }
}

/// With fonts first that have the marks in the width of letters, for others would shift what
/// follows; and with dimmed text that can still be read.
fn legible(style: &str) -> String {
    let changes = [
        (
            "SFMono-Regular, Consolas, Liberation Mono, Menlo, monospace",
            "DejaVu Sans Mono, Menlo, Cascadia Mono, Consolas, Liberation Mono, monospace",
        ),
        ("opacity: 0.4", "fill-opacity: 0.7"),
    ];
    changes
        .into_iter()
        .fold(style.to_owned(), |style, (from, to)| {
            style.replace(from, to)
        })
}

/// A window around `content`, which is `lines` high; with a view box the whole picture gets
/// smaller where the page is narrow, and isn't cut off.
pub(super) fn window(theme: &Theme, style: &str, content: &str, lines: usize) -> String {
    let columns: usize = COLUMNS.parse().unwrap();
    let inner = (columns * LETTER).div_ceil(10) + 2 * (LEFT + PADDING);
    let height = BAR + lines * LINE + 2 * PADDING;
    let (full_width, full_height) = (inner + 2 * MARGIN, height + 2 * MARGIN);
    let mut svg = String::new();
    let mut line = |text: String| writeln!(svg, "{text}").unwrap();
    line(format!(
        "<svg viewBox=\"0 0 {full_width} {full_height}\" width=\"{full_width}px\" height=\"{full_height}px\" xmlns=\"http://www.w3.org/2000/svg\">"
    ));
    line(format!("  <style>\n{style}  </style>"));
    line(format!(
        "  <clipPath id=\"window\"><rect x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{inner}\" height=\"{height}\" rx=\"8\" /></clipPath>"
    ));
    line("  <g clip-path=\"url(#window)\">".to_owned());
    line(format!(
        "  <rect width=\"100%\" height=\"100%\" fill=\"{}\" />",
        hex(theme.ground)
    ));
    line(format!(
        "  <rect width=\"100%\" height=\"{}\" fill=\"{}\" />",
        BAR + MARGIN,
        hex(theme.bar)
    ));
    for (at, colour) in [(20, "#FF5F57"), (40, "#FEBC2E"), (60, "#28C840")] {
        let y = MARGIN + BAR / 2;
        line(format!(
            "  <circle cx=\"{at}\" cy=\"{y}\" r=\"6\" fill=\"{colour}\" />"
        ));
    }
    line(format!(
        "  <text x=\"50%\" y=\"{}\" text-anchor=\"middle\" fill=\"{}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">kubectl ds</text>",
        MARGIN + BAR / 2 + 5,
        hex(theme.title)
    ));
    line(format!(
        "  <g transform=\"translate({}, {})\">\n{content}  </g>",
        MARGIN + PADDING,
        // Above the first line the text leaves as much as at its left, and what a line is higher than
        // its letters.
        MARGIN + BAR + PADDING - LEFT - (LINE - 14)
    ));
    line("  </g>".to_owned());
    line(format!(
        "  <rect x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{inner}\" height=\"{height}\" rx=\"8\" fill=\"none\" stroke=\"{}\" />",
        hex(theme.line)
    ));
    line("</svg>".to_owned());
    svg
}
