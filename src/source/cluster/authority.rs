//! The certificate authority that a server is checked against.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::Cluster;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::kubeconfig::io_problem;

/// The cluster's authority as DER; `None` where it has none, and the
/// machine's own authorities are meant. Data goes before a file.
pub(super) fn read(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>, String> {
    certificates(cluster).map_err(|problem| format!("error: invalid configuration: {problem}"))
}

fn certificates(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>, String> {
    let Some((pem, origin)) = pem(cluster)? else {
        return Ok(None);
    };
    let invalid = |problem: &str| format!("{origin} {problem}");
    let certificates: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(&pem)
        .map(|certificate| certificate.map(|c| c.to_vec()))
        .collect::<Result<_, _>>()
        .map_err(|_| invalid("is malformed PEM"))?;
    if certificates.is_empty() {
        return Err(invalid("holds no PEM certificate"));
    }
    Ok(Some(certificates))
}

/// The authority's PEM and where it is from.
pub(super) fn pem(cluster: &Cluster) -> Result<Option<(Vec<u8>, String)>, String> {
    if let Some(data) = given(cluster.certificate_authority_data.as_deref()) {
        let packed: String = data.split_whitespace().collect();
        let pem = STANDARD
            .decode(packed)
            .map_err(|_| "certificate-authority-data is not base64")?;
        return Ok(Some((pem, "certificate-authority-data".to_owned())));
    }
    let Some(path) = given(cluster.certificate_authority.as_deref()) else {
        return Ok(None);
    };
    let pem = std::fs::read(path).map_err(|e| {
        let problem = io_problem(&e);
        format!("unable to read certificate-authority {path}: {problem}")
    })?;
    Ok(Some((pem, format!("certificate-authority {path}"))))
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|t| !t.is_empty())
}
