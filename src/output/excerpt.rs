//! A line of a file, or the value of a flag, with the wrong part marked, as rustc prints it.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use unicode_width::UnicodeWidthStr;

/// Where a terminal doesn't report its width.
const USUAL: usize = 100;

/// A mark in a longer line helps nobody, as in JSON on a single line.
const LONGEST: usize = 200;

/// The line `text` with a mark below the part that `problem` names; a long line is cut around that,
/// and left out where nothing is named.
pub(super) fn marked(
    (file, line, text): (&str, usize, &str),
    problem: &str,
    width: Option<usize>,
) -> Option<String> {
    let text = without_controls(text);
    let meant = what_is_meant(&text, problem);
    if meant.len() > LONGEST {
        return None;
    }
    let snippet = Snippet::source(text.as_str())
        .line_start(line)
        .path(file)
        .annotation(AnnotationKind::Primary.span(meant));
    let group = Group::with_level(Level::ERROR).element(snippet);
    let renderer = Renderer::plain().term_width(width.unwrap_or(USUAL));
    Some(renderer.render(&[group]))
}

/// The value of a flag with a mark below the part `at`; `None` where it is too long for a mark to
/// help. An empty part marks where something is missing.
#[must_use]
pub fn marked_value(flag: &str, value: &str, at: Range<usize>) -> Option<String> {
    if value.len() > LONGEST {
        return None;
    }
    let before = without_controls(value.get(..at.start)?);
    let (part, after) = value.get(at.start..)?.split_at_checked(at.len())?;
    let (part, after) = (without_controls(part), without_controls(after));
    let indent = " ".repeat(flag.width() + 1 + before.width());
    let mark = "^".repeat(part.width().max(1));
    Some(format!("  {flag} {before}{part}{after}\n  {indent}{mark}"))
}

/// A tab and a control character have no width of their own.
fn without_controls(text: &str) -> String {
    let shown = text.chars();
    shown
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The first of the words in backticks that occurs in the line (for a path, its last step that
/// does); else the whole line without its indentation.
fn what_is_meant(text: &str, problem: &str) -> Range<usize> {
    let quoted = problem.split('`').skip(1).step_by(2);
    let steps = quoted.flat_map(|word| {
        let steps = word.rsplit('.');
        let keys = steps.map(|step| step.split('[').next().unwrap_or_default());
        std::iter::once(word).chain(keys)
    });
    let mut found = steps.filter_map(|word| position(text, word));
    found.next().unwrap_or_else(|| {
        let begin = text.len() - text.trim_start().len();
        begin..text.trim_end().len().max(begin)
    })
}

/// Where a word occurs on its own.
fn position(text: &str, word: &str) -> Option<Range<usize>> {
    let is_inside = |c: char| c.is_alphanumeric() || c == '_';
    let mut places = text.match_indices(word).filter(|_| !word.is_empty());
    let place = places.find(|(at, word)| {
        let before = text.get(..*at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(is_inside) && !after.is_some_and(is_inside)
    });
    place.map(|(at, word)| at..at + word.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_the_problem_names_is_marked() {
        let line = ("a.yaml", 21, "      nodeSelectr: {pool: gpu}");
        let problem = "unknown field `spec.template.spec.nodeSelectr`, which has no effect";
        let wanted = [
            "  --> a.yaml:21:7",
            "   |",
            "21 |       nodeSelectr: {pool: gpu}",
            "   |       ^^^^^^^^^^^",
        ];
        let drawn = marked(line, problem, None).unwrap();
        assert_eq!(drawn.lines().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn the_wrong_part_of_a_value_is_marked() {
        let drawn = |value, at| marked_value("--taint", value, at).unwrap();
        let wanted = "  --taint a=b:NoSchedul\n              ^^^^^^^^^";
        assert_eq!(drawn("a=b:NoSchedul", 4..13), wanted);
        // Where something is missing, and after wide characters and a tab.
        assert_eq!(drawn("a=b", 3..3), "  --taint a=b\n             ^");
        let wanted = "  --taint 節 =b\n             ^";
        assert_eq!(drawn("節\t=b", 4..5), wanted);
        assert_eq!(marked_value("--taint", &"x".repeat(500), 0..1), None);
        assert_eq!(marked_value("--taint", "節", 1..2), None);
    }

    #[test]
    fn of_an_element_the_list_is_marked() {
        let range = what_is_meant("    tolerations:", "`spec.tolerations[0].key` is wrong");
        assert_eq!(range, 4..15);
    }

    #[test]
    fn where_nothing_is_named_the_line_is_marked() {
        assert_eq!(what_is_meant("  - a: [ ", "invalid YAML"), 2..8);
        assert_eq!(what_is_meant("  ", "invalid YAML"), 2..2);
        assert_eq!(what_is_meant("kinds: x", "the object has no `kind`"), 0..8);
    }

    #[test]
    fn a_long_line_is_cut_around_it() {
        let text = format!("{}needle{}", "x ".repeat(5000), " y".repeat(5000));
        let drawn = marked(("a", 1, &text), "`needle` is wrong", Some(60)).unwrap();
        assert_eq!(marked(("a", 1, &text), "this is no JSON", None), None);
        assert!(drawn.lines().all(|l| l.chars().count() <= 80), "{drawn}");
        let needle = drawn.lines().find_map(|l| l.find("needle"));
        let caret = drawn.lines().find_map(|l| l.find("^^^^^^"));
        assert!(needle.is_some() && needle == caret, "{drawn}");
    }

    #[test]
    fn no_control_character_is_drawn() {
        let line = ("a", 1, "\tkey: \u{1b}[2J\u{9b}x");
        let drawn = marked(line, "`key` is wrong", None).unwrap();
        assert!(
            !drawn.contains(|c: char| c.is_control() && c != '\n'),
            "{drawn:?}"
        );
    }
}
