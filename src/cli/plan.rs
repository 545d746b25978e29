//! The arguments of `plan`.

use std::time::Duration;

use clap::Args;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::apply::template_change::ImageChange;
use crate::model::Command;
use crate::model::condition::Condition;
use crate::output::formats::{Format, listed};
use crate::source::cluster::parse_timeout;
use crate::source::dry_run::ApplyOptions;

use super::expect::{ExpectArgs, ExpectRequest};
use super::fail_on::FailOnArgs;
use super::global::GlobalOptions;
use super::names::{TargetKind, parse_target};
use super::request::{ManifestFiles, UsageError, check_stdin, not_of_a_pod, usage};
use super::validate::ValidateArgs;
use super::value;

/// Examples in the help text.
pub const EXAMPLES: &str = "\
Examples:
  # The rollout under way: what comes next, what blocks it, how to unblock it
  kubectl ds plan node-exporter -n monitoring

  # The rollout that `kubectl apply -f` would start
  kubectl ds plan -f node-exporter.yaml

  # Of all DaemonSets of a chart, as a comment for a pull request
  helm template . | kubectl ds plan -f - -o markdown --fail-on lost,refused

  # The rollout that `kubectl rollout undo` would start, 0 for the previous one
  kubectl ds plan node-exporter -n monitoring --to-revision 3
  kubectl ds plan node-exporter -n monitoring --to-revision 0

  # The rollout that a restart or a new image would start
  kubectl ds plan node-exporter -n monitoring --restart
  kubectl ds plan node-exporter -n monitoring --set-image exporter=exporter:1.9

  # Another budget beside today's
  kubectl ds plan node-exporter -n monitoring --max-unavailable 10%

  # Follow it until it is done or stuck
  kubectl ds plan node-exporter -n monitoring --watch --timeout 30m

  # The same from a dump, without a cluster
  kubectl get ds,no,po,controllerrevisions,events,ns,limits,quota,sa,pc -A \\
    -o yaml > dump.yaml
  kubectl ds plan node-exporter -n monitoring --from dump.yaml
";

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// The DaemonSet as NAME, NAMESPACE/NAME or ds/NAME; with `-f` one of the manifest's, none for all
    #[arg(value_name = "DS")]
    target: Option<String>,
    /// What applying this manifest would start
    ///
    /// The rollout that `kubectl apply -f` would start: a file, a folder or `-`; repeatable.
    #[arg(short, long, value_name = "FILE|DIR|-", group = "change")]
    filename: Vec<String>,
    /// What becomes of its unknown fields.
    #[command(flatten)]
    validate: ValidateArgs,
    /// What an undo would start; 0 for the previous
    ///
    /// The rollout that `kubectl rollout undo` to this revision would start.
    #[arg(long, value_name = "N", group = "change", value_parser = value::revision, allow_negative_numbers = true)]
    to_revision: Option<i64>,
    /// What `kubectl rollout restart` would start
    #[arg(long, group = "change")]
    restart: bool,
    /// What `kubectl set image` would start
    ///
    /// Repeatable, for several containers.
    #[arg(long, value_name = "CONTAINER=IMAGE", group = "change", value_parser = value::image)]
    set_image: Vec<ImageChange>,
    /// Try another maxUnavailable
    ///
    /// A number or a percentage, beside the one that is written.
    #[arg(long, value_name = "N|N%", value_parser = value::budget, allow_negative_numbers = true)]
    max_unavailable: Option<IntOrString>,
    /// Try another maxSurge
    ///
    /// A number or a percentage, beside the one that is written.
    #[arg(long, value_name = "N|N%", value_parser = value::budget, allow_negative_numbers = true)]
    max_surge: Option<IntOrString>,
    /// Taken only to say that a plan is of one DaemonSet.
    #[arg(short = 'A', long, hide = true)]
    all_namespaces: bool,
    /// Where it is expected to run.
    #[command(flatten)]
    expect: ExpectArgs,
    /// What it fails on.
    #[command(flatten)]
    fail_on: FailOnArgs,
    /// How it is followed.
    #[command(flatten)]
    watch: WatchArgs,
    /// Apply as `kubectl apply --server-side` does
    #[arg(long, help_heading = "Apply")]
    server_side: bool,
    /// The field manager of the apply
    #[arg(long, value_name = "NAME", help_heading = "Apply")]
    field_manager: Option<String>,
    /// Take over fields that other managers hold
    ///
    /// With `--server-side`.
    #[arg(long, help_heading = "Apply")]
    force_conflicts: bool,
}

