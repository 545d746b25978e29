//! Errors about a text.

use super::input::Input;
use super::object::{Body, Object};
use super::shown;
use super::yaml::YamlError;
use crate::source::SourceError;

pub(super) fn place(input: &Input, line: usize) -> String {
    format!("{}:{line}", shown(&input.name))
}

pub(super) fn error(input: &Input, line: usize, problem: &str) -> SourceError {
    SourceError::File(format!("{}: {problem}", place(input, line)))
}

pub(super) fn json_error(input: &Input, problem: &serde_json::Error) -> SourceError {
    let line = problem.line();
    if problem.is_eof() {
        return error(
            input,
            line,
            "the file ends in the middle of a JSON value: it is cut off",
        );
    }
    let text = problem.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    error(input, line, &format!("this is no JSON: {text}"))
}

pub(super) fn yaml_error(input: &Input, problem: &YamlError) -> SourceError {
    let near = problem.line.saturating_sub(2);
    let mut lines = input.text.lines().enumerate().skip(near).take(3);
    if let Some((index, _)) = lines.find(|(_, l)| is_indented_with_tab(l)) {
        let text = "a tab indents this line, and YAML allows only spaces there: replace it";
        return error(input, index + 1, text);
    }
    let last = input.text.trim_end().lines().count();
    let line = problem.line.min(last);
    let hint = if problem.line >= last {
        "the file ends here: is it cut off?"
    } else {
        "check the indentation, quotes and brackets here and on the line before"
    };
    let problem = shown(&problem.problem);
    error(input, line, &format!("this is no YAML: {problem}; {hint}"))
}

fn is_indented_with_tab(line: &str) -> bool {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..indent).is_some_and(|i| i.contains('\t'))
}

pub(super) fn no_kind(object: &Object<'_>, line: usize) -> SourceError {
    let has_items = match &object.body {
        Body::Yaml(value) => value.field("items").is_some(),
        Body::Json(_) => false,
    };
    if has_items || line != object.line {
        let problem = "a list without `kind` after its items: the file is cut off";
        return object.error(line, problem);
    }
    let problem = "the object has no `kind`: it begins with lines like `apiVersion: apps/v1` and `kind: DaemonSet`";
    object.error(line, problem)
}
