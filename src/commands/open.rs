//! Which source the flags mean.

use std::io::{self, IsTerminal};

use jiff::Timestamp;

use crate::cli::global::GlobalArgs;
use crate::model::Node;
use crate::output::progress::Progress;
use crate::source::cluster::Cluster;
use crate::source::files::{Files, FilesOptions};
use crate::source::{Source, SourceError};

use super::ask::reading;
use super::error::CommandError;

/// Opens the files of `--from`, else the cluster.
pub(super) fn open(global: &GlobalArgs) -> Result<Box<dyn Source>, SourceError> {
    if global.from.is_empty() {
        let flags = global.connection.flags();
        let namespace = global.namespace.as_deref();
        let cluster = Cluster::connect(&flags, namespace, global.now, global.feature_gates)?;
        return Ok(Box::new(cluster));
    }
    Ok(Box::new(files(global, &global.from)?))
}

/// The nodes of `--node-file`.
pub(super) fn nodes(global: &GlobalArgs, paths: &[String]) -> Result<Vec<Node>, SourceError> {
    let nodes = files(global, paths)?.all().nodes.clone();
    nodes.map(|nodes| nodes.to_vec()).ok_or_else(|| {
        SourceError::File(format!(
            "no Node in `{}`: give the manifest of a node",
            paths.join("`, `")
        ))
    })
}

/// Whoever comes second would find stdin empty.
pub(super) fn check_stdin(flags: &[(&str, &[String])]) -> Result<(), CommandError> {
    let mut reading = flags.iter().filter(|(_, p)| p.iter().any(|p| p == "-"));
    let (Some((first, _)), Some((second, _))) = (reading.next(), reading.next()) else {
        return Ok(());
    };
    Err(CommandError::Usage(format!(
        "stdin can be read only once, and both `{first} -` and `{second} -` ask for it: give one of them a file"
    )))
}

fn files(global: &GlobalArgs, paths: &[String]) -> Result<Files, SourceError> {
    let options = FilesOptions {
        recursive: global.recursive,
        namespace: global.namespace.clone(),
        now: global.now,
        fallback_now: Timestamp::now(),
        gates: global.feature_gates,
        chunk: None,
    };
    // Who types the objects isn't interrupted.
    let typed = paths.iter().any(|p| p == "-") && io::stdin().is_terminal();
    let _progress = (!typed).then(|| Progress::start(reading));
    Files::open(paths, options, io::stdin().lock())
}
