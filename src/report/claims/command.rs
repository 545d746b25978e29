//! Commands to paste.

use crate::engine::qualified_name::is_dns1123_subdomain;
use crate::model::Pod;
use crate::report::remedy::words::shell_word;

use super::ground::Ground;

/// So many pods are named in one command.
const NAMED: usize = 10;

/// `kubectl` with its arguments in the DaemonSet's namespace.
pub(super) fn kubectl(ground: &Ground<'_>, before: &[&str], after: &[&str]) -> String {
    let namespace = ["-n", &ground.ds().namespace];
    let words = before.iter().chain(&namespace).chain(after);
    let words: Vec<String> = words.map(|word| shell_word(word)).collect();
    format!("kubectl {}", words.join(" "))
}

/// Whether all of them are names as the API has them: a file's may be options.
pub(super) fn are_names(names: &[&str]) -> bool {
    names.iter().all(|name| is_dns1123_subdomain(name))
}

/// What is done to pods by name; `None` where there are none, or too many to name, or
/// where a name is none.
pub(super) fn of_pods(
    ground: &Ground<'_>,
    verb: &str,
    pods: &[&Pod],
    after: &[&str],
) -> Option<String> {
    if pods.is_empty() || pods.len() > NAMED {
        return None;
    }
    let names: Vec<&str> = pods.iter().map(|pod| &*pod.name).collect();
    if !are_names(&names) {
        return None;
    }
    let kind = if pods.len() == 1 { "pod" } else { "pods" };
    let before: Vec<&str> = [verb, kind].into_iter().chain(names).collect();
    Some(kubectl(ground, &before, after))
}

/// The selector as `-l` takes it; `None` for one that can't be parsed or is empty.
pub(super) fn selected(ground: &Ground<'_>) -> Option<String> {
    let selector = &ground.claimant()?.selector;
    (!selector.is_empty()).then(|| selector.to_string())
}
