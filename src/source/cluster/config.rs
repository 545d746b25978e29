//! From the flags and the kubeconfig to one server and one identity.

use std::path::Path;

use kube::Config;
use kube::config::{AuthInfo, Cluster, Context};

use super::authority::Authority;
use super::credentials::CredentialSource;
use super::flags::ConnectionFlags;
use super::impersonation;
use super::kubeconfig::{self, Loaded};
use super::overrides::{override_cluster, override_user};
use super::proxy;
use crate::source::near_typed;

/// A connection that is ready to be established.
pub(super) struct Target {
    /// The configuration for kube's client, without the credentials.
    pub config: Config,
    /// The source of the credentials.
    pub source: CredentialSource,
    /// The context's namespace, or the pod's own, or `default`.
    pub namespace: String,
    /// The origin of the connection, for `-v`.
    pub origin: String,
}

/// One entry of each kind, overridden by the flags.
#[derive(Clone, Debug, Default)]
pub(super) struct Selected {
    pub cluster: Cluster,
    pub user: AuthInfo,
    namespace: Option<String>,
}

/// Finds the target that `flags` select.
pub(super) fn target(flags: &ConnectionFlags) -> Result<Target, String> {
    let (selected, origin) = selected(flags)?;
    let mut target = connection(selected, flags, origin)?;
    let config = &mut target.config;
    config.disable_compression |= flags.disable_compression == Some(true);
    // The client's own retry waits silently for minutes; see `Transport`.
    config.default_retry = false;
    let agent = http::HeaderValue::from_static(concat!("kubectl-ds/", env!("CARGO_PKG_VERSION")));
    config.headers.push((http::header::USER_AGENT, agent));
    Ok(target)
}

/// The entries that `flags` select, and their origin.
pub(super) fn selected(flags: &ConnectionFlags) -> Result<(Selected, String), String> {
    let loaded = kubeconfig::load(flags)?;
    if loaded.is_empty() && names_nothing(flags) {
        return Ok((in_cluster(&loaded)?, "the pod's service account".to_owned()));
    }
    Ok((select(&loaded, flags)?, loaded.origin()))
}

/// Whether anything, right or wrong, selects a cluster.
pub fn is_configured(flags: &ConnectionFlags) -> bool {
    let is_empty = kubeconfig::load(flags).is_ok_and(|loaded| loaded.is_empty());
    !is_empty || !names_nothing(flags) || is_in_cluster()
}

fn is_in_cluster() -> bool {
    let token = Path::new(SERVICE_ACCOUNT).join("token");
    std::env::var_os("KUBERNETES_SERVICE_HOST").is_some() && token.is_file()
}

fn names_nothing(flags: &ConnectionFlags) -> bool {
    flags.server.is_none()
        && flags.context.is_none()
        && flags.cluster.is_none()
        && flags.user.is_none()
}

/// The service account of this pod, which client-go uses where there is no kubeconfig.
fn in_cluster(loaded: &Loaded) -> Result<Selected, String> {
    if !is_in_cluster() {
        return Err(no_kubeconfig(loaded));
    }
    let config = Config::incluster().map_err(|e| {
        let problem = e.to_string();
        let problem = problem.split(" (os error").next().unwrap_or_default();
        format!("error: unable to use the service account of this pod: {problem}")
    })?;
    let namespace = std::env::var("POD_NAMESPACE").ok();
    let namespace = namespace.filter(|n| !n.is_empty());
    Ok(Selected {
        cluster: Cluster {
            server: Some(config.cluster_url.to_string()),
            certificate_authority: Some(format!("{SERVICE_ACCOUNT}/ca.crt")),
            ..Cluster::default()
        },
        user: config.auth_info,
        namespace: namespace.or_else(|| Some(config.default_namespace.trim().to_owned())),
    })
}

/// Where the kubelet puts a pod's service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

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

