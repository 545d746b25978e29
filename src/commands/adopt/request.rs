//! What was typed after `adopt`, made complete and checked. No I/O.

use crate::cli::adopt::AdoptArgs;
use crate::cli::global::GlobalArgs;
use crate::cli::names::{Target, parse_target};
use crate::commands::error::CommandError;
use crate::commands::open::check_stdin;
use crate::model::Command;
use crate::source::{ObjectName, Source, Subject};

/// Which question it is.
#[derive(Debug)]
pub(super) enum Form {
    /// All DaemonSets of a namespace, or of all.
    Many,
    /// One that is stored.
    DaemonSet(String),
    /// `-f`, and the one of the manifests' that was named.
    Manifests(Option<String>),
}

/// Reads what was typed.
pub(super) fn complete(global: &GlobalArgs, args: &AdoptArgs) -> Result<Form, CommandError> {
    check_stdin(&[("-f", &args.filename), ("--from", &global.from)])?;
    let name = match args.target.as_deref().map(parse_target).transpose()? {
        Some(Target::Pod(name)) => {
            let why = Command::own(&["why"]).object("pod", &name);
            let why = why.map(|why| format!("; whose pod `{name}` is, `{why}` tells"));
            return usage(format!(
                "`adopt` is about a DaemonSet: give its name{}",
                why.unwrap_or_default()
            ));
        }
        Some(Target::DaemonSet(name)) => Some(name),
        None => None,
    };
    let form = match name {
        name if !args.filename.is_empty() => Form::Manifests(name),
        Some(name) => Form::DaemonSet(name),
        None => Form::Many,
    };
    let is_many = matches!(form, Form::Many);
    if args.all_namespaces && !is_many {
        return usage(
            "`-A` goes with all DaemonSets: leave out the name or the manifest, or give `-n NAMESPACE`"
                .to_owned(),
        );
    }
    if args.selector.is_some() && !is_many {
        return usage(
            "`-l` selects DaemonSets and goes without a name and without a manifest".to_owned(),
        );
    }
    Ok(form)
}

fn usage<T>(text: String) -> Result<T, CommandError> {
    Err(CommandError::Usage(text))
}

/// The namespace that is asked about; `None` for all.
pub(super) fn namespace(
    global: &GlobalArgs,
    args: &AdoptArgs,
    source: &dyn Source,
) -> Option<String> {
    let named = global.namespace.as_deref();
    let namespace = named.unwrap_or_else(|| source.default_namespace());
    (!args.all_namespaces).then(|| namespace.to_owned())
}

/// The stored DaemonSet of this name.
pub(super) fn stored(global: &GlobalArgs, source: &dyn Source, name: &str) -> Subject {
    let named = global.namespace.as_deref();
    let namespace = named.unwrap_or_else(|| source.default_namespace());
    Subject::DaemonSet(ObjectName {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}
