//! Files saved from a cluster: what `kubectl get … -o yaml` and `-o json` print.

mod admission;
mod clock;
mod kind;
mod names;
mod neighbours;
mod newest;
mod store;
mod visitor;

use std::io::Read;

use jiff::Timestamp;

use super::document::{CHUNK, Entry, Inputs, check_one_object, given_twice, parse};
use super::narrow::narrow;
use super::{Question, Source, SourceError, Subject};
use crate::model::{FeatureGates, Snapshot};

use clock::Clock;
use neighbours::ReadNotes;
use store::Store;
use visitor::StoreVisitor;

pub use names::names;

/// How files are read, and the inputs that they don't hold.
#[derive(Clone, Debug)]
pub struct FilesOptions {
    /// Read the folders in folders too (`-R`).
    pub recursive: bool,
    /// The namespace that names and objects without one mean; `None` for `default`.
    pub namespace: Option<String>,
    /// The controller's clock (`--now`); `None` for the newest time that the
    /// files record. `deletionTimestamp` counts from a grace period before it,
    /// when the deletion was asked for.
    pub now: Option<Timestamp>,
    /// The clock where the files record no time at all, as manifests don't.
    pub fallback_now: Timestamp,
    /// The feature gates that kube-controller-manager is taken to run with.
    pub gates: FeatureGates,
    /// How many bytes are read at a time; `None` for what is fast.
    pub chunk: Option<usize>,
}

/// A cluster's state as files hold it.
///
/// A kind of which they hold neither an object nor a list of its own
/// (`NodeList`, even an empty one) is unknown, not absent.
#[derive(Clone, Debug)]
pub struct Files {
    all: Snapshot,
    said_of_neighbours: ReadNotes,
    /// Where a question about stored DaemonSets has none to be about.
    no_daemon_sets: Option<SourceError>,
    /// Whether they may have none because there is none.
    has_empty_list: bool,
    namespace: String,
    skipped: usize,
}

impl Files {
    /// Reads `paths`: files, folders (their `*.yaml`, `*.yml` and `*.json`, also as `*.gz` and
    /// `*.zst`), and `-` for `stdin`. What gzip and zstd have packed is unpacked, whatever
    /// its name.
    ///
    /// # Errors
    /// What can't be read, with the file, the line and what to do about it.
    pub fn open(
        paths: &[String],
        options: FilesOptions,
        stdin: impl Read,
    ) -> Result<Self, SourceError> {
        let (recursive, chunk) = (options.recursive, options.chunk.unwrap_or(CHUNK));
        let inputs = Inputs {
            paths,
            recursive,
            chunk,
        };
        let namespace = options.namespace.filter(|n| !n.is_empty());
        let namespace = namespace.unwrap_or_else(|| "default".to_owned());
        let visitor = StoreVisitor {
            default_namespace: namespace.clone(),
            clock: options.now.is_none().then(Clock::new),
        };
        let mut store = Store::new();
        for input in inputs.find(stdin)? {
            let file = input.file.clone();
            store.begin(file.clone());
            parse(input, &visitor, &mut |entry| match entry {
                Entry::Object(found) => store.add(found?),
                Entry::ListOf { api_version, kind } => {
                    store.add_list(&api_version, &kind);
                    Ok(())
                }
                Entry::EmptyList => {
                    store.add_empty_list();
                    Ok(())
                }
                Entry::Bare(_) => Ok(()),
                Entry::ServerVersion(version) => {
                    store.add_server_version(version);
                    Ok(())
                }
                Entry::Duplicate(twice) => {
                    check_one_object(&file, &twice)?;
                    store.add_note(given_twice(&file, &twice));
                    Ok(())
                }
            })?;
        }
        let (no_daemon_sets, has_empty_list) = (store.no_daemon_sets(), store.has_empty_list());
        let skipped = store.skipped();
        let now = options.now.or(store.newest());
        let now = now.unwrap_or(options.fallback_now);
        let (mut all, said_of_neighbours) = store.into_snapshot(now);
        all.gates = options.gates;
        Ok(Self {
            all,
            said_of_neighbours,
            no_daemon_sets,
            has_empty_list,
            namespace,
            skipped,
        })
    }

    /// All that the files hold.
    #[must_use]
    pub const fn all(&self) -> &Snapshot {
        &self.all
    }

    /// How many objects are of kinds that no question needs.
    #[must_use]
    pub const fn skipped(&self) -> usize {
        self.skipped
    }
}

impl Source for Files {
    fn ask(&self, question: &Question) -> Result<Snapshot, SourceError> {
        let is_manifest = matches!(
            question.subject,
            Subject::Manifest(_) | Subject::Recreated(_)
        );
        let may_be_none =
            self.has_empty_list && matches!(question.subject, Subject::DaemonSets { .. });
        if let Some(problem) = &self.no_daemon_sets
            && !is_manifest
            && !may_be_none
        {
            return Err(problem.clone());
        }
        if !question.neighbours {
            return narrow(&self.all, question);
        }
        self.said_of_neighbours.check()?;
        let mut snapshot = narrow(&self.all, question)?;
        self.said_of_neighbours.put_into(&mut snapshot);
        Ok(snapshot)
    }

    fn default_namespace(&self) -> &str {
        &self.namespace
    }
}
