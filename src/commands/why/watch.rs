//! `kubectl ds why DS --watch`.

use std::io;
use std::ops::ControlFlow;

use jiff::Timestamp;

use crate::analysis::daemon_set::DaemonSetAnalysis;
use crate::analysis::eligibility::{Detail, EligibilityReport};
use crate::analysis::summary::NodeCounts;
use crate::cli::global::GlobalOptions;
use crate::commands::ask::{first, object, waiting};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::open::cluster;
use crate::model::Snapshot;
use crate::output::answer::Report;
use crate::output::printer::Printer;
use crate::output::progress::Progress;
use crate::source::cluster::{Followed, Notice, Update};
use crate::words::rollout::progress::at;
use crate::words::why::of_daemon_set;

/// Follows a DaemonSet until it is interrupted.
///
/// # Errors
/// When the cluster can't answer, or stdout is closed.
pub(super) fn watch(
    global: &GlobalOptions,
    name: String,
    printer: Printer<'_>,
) -> Result<Exit, CommandError> {
    let cluster = cluster(global)?;
    let name = object(global, &cluster, name);
    let mut follower = Follower {
        printer,
        waiting: Some(Progress::start(waiting)),
        began: None,
        printed: None,
    };
    match cluster.follow(&name, None, &mut |seen| follower.handle(&seen))? {
        Followed::Enough(error) => Err(error),
        Followed::Interrupted | Followed::TimedOut => Ok(Exit::Interrupted),
    }
}

struct Follower<'a> {
    printer: Printer<'a>,
    /// Present until something was observed.
    waiting: Option<Progress>,
    /// The time of the first snapshot.
    began: Option<Timestamp>,
    /// What was printed last, as it read then.
    printed: Option<String>,
}

impl Follower<'_> {
    fn handle(&mut self, update: &Update<'_>) -> ControlFlow<CommandError> {
        self.waiting = None;
        let seen = match update {
            Update::Snapshot(snapshot) => self.print_changes(snapshot),
            Update::Notice(notice) => {
                self.notice(notice);
                Ok(())
            }
        };
        match seen {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }

    /// Prints the first line of the answer, or the report, where it changed.
    fn print_changes(&mut self, snapshot: &Snapshot) -> Result<(), CommandError> {
        let mut report =
            DaemonSetAnalysis::new(snapshot, first(snapshot)?).report(Detail::AllNodes);
        let now = report.basis.evaluated_at;
        // The passing of time is no change: ages are compared as of the beginning.
        report.basis.evaluated_at = *self.began.get_or_insert(now);
        let seen = of_daemon_set(&report, &NodeCounts::new(&report)).into_string();
        report.basis.evaluated_at = now;
        if self.printed.as_ref() == Some(&seen) {
            return Ok(());
        }
        self.printed = Some(seen);
        self.print(&report)?;
        Ok(())
    }

    fn print(&self, report: &EligibilityReport) -> io::Result<()> {
        if !self.printer.format.is_for_people() {
            return self.printer.next(Report::Eligibility(report));
        }
        let line = of_daemon_set(report, &NodeCounts::new(report));
        let line = at(report.basis.evaluated_at, line.as_str());
        self.printer.terminal.lines([line.into_string()])
    }

    fn notice(&self, notice: &Notice) {
        match notice {
            Notice::Polling(text) | Notice::Lost(text) => self.printer.terminal.warning(text),
            Notice::Back(text) => self.printer.terminal.note(text),
        }
    }
}
