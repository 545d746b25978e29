//! Which argument takes which values.

use std::ffi::OsStr;

use clap::{Arg, Command};
use clap_complete::{ArgValueCompleter, CompletionCandidate};

use crate::model::condition::Condition;
use crate::output::formats::FORMATS;

use super::candidate::{Candidate, Lookup};
use super::protocol::Directive;
use super::typed::Typed;

/// What an argument's value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    /// Names that nobody but a source knows.
    Names(Lookup),
    Taint,
    Format,
    Gate,
    /// What `--fail-on` takes.
    Condition {
        of_a_plan: bool,
    },
    File,
    /// What clap knows of itself, or nothing.
    Own,
}

/// `command` with what completes the values of its arguments.
pub(super) fn attach(
    command: Command,
    typed: &Typed,
    directive: &Directive,
    look_up: &(impl Fn(Lookup, &Typed, &str) -> Vec<Candidate> + Clone + Send + Sync + 'static),
) -> Command {
    let attach = |command: Command| {
        let name = command.get_name().to_owned();
        command.mut_args(|arg| {
            let values = values_of(&arg, &name);
            if values == Values::Own {
                return arg;
            }
            let (typed, directive, look_up) = (typed.clone(), directive.clone(), look_up.clone());
            arg.add(ArgValueCompleter::new(move |current: &OsStr| {
                let current = current.to_string_lossy();
                if current.starts_with('-') {
                    // A flag is begun: no name begins so.
                    return Vec::new();
                }
                let found = match values {
                    Values::Names(names) => look_up(names, &typed, &current),
                    known => known_values(known, &current, &directive),
                };
                let wanted = found.into_iter().filter(|c| c.value.starts_with(&*current));
                wanted.map(|c| completion(c, &directive)).collect()
            }))
        })
    };
    attach(command).mut_subcommands(attach)
}

fn values_of(arg: &Arg, command: &str) -> Values {
    Values::Names(match arg.get_id().as_str() {
        "target" if command == "why" => Lookup::DaemonSetsOrPods,
        "target" => Lookup::DaemonSets,
        "node" => Lookup::Nodes,
        "namespace" => Lookup::Namespaces,
        "context" => Lookup::Contexts,
        "cluster" => Lookup::Clusters,
        "user" => Lookup::Users,
        "to_revision" => Lookup::Revisions,
        "set_image" => Lookup::Containers,
        "selector" => Lookup::DaemonSetLabels,
        "node_selector" | "label" | "expect" => Lookup::NodeLabels,
        "map" => Lookup::NodeLabelKeys,
        "taint" => return Values::Taint,
        "output" => return Values::Format,
        "fail_on" => {
            return Values::Condition {
                of_a_plan: command == "plan",
            };
        }
        "feature_gates" => return Values::Gate,
        _ if is_path(arg) => return Values::File,
        _ => return Values::Own,
    })
}

/// By what the help calls its value: `FILE`, `FILE|DIR|-`, `DIR|PATH`.
fn is_path(arg: &Arg) -> bool {
    let name = arg.get_value_names().and_then(|names| names.first());
    name.is_some_and(|name| name.starts_with("FILE") || name.starts_with("DIR"))
}

/// Values that are known without a source.
fn known_values(values: Values, current: &str, directive: &Directive) -> Vec<Candidate> {
    match values {
        Values::Taint => effects(current),
        Values::Format => formats(),
        Values::Gate => vec![Candidate::new(
            "TaintTolerationComparisonOperators=true",
            "",
        )],
        Values::Condition { of_a_plan } => {
            let all = Condition::ALL.into_iter();
            let theirs = all.filter(|condition| of_a_plan || !condition.is_of_a_plan());
            theirs
                .map(|condition| Candidate::new(condition.name(), ""))
                .collect()
        }
        Values::File => {
            directive.files();
            Vec::new()
        }
        Values::Names(_) | Values::Own => Vec::new(),
    }
}

fn completion(candidate: Candidate, directive: &Directive) -> CompletionCandidate {
    if candidate.is_unfinished {
        directive.unfinished();
    }
    let help = Some(candidate.help).filter(|help| !help.is_empty());
    CompletionCandidate::new(candidate.value).help(help.map(Into::into))
}

/// The effects of a taint, once its key is there.
fn effects(current: &str) -> Vec<Candidate> {
    let Some((key, _)) = current.split_once(':') else {
        return Vec::new();
    };
    let effects = [
        ("NoSchedule", "no new pods that don't tolerate it"),
        (
            "PreferNoSchedule",
            "none if it can be helped; daemon pods don't mind",
        ),
        ("NoExecute", "no pods that don't tolerate it"),
    ];
    effects
        .iter()
        .map(|(effect, help)| Candidate::new(format!("{key}:{effect}"), *help))
        .collect()
}

fn formats() -> Vec<Candidate> {
    let formats = FORMATS.iter();
    formats
        .map(|format| Candidate::new(format.name, format.help))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that nobody but the user knows.
    const FREE: [&str; 19] = [
        "names",
        "limit",
        "now",
        "impersonate",
        "impersonate_groups",
        "impersonate_uid",
        "impersonate_user_extra",
        "request_timeout",
        "server",
        "token",
        "tls_server_name",
        "chunk_size",
        "verbosity",
        "max_unavailable",
        "max_surge",
        "timeout",
        "stuck_after",
        "field_manager",
        "expect_at_least",
    ];

    #[test]
    fn every_value_is_known_or_free() {
        let definition = crate::cli::definition(&crate::cli::name::Name::default());
        let commands = definition.get_subcommands().chain([&definition]);
        for command in commands {
            for arg in command.get_arguments() {
                let id = arg.get_id().as_str();
                let takes = arg.get_action().takes_values();
                let is_listed = !arg.get_possible_values().is_empty();
                let is_known = values_of(arg, command.get_name()) != Values::Own || is_listed;
                let is_free = FREE.contains(&id);
                assert!(!takes || is_known != is_free, "{} {id}", command.get_name());
            }
        }
    }
}
