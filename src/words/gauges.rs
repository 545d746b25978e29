//! The help text of each gauge.

use crate::analysis::gauges::Gauge;

/// What it counts.
#[must_use]
pub const fn help(gauge: Gauge) -> &'static str {
    match gauge {
        Gauge::Desired => "Nodes that should run a pod of the DaemonSet.",
        Gauge::Available => {
            "Nodes that should run a pod of the DaemonSet and have an available one."
        }
        Gauge::Missing => "Nodes that should run a pod of the DaemonSet and have none.",
        Gauge::Misscheduled => "Nodes that have a pod of the DaemonSet and should run none.",
        Gauge::Excluded => {
            "Nodes that the DaemonSet's template excludes and that have no pod of it."
        }
        Gauge::Uncovered => {
            "Nodes that are expected to run the DaemonSet and have no available pod of it."
        }
        Gauge::Lost => {
            "Nodes whose pod of the DaemonSet runs until it is deleted, and isn't created again."
        }
        Gauge::Incomplete => {
            "Resources that couldn't be read, and an expectation that can't be parsed; what depends on them has no sample."
        }
    }
}
