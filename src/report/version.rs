//! The output of `version`, with the names of `kubectl version`.

use serde::Serialize;

use crate::analysis::basis::VERIFIED_RELEASE;

/// The version of this program.
pub const GIT_VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));

/// This program's version, and the release that it was checked against.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionReport {
    client_version: ClientVersion,
    /// The Kubernetes release whose code its decisions were checked against.
    verified_kubernetes_version: &'static str,
}

/// As `kubectl version` has it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ClientVersion {
    major: &'static str,
    minor: &'static str,
    git_version: &'static str,
}

/// The program's own version.
pub const VERSION: VersionReport = VersionReport {
    client_version: ClientVersion {
        major: env!("CARGO_PKG_VERSION_MAJOR"),
        minor: env!("CARGO_PKG_VERSION_MINOR"),
        git_version: GIT_VERSION,
    },
    verified_kubernetes_version: VERIFIED_RELEASE,
};
