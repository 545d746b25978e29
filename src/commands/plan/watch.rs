//! `kubectl ds plan DS --watch`.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use jiff::Timestamp;

use crate::analysis::rollout::following::{Following, Verdict};
use crate::analysis::rollout::plan::{Lost, RolloutPlan};
use crate::analysis::rollout::{Rollout, plan_with_progress};
use crate::cli::global::GlobalOptions;
use crate::commands::ask::{first, object, waiting};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::open::cluster;
use crate::model::Snapshot;
use crate::output::answer::Report;
use crate::output::live::Live;
use crate::output::plan;
use crate::output::plan::watch::Observation;
use crate::output::printer::Printer;
use crate::output::progress::Progress as Waiting;
use crate::source::cluster::{Followed, Notice, REQUESTS, Update};
use crate::words::rollout::summary;

/// Follows the rollout under way.
///
/// # Errors
/// When the cluster can't answer, or stdout is closed.
pub(super) fn watch(
    global: &GlobalOptions,
    name: String,
    timeout: Duration,
    stuck_after: Option<Duration>,
    printer: Printer<'_>,
) -> Result<Exit, CommandError> {
    let cluster = cluster(global)?;
    let name = object(global, &cluster, name);
    let limit = Some(timeout).filter(|limit| !limit.is_zero());
    let shows_requests = global.connection.verbosity >= REQUESTS;
    let mut follower = Follower::new(stuck_after, shows_requests, printer);
    let ended = cluster.follow(&name, limit, &mut |seen| follower.handle(&seen));
    follower.end(ended?, timeout)
}

/// Why following ends.
type Ending = Result<Exit, CommandError>;

struct Follower<'a> {
    printer: Printer<'a>,
    following: Following,
    /// Present until something was observed.
    waiting: Option<Waiting>,
    /// Where the terminal is drawn in place.
    live: Option<Live>,
    began: Option<Timestamp>,
    /// What was seen last.
    seen: Option<Observation>,
    /// Whether the server can't be reached.
    is_away: bool,
    /// Whether no line has been printed yet: the first one also says what is ahead.
    is_first: bool,
    /// The last change that was printed.
    printed: String,
    /// All pods that were about to be lost at some time, by node.
    lost: BTreeMap<String, Lost>,
}

impl<'a> Follower<'a> {
    fn new(stuck_after: Option<Duration>, shows_requests: bool, printer: Printer<'a>) -> Self {
        // Requests that are traced would overwrite the drawing.
        let in_place = printer.format.is_for_people() && !shows_requests;
        let bound = stuck_after.map(|limit| i64::try_from(limit.as_secs()).unwrap_or(i64::MAX));
        Self {
            printer,
            following: Following::new(bound),
            waiting: Some(Waiting::start(waiting)),
            live: in_place.then(|| printer.terminal.live()).flatten(),
            began: None,
            seen: None,
            is_away: false,
            is_first: true,
            printed: String::new(),
            lost: BTreeMap::new(),
        }
    }

    fn handle(&mut self, update: &Update<'_>) -> ControlFlow<Ending> {
        self.waiting = None;
        let seen = match update {
            Update::Snapshot(snapshot) => self.print_changes(snapshot),
            Update::Notice(notice) => self.notice(notice).map(|()| None),
        };
        match seen {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some(exit)) => ControlFlow::Break(Ok(exit)),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }

    /// Prints what has changed; returns the exit code when following ends.
    fn print_changes(&mut self, snapshot: &Snapshot) -> Result<Option<Exit>, CommandError> {
        let ds = first(snapshot)?;
        let (plan, progress) = plan_with_progress(Rollout {
            snapshot,
            stored: Some(ds),
            target: ds,
            change: None,
        });
        let Some(progress) = progress else {
            return self.unknown(&plan).map(Some);
        };
        let began = *self.began.get_or_insert(snapshot.now);
        let seconds = snapshot.now.as_second() - began.as_second();
        for lost in plan.body.lost.iter().flatten() {
            self.lost.insert(lost.node.clone(), lost.clone());
        }
        let verdict = self.following.observe(&plan, &progress);
        self.seen = Some(Observation {
            plan,
            progress,
            seconds,
        });
        self.show()?;
        match verdict {
            Verdict::GoesOn => Ok(None),
            Verdict::Done => self.done(snapshot).map(Some),
            Verdict::Stuck { seconds, may_pass } => self.stuck(seconds, may_pass).map(Some),
        }
    }

