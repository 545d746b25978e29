//! The certificate authority that a server is checked against.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::Cluster;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::kubeconfig::io_problem;
use super::small_file;

/// An authority's PEM, and its origin.
pub(super) struct Authority {
    pub pem: Vec<u8>,
    origin: String,
}

impl Authority {
    /// The cluster's; `None` where it has none and the machine's own authorities apply. Data takes
    /// precedence over a file.
    pub(super) fn of(cluster: &Cluster) -> Result<Option<Self>, String> {
        read(cluster).map_err(invalid)
    }

    /// Its certificates as DER.
    pub(super) fn certificates(&self) -> Result<Vec<Vec<u8>>, String> {
        let malformed = |problem: &str| invalid(format!("{} {problem}", self.origin));
        let certificates: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(&self.pem)
            .map(|certificate| certificate.map(|c| c.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(|_| malformed("is malformed PEM"))?;
        if certificates.is_empty() {
            return Err(malformed("holds no PEM certificate"));
        }
        Ok(certificates)
    }
}

fn invalid(problem: String) -> String {
    format!("error: invalid configuration: {problem}")
}

fn read(cluster: &Cluster) -> Result<Option<Authority>, String> {
    if let Some(data) = given(cluster.certificate_authority_data.as_deref()) {
        let packed: String = data.split_whitespace().collect();
        let pem = STANDARD
            .decode(packed)
            .map_err(|_| "certificate-authority-data is not base64")?;
        let origin = "certificate-authority-data".to_owned();
        return Ok(Some(Authority { pem, origin }));
    }
    let Some(path) = given(cluster.certificate_authority.as_deref()) else {
        return Ok(None);
    };
    let origin = format!("certificate-authority {path}");
    let pem = small_file::read(Path::new(path), small_file::CREDENTIAL)
        .map_err(|e| format!("unable to read {origin}: {}", io_problem(&e)))?;
    Ok(Some(Authority { pem, origin }))
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|t| !t.is_empty())
}
