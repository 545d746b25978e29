//! What was typed: the one definition of the command line, and plain requests made of it.
//! Nothing is read or asked here.

pub mod adopt;
pub mod complete;
pub mod completion;
mod connection;
pub mod expect;
mod fail_on;
pub mod global;
pub mod name;
pub mod names;
pub mod node;
pub mod overview;
pub mod plan;
pub mod request;
pub mod typed;
mod validate;
mod value;
mod verbs;
pub mod version;
mod what_if;
pub mod why;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use global::{GlobalArgs, GlobalOptions};
use name::Name;
use overview::{OverviewArgs, StatusArgs};
use request::{Request, UsageError, usage};
use typed::TypedWords;

use crate::output::formats::{Format, listed};

/// Explains DaemonSets: why a node has no pod, and what a rollout does.
///
/// It only reads.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl ds",
    bin_name = "kubectl ds",
    version,
    disable_help_subcommand = true,
    max_term_width = 120,
    after_help = global::EXAMPLES
)]
struct Cli {
    // First, for the heading of the last of the others would hold for them, too.
    #[command(flatten)]
    overview: OverviewArgs,
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// All DaemonSets at a glance, as without a command
    #[command(visible_alias = "ls", after_help = overview::EXAMPLES)]
    Status(overview::StatusArgs),
    /// Whether a DaemonSet runs on a node, and why not
    #[command(after_help = why::EXAMPLES)]
    Why(why::WhyArgs),
    /// Which DaemonSets run on a node, and what they leave of it
    #[command(after_help = node::EXAMPLES)]
    Node(node::NodeArgs),
    /// What a rollout replaces, what it loses, and what blocks it
    #[command(after_help = plan::EXAMPLES)]
    Plan(plan::PlanArgs),
    /// Who owns a DaemonSet's pods and what it would adopt (read-only)
    ///
    /// Who owns the pods and ControllerRevisions that the selector matches, and what follows.
    #[command(visible_alias = "owners", after_help = adopt::EXAMPLES)]
    Adopt(adopt::AdoptArgs),
    /// Complete commands, flags and names in a shell or kubectl
    #[command(after_help = completion::EXAMPLES)]
    Completion(completion::CompletionArgs),
    /// The version, and the Kubernetes release it was compared with
    #[command(after_help = version::EXAMPLES)]
    Version(version::VersionArgs),
}

/// What was typed: one command with its flags.
#[derive(Debug)]
pub struct CommandLine {
    /// The flags that every command has.
    pub global: GlobalOptions,
    /// The words after the command.
    pub typed: TypedWords,
    has_command: bool,
    command: Command,
}

impl CommandLine {
    /// Reads a command line, its name first.
    ///
    /// # Errors
    /// When it can't be parsed, and for help and the version, which are printed likewise.
    pub fn parse(name: &Name, words: impl Iterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut definition = definition(name);
        let words = with_help_last(words);
        let matches = definition.try_get_matches_from_mut(&words);
        let matches = matches.map_err(|error| verbs::explain(error, &mut definition, name, &words));
        let matches = matches.map_err(value::with_mark)?;
        let typed = match matches.subcommand() {
            Some((sub, matches_of_sub)) => {
                check_before(&mut definition, &matches, sub)?;
                let own = definition.find_subcommand(sub);
                own.map(|own| TypedWords::new(own, matches_of_sub))
            }
            None => Some(TypedWords::new(&definition, &matches)),
        };
        let cli = Cli::from_arg_matches(&matches);
        let cli = cli.map_err(|error| error.format(&mut definition))?;
        Ok(Self {
            global: cli.global.into(),
            typed: typed.unwrap_or_default(),
            has_command: matches.subcommand().is_some(),
            command: cli
                .command
                .unwrap_or(Command::Status(StatusArgs::of(cli.overview))),
        })
    }

    /// Whether it is the name alone, or with flags that say no more than how to print and where
    /// to ask.
    #[must_use]
    pub fn asks_nothing(&self) -> bool {
        let GlobalOptions {
            output,
            from,
            exit_code,
            ..
        } = &self.global;
        let is_for_people = output.is_for_people() && !exit_code;
        !self.has_command
            && is_for_people
            && from.is_empty()
            && self.typed.first_own_flag().is_none()
    }

    /// What the command is asked, and the flags that every command has.
    ///
    /// # Errors
    /// When names or flags make no question.
    pub fn request(self) -> Result<(GlobalOptions, Request), UsageError> {
        let mut all = self.global;
        check_format(all.output, &self.command)?;
        let global = &mut all;
        let request = match self.command {
            Command::Status(args) => Request::Why(args.request(global, &self.typed)?),
            Command::Why(args) => Request::Why(args.request(global, &self.typed)?),
            Command::Node(args) => Request::Node(args.request(global)?),
            Command::Plan(args) => Request::Plan(args.request(global)?),
            Command::Adopt(args) => Request::Adopt(args.request(global)?),
            Command::Completion(args) => Request::Completion(args.request()?),
            Command::Version(args) => {
                args.check(global)?;
                Request::Version
            }
        };
        Ok((all, request))
    }
}

/// What narrows the overview means nothing before a command, which has such flags of its own.
fn check_before(
    definition: &mut clap::Command,
    matches: &ArgMatches,
    command: &str,
) -> Result<(), clap::Error> {
    let typed = TypedWords::new(definition, matches);
    let Some(flag) = typed.first_own_flag() else {
        return Ok(());
    };
    let text = format!(
        "`{flag}` comes after the command: `{} {command} {flag} …`",
        definition.get_name()
    );
    Err(definition.error(ErrorKind::ArgumentConflict, text))
}

/// Not every command has an answer in every format.
fn check_format(format: Format, command: &Command) -> Result<(), UsageError> {
    let name = match command {
        Command::Why(_) | Command::Status(_) => "why",
        Command::Node(_) => "node",
        Command::Plan(_) => "plan",
        Command::Adopt(_) => "adopt",
        Command::Completion(_) | Command::Version(_) => return Ok(()),
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
    let definition = only_its_own(Cli::command(), "completion", &[]);
    name.in_definition(only_its_own(definition, "version", &["output"]))
}

/// The help of the whole.
#[must_use]
pub fn help(name: &Name) -> String {
    definition(name).render_help().to_string()
}

/// The definition with the flags of all commands hidden where one has no use for them, all but
/// the `used`.
fn only_its_own(definition: clap::Command, command: &str, used: &[&str]) -> clap::Command {
    let is_used = |arg: &clap::Arg| used.contains(&arg.get_id().as_str());
    let everywhere = definition.get_arguments();
    let everywhere = everywhere.filter(|arg| arg.is_global_set() && !is_used(arg));
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
