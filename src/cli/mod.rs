//! What was typed: the one definition of the command line, and plain requests made of it.
//! Nothing is read or asked here.

pub mod adopt;
pub mod complete;
pub mod completion;
mod connection;
mod fail_on;
pub mod global;
pub mod name;
pub mod names;
pub mod node;
pub mod plan;
pub mod request;
mod validate;
mod what_if;
pub mod why;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use global::{GlobalArgs, GlobalOptions};
use name::Name;
use request::{Request, UsageError, usage};

use crate::output::formats::{Format, listed};

/// Explains DaemonSets: why a node has no pod, and what a rollout does.
///
/// It only reads.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl ds",
    bin_name = "kubectl ds",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 120,
    after_help = global::EXAMPLES
)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Whether a DaemonSet runs on a node, and why not
    #[command(after_help = why::EXAMPLES)]
    Why(why::WhyArgs),
    /// Which DaemonSets run on a node, and what they leave of it
    #[command(after_help = node::EXAMPLES)]
    Node(node::NodeArgs),
    /// What a rollout replaces, what it loses, and what holds it up
    #[command(after_help = plan::EXAMPLES)]
    Plan(plan::PlanArgs),
    /// It only reports, and never takes anything over: the pods' owners
    ///
    /// Who owns the pods and ControllerRevisions that the selector matches, and what follows.
    #[command(after_help = adopt::EXAMPLES)]
    Adopt(adopt::AdoptArgs),
    /// Complete commands, flags and names in a shell or kubectl
    #[command(after_help = completion::EXAMPLES)]
    Completion(completion::CompletionArgs),
}

/// What was typed: one command with its flags.
#[derive(Debug)]
pub struct CommandLine {
    /// The flags that every command has.
    pub global: GlobalOptions,
    command: Command,
}

impl CommandLine {
    /// Reads a command line, its name first.
    ///
    /// # Errors
    /// When it can't be parsed, and for help and the version, which are printed likewise.
    pub fn parse(name: &Name, words: impl Iterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut definition = definition(name);
        let matches = definition.try_get_matches_from_mut(with_help_last(words))?;
        let cli = Cli::from_arg_matches(&matches);
        let cli = cli.map_err(|error| error.format(&mut definition))?;
        Ok(Self {
            global: cli.global.into(),
            command: cli.command,
        })
    }

    /// What the command is asked.
    ///
    /// # Errors
    /// When names or flags make no question.
    pub fn request(self) -> Result<Request, UsageError> {
        let global = &self.global;
        check_format(global.output, &self.command)?;
        Ok(match self.command {
            Command::Why(args) => Request::Why(args.request(global)?),
            Command::Node(args) => Request::Node(args.request(global)?),
            Command::Plan(args) => Request::Plan(args.request(global)?),
            Command::Adopt(args) => Request::Adopt(args.request(global)?),
            Command::Completion(args) => Request::Completion(args.request()?),
        })
    }
}

/// Not every command has an answer in every format.
fn check_format(format: Format, command: &Command) -> Result<(), UsageError> {
    let name = match command {
        Command::Why(_) => "why",
        Command::Node(_) => "node",
        Command::Plan(_) => "plan",
        Command::Adopt(_) => "adopt",
        Command::Completion(_) => return Ok(()),
    };
    if format.is_of(name) {
        return Ok(());
    }
    usage(format!(
        "`{name}` has no output format `{}`: use {}",
        format.name,
        listed(|format| format.is_of(name))
    ))
}

/// The one definition of the command line, under the name that it is called by.
#[must_use]
pub fn definition(name: &Name) -> clap::Command {
    name.in_definition(only_its_own(Cli::command(), "completion"))
}

/// The definition with the flags of all commands hidden where one has no use for them.
fn only_its_own(definition: clap::Command, command: &str) -> clap::Command {
    let everywhere = definition.get_arguments().filter(|arg| arg.is_global_set());
    let hidden: Vec<_> = everywhere.map(|arg| arg.clone().hide(true)).collect();
    definition.mut_subcommand(command, |sub| sub.args(hidden))
}

/// The words of a command line, with `help COMMAND` as `COMMAND --help`: kubectl and its plugins
/// take both.
fn with_help_last(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<_> = words.collect();
    if words.get(1).is_some_and(|word| word == "help") {
        words.remove(1);
        words.push("--help".into());
    }
    words
}
