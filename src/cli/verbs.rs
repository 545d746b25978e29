//! Commands of kubectl that people type out of habit: the command that is ours for each.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command as Definition};

use crate::model::Command;

use super::CommandLine;
use super::name::Name;
use super::names::{is_daemon_set_word, is_node_word, is_pod_word, parse_target};

/// No secret is repeated.
const SECRET: &str = "token";

/// An error about the first word, with the command that may have been meant, where there is one.
pub(super) fn explain(
    error: clap::Error,
    definition: &mut Definition,
    name: &Name,
    words: &[OsString],
) -> clap::Error {
    let words: Vec<&str> = words.iter().skip(1).filter_map(|w| w.to_str()).collect();
    let text = match error.kind() {
        ErrorKind::InvalidSubcommand => unknown_command(&error, definition, name, &words),
        ErrorKind::UnknownArgument => word_for_the_kind(definition, name, &words),
        _ => None,
    };
    match text {
        Some(text) => definition.error(error.kind(), text),
        None => error,
    }
}

fn unknown_command(
    error: &clap::Error,
    definition: &Definition,
    name: &Name,
    words: &[&str],
) -> Option<String> {
    let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let at = words.iter().position(|word| word == verb)?;
    let (before, after) = (words.get(..at)?, words.get(at + 1..)?);
    let split = Split::new(definition, before).and(Split::new(definition, after));
    if let Some(ours) = ours(verb, &split.operands) {
        let hint = |ours: &PluginCommand| {
            split
                .command(definition, ours)
                .filter(|c| is_taken(name, c))
        };
        // Files can't be followed.
        let command = hint(&ours).or_else(|| hint(&ours.without_flags()))?;
        return Some(format!(
            "`{verb}` is a command of kubectl: here it is `{command}`"
        ));
    }
    if is_misspelled(error, verb) || parse_target(verb).is_err() {
        return None;
    }
    let names = [verb.as_str()]
        .into_iter()
        .chain(split.operands.iter().copied());
    let ours = PluginCommand::new("why", names);
    let command = split
        .command(definition, &ours)
        .filter(|c| is_taken(name, c))?;
    Some(format!(
        "`{verb}` is not a command; about a DaemonSet of this name: `{command}`"
    ))
}

/// Whether one of our commands is nearly called so; `node` is no misspelled `node-exporter`.
fn is_misspelled(error: &clap::Error, verb: &str) -> bool {
    let near = |command: &String| command.len().abs_diff(verb.len()) <= 2;
    match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::String(command)) => near(command),
        Some(ContextValue::Strings(commands)) => commands.iter().any(near),
        _ => false,
    }
}

/// `plan ds NAME`, as kubectl takes it.
fn word_for_the_kind(definition: &Definition, name: &Name, words: &[&str]) -> Option<String> {
    let split = Split::new(definition, words);
    let (&[command, word], names) = split.operands.split_first_chunk::<2>()?;
    let commands = ["plan", "adopt", "node"];
    let command = commands.into_iter().find(|known| *known == command)?;
    if !is_daemon_set_word(word) && !is_node_word(word) {
        return None;
    }
    let ours = PluginCommand::new(command, names.iter().copied());
    let hint = split
        .command(definition, &ours)
        .filter(|c| is_taken(name, c))?;
    Some(format!(
        "`{command}` takes a name without `{word}` before it: write `{hint}`"
    ))
}

/// A hint that fails is none.
fn is_taken(name: &Name, command: &Command) -> bool {
    let own = name.words().len();
    let words = command.words().into_iter().skip(own);
    let words = std::iter::once("").chain(words).map(OsString::from);
    CommandLine::parse(name, words).is_ok_and(|line| line.request().is_ok())
}

/// A command of ours.
struct PluginCommand {
    command: &'static str,
    operands: Vec<String>,
    flags: Vec<String>,
}

impl PluginCommand {
    fn new<'w>(command: &'static str, operands: impl Iterator<Item = &'w str>) -> Self {
        Self {
            command,
            operands: operands.map(str::to_owned).collect(),
            flags: Vec::new(),
        }
    }

    fn without_flags(mut self) -> Self {
        self.flags.clear();
        self
    }

    fn with(mut self, flags: &[&str]) -> Self {
        self.flags
            .extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }
}

/// What is ours for a command of kubectl with these operands.
fn ours(verb: &str, operands: &[&str]) -> Option<PluginCommand> {
    match verb {
        "rollout" => {
            let (verb, operands) = operands.split_first()?;
            rollout(verb, operands)
        }
        "set" => {
            let (image, operands) = operands.split_first()?;
            (*image == "image").then(|| set_image(operands))
        }
        "restart" | "undo" => rollout(verb, operands),
        "apply" | "diff" => Some(PluginCommand::new("plan", std::iter::empty())),
        "cordon" | "drain" => Some(look("node", operands).with(&["--cordon"])),
        "logs" | "log" => match operands {
            [pod] if !pod.contains('/') => {
                let pod = format!("pod/{pod}");
                Some(PluginCommand::new("why", std::iter::once(pod.as_str())))
            }
            _ => Some(look("why", operands)),
        },
        "get" | "describe" | "list" | "show" | "explain" | "events" | "top" => {
            Some(look("why", operands))
        }
        _ => None,
    }
}

