//! Which source the flags mean.

use std::io;

use crate::cli::global::GlobalArgs;
use crate::source::cluster::Cluster;
use crate::source::files::Files;
use crate::source::{Source, SourceError};

/// Opens the files of `--from`, else the cluster.
pub(super) fn open(global: &GlobalArgs) -> Result<Box<dyn Source>, SourceError> {
    let namespace = global.namespace.as_deref();
    if global.from.is_empty() {
        let flags = global.connection.flags();
        let cluster = Cluster::connect(&flags, namespace, global.now, global.feature_gates)?;
        return Ok(Box::new(cluster));
    }
    let files = Files::open(
        &global.from,
        global.recursive,
        namespace,
        global.now,
        global.feature_gates,
        io::stdin().lock(),
    )?;
    Ok(Box::new(files))
}
