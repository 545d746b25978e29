//! Texts that aren't API objects, and how to make objects of them.

use super::shown;
use super::spanned::Spanned;
use super::unreadable::{TextPart, error};
use crate::source::SourceError;

/// The beginnings of kubectl's messages.
const MESSAGES: [&str; 7] = [
    "Error from server",
    "error: ",
    "Unable to connect to the server",
    "The connection to the server ",
    "No resources found",
    "Warning: ",
    "Flag --",
];

/// The command that builds the objects of a kustomization.
pub(in crate::source) const KUSTOMIZE: &str = "`kubectl kustomize DIR | kubectl ds … -f -`";

/// What renders a chart.
const HELM: &str = "`helm template … | kubectl ds … -f -`";

/// Whether kubectl writes such a line to stderr, from where `2>&1` mixes it into the objects.
fn is_message(line: &str) -> bool {
    MESSAGES.iter().any(|begin| line.starts_with(begin)) || is_logged(line)
}

/// Whether klog wrote it, as in `E0504 09:41:07.1 7 memcache.go:265] …`.
fn is_logged(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(['I', 'W', 'E', 'F']) else {
        return false;
    };
    let date = rest.split(' ').next().unwrap_or_default();
    date.len() == 4 && date.bytes().all(|b| b.is_ascii_digit()) && rest.contains("] ")
}

/// Whether a line of `text` is a message of kubectl.
pub(super) fn has_message(text: &str) -> bool {
    text.lines().any(is_message)
}

/// The message about the first line of kubectl in an unreadable text.
pub(super) fn message(file: &str, around: TextPart<'_>) -> Option<SourceError> {
    let mut lines = around.text.lines().enumerate();
    let (index, line) = lines.find(|(_, line)| is_message(line))?;
    let message = shown(line.trim_end());
    let is_alone = || {
        around
            .text
            .lines()
            .all(|l| l.trim().is_empty() || is_message(l))
    };
    let problem = if around.line == 1 && around.is_end && is_alone() {
        format!("kubectl failed, and the file holds its message alone: `{message}`")
    } else {
        format!(
            "kubectl's message `{message}` stands among the objects: delete this line, or dump again without `2>&1`; what kubectl couldn't read isn't in the file"
        )
    };
    Some(error(file, around.line + index, &problem))
}

/// The message about a Helm template that can't be read as YAML, where something is wrong on
/// `line`: it contains an action, or some lines consist of actions.
pub(super) fn template(file: &str, around: TextPart<'_>, line: usize) -> Option<SourceError> {
    let own = line.saturating_sub(around.line);
    let is_action = |(index, text): &(usize, &str)| {
        let is_near = index.abs_diff(own) <= 1;
        text.trim_start().starts_with("{{") || is_near && text.contains("{{")
    };
    let (index, _) = around.text.lines().enumerate().find(is_action)?;
    let problem = unrendered();
    Some(error(file, around.line + index, &problem))
}

/// The message about a Helm template.
pub(in crate::source) fn unrendered() -> String {
    format!("this is a template that isn't rendered (`{{{{ … }}}}`): render it first: {HELM}")
}

/// The message about an object without a kind, and what to do about it.
pub(super) fn without_kind(file: &str, object: &Spanned) -> Option<String> {
    let has = |keys: &[&str]| keys.iter().any(|key| object.field(key).is_some());
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_kustomization = matches!(name, "kustomization.yaml" | "kustomization.yml")
        || has(&[
            "resources",
            "patches",
            "patchesStrategicMerge",
            "patchesJson6902",
            "bases",
        ]);
    if is_kustomization {
        return Some(format!(
            "this is a kustomization: build its objects first: {KUSTOMIZE}"
        ));
    }
    if object.field("op").is_some() && object.field("path").is_some() {
        return Some(format!(
            "this is a JSON patch, a part of a kustomization: build the objects first: {KUSTOMIZE}"
        ));
    }
    matches!(name, "Chart.yaml" | "values.yaml")
        .then(|| format!("this is a part of a Helm chart: render it first: {HELM}"))
}

#[cfg(test)]
mod tests {
    use super::is_message;

    #[test]
    fn messages_of_kubectl() {
        for line in [
            "Error from server (Forbidden): events is forbidden: User \"x\" cannot list",
            "error: the server doesn't have a resource type \"foo\"",
            "E0504 09:41:07.123456    7 memcache.go:265] couldn't get current server API group list",
            "No resources found",
        ] {
            assert!(is_message(line), "{line}");
        }
        for line in [
            "kind: List",
            "  error: x",
            "Error: x",
            "E0504: x",
            "items: []",
        ] {
            assert!(!is_message(line), "{line}");
        }
    }
}