fn rollout(verb: &str, operands: &[&str]) -> Option<PluginCommand> {
    let of_daemon_set = |command| {
        let mut ours = look(command, operands);
        if ours.operands.is_empty() {
            ours.operands.push("DS".to_owned());
        }
        ours
    };
    match verb {
        "status" => Some(of_daemon_set("plan").with(&["--watch"])),
        "restart" => Some(of_daemon_set("plan").with(&["--restart"])),
        "undo" => Some(of_daemon_set("plan").with(&["--to-revision", "0"])),
        "history" => Some(of_daemon_set("adopt")),
        _ => None,
    }
}

fn set_image(operands: &[&str]) -> PluginCommand {
    let (images, names): (Vec<&str>, Vec<&str>) = operands.iter().partition(|o| o.contains('='));
    let images = images.into_iter().flat_map(|image| ["--set-image", image]);
    look("plan", &names).with(&images.collect::<Vec<_>>())
}

/// A question about what kubectl calls `TYPE NAME` or `TYPE/NAME`; about a node it is another one.
fn look(command: &'static str, operands: &[&str]) -> PluginCommand {
    let mut ours = PluginCommand::new(command, std::iter::empty());
    let mut words = operands.iter().copied();
    while let Some(word) = words.next() {
        let kind = word.split('/').next().unwrap_or_default();
        if is_node_word(kind) && command == "why" {
            ours.command = "node";
        }
        if is_pod_word(word) {
            ours.operands
                .extend(words.next().map(|name| format!("pod/{name}")));
        } else if !is_daemon_set_word(word) && !is_node_word(word) {
            ours.operands.push(word.to_owned());
        }
    }
    ours
}

/// Words that are no flags, and flags with their values, as far as ours tell which have one.
#[derive(Default)]
struct Split<'w> {
    operands: Vec<&'w str>,
    flags: Vec<Vec<&'w str>>,
}

impl<'w> Split<'w> {
    fn new(definition: &Definition, words: &[&'w str]) -> Self {
        let mut split = Self::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            if !word.starts_with('-') || word == "-" {
                split.operands.push(word);
                continue;
            }
            let mut flag = vec![word];
            let takes_next = |arg: &Arg| takes_value(arg) && is_alone(arg, word);
            if args(definition).any(|arg| is_called(arg, word) && takes_next(arg)) {
                flag.extend(words.next());
            }
            split.flags.push(flag);
        }
        split
    }

    fn and(mut self, after: Self) -> Self {
        self.operands.extend(after.operands);
        self.flags.extend(after.flags);
        self
    }

    /// Ours, with the flags that it knows of those that were typed.
    fn command(&self, definition: &Definition, ours: &PluginCommand) -> Option<Command> {
        let own = definition.find_subcommand(ours.command);
        let global = definition.get_arguments().filter(|arg| arg.is_global_set());
        let known: Vec<&Arg> = own
            .iter()
            .flat_map(|own| own.get_arguments())
            .chain(global)
            .collect();
        let is_known = |flag: &&Vec<&str>| {
            let name = flag.first().copied().unwrap_or_default();
            let mut known = known.iter().filter(|arg| arg.get_id() != SECRET);
            known.any(|arg| is_called(arg, name))
        };
        let typed: Vec<&str> = self
            .flags
            .iter()
            .filter(is_known)
            .flatten()
            .copied()
            .collect();
        // What was typed goes before what it would be without.
        let is_typed = |own: &String| {
            typed
                .iter()
                .any(|word| word.split('=').next() == Some(own.as_str()))
        };
        let own = ours.flags.first().filter(|own| !is_typed(own));
        let own = own.map_or(&[][..], |_| &ours.flags);
        let mut flags = own.iter().map(String::as_str).chain(typed.iter().copied());
        let command = Command::own(&[ours.command]);
        let mut operands = ours.operands.iter().map(String::as_str);
        let command = operands.try_fold(command, |command, word| command.operand(word))?;
        flags.try_fold(command, |command, flag| command.flag(flag))
    }
}

/// The arguments of all commands.
fn args(definition: &Definition) -> impl Iterator<Item = &Arg> {
    let commands = definition.get_subcommands().chain([definition]);
    commands.flat_map(Definition::get_arguments)
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set()
}

/// Whether `word` is this flag, by either name, with or without a value behind it.
fn is_called(arg: &Arg, word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    if let Some(long) = name.strip_prefix("--") {
        return arg.get_long() == Some(long);
    }
    let short = word
        .strip_prefix('-')
        .and_then(|flags| flags.chars().next());
    short.is_some() && arg.get_short() == short
}

/// Whether the value isn't part of the word: neither `--flag=value` nor `-fvalue`.
fn is_alone(arg: &Arg, word: &str) -> bool {
    let short = arg.get_short().map(|short| format!("-{short}"));
    short.as_deref() == Some(word) || (word.starts_with("--") && !word.contains('='))
}