/// How a rollout is followed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Watch")]
struct WatchArgs {
    /// Follow the rollout until it is done or stuck
    ///
    /// The exit code is 0 when it is done, and 1 when it is stuck or out of time.
    /// On a terminal it is drawn in place, otherwise there is a line for each change; with `-o json`
    /// a RolloutPlan on a line of its own for each change, with `-o yaml` a document.
    #[arg(short, long)]
    watch: bool,
    /// No longer than this: 90, 90s, 10m; 0 for no limit
    #[arg(long, value_name = "TIME", requires = "watch", value_parser = parse_timeout, default_value = "0", hide_default_value = true)]
    timeout: Duration,
    /// Call it stuck after this long without progress: 90, 90s, 10m
    ///
    /// Whatever it waits for; minReadySeconds and grace periods are always waited for. The default is
    /// one minute, ten for a pod that starts, two for pods of a deleted node, and no limit for pods
    /// that somebody has to delete (OnDelete).
    #[arg(long, value_name = "TIME", requires = "watch", value_parser = parse_timeout)]
    stuck_after: Option<Duration>,
}

/// What `plan` is asked.
#[derive(Debug)]
pub enum PlanRequest {
    /// One plan, or one for each DaemonSet of a manifest.
    Once {
        /// The DaemonSet, and what is to be planned for it.
        target: PlanTarget,
        /// Budgets to try beside those that are written.
        budgets: Option<Budgets>,
        /// Where it is expected to run.
        expect: ExpectRequest,
        /// `--fail-on`.
        fail_on: Vec<Condition>,
    },
    /// `--watch`: the rollout of a stored DaemonSet is followed.
    Watch {
        /// Its name.
        name: String,
        /// For how long; zero for no limit.
        timeout: Duration,
        /// How long it stands still to be stuck; `None` for as long as what it waits for takes
        /// as a rule.
        stuck_after: Option<Duration>,
    },
}

/// Which DaemonSet is meant, and what would start its rollout.
#[derive(Debug)]
pub enum PlanTarget {
    /// A stored one.
    Stored {
        /// Its name.
        name: String,
        /// What is changed.
        change: StoredChange,
    },
    /// Those of manifests that are applied, or the one of them that was named.
    Manifest {
        /// The files.
        files: ManifestFiles,
        /// How it is applied.
        apply: ApplyOptions,
    },
}

/// What leads from a stored DaemonSet to the one that the plan is about.
#[derive(Clone, Debug)]
pub enum StoredChange {
    /// Nothing: the rollout under way.
    None,
    /// `--to-revision`.
    Undo(i64),
    /// `--restart`.
    Restart,
    /// `--set-image`.
    SetImage(Vec<ImageChange>),
}

/// Budgets to try.
#[derive(Clone, Debug)]
pub struct Budgets {
    /// `--max-unavailable`.
    pub max_unavailable: Option<IntOrString>,
    /// `--max-surge`.
    pub max_surge: Option<IntOrString>,
}

