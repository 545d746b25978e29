//! `kubectl ds plan DS --watch`.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use jiff::Timestamp;

use crate::analysis::basis::Note;
use crate::analysis::rollout::following::{Following, Verdict};
use crate::analysis::rollout::plan::{Lost, RolloutPlan};
use crate::analysis::rollout::progress::Progress;
use crate::analysis::rollout::{Rollout, plan_with_progress};
use crate::cli::exit::Exit;
use crate::cli::global::GlobalArgs;
use crate::cli::plan_watch::WatchArgs;
use crate::commands::ask::{first, waiting};
use crate::commands::error::CommandError;
use crate::model::Snapshot;
use crate::output::format::Format;
use crate::output::lists::Limits;
use crate::output::live::Live;
use crate::output::plan;
use crate::output::plan::watch::Observation;
use crate::output::progress::Progress as Waiting;
use crate::output::terminal::Terminal;
use crate::report::rollout::RolloutPlan as Published;
use crate::source::cluster::{Cluster, Followed, Notice, Update};
use crate::words::rollout::summary;
use crate::words::version_note;

use super::request::{Form, Request};

/// Follows the rollout under way.
///
/// # Errors
/// When what was typed makes no question, the cluster has no answer, or stdout is gone.
pub(super) fn watch(
    global: &GlobalArgs,
    args: &WatchArgs,
    request: &Request,
    terminal: &Terminal,
) -> Result<Exit, CommandError> {
    check(global, request)?;
    let flags = global.connection.flags();
    let namespace = global.namespace.as_deref();
    let cluster = Cluster::connect(&flags, namespace, None, global.feature_gates)?;
    let name = request.object(global, &cluster);
    let limit = Some(args.timeout).filter(|limit| !limit.is_zero());
    let mut follower = Follower::new(global, args, terminal);
    let ended = cluster.follow(&name, limit, &mut |update| follower.see(&update));
    follower.end(ended?, args.timeout)
}

fn check(global: &GlobalArgs, request: &Request) -> Result<(), CommandError> {
    let usage = |text: &str| Err(CommandError::Usage(text.to_owned()));
    if !global.from.is_empty() {
        return usage(
            "`--watch` follows what happens in a cluster, and nothing happens in files: leave out `--from`",
        );
    }
    if !matches!(request.form, Form::UnderWay) || request.budgets.is_some() {
        return usage(
            "`--watch` follows the rollout under way: leave out what changes the DaemonSet, or apply it first",
        );
    }
    if global.now.is_some() {
        return usage("`--watch` goes by the server's clock: leave out `--now`");
    }
    if global.output == Format::Name {
        return usage("`--watch` has no output format `name`: use table, wide, json or yaml");
    }
    Ok(())
}

/// Why it is no longer followed.
type Ending = Result<Exit, CommandError>;

/// What was seen last.
struct Seen {
    plan: RolloutPlan,
    progress: Progress,
    seconds: i64,
}

impl Seen {
    const fn observation(&self) -> Observation<'_> {
        Observation {
            plan: &self.plan,
            progress: &self.progress,
            seconds: self.seconds,
        }
    }
}

struct Follower<'a> {
    terminal: &'a Terminal,
    format: Format,
    limits: Limits,
    following: Following,
    /// There while nothing has been seen yet.
    waiting: Option<Waiting>,
    /// Where the terminal is drawn on in place.
    live: Option<Live>,
    began: Option<Timestamp>,
    seen: Option<Seen>,
    /// Whether the server can't be reached.
    is_away: bool,
    /// The last change that was printed.
    printed: String,
    /// All pods that were about to be lost at some time, by node.
    lost: BTreeMap<String, Lost>,
}

impl<'a> Follower<'a> {
    fn new(global: &GlobalArgs, args: &WatchArgs, terminal: &'a Terminal) -> Self {
        let is_human = matches!(global.output, Format::Table | Format::Wide);
        // Requests that are shown would be drawn over.
        let in_place = is_human && !global.connection.shows_requests();
        let patience = i64::try_from(args.stuck_after.as_secs()).unwrap_or(i64::MAX);
        Self {
            terminal,
            format: global.output,
            limits: global.limits(),
            following: Following::new(patience),
            waiting: Some(Waiting::start(waiting)),
            live: in_place.then(|| terminal.live()).flatten(),
            began: None,
            seen: None,
            is_away: false,
            printed: String::new(),
            lost: BTreeMap::new(),
        }
    }

    fn see(&mut self, update: &Update<'_>) -> ControlFlow<Ending> {
        self.waiting = None;
        let seen = match update {
            Update::Snapshot(snapshot) => self.world(snapshot),
            Update::Notice(notice) => self.notice(notice).map(|()| None),
        };
        match seen {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some(exit)) => ControlFlow::Break(Ok(exit)),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }

