//! The keys and certificates of one control plane.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// Writes `ca.crt`, `server.{crt,key}` and `service-account.{key,pub}`.
pub(super) fn write(dir: &Path) -> Result<(), String> {
    let files = generate().map_err(|e| format!("certificates: {e}"))?;
    for (name, content) in files {
        std::fs::write(dir.join(name), content).map_err(|e| format!("{name}: {e}"))?;
    }
    Ok(())
}

fn generate() -> Result<[(&'static str, String); 5], rcgen::Error> {
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name
        .push(DnType::CommonName, "kubectl-ds end-to-end tests");
    let ca_cert = ca.self_signed(&ca_key)?;
    let issuer = Issuer::new(ca, ca_key);

    let server_key = KeyPair::generate()?;
    let server = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    let server_cert = server.signed_by(&server_key, &issuer)?;

    let service_accounts = KeyPair::generate()?;
    Ok([
        ("ca.crt", ca_cert.pem()),
        ("server.crt", server_cert.pem()),
        ("server.key", server_key.serialize_pem()),
        ("service-account.key", service_accounts.serialize_pem()),
        ("service-account.pub", service_accounts.public_key_pem()),
    ])
}
