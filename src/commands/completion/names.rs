//! Names from the source that was typed, for a person who has pressed Tab: soon, or not at all.

use std::ops::ControlFlow;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::cli::complete::Typed;
use crate::cli::global::GlobalOptions;
use crate::model::FeatureGates;
use crate::source::SourceError;
use crate::source::cluster::Cluster;
use crate::source::files;
use crate::source::names::{NameKind, Named};

/// How long a person waits after Tab, whatever `--request-timeout` says.
const PATIENCE: Duration = Duration::from_millis(2000);

/// The time reserved for giving up on a credential plugin, so that it ends before this process
/// does.
const TO_END_A_PLUGIN: Duration = Duration::from_millis(200);

/// When a person stops waiting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// As long as a person waits, from now on.
    pub(super) fn soon() -> Self {
        Self(Instant::now() + PATIENCE)
    }
}

/// Where names come from.
#[derive(Clone, Debug)]
pub(super) struct NameSource {
    /// For all questions together.
    pub(super) deadline: Deadline,
    /// The flags that were typed.
    pub(super) global: GlobalOptions,
    /// The names of all namespaces.
    pub(super) all_namespaces: bool,
}

/// The names that were read.
#[derive(Debug, Default)]
pub(super) struct FoundNames {
    pub(super) names: Vec<Named>,
    /// False where the time was up, or something failed, before the last name.
    pub(super) is_whole: bool,
}

impl NameSource {
    /// The names that fit what was typed.
    pub(super) fn new(typed: &Typed, deadline: Deadline) -> Self {
        Self {
            deadline,
            global: typed.global.clone(),
            all_namespaces: typed.all_namespaces,
        }
    }

    /// The same from files instead of the source, if there are any.
    pub(super) fn or_of_files(mut self, files: &[String]) -> Self {
        if !files.is_empty() {
            self.all_namespaces = self.global.namespace.is_none();
            self.global.from = files.to_vec();
        }
        self
    }

    /// The names of `kind` that `keep` accepts, as far as they arrived in time.
    pub(super) fn of_kind(&self, kind: NameKind, keep: impl Fn(&Named) -> bool) -> FoundNames {
        let mut names = Vec::new();
        let names_of = self.clone();
        let is_whole = self.in_time(
            move |send| names_of.read(kind, send),
            |part: Vec<Named>| names.extend(part.into_iter().filter(|n| keep(n))),
        );
        FoundNames { names, is_whole }
    }

    /// The containers of a DaemonSet, each with its image; files aren't asked for them.
    pub(super) fn containers(&self, daemon_set: &str) -> Vec<(String, String)> {
        if !self.global.from.is_empty() {
            return Vec::new();
        }
        let mut containers = Vec::new();
        let (names, name) = (self.clone(), daemon_set.to_owned());
        self.in_time(
            move |send| {
                // After the time is up nobody minds.
                let _ = send(names.connect()?.containers(&name)?);
                Ok(())
            },
            |found| containers = found,
        );
        containers
    }

    /// The time from which ages are counted; files don't have one.
    pub(super) fn now(&self) -> Option<Timestamp> {
        let is_live = self.global.from.is_empty();
        self.global.now.or_else(|| is_live.then(Timestamp::now))
    }

    fn read(
        &self,
        kind: NameKind,
        send: &mut dyn FnMut(Vec<Named>) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        if self.global.from.is_empty() {
            return self.connect()?.names(kind, self.all_namespaces, send);
        }
        files::names(
            &self.global.from,
            self.global.recursive,
            kind,
            &mut |named| {
                if self.is_meant(kind, &named) {
                    return send(vec![named]);
                }
                ControlFlow::Continue(())
            },
        );
        Ok(())
    }

    fn connect(&self) -> Result<Cluster, SourceError> {
        let mut flags = self.global.connection.clone();
        flags.unattended_until = self.deadline.0.checked_sub(TO_END_A_PLUGIN);
        // Nothing is written to stderr.
        flags.verbosity = 0;
        let gates = FeatureGates::default();
        Cluster::connect(&flags, self.global.namespace.as_deref(), None, gates)
    }

    /// Whether an object of the files is in the requested namespace.
    fn is_meant(&self, kind: NameKind, named: &Named) -> bool {
        let in_namespaces = !matches!(kind, NameKind::Node | NameKind::Namespace);
        if self.all_namespaces || !in_namespaces {
            return true;
        }
        let wanted = self.global.namespace.as_deref().unwrap_or("default");
        let namespace = named.namespace.as_str();
        namespace == wanted || namespace.is_empty()
    }

    /// Takes what `read` sends until the time is up, and returns whether that was everything. A
    /// reader that is still running then ends with the process.
    fn in_time<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut dyn FnMut(T) -> ControlFlow<()>) -> Result<(), SourceError>
        + Send
        + 'static,
        mut take: impl FnMut(T),
    ) -> bool {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut send = |part| match sender.send(Some(part)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            if read(&mut send).is_ok() {
                let _ = sender.send(None);
            }
        });
        loop {
            let left = self.deadline.0.saturating_duration_since(Instant::now());
            match receiver.recv_timeout(left) {
                Ok(Some(part)) => take(part),
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
    }
}
