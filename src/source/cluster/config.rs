//! From the flags and the kubeconfig to one server and one identity.

use kube::Config;
use kube::config::{AuthInfo, Cluster, Context};

use super::authority;
use super::exec;
use super::flags::ConnectionFlags;
use super::kubeconfig::{self, Loaded};
use super::proxy;

/// A connection that is ready to be made.
pub(super) struct Target {
    /// What kube's client takes.
    pub config: Config,
    /// The context's namespace, or the pod's own, or `default`.
    pub namespace: String,
    /// Where the connection came from, for `-v`.
    pub origin: String,
}

/// One entry of each kind, with the flags laid over them.
#[derive(Clone, Debug, Default)]
struct Selected {
    cluster: Cluster,
    user: AuthInfo,
    namespace: Option<String>,
}

/// Finds the target that `flags` mean.
pub(super) fn target(flags: &ConnectionFlags) -> Result<Target, String> {
    let loaded = kubeconfig::load(flags)?;
    let mut target = if loaded.is_empty() && names_nothing(flags) {
        in_cluster(&loaded)?
    } else {
        from_kubeconfig(&loaded, flags)?
    };
    let config = &mut target.config;
    if let Some(disabled) = flags.disable_compression {
        config.disable_compression = disabled;
    }
    // The client's own retry waits for minutes in silence; see `Transport`.
    config.default_retry = false;
    let agent = http::HeaderValue::from_static(concat!("kubectl-ds/", env!("CARGO_PKG_VERSION")));
    config.headers.push((http::header::USER_AGENT, agent));
    Ok(target)
}

fn names_nothing(flags: &ConnectionFlags) -> bool {
    flags.server.is_none()
        && flags.context.is_none()
        && flags.cluster.is_none()
        && flags.user.is_none()
}

/// The service account of the pod that this runs in, as client-go takes it
/// where no kubeconfig says anything.
fn in_cluster(loaded: &Loaded) -> Result<Target, String> {
    if std::env::var_os("KUBERNETES_SERVICE_HOST").is_none() {
        return Err(no_kubeconfig(loaded));
    }
    let config = Config::incluster().map_err(|e| {
        let problem = e.to_string();
        format!("error: unable to use the service account of this pod: {problem}")
    })?;
    let namespace = std::env::var("POD_NAMESPACE").ok();
    let namespace = namespace.filter(|n| !n.is_empty());
    Ok(Target {
        namespace: namespace.unwrap_or_else(|| config.default_namespace.trim().to_owned()),
        config,
        origin: "the pod's service account".to_owned(),
    })
}

fn no_kubeconfig(loaded: &Loaded) -> String {
    let places = loaded.places();
    let problem = if loaded.read.is_empty() {
        format!("no kubeconfig: looked for {places}")
    } else {
        format!("kubeconfig {places} is empty")
    };
    format!(
        "error: {problem}; name one with `--kubeconfig FILE` or KUBECONFIG, or read saved objects with `--from FILE`"
    )
}

fn from_kubeconfig(loaded: &Loaded, flags: &ConnectionFlags) -> Result<Target, String> {
    let Selected {
        mut cluster,
        mut user,
        namespace,
    } = select(loaded, flags)?;
    override_cluster(&mut cluster, flags);
    override_user(&mut user, flags);
    let url = server(&cluster)?;
    exec::run(&mut user, &cluster)?;
    let mut config = Config::new(url);
    config.root_cert = authority::read(&cluster)?;
    config.proxy_url = proxy::choose(&config.cluster_url, cluster.proxy_url.as_deref())?;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or_default();
    config.disable_compression = cluster.disable_compression.unwrap_or_default();
    config.tls_server_name = cluster.tls_server_name.filter(|n| !n.is_empty());
    config.auth_info = user;
    let namespace = namespace.filter(|n| !n.is_empty());
    Ok(Target {
        config,
        namespace: namespace.unwrap_or_else(|| "default".to_owned()),
        origin: loaded.origin(),
    })
}

fn server(cluster: &Cluster) -> Result<http::Uri, String> {
    let server = cluster.server.as_deref().unwrap_or_default();
    if server.is_empty() {
        let problem = "the cluster has no server: name it in the kubeconfig or with `--server`";
        return Err(format!("error: invalid configuration: {problem}"));
    }
    let invalid = |problem: &str| format!("error: invalid server `{server}`: {problem}");
    let url: http::Uri = server.parse().map_err(|_| invalid(A_SERVER))?;
    match url.scheme_str() {
        Some("http" | "https") if url.host().is_some_and(|h| !h.is_empty()) => Ok(url),
        _ => Err(invalid(A_SERVER)),
    }
}

const A_SERVER: &str = "write it as https://HOST:PORT";

