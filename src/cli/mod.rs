//! What was typed: the one definition of the command line, and nothing done yet.

pub mod adopt;
mod complete;
pub mod completion;
pub mod connection;
pub mod exit;
pub mod global;
pub mod name;
pub mod names;
pub mod node;
pub mod plan;
pub mod plan_watch;
pub mod validate;
pub mod why;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands;
use crate::model::set_own_name;
use crate::output::terminal::Terminal;

use exit::Exit;
use global::GlobalArgs;
use name::Name;

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

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let name = Name::of_process();
    set_own_name(name.words());
    if let Some(words) = complete::asked(&name) {
        // Who doesn't listen any more doesn't mind.
        let _ = Terminal::plain(&complete::answer(&name, words));
        return Exit::Said.into();
    }
    let cli = match parse(&name, std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let terminal = Terminal::new(cli.global.color, !cli.global.no_headers);
    run(&name, &cli, &terminal).into()
}

/// Answers a command line, its name first, on a terminal that is given.
///
/// # Errors
/// When the command line can't be parsed; what it says then was not printed.
pub fn answer(words: &[&str], terminal: &Terminal) -> Result<Exit, clap::Error> {
    let name = Name::default();
    let words = words.iter().map(OsString::from);
    Ok(run(&name, &parse(&name, words)?, terminal))
}

fn run(name: &Name, cli: &Cli, terminal: &Terminal) -> Exit {
    let result = match &cli.command {
        Command::Why(args) => commands::why::run(&cli.global, args, terminal),
        Command::Node(args) => commands::node::run(&cli.global, args, terminal),
        Command::Plan(args) => commands::plan::run(&cli.global, args, terminal),
        Command::Adopt(args) => commands::adopt::run(&cli.global, args, terminal),
        Command::Completion(args) => commands::completion::run(name, args, terminal),
    };
    match result {
        Ok(exit) => exit,
        Err(error) if error.is_broken_pipe() => Exit::Said,
        Err(error) if error.is_interrupted() => Exit::Interrupted,
        Err(error) => {
            terminal.error(&error.to_string());
            Exit::Failed
        }
    }
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

fn parse(name: &Name, args: impl Iterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut definition = definition(name);
    let matches = definition.try_get_matches_from_mut(words(args))?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut definition))
}

/// The words of a command line, with `help COMMAND` as `COMMAND --help`: kubectl and its plugins
/// take both.
fn words(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<_> = args.collect();
    if words.get(1).is_some_and(|word| word == "help") {
        words.remove(1);
        words.push("--help".into());
    }
    words
}

/// Help and version are answers; anything else is bad usage.
fn usage(error: &clap::Error) -> ExitCode {
    // Nothing is left to tell of a usage text that can't be printed.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Failed.into()
    } else {
        Exit::Said.into()
    }
}