impl PlanArgs {
    /// The request, checked.
    pub(super) fn request(self, global: &mut GlobalOptions) -> Result<PlanRequest, UsageError> {
        if self.all_namespaces {
            return usage(format!(
                "`plan` is of one DaemonSet: give its name and `-n NAMESPACE`; `{}` shows which need it",
                Command::own(&["why", "-A", "--problems"])
            ));
        }
        let name = match self.target.as_deref().map(parse_target).transpose()? {
            Some(target) if target.kind == TargetKind::Pod => {
                return usage(not_of_a_pod("plan", &target, global));
            }
            Some(target) => {
                global.settle_namespace(&target)?;
                Some(target.name)
            }
            None => None,
        };
        if name.is_none() && self.filename.is_empty() {
            return usage("specify a DaemonSet, or a manifest with `-f FILE`");
        }
        check_stdin(&[
            ("-f", &self.filename),
            ("--from", &global.from),
            self.expect.files(),
        ])?;
        self.check_apply(global)?;
        if self.watch.watch {
            self.check_watch(global)?;
        }
        let change = self.change();
        let is_under_way = self.filename.is_empty() && matches!(change, StoredChange::None);
        if is_under_way && self.expect.is_given() {
            return usage(format!(
                "`--expect` and `--expect-file` are about a change: give one, such as a manifest with `-f`; `{}` tells where it isn't today",
                Command::own(&["why", "DS"])
            ));
        }
        let budgets = self.tries_budgets().then_some(Budgets {
            max_unavailable: self.max_unavailable,
            max_surge: self.max_surge,
        });
        let target = match name {
            Some(name) if self.watch.watch => {
                return Ok(PlanRequest::Watch {
                    name,
                    timeout: self.watch.timeout,
                    stuck_after: self.watch.stuck_after,
                });
            }
            Some(name) if self.filename.is_empty() => PlanTarget::Stored { name, change },
            name => PlanTarget::Manifest {
                files: ManifestFiles {
                    paths: self.filename,
                    validation: self.validate.validation,
                    name,
                },
                apply: ApplyOptions {
                    server_side: self.server_side,
                    field_manager: self.field_manager,
                    force_conflicts: self.force_conflicts,
                    validation: self.validate.validation,
                },
            },
        };
        Ok(PlanRequest::Once {
            target,
            budgets,
            expect: self.expect.request(false),
            fail_on: self.fail_on.fail_on,
        })
    }

    fn change(&self) -> StoredChange {
        if let Some(revision) = self.to_revision {
            StoredChange::Undo(revision)
        } else if self.restart {
            StoredChange::Restart
        } else if !self.set_image.is_empty() {
            StoredChange::SetImage(self.set_image.clone())
        } else {
            StoredChange::None
        }
    }

    const fn tries_budgets(&self) -> bool {
        self.max_unavailable.is_some() || self.max_surge.is_some()
    }

    /// kubectl's flags of an apply mean something only where something is applied.
    fn check_apply(&self, global: &GlobalOptions) -> Result<(), UsageError> {
        let apply = [
            ("--server-side", self.server_side),
            ("--field-manager", self.field_manager.is_some()),
            ("--force-conflicts", self.force_conflicts),
        ];
        let Some((flag, _)) = apply.iter().find(|(_, given)| *given) else {
            return Ok(());
        };
        if self.filename.is_empty() {
            return usage(format!("`{flag}` is about a manifest: give one with `-f`"));
        }
        if self.server_side && !global.from.is_empty() {
            return usage(
                "`--server-side` needs the server, which knows the managers of all fields: leave it out with `--from`",
            );
        }
        if self.force_conflicts && !self.server_side {
            return usage("`--force-conflicts` goes with `--server-side`, as in kubectl");
        }
        Ok(())
    }

    /// What is followed is the rollout under way in a cluster.
    fn check_watch(&self, global: &GlobalOptions) -> Result<(), UsageError> {
        global.check_watch()?;
        let is_under_way = self.filename.is_empty() && matches!(self.change(), StoredChange::None);
        if !is_under_way || self.tries_budgets() {
            return usage(
                "`--watch` follows the rollout under way: leave out what changes the DaemonSet, or apply it first",
            );
        }
        if global.now.is_some() {
            return usage("`--watch` goes by the server's clock: leave out `--now`");
        }
        let is_followed = |format: &Format| format.is_for_people() || format.is_reports();
        if !is_followed(&global.output) {
            return usage(format!(
                "`--watch` has no output format `{}`: use {}",
                global.output.name,
                listed(is_followed)
            ));
        }
        if !self.fail_on.fail_on.is_empty() {
            return usage(
                "`--watch` exits with 1 where the rollout is stuck: leave out `--fail-on`",
            );
        }
        Ok(())
    }
}
