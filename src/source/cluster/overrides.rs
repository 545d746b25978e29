//! The flags override the entries of a kubeconfig, with client-go's rules for what a flag clears
//! (`DirectClientConfig`, 0.37.1).

use kube::config::{AuthInfo, Cluster};

use super::flags::ConnectionFlags;

/// The flags override a cluster's entry, with client-go's rules for what a flag clears.
pub(super) fn override_cluster(cluster: &mut Cluster, flags: &ConnectionFlags) {
    // As in client-go, a plain `=false` doesn't override the kubeconfig.
    let insecure = flags.insecure_skip_tls_verify == Some(true);
    if insecure || flags.certificate_authority.is_some() {
        cluster.insecure_skip_tls_verify = Some(insecure);
        cluster.certificate_authority = flags.certificate_authority.clone();
        cluster.certificate_authority_data = None;
    }
    if flags.tls_server_name.is_some() || flags.server.is_some() {
        cluster.tls_server_name = flags.tls_server_name.clone();
    }
    if let Some(server) = &flags.server {
        cluster.server = Some(server.clone());
    }
    // client-go treats it as one without TLS, whatever is set about certificates: the code that
    // completes it doesn't have that yet (`DefaultServerUrlFor` in `ClientConfig`).
    if let Some(server) = cluster.server.as_mut().filter(|s| !s.contains("://")) {
        *server = format!("http://{server}");
    }
}

/// The flags override a user's entry. A given token or certificate takes precedence over every
/// other kind of credential of the entry.
pub(super) fn override_user(user: &mut AuthInfo, flags: &ConnectionFlags) {
    if let Some(token) = &flags.token {
        user.token = Some(token.secret().to_owned().into());
        user.token_file = None;
        user.exec = None;
        user.auth_provider = None;
        user.username = None;
        user.password = None;
    }
    if let Some(certificate) = &flags.client_certificate {
        user.client_certificate = Some(certificate.clone());
        user.client_certificate_data = None;
    }
    if let Some(key) = &flags.client_key {
        user.client_key = Some(key.clone());
        user.client_key_data = None;
    }
    if flags.impersonate.is_some() {
        user.impersonate = flags.impersonate.clone();
    }
    if flags.impersonate_uid.is_some() {
        user.impersonate_uid = flags.impersonate_uid.clone();
    }
    if !flags.impersonate_groups.is_empty() {
        user.impersonate_groups = Some(flags.impersonate_groups.clone());
    }
    for (key, value) in &flags.impersonate_user_extra {
        let extra = user.impersonate_user_extra.get_or_insert_default();
        extra.entry(key.clone()).or_default().push(value.clone());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use kube::config::ExecConfig;

    fn overridden(cluster: Cluster, flags: &ConnectionFlags) -> Cluster {
        let mut cluster = cluster;
        override_cluster(&mut cluster, flags);
        cluster
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn configured() -> Cluster {
        Cluster {
            server: text("https://old:6443"),
            certificate_authority_data: text("data"),
            tls_server_name: text("old-name"),
            ..Cluster::default()
        }
    }

    #[test]
    fn not_checking_the_certificate_clears_the_authority() {
        let flags = ConnectionFlags {
            insecure_skip_tls_verify: Some(true),
            ..ConnectionFlags::default()
        };
        let cluster = overridden(configured(), &flags);
        assert_eq!(cluster.insecure_skip_tls_verify, Some(true));
        assert_eq!(cluster.certificate_authority_data, None);
        assert_eq!(cluster.tls_server_name.as_deref(), Some("old-name"));
    }

    #[test]
    fn an_authority_goes_before_data_and_before_not_checking() {
        let flags = ConnectionFlags {
            certificate_authority: text("ca.crt"),
            ..ConnectionFlags::default()
        };
        let mut cluster = configured();
        cluster.insecure_skip_tls_verify = Some(true);
        let cluster = overridden(cluster, &flags);
        assert_eq!(cluster.insecure_skip_tls_verify, Some(false));
        assert_eq!(cluster.certificate_authority.as_deref(), Some("ca.crt"));
        assert_eq!(cluster.certificate_authority_data, None);
    }

    #[test]
    fn another_server_clears_the_name_to_check() {
        let mut flags = ConnectionFlags {
            server: text("https://new"),
            ..ConnectionFlags::default()
        };
        assert_eq!(overridden(configured(), &flags).tls_server_name, None);
        flags.tls_server_name = text("new-name");
        let cluster = overridden(configured(), &flags);
        assert_eq!(cluster.tls_server_name, text("new-name"));
        assert_eq!(cluster.server, text("https://new"));
    }

    #[test]
    fn a_server_without_a_scheme_as_client_go_completes_it() {
        let mut flags = ConnectionFlags {
            server: text("h:1"),
            ..ConnectionFlags::default()
        };
        let plain = overridden(Cluster::default(), &flags);
        assert_eq!(plain.server, text("http://h:1"));
        flags.insecure_skip_tls_verify = Some(true);
        let insecure = overridden(Cluster::default(), &flags);
        assert_eq!(insecure.server, text("http://h:1"));
    }

    #[test]
    fn a_token_goes_before_every_other_credential() {
        let mut user = AuthInfo {
            token_file: text("f"),
            username: text("u"),
            exec: Some(ExecConfig::default()),
            ..AuthInfo::default()
        };
        let flags = ConnectionFlags {
            token: Some("t".into()),
            ..ConnectionFlags::default()
        };
        override_user(&mut user, &flags);
        assert!(user.token.is_some() && user.exec.is_none());
        assert_eq!((user.token_file, user.username), (None, None));
    }
}