    /// The latest observation, if it differs from the one before.
    fn show(&mut self) -> io::Result<()> {
        let Some(seen) = &self.seen else {
            return Ok(());
        };
        if let Some(live) = &mut self.live {
            return live.draw(&plan::watch::frame(seen, self.printer.options()));
        }
        let line = plan::watch::line(seen);
        let body = &seen.plan.body;
        let change = format!(
            "{line}\n{:?}\n{}",
            body.next,
            summary(body, seen.plan.basis.evaluated_at)
        );
        if change == self.printed {
            return Ok(());
        }
        self.printed = change;
        if !self.printer.format.is_for_people() {
            return self.printer.next(Report::Plan(&seen.plan));
        }
        let ahead: Vec<String> = match std::mem::take(&mut self.is_first) {
            true => plan::watch::ahead(&seen.plan).collect(),
            false => Vec::new(),
        };
        let time = seen.plan.basis.evaluated_at;
        let lines = std::iter::once(line).chain(ahead);
        let lines = lines.map(|line| plan::watch::at(time, &line));
        self.printer.terminal.lines(lines)
    }

    fn notice(&mut self, notice: &Notice) -> Result<(), CommandError> {
        if let Some(live) = &mut self.live {
            live.clear()?;
        }
        match notice {
            Notice::Polling(text) => self.printer.terminal.warning(text),
            Notice::Lost(text) => {
                self.is_away = true;
                self.printer.terminal.warning(text);
            }
            Notice::Back(text) => {
                self.is_away = false;
                self.following.lost_sight();
                self.printer.terminal.note(text);
            }
        }
        if self.live.is_some() {
            self.show()?;
        }
        Ok(())
    }

    /// Without nodes, pods or revisions the progress isn't known.
    fn unknown(&self, plan: &RolloutPlan) -> Result<Exit, CommandError> {
        if self.printer.format.is_for_people() {
            let document = plan::layout(plan, None, self.printer.options());
            self.printer.terminal.document(&document)?;
        } else {
            self.printer.next(Report::Plan(plan))?;
        }
        self.printer.terminal.error(&plan::watch::unknown(plan));
        Ok(Exit::Partial)
    }

    fn done(&mut self, snapshot: &Snapshot) -> Result<Exit, CommandError> {
        self.leave()?;
        if let Some(seen) = self.seen_by_people() {
            let is_there = |lost: &Lost| {
                let mut pods = snapshot.pods.iter().flatten();
                pods.any(|p| *p.name == *lost.pod)
            };
            let lost: Vec<&Lost> = self.lost.values().filter(|l| !is_there(l)).collect();
            let document = plan::watch::done(seen, &lost, self.printer.options());
            self.printer.terminal.document(&document)?;
        }
        Ok(Exit::Success)
    }

    fn stuck(&mut self, seconds: i64, may_pass: bool) -> Result<Exit, CommandError> {
        self.leave()?;
        match (self.seen_by_people(), &self.seen) {
            (Some(seen), _) => {
                let options = self.printer.options();
                let document = plan::watch::stuck(seen, seconds, may_pass, options);
                self.printer.terminal.document(&document)?;
            }
            (None, Some(seen)) => {
                let why = plan::watch::stuck_line(seen, seconds, may_pass);
                self.printer.terminal.error(&why);
            }
            (None, None) => {}
        }
        Ok(Exit::NotClean)
    }

    /// The latest observation, where text is printed.
    fn seen_by_people(&self) -> Option<&Observation> {
        let is_for_people = self.printer.format.is_for_people();
        self.seen.as_ref().filter(|_| is_for_people)
    }

    fn leave(&mut self) -> io::Result<()> {
        self.waiting = None;
        self.live.take().map_or(Ok(()), |mut live| live.leave())
    }

    fn end(mut self, ended: Followed<Ending>, limit: Duration) -> Ending {
        self.leave()?;
        match ended {
            Followed::Enough(ending) => ending,
            Followed::Interrupted => Ok(Exit::Interrupted),
            Followed::TimedOut => {
                let state = self.seen.as_ref();
                let mut text = plan::watch::timed_out(state, &format!("{limit:?}"));
                if self.is_away {
                    text.push_str("; the server can't be reached any more");
                }
                self.printer.terminal.error(&text);
                Ok(Exit::NotClean)
            }
        }
    }
}