/// Picks context, cluster and user as client-go does
/// (`DirectClientConfig.getContext`, `getCluster`, `getAuthInfo`, 0.37.1): a
/// name from a flag must exist, a user that a context names need not.
fn select(loaded: &Loaded, flags: &ConnectionFlags) -> Result<Selected, String> {
    let config = &loaded.config;
    let current = config.current_context.clone().filter(|c| !c.is_empty());
    let context = match flags.context.clone().or(current) {
        Some(name) => find_context(loaded, &name)?,
        None => Context::default(),
    };
    let cluster_name = flags.cluster.clone().unwrap_or(context.cluster);
    let cluster = if cluster_name.is_empty() {
        if flags.server.is_none() {
            return Err(no_context(loaded));
        }
        Cluster::default()
    } else {
        find_cluster(loaded, &cluster_name)?
    };
    let named = |name: &str| {
        let user = config.auth_infos.iter().find(|u| u.name == name);
        user.map(|u| u.auth_info.clone().unwrap_or_default())
    };
    let user = match &flags.user {
        Some(name) => named(name).ok_or_else(|| unknown(loaded, "user", name))?,
        None => context.user.as_deref().and_then(named).unwrap_or_default(),
    };
    Ok(Selected {
        cluster,
        user,
        namespace: context.namespace,
    })
}

fn find_context(loaded: &Loaded, name: &str) -> Result<Context, String> {
    let found = loaded.config.contexts.iter().find(|c| c.name == name);
    let found = found.ok_or_else(|| unknown(loaded, "context", name))?;
    Ok(found.context.clone().unwrap_or_default())
}

fn find_cluster(loaded: &Loaded, name: &str) -> Result<Cluster, String> {
    let found = loaded.config.clusters.iter().find(|c| c.name == name);
    let found = found.ok_or_else(|| unknown(loaded, "cluster", name))?;
    Ok(found.cluster.clone().unwrap_or_default())
}

fn unknown(loaded: &Loaded, kind: &str, name: &str) -> String {
    let config = &loaded.config;
    let known: Vec<&str> = match kind {
        "context" => config.contexts.iter().map(|c| &*c.name).collect(),
        "cluster" => config.clusters.iter().map(|c| &*c.name).collect(),
        _ => config.auth_infos.iter().map(|u| &*u.name).collect(),
    };
    let known = if known.is_empty() {
        format!("it has no {kind} at all")
    } else {
        format!("known: {}", known.join(", "))
    };
    format!(
        "error: {kind} \"{name}\" does not exist in {}; {known}",
        loaded.places()
    )
}

fn no_context(loaded: &Loaded) -> String {
    if loaded.is_empty() {
        return no_kubeconfig(loaded);
    }
    let contexts: Vec<&str> = loaded.config.contexts.iter().map(|c| &*c.name).collect();
    let choose = if contexts.is_empty() {
        "it has no context; name the server with `--server`".to_owned()
    } else {
        format!("choose with `--context`: {}", contexts.join(", "))
    };
    format!(
        "error: no current context is set in {}; {choose}",
        loaded.places()
    )
}

/// The flags over a cluster's entry, with client-go's rules for what a flag clears.
fn override_cluster(cluster: &mut Cluster, flags: &ConnectionFlags) {
    let insecure = flags.insecure_skip_tls_verify;
    if insecure == Some(true) || flags.certificate_authority.is_some() {
        cluster.insecure_skip_tls_verify = insecure;
        cluster.certificate_authority = flags.certificate_authority.clone();
        cluster.certificate_authority_data = None;
    } else if insecure.is_some() {
        cluster.insecure_skip_tls_verify = insecure;
    }
    if flags.tls_server_name.is_some() || flags.server.is_some() {
        cluster.tls_server_name = flags.tls_server_name.clone();
    }
    if let Some(server) = &flags.server {
        cluster.server = Some(server.clone());
    }
    let tls = cluster.certificate_authority.is_some()
        || cluster.certificate_authority_data.is_some()
        || cluster.insecure_skip_tls_verify == Some(true)
        || flags.client_certificate.is_some();
    if let Some(server) = cluster.server.as_mut().filter(|s| !s.contains("://")) {
        *server = format!("{}://{server}", if tls { "https" } else { "http" });
    }
}

/// The flags over a user's entry. A token or a certificate that is given goes
/// before every other kind of credential of the entry.
fn override_user(user: &mut AuthInfo, flags: &ConnectionFlags) {
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
        assert_eq!(cluster.insecure_skip_tls_verify, None);
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
        let tls = overridden(Cluster::default(), &flags);
        assert_eq!(tls.server, text("https://h:1"));
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

    #[test]
    fn servers_that_are_none() {
        for bad in ["", "ftp://h", "https://", "http://a b", "/path"] {
            let cluster = Cluster {
                server: text(bad),
                ..Cluster::default()
            };
            let error = server(&cluster).unwrap_err();
            assert!(error.starts_with("error: invalid "), "{error}");
        }
    }
}
