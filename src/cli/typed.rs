//! What was typed, as words to type again: for hints that hold when they are pasted.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches};

use crate::model::Command;

/// No secret is repeated.
const SECRET: &str = "token";

/// The words after a command, taken apart into operands and flags.
#[derive(Clone, Debug, Default)]
pub struct TypedWords {
    /// What isn't a flag, as it was typed.
    pub operands: Vec<String>,
    flags: Vec<TypedFlag>,
}

#[derive(Clone, Debug)]
struct TypedFlag {
    id: String,
    /// Both names, which may be the same one.
    names: (String, String),
    value: Option<String>,
    /// Whether the value stands behind `=`, or nowhere.
    is_one_word: bool,
    is_global: bool,
}

impl TypedWords {
    /// Those that `matches` were read from, by the definition of their command. A word that
    /// isn't Unicode isn't among them.
    pub(super) fn new(definition: &clap::Command, matches: &ArgMatches) -> Self {
        let mut typed = Self::default();
        for arg in definition.get_arguments() {
            let id = arg.get_id().as_str();
            if matches.value_source(id) != Some(ValueSource::CommandLine) {
                continue;
            }
            let values = matches.get_raw(id).into_iter().flatten();
            let values = values.filter_map(|value| value.to_str());
            if arg.is_positional() {
                typed.operands.extend(values.map(str::to_owned));
            } else {
                typed.flags.extend(values.map(|value| flag(arg, value)));
            }
        }
        typed
    }

    /// The first flag that not every command has.
    pub(super) fn first_own_flag(&self) -> Option<&str> {
        let mut own = self.flags.iter().filter(|flag| !flag.is_global);
        own.next().map(|flag| flag.names.0.as_str())
    }

    /// `command` with all flags; in the namespace, where one is given, in place of the one
    /// that was typed.
    #[must_use]
    pub fn with_flags(&self, command: Command, namespace: Option<&str>) -> Option<Command> {
        self.add(command, namespace, |_| true)
    }

    /// The same with those flags alone that every command has.
    #[must_use]
    pub fn with_global_flags(&self, command: Command) -> Option<Command> {
        self.add(command, None, |flag| flag.is_global)
    }

    fn add(
        &self,
        command: Command,
        namespace: Option<&str>,
        keep: impl Fn(&TypedFlag) -> bool,
    ) -> Option<Command> {
        let command = match namespace {
            Some(namespace) => command.namespace(namespace)?,
            None => command,
        };
        let is_replaced = |flag: &TypedFlag| namespace.is_some() && flag.id == "namespace";
        let kept = self.flags.iter().filter(|flag| keep(flag));
        let mut kept = kept.filter(|flag| flag.id != SECRET && !is_replaced(flag));
        kept.try_fold(command, |command, flag| flag.add_to(command))
    }
}

impl TypedFlag {
    fn add_to(&self, command: Command) -> Option<Command> {
        let (short, long) = &self.names;
        match &self.value {
            None => command.flag(short),
            Some(value) if self.is_one_word => command.flag(&format!("{long}={value}")),
            Some(value) => command.option((short, long), value),
        }
    }
}

fn flag(arg: &Arg, value: &str) -> TypedFlag {
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = arg.get_short().map(|short| format!("-{short}"));
    let (long, is_one_word) = (long.unwrap_or_default(), arg.is_require_equals_set());
    let has_value = arg.get_action().takes_values() && !(is_one_word && value.is_empty());
    TypedFlag {
        id: arg.get_id().to_string(),
        names: (short.unwrap_or_else(|| long.clone()), long),
        value: has_value.then(|| value.to_owned()),
        is_one_word,
        is_global: arg.is_global_set(),
    }
}
