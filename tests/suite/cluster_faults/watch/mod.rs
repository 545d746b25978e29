//! Following a DaemonSet through everything that happens to watches.

mod command;
mod credentials;
mod faults;
mod polling;
mod rollout;
mod steady;
mod terminal;
mod verdicts;
mod why;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kubectl_ds::model::Snapshot;
use kubectl_ds::source::SourceError;
use kubectl_ds::source::cluster::{ConnectionFlags, Followed, Notice, Update};
use serde_json::{Value, json};

use super::api::{answer, daemon_set, list, owners, pod};
use super::mock::{Mock, Received, Reply, Step};
use super::{agent, connect, to};

const LONG: Duration = Duration::from_secs(60);
const PODS: &str = "/api/v1/namespaces/ops/pods";
const NODES: &str = "/api/v1/nodes";
const SETS: &str = "/apis/apps/v1/namespaces/ops/daemonsets";
const REVISIONS: &str = "/apis/apps/v1/namespaces/ops/controllerrevisions";

/// A line of a watch; the object gets this version.
fn line(kind: &str, object: &Value, version: u32) -> Step {
    Step::Send(event(kind, object, version))
}

fn event(kind: &str, object: &Value, version: u32) -> String {
    let mut object = object.clone();
    object["metadata"]["resourceVersion"] = json!(version.to_string());
    format!("{}\n", json!({"type": kind, "object": object}))
}

fn new_pod(name: &str) -> Value {
    pod(name, "agent", Some("n1"), "n1")
}

/// Whether it is the watch of `path`; of the two of pods that of the selector.
fn watches(request: &Received, path: &str) -> bool {
    request.path() == path
        && request.target.contains("watch=true")
        && !request.target.contains("notin")
}

/// What watches answer, one after the other; they stay open where nothing is said.
struct Api {
    watches: Mutex<BTreeMap<&'static str, Vec<Reply>>>,
}

impl Api {
    fn start(watches: impl IntoIterator<Item = (&'static str, Vec<Reply>)>) -> Mock {
        Self::start_with(watches, answer)
    }

    fn start_with(
        watches: impl IntoIterator<Item = (&'static str, Vec<Reply>)>,
        lists: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Mock {
        let api = Self {
            watches: Mutex::new(watches.into_iter().collect()),
        };
        Mock::start(move |request| {
            if !request.target.contains("watch=true") {
                return lists(request);
            }
            let scripted = |path: &&'static str| self::watches(request, path);
            let mut watches = api.watches.lock().unwrap();
            let path = watches.keys().copied().find(|path| scripted(path));
            let replies = path.and_then(|path| watches.get_mut(path));
            match replies {
                Some(replies) if !replies.is_empty() => replies.remove(0),
                _ => Reply::steps(vec![Step::Wait(LONG)]),
            }
        })
    }
}

/// What was seen until the world was as `so` says, or the time was up.
struct Seen {
    ended: Result<Followed<()>, SourceError>,
    worlds: Vec<Snapshot>,
    notices: Vec<Notice>,
}

impl Seen {
    fn until(mock: &Mock, so: impl Fn(&Snapshot) -> bool) -> Self {
        Self::of(&to(mock), so)
    }

    fn of(flags: &ConnectionFlags, so: impl Fn(&Snapshot) -> bool) -> Self {
        let (worlds, notices) = (Mutex::default(), Mutex::default());
        let cluster = connect(flags).unwrap();
        let limit = Some(Duration::from_secs(40));
        let ended = cluster.follow(&agent(), limit, &mut |update| match update {
            Update::Notice(notice) => {
                let mut notices = Mutex::<Vec<Notice>>::lock(&notices).unwrap();
                notices.push(notice.clone());
                ControlFlow::Continue(())
            }
            Update::Snapshot(world) => {
                Mutex::<Vec<Snapshot>>::lock(&worlds)
                    .unwrap()
                    .push(world.clone());
                if so(world) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            }
        });
        Self {
            ended,
            worlds: worlds.into_inner().unwrap(),
            notices: notices.into_inner().unwrap(),
        }
    }

    fn check(&self) -> &Self {
        assert!(
            matches!(self.ended, Ok(Followed::Enough(()))),
            "{:?} after {:?}, {} looks",
            self.ended,
            self.notices,
            self.worlds.len()
        );
        self
    }

    /// The one outage that was told.
    fn lost(&self) -> &str {
        match &self.notices[..] {
            [Notice::Lost(why)] | [Notice::Lost(why), Notice::Back(_)] => why,
            other => panic!("{other:?}"),
        }
    }
}

fn has_pod(world: &Snapshot, name: &str) -> bool {
    world.pods.iter().flatten().any(|p| *p.name == *name)
}

/// The versions from which `path` was watched.
fn versions(mock: &Mock, path: &str) -> Vec<String> {
    let received = mock.received();
    let watched = received.iter().filter(|r| watches(r, path));
    let version = |r: &Received| {
        let (_, rest) = r.target.split_once("&resourceVersion=").unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    watched.map(version).collect()
}

/// How often `path` was listed, by its selector where it has one.
fn lists(mock: &Mock, path: &str) -> usize {
    let received = mock.received();
    let listed = received.iter().filter(|r| {
        r.path() == path && !r.target.contains("watch=true") && !r.target.contains("notin")
    });
    listed.count()
}
