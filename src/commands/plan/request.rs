//! What was typed after `plan`, made complete and checked. No I/O.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::apply::template_change::ImageChange;
use crate::cli::global::GlobalArgs;
use crate::cli::names::{Target, parse_target};
use crate::cli::plan::PlanArgs;
use crate::commands::error::CommandError;
use crate::commands::open::check_stdin;
use crate::model::Command;
use crate::source::{ObjectName, Source};

/// What leads from today's DaemonSet to the one that the plan is about.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// Nothing: the rollout under way.
    UnderWay,
    /// `--to-revision`.
    Undo(i64),
    /// `--restart`.
    Restart,
    /// `--set-image`.
    SetImage(Vec<ImageChange>),
    /// `-f`.
    Manifest,
}

/// Budgets to try beside those that are written.
#[derive(Clone, Debug)]
pub(super) struct Budgets {
    pub(super) max_unavailable: Option<IntOrString>,
    pub(super) max_surge: Option<IntOrString>,
}

/// A complete request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) form: Form,
    /// `None` only with `-f`, which names it.
    pub(super) name: Option<String>,
    pub(super) budgets: Option<Budgets>,
}

impl Request {
    pub(super) fn complete(global: &GlobalArgs, args: &PlanArgs) -> Result<Self, CommandError> {
        if args.all_namespaces {
            return usage(&format!(
                "`plan` is of one DaemonSet: give its name and `-n NAMESPACE`; `{}` shows which need it",
                Command::own(&["why", "-A", "--problems"])
            ));
        }
        let name = match args.target.as_deref().map(parse_target).transpose()? {
            Some(Target::DaemonSet(name)) => Some(name),
            Some(Target::Pod(_)) => {
                return usage("a plan is about a DaemonSet: give its name");
            }
            None => None,
        };
        let form = form(args);
        if name.is_none() && !matches!(form, Form::Manifest) {
            return usage("of which DaemonSet? give its name, or a manifest with `-f`");
        }
        check_stdin(&[("-f", &args.filename), ("--from", &global.from)])?;
        check_apply(global, args)?;
        let tries = args.max_unavailable.is_some() || args.max_surge.is_some();
        Ok(Self {
            form,
            name,
            budgets: tries.then(|| Budgets {
                max_unavailable: args.max_unavailable.clone(),
                max_surge: args.max_surge.clone(),
            }),
        })
    }

    /// The object that a name means.
    pub(super) fn object(&self, global: &GlobalArgs, source: &dyn Source) -> ObjectName {
        let namespace = global.namespace.as_deref();
        let namespace = namespace.unwrap_or_else(|| source.default_namespace());
        ObjectName {
            namespace: namespace.to_owned(),
            name: self.name.clone().unwrap_or_default(),
        }
    }
}

fn usage<T>(text: &str) -> Result<T, CommandError> {
    Err(CommandError::Usage(text.to_owned()))
}

fn form(args: &PlanArgs) -> Form {
    if !args.filename.is_empty() {
        Form::Manifest
    } else if let Some(revision) = args.to_revision {
        Form::Undo(revision)
    } else if args.restart {
        Form::Restart
    } else if !args.set_image.is_empty() {
        Form::SetImage(args.set_image.clone())
    } else {
        Form::UnderWay
    }
}

/// kubectl's flags of an apply mean something only where something is applied.
fn check_apply(global: &GlobalArgs, args: &PlanArgs) -> Result<(), CommandError> {
    let apply = [
        ("--server-side", args.server_side),
        ("--field-manager", args.field_manager.is_some()),
        ("--force-conflicts", args.force_conflicts),
    ];
    let Some((flag, _)) = apply.iter().find(|(_, given)| *given) else {
        return Ok(());
    };
    if args.filename.is_empty() {
        return Err(CommandError::Usage(format!(
            "`{flag}` is about a manifest: give one with `-f`"
        )));
    }
    if args.server_side && !global.from.is_empty() {
        return usage(
            "`--server-side` needs the server, which knows the managers of all fields: leave it out with `--from`",
        );
    }
    if args.force_conflicts && !args.server_side {
        return usage("`--force-conflicts` goes with `--server-side`, as in kubectl");
    }
    Ok(())
}
