//! What can follow the words typed so far, printed as kubectl and the scripts of
//! `completion` want it.
//!
//! One protocol for all: that of `kubectl __complete`. Whoever asks gives the
//! words after the command, the last of which is the one to be completed.

mod candidate;
mod protocol;
mod typed;
mod values;

use std::ffi::OsString;

use clap_complete::CompletionCandidate;
use clap_complete::engine::complete;

use super::definition;
use super::name::Name;
use protocol::{Directive, lines};

pub use candidate::{Candidate, Lookup};
pub use typed::Typed;

/// The hidden first word that asks for completions.
const WORD: &str = "__complete";

/// The words to complete, where the arguments of this process ask for that.
#[must_use]
pub fn asked(name: &Name) -> Option<Vec<OsString>> {
    let mut words = std::env::args_os().skip(1).peekable();
    if !name.is_completer() {
        words.next_if(|word| word == WORD)?;
    }
    Some(words.collect())
}

/// The lines to print; `look_up` has the names that nobody but the source knows. Nothing is
/// an error: there is nobody to tell.
#[must_use]
pub fn answer(
    name: &Name,
    mut words: Vec<OsString>,
    look_up: impl Fn(Lookup, &Typed, &str) -> Vec<Candidate> + Clone + Send + Sync + 'static,
) -> String {
    let current = words.pop().unwrap_or_default();
    let before = words;
    let definition = definition(name);
    let directive = Directive::default();
    let typed = Typed::read(&definition, &before);
    let mut command = values::attach(definition, &typed, &directive, &look_up);
    let before = typed::without_lone_switches(&command, before);
    let mut found = Vec::new();
    if current == "-" {
        // A flag's short name hides its long one, unless that is asked for.
        found = at(&mut command, &before, "--".into());
    }
    found.extend(at(&mut command, &before, current.clone()));
    let current = current.to_string_lossy();
    let found = found.into_iter();
    let found: Vec<_> = found
        .map(|c| by_its_own_name(&command, c, &current))
        .collect();
    lines(&found, &current, &directive)
}

/// A command by its own name where that fits what was typed: of a command and its alias the
/// engine offers the first in the alphabet.
fn by_its_own_name(
    command: &clap::Command,
    candidate: CompletionCandidate,
    current: &str,
) -> CompletionCandidate {
    let value = candidate.get_value().to_str().unwrap_or_default();
    let mut commands = command.get_subcommands();
    // What an object is called says nothing of a command.
    let own = commands.find(|sub| {
        let is_alias = sub.get_visible_aliases().any(|alias| alias == value);
        is_alias && sub.get_about() == candidate.get_help()
    });
    let own = own
        .map(clap::Command::get_name)
        .filter(|name| name.starts_with(current));
    match own {
        Some(name) => CompletionCandidate::new(name).help(candidate.get_help().cloned()),
        None => candidate,
    }
}

fn at(
    command: &mut clap::Command,
    before: &[OsString],
    current: OsString,
) -> Vec<CompletionCandidate> {
    // The first is the command's own name.
    let mut words = vec![OsString::new()];
    words.extend_from_slice(before);
    words.push(current);
    let last = words.len() - 1;
    complete(command, words, last, None).unwrap_or_default()
}
