//! Errors about a text.

use super::foreign::{message, template, without_kind};
use super::object::{Body, Object};
use super::shown;
use super::yaml::YamlError;
use crate::source::SourceError;

pub(in crate::source) fn place(file: &str, line: usize) -> String {
    format!("{}:{line}", shown(file))
}

pub(in crate::source) fn error(file: &str, line: usize, problem: &str) -> SourceError {
    SourceError::File(format!("{}: {problem}", place(file, line)))
}

/// What is wrong with a JSON text whose first line has the number `first_line`.
pub(super) fn json_error(
    file: &str,
    first_line: usize,
    problem: &serde_json::Error,
) -> SourceError {
    let line = first_line + problem.line().saturating_sub(1);
    if problem.is_eof() {
        return cut_off(file, line);
    }
    let text = problem.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    error(file, line, &format!("this is no JSON: {text}"))
}

pub(super) fn cut_off(file: &str, line: usize) -> SourceError {
    let problem = "the file ends in the middle of a JSON value: it is cut off";
    error(file, line, problem)
}

/// A part of a file.
#[derive(Clone, Copy, Default)]
pub(super) struct TextPart<'a> {
    pub text: &'a str,
    /// The number of its first line.
    pub line: usize,
    /// Whether the file ends with it.
    pub is_end: bool,
}

pub(super) fn yaml_error(file: &str, around: TextPart<'_>, problem: &YamlError) -> SourceError {
    let foreign = message(file, around).or_else(|| template(file, around, problem.line));
    if let Some(foreign) = foreign {
        return foreign;
    }
    if !problem.is_syntax {
        return error(file, problem.line, &problem.problem);
    }
    let text = around.text;
    let own = problem.line.saturating_sub(around.line) + 1;
    let near = own.saturating_sub(2);
    let mut lines = text.lines().enumerate().skip(near).take(3);
    if let Some((index, _)) = lines.find(|(_, l)| is_indented_with_tab(l)) {
        let text = "a tab indents this line, and YAML allows only spaces there: replace it";
        return error(file, around.line + index, text);
    }
    let last = text.trim_end().lines().count();
    let line = around.line + own.min(last).saturating_sub(1);
    let hint = if own >= last && around.is_end {
        "the file ends here: is it cut off?"
    } else {
        "check the indentation, quotes and brackets here and on the line before"
    };
    let problem = shown(&problem.problem);
    error(file, line, &format!("invalid YAML: {problem}; {hint}"))
}

fn is_indented_with_tab(line: &str) -> bool {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..indent).is_some_and(|i| i.contains('\t'))
}

pub(super) fn no_kind(object: &Object<'_>, line: usize) -> SourceError {
    let value = match &object.body {
        Body::Yaml(value) => Some(value),
        Body::Json(_) | Body::Block(_) => None,
    };
    if let Some(foreign) = value.and_then(|v| without_kind(&object.file, v)) {
        return object.error(line, &foreign);
    }
    let has_items = value.is_some_and(|v| v.field("items").is_some());
    if has_items || line != object.line {
        let problem = "a list without `kind` after its items: the file is cut off";
        return object.error(line, problem);
    }
    let problem = "the object has no `kind`: it begins with lines like `apiVersion: apps/v1` and `kind: DaemonSet`";
    object.error(line, problem)
}
