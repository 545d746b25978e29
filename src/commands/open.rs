//! Which source the flags select.

use std::io::{self, IsTerminal};

use jiff::Timestamp;

use crate::cli::global::GlobalOptions;
use crate::cli::request::ManifestFiles;
use crate::model::Node;
use crate::output::progress::Progress;
use crate::source::cluster::Cluster;
use crate::source::files::{Files, FilesOptions};
use crate::source::manifest::read_manifests;
use crate::source::{Source, SourceError, Stdin};

use super::ask::reading;

/// Opens the files of `--from`, else the cluster.
pub(super) fn open(global: &GlobalOptions) -> Result<Box<dyn Source>, SourceError> {
    if global.from.is_empty() {
        return Ok(Box::new(cluster(global)?));
    }
    Ok(Box::new(files(global, &global.from)?))
}

/// The same for a question about manifests: an unreadable one is reported before an unreachable
/// cluster.
pub(super) fn open_with_manifests(
    global: &GlobalOptions,
    files: &ManifestFiles,
) -> Result<Box<dyn Source>, SourceError> {
    open(global).or_else(|missing| {
        let namespace = global.namespace.as_deref().unwrap_or("default");
        let (paths, stdin) = (&files.paths, Stdin);
        read_manifests(paths, global.recursive, namespace, files.validation, stdin)?;
        Err(missing)
    })
}

/// The cluster that the flags select.
pub(super) fn cluster(global: &GlobalOptions) -> Result<Cluster, SourceError> {
    let namespace = global.namespace.as_deref();
    Cluster::connect(
        &global.connection,
        namespace,
        global.now,
        global.feature_gates,
    )
}

/// The nodes of `--node-file`.
pub(super) fn nodes(global: &GlobalOptions, paths: &[String]) -> Result<Vec<Node>, SourceError> {
    let nodes = files(global, paths)?.all().nodes.clone();
    nodes.map(|nodes| nodes.to_vec()).ok_or_else(|| {
        SourceError::File(format!(
            "no Node in `{}`: give the manifest of a node",
            paths.join("`, `")
        ))
    })
}

fn files(global: &GlobalOptions, paths: &[String]) -> Result<Files, SourceError> {
    let options = FilesOptions {
        recursive: global.recursive,
        namespace: global.namespace.clone(),
        now: global.now,
        fallback_now: Timestamp::now(),
        gates: global.feature_gates,
        chunk: None,
    };
    // Somebody who types the objects isn't interrupted.
    let typed = paths.iter().any(|p| p == "-") && io::stdin().is_terminal();
    let _progress = (!typed).then(|| Progress::start(reading));
    Files::open(paths, options, Stdin)
}