    /// Says what has changed; the exit code when there is no more to be seen.
    fn world(&mut self, snapshot: &Snapshot) -> Result<Option<Exit>, CommandError> {
        let ds = first(snapshot)?;
        let (mut plan, progress) = plan_with_progress(Rollout {
            snapshot,
            stored: Some(ds),
            target: ds,
            change: None,
        });
        let version = snapshot.server_version.as_deref();
        let note = version.and_then(version_note).map(Note::OfSource);
        plan.basis.notes.extend(note);
        let Some(progress) = progress else {
            return self.unknown(&plan).map(Some);
        };
        let began = *self.began.get_or_insert(snapshot.now);
        let seconds = snapshot.now.as_second() - began.as_second();
        for lost in plan.body.lost.iter().flatten() {
            self.lost.insert(lost.node.clone(), lost.clone());
        }
        let verdict = self.following.observe(&plan, &progress);
        self.seen = Some(Seen {
            plan,
            progress,
            seconds,
        });
        self.show()?;
        match verdict {
            Verdict::GoesOn => Ok(None),
            Verdict::Done => self.done(snapshot).map(Some),
            Verdict::Stuck { seconds } => self.stuck(seconds).map(Some),
        }
    }

    /// What was seen last, if it differs from the one before.
    fn show(&mut self) -> io::Result<()> {
        let Some(seen) = &self.seen else {
            return Ok(());
        };
        let observed = seen.observation();
        if let Some(live) = &mut self.live {
            return live.draw(&plan::watch::frame(observed, self.limits));
        }
        let line = plan::watch::line(observed);
        let body = &seen.plan.body;
        let change = format!("{line}\n{:?}\n{}", body.next, summary(body));
        if change == self.printed {
            return Ok(());
        }
        self.printed = change;
        match self.format {
            Format::Json | Format::Yaml => {
                let report = Published::new(&seen.plan);
                self.terminal.next_report(&report, self.format)
            }
            _ => {
                let time = seen.plan.basis.evaluated_at;
                self.terminal.lines([plan::watch::at(time, &line)])
            }
        }
    }

    fn notice(&mut self, notice: &Notice) -> Result<(), CommandError> {
        if let Some(live) = &mut self.live {
            live.clear()?;
        }
        match notice {
            Notice::Polling(text) => self.terminal.warning(text),
            Notice::Lost(text) => {
                self.is_away = true;
                self.terminal.warning(text);
            }
            Notice::Back(text) => {
                self.is_away = false;
                self.following.lost_sight();
                self.terminal.note(text);
            }
        }
        if self.live.is_some() {
            self.show()?;
        }
        Ok(())
    }

    /// Without nodes, pods or revisions nothing can be said of what goes on.
    fn unknown(&self, plan: &RolloutPlan) -> Result<Exit, CommandError> {
        match self.format {
            Format::Json | Format::Yaml => {
                let report = Published::new(plan);
                self.terminal.next_report(&report, self.format)?;
            }
            _ => self
                .terminal
                .document(&plan::layout(plan, None, self.limits))?,
        }
        if plan.basis.incomplete.is_empty() {
            return Ok(Exit::NotClean);
        }
        self.terminal
            .error("without what couldn't be read, the rollout can't be followed");
        Ok(Exit::Partial)
    }

    fn done(&mut self, snapshot: &Snapshot) -> Result<Exit, CommandError> {
        self.leave()?;
        if let Some(seen) = self.human() {
            let is_there = |lost: &Lost| {
                let mut pods = snapshot.pods.iter().flatten();
                pods.any(|p| *p.name == *lost.pod)
            };
            let lost: Vec<&Lost> = self.lost.values().filter(|l| !is_there(l)).collect();
            let document = plan::watch::done(seen.observation(), &lost);
            self.terminal.document(&document)?;
        }
        Ok(Exit::Said)
    }

    fn stuck(&mut self, seconds: i64) -> Result<Exit, CommandError> {
        self.leave()?;
        match (self.human(), &self.seen) {
            (Some(seen), _) => {
                let document = plan::watch::stuck(seen.observation(), seconds, self.limits);
                self.terminal.document(&document)?;
            }
            (None, Some(seen)) => {
                let why = plan::watch::stuck_words(seen.observation(), seconds);
                self.terminal.error(&format!("stuck: {why}"));
            }
            (None, None) => {}
        }
        Ok(Exit::NotClean)
    }

    /// What was seen last, where words are what is wanted.
    fn human(&self) -> Option<&Seen> {
        let is_human = matches!(self.format, Format::Table | Format::Wide);
        self.seen.as_ref().filter(|_| is_human)
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
                let observed = self.seen.as_ref().map(Seen::observation);
                let mut text = plan::watch::timed_out(observed, &format!("{limit:?}"));
                if self.is_away {
                    text.push_str("; the server can't be reached any more");
                }
                self.terminal.error(&text);
                Ok(Exit::NotClean)
            }
        }
    }
}