/// Overrides what was selected with the flags.
fn connection(
    selected: Selected,
    flags: &ConnectionFlags,
    origin: String,
) -> Result<Target, String> {
    let Selected {
        mut cluster,
        mut user,
        namespace,
    } = selected;
    override_cluster(&mut cluster, flags);
    override_user(&mut user, flags);
    let url = server(&cluster)?;
    let user_origin = format!("of the user in {origin}");
    impersonation::settle(&mut user, flags, &user_origin)?;
    let authority = Authority::of(&cluster)?;
    let source = if is_tls(&url) {
        let token = match flags.token {
            Some(_) => "`--token`".to_owned(),
            None => format!("`token` {user_origin}"),
        };
        let authority = authority.as_ref().map(|a| &*a.pem);
        CredentialSource::of(
            &mut user,
            &cluster,
            authority,
            &token,
            flags.unattended_until,
        )?
    } else {
        CredentialSource::none_for(&mut user)
    };
    let mut config = Config::new(url);
    config.root_cert = authority.map(|a| a.certificates()).transpose()?;
    config.proxy_url = proxy::choose(&config.cluster_url, cluster.proxy_url.as_deref())?;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or_default();
    config.disable_compression = cluster.disable_compression.unwrap_or_default();
    config.tls_server_name = cluster.tls_server_name.filter(|n| !n.is_empty());
    config.auth_info = what_kube_adds(user);
    let namespace = namespace.filter(|n| !n.is_empty());
    Ok(Target {
        config,
        source,
        namespace: namespace.unwrap_or_else(|| "default".to_owned()),
        origin,
    })
}

/// Whether credentials may be sent there: for another server client-go doesn't even read them,
/// while impersonation is sent (`IsConfigTransportTLS`, 0.37.1).
pub(super) fn is_tls(server: &http::Uri) -> bool {
    server.scheme_str() == Some("https")
}

/// The impersonated user, and a provider that kube asks for the token.
fn what_kube_adds(user: AuthInfo) -> AuthInfo {
    AuthInfo {
        impersonate: user.impersonate,
        impersonate_uid: user.impersonate_uid,
        impersonate_groups: user.impersonate_groups,
        impersonate_user_extra: user.impersonate_user_extra,
        auth_provider: user.auth_provider,
        ..AuthInfo::default()
    }
}

pub(super) fn server(cluster: &Cluster) -> Result<http::Uri, String> {
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

/// Selects context, cluster and user as client-go does (`DirectClientConfig.getContext`,
/// `getCluster`, `getAuthInfo`, 0.37.1): a name from a flag must exist, a user that a context names
/// needn't.
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
    if loaded.is_empty() {
        return no_kubeconfig(loaded);
    }
    let config = &loaded.config;
    let known: Vec<&str> = match kind {
        "context" => config.contexts.iter().map(|c| &*c.name).collect(),
        "cluster" => config.clusters.iter().map(|c| &*c.name).collect(),
        _ => config.auth_infos.iter().map(|u| &*u.name).collect(),
    };
    let known = if known.is_empty() {
        format!("it has no {kind} at all")
    } else {
        offered(name, &known)
    };
    format!(
        "error: {kind} \"{name}\" does not exist in {}; {known}",
        loaded.places()
    )
}

/// All of a few names; of many, those that are similar, or else the first ones.
fn offered(name: &str, known: &[&str]) -> String {
    const FEW: usize = 10;
    if known.len() <= FEW {
        return format!("known: {}", known.join(", "));
    }
    let near = near_typed(name, known.iter().copied());
    if !near.is_empty() {
        let near: Vec<String> = near.iter().map(ToString::to_string).collect();
        return format!("did you mean `{}`?", near.join("`, `"));
    }
    let first: Vec<&str> = known.iter().take(FEW).copied().collect();
    let more = known.len() - first.len();
    format!("known: {} and {more} more", first.join(", "))
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn of_many_names_the_near_are_offered() {
        let names: Vec<String> = (0..20).map(|n| format!("cluster-of-team-{n:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(
            offered("x", names.get(..2).unwrap()),
            "known: cluster-of-team-00, cluster-of-team-01"
        );
        let near = offered("cluster-of-taem-07", &names);
        assert!(
            near.starts_with("did you mean `cluster-of-team-07`"),
            "{near}"
        );
        let none = offered("minikube", &names);
        assert!(none.ends_with("cluster-of-team-09 and 10 more"), "{none}");
    }

    #[test]
    fn servers_that_are_none() {
        for bad in ["", "ftp://h", "https://", "http://a b", "/path"] {
            let cluster = Cluster {
                server: Some(bad.to_owned()),
                ..Cluster::default()
            };
            let error = server(&cluster).unwrap_err();
            assert!(error.starts_with("error: invalid "), "{error}");
        }
    }
}
