//! What was typed so far, as far as it makes sense: half of a command line is none.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, FromArgMatches};

use crate::cli::global::{GlobalArgs, GlobalOptions};
use crate::cli::names::{TargetKind, parse_target};

/// What candidates depend on.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The flags of every command.
    pub global: GlobalOptions,
    /// `-A`.
    pub all_namespaces: bool,
    /// The DaemonSet that was named.
    pub daemon_set: Option<String>,
    /// `-f`: the DaemonSet is one of these files'.
    pub manifests: Vec<String>,
    /// `--node-file`: the node is one of these files'.
    pub node_files: Vec<String>,
}

impl Typed {
    /// Reads the words before the one to be completed, as far as they can be read.
    pub(super) fn read(definition: &Command, before: &[OsString]) -> Self {
        let lenient = definition
            .clone()
            .no_binary_name(true)
            .ignore_errors(true)
            .subcommand_required(false)
            .arg_required_else_help(false)
            .disable_help_flag(true)
            .disable_version_flag(true);
        let counts = (0..=before.len()).rev();
        let mut read = counts.filter_map(|count| {
            let words = before.iter().take(count);
            let matches = lenient.clone().try_get_matches_from(words).ok()?;
            Self::of(&matches)
        });
        read.next().unwrap_or_default()
    }

    /// `None` where a value can't be read.
    fn of(matches: &ArgMatches) -> Option<Self> {
        let global = GlobalArgs::from_arg_matches(matches).ok()?;
        let (command, sub) = matches.subcommand().unwrap_or(("status", matches));
        let one = |id: &str| sub.try_get_one::<String>(id).ok().flatten();
        let many = |id: &str| {
            let values = sub.try_get_many::<String>(id).ok().flatten();
            values
                .into_iter()
                .flatten()
                .map(|path| at_home(path))
                .collect()
        };
        let all_namespaces = sub.try_get_one::<bool>("all_namespaces").ok().flatten();
        let target = one("target").and_then(|t| parse_target(t).ok());
        let mut global = with_home(global.into());
        if let Some(target) = &target {
            global.namespace = target.namespace.clone().or(global.namespace);
        }
        let is_open = command == "status" && global.namespace.is_none();
        let daemon_set = target.filter(|target| target.kind == TargetKind::DaemonSet);
        Some(Self {
            all_namespaces: is_open || all_namespaces.copied().unwrap_or_default(),
            global,
            daemon_set: daemon_set.map(|target| target.name),
            manifests: many("filename"),
            node_files: many("node_file"),
        })
    }
}

fn with_home(mut global: GlobalOptions) -> GlobalOptions {
    global.from = global.from.iter().map(|path| at_home(path)).collect();
    let kubeconfig = global.connection.kubeconfig.take();
    let at_home = kubeconfig.map(|path| PathBuf::from(at_home(&path.to_string_lossy())));
    global.connection.kubeconfig = at_home;
    global
}

/// A path as the shell will give it: what is being completed isn't expanded yet.
fn at_home(path: &str) -> String {
    let below = path.strip_prefix("~/");
    match (below, std::env::home_dir()) {
        (Some(below), Some(home)) => home.join(below).display().to_string(),
        _ => path.to_owned(),
    }
}

/// The words without flags whose value can't be the next word: the engine would take it for that.
pub(super) fn without_lone_switches(command: &Command, words: Vec<OsString>) -> Vec<OsString> {
    let commands = command.get_subcommands().chain([command]);
    let switches = commands
        .flat_map(Command::get_arguments)
        .filter(|arg| arg.is_require_equals_set());
    let lone = switches.filter_map(Arg::get_long);
    let lone: Vec<String> = lone.map(|long| format!("--{long}")).collect();
    let is_lone = |word: &OsString| lone.iter().any(|l| word == l.as_str());
    words.into_iter().filter(|word| !is_lone(word)).collect()
}
