//! cobra's protocol (`ShellCompDirective`, cobra 1.10): a line `VALUE TAB DESCRIPTION`
//! for each candidate, and `:DIRECTIVE` as the last one.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap_complete::CompletionCandidate;

use crate::output::sanitize::sanitize;

const FILES: u8 = 0;
const NO_SPACE: u8 = 2;
const NO_FILES: u8 = 4;
const KEEP_ORDER: u8 = 32;

/// What a shell is to know beside the candidates.
#[derive(Clone, Debug, Default)]
pub(super) struct Directive {
    files: Arc<AtomicBool>,
    unfinished: Arc<AtomicBool>,
}

impl Directive {
    /// A file is wanted here, which the shell completes better.
    pub(super) fn files(&self) {
        self.files.store(true, Ordering::Relaxed);
    }

    /// A candidate is to be typed on.
    pub(super) fn unfinished(&self) {
        self.unfinished.store(true, Ordering::Relaxed);
    }
}

/// The lines for candidates for the word `current`; none where a file is wanted.
pub(super) fn lines(
    candidates: &[CompletionCandidate],
    current: &str,
    directive: &Directive,
) -> String {
    if directive.files.load(Ordering::Relaxed) {
        return format!(":{FILES}\n");
    }
    // Shells and kubectl put the flag of `--flag=value` back themselves.
    let flag = current.find('=').filter(|_| current.starts_with('-'));
    let prefix = flag.and_then(|end| current.get(..=end)).unwrap_or_default();
    let mut lines = String::new();
    let mut seen = HashSet::new();
    for candidate in candidates {
        let Some(value) = candidate.get_value().to_str() else {
            continue;
        };
        let value = value.strip_prefix(prefix).unwrap_or(value);
        // Flags are offered to whoever begins one.
        let is_unasked = current.is_empty() && value.starts_with('-');
        let is_unasked = is_unasked || candidate.is_hide_set();
        if is_unasked || value.is_empty() || value.contains(char::is_control) {
            continue;
        }
        if !seen.insert(value) {
            continue;
        }
        lines.push_str(value);
        let help = candidate.get_help().map(ToString::to_string);
        let help = help.as_deref().map(first_line).unwrap_or_default();
        if !help.is_empty() {
            lines.push('\t');
            lines.push_str(&help);
        }
        lines.push('\n');
    }
    let is_unfinished = directive.unfinished.load(Ordering::Relaxed);
    let space = if is_unfinished { NO_SPACE } else { 0 };
    format!("{lines}:{}\n", space | NO_FILES | KEEP_ORDER)
}

fn first_line(help: &str) -> String {
    sanitize(help.lines().next().unwrap_or_default().trim())
}
