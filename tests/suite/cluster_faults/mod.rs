//! The cluster source against a server that can be made to fail: the requests
//! that leave for each question, and what is said when something goes wrong.

pub(crate) mod api;
mod command;
mod configuration;
mod controllers;
mod credentials;
mod dump;
mod faults;
mod gzip;
mod left_behind;
mod lists;
mod missing;
pub(crate) mod mock;
mod neighbours;
mod one_node;
pub(crate) mod protobuf;
mod proxies;
mod recreated;
mod refused;
mod renewal;
mod requests;
mod rights;
mod stream;
mod tls;
pub(crate) mod tls_server;
mod watch;
mod wire;

use std::path::PathBuf;

use kubectl_ds::model::{FeatureGates, Snapshot};
use kubectl_ds::source::cluster::{Cluster, ConnectionFlags};
use kubectl_ds::source::{ObjectName, Question, Scope, Source, SourceError, Subject};

use mock::Mock;

/// The DaemonSet of the small API.
fn agent() -> ObjectName {
    name("ops", "agent")
}

fn name(namespace: &str, name: &str) -> ObjectName {
    ObjectName {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

fn question(subject: Subject, scope: Scope) -> Question {
    Question::new(subject, scope)
}

fn about_agent() -> Question {
    question(Subject::DaemonSet(agent()), Scope::AllNodes)
}

/// Flags that read no kubeconfig of the machine that the test runs on.
fn no_kubeconfig() -> ConnectionFlags {
    ConnectionFlags {
        kubeconfig: Some(PathBuf::from("/dev/null")),
        ..ConnectionFlags::default()
    }
}

fn to(mock: &Mock) -> ConnectionFlags {
    ConnectionFlags {
        server: Some(mock.url()),
        ..no_kubeconfig()
    }
}

fn connect(flags: &ConnectionFlags) -> Result<Cluster, SourceError> {
    Cluster::connect(flags, None, None, FeatureGates::default())
}

fn ask(flags: &ConnectionFlags, question: &Question) -> Result<Snapshot, SourceError> {
    connect(flags)?.ask(question)
}

/// The error's text, which must not show the program's insides.
fn error_of(flags: &ConnectionFlags, question: &Question) -> String {
    let error = ask(flags, question).unwrap_err().to_string();
    for inside in [
        "hyper",
        "kube::",
        "Error(",
        "struct ",
        "ServiceError",
        "os error",
    ] {
        assert!(!error.contains(inside), "{inside:?} in {error:?}");
    }
    error
}
