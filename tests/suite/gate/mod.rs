//! The gate: all DaemonSets of a stream, what a pipeline fails on, the comment for a pull request,
//! the gauges, and the files of `docs/integrations`.

mod action;
mod comment;
mod fail_on;
mod gauges;
mod integrations;
mod stream;

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::binary::{kubectl_ds, stderr, stdout};
use crate::plans::dump::{Dump, template};

/// A dump and a stream of manifests in files.
struct Files {
    folder: TempDir,
    dump: PathBuf,
    stream: PathBuf,
}

impl Files {
    fn new(objects: &[Value], manifests: &[Value]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (dump, stream) = (
            folder.path().join("dump.json"),
            folder.path().join("all.yaml"),
        );
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
        std::fs::write(&dump, list.to_string()).unwrap();
        let documents: Vec<String> = manifests.iter().map(Value::to_string).collect();
        std::fs::write(&stream, documents.join("\n---\n")).unwrap();
        Self {
            folder,
            dump,
            stream,
        }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Asks about the dump at a fixed time.
    fn ask(&self, question: &str) -> Output {
        let mut args: Vec<_> = question.split_whitespace().collect();
        let dump = self.dump.to_str().unwrap();
        args.extend(["--from", dump, "--now", "2026-01-01T02:00:00Z"]);
        kubectl_ds(&args, &[("COLUMNS", "100")])
    }

    /// The same with the stream.
    fn plan(&self, question: &str) -> Output {
        self.ask(&format!("{question} -f {}", self.stream.display()))
    }
}

/// Exit code, stdout, stderr.
fn said(output: &Output) -> (i32, String, String) {
    (
        output.status.code().unwrap(),
        stdout(output),
        stderr(output),
    )
}

fn reads(output: &Output) -> Value {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|e| panic!("{e}: {}", stderr(output)))
}

/// The DaemonSet `name` with this image.
fn manifest(name: &str, image: &str) -> Value {
    let mut template = template(image);
    template["metadata"]["labels"]["app"] = name.into();
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template}})
}

/// One whose strategy the server refuses.
fn refused(name: &str) -> Value {
    let mut manifest = manifest(name, "a:1");
    manifest["spec"]["updateStrategy"] = json!({"type": "Recreate"});
    manifest
}

/// A cluster of four nodes that runs `a`, and a stream: `a` with a new image, `b` that isn't there yet,
/// and a Service.
fn changed_and_new() -> Files {
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}});
    let stream = [manifest("a", "a:3"), service, manifest("b", "b:1")];
    Files::new(&Dump::new(4, 4).objects(), &stream)
}
