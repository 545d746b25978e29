//! The entries of the kubeconfig by name, for completion.

use super::flags::ConnectionFlags;
use super::kubeconfig;

/// A context of the kubeconfig.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextEntry {
    /// Its name.
    pub name: String,
    /// The cluster that it names.
    pub cluster: String,
    /// The user that it names.
    pub user: Option<String>,
    /// The namespace that it names.
    pub namespace: Option<String>,
    /// Whether it is the current one.
    pub is_current: bool,
}

/// The entries to choose from, in the order of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KubeconfigEntries {
    /// Contexts.
    pub contexts: Vec<ContextEntry>,
    /// Clusters by name, each with its server.
    pub clusters: Vec<(String, Option<String>)>,
    /// Users by name, each with the command for its credentials.
    pub users: Vec<(String, Option<String>)>,
}

/// The entries of the kubeconfig that `flags` select; none where it can't be read.
#[must_use]
pub fn kubeconfig_entries(flags: &ConnectionFlags) -> KubeconfigEntries {
    let Ok(loaded) = kubeconfig::load(flags) else {
        return KubeconfigEntries::default();
    };
    let config = loaded.config;
    let current = config.current_context;
    let contexts = config.contexts.into_iter().map(|entry| {
        let is_current = current.as_ref() == Some(&entry.name);
        let context = entry.context.unwrap_or_default();
        ContextEntry {
            name: entry.name,
            cluster: context.cluster,
            user: context.user,
            namespace: context.namespace,
            is_current,
        }
    });
    let clusters = config.clusters.into_iter().map(|entry| {
        let server = entry.cluster.and_then(|c| c.server);
        (entry.name, server.map(|s| without_user(&s)))
    });
    let users = config.auth_infos.into_iter().map(|entry| {
        let exec = entry.auth_info.and_then(|u| u.exec);
        (entry.name, exec.and_then(|e| e.command))
    });
    KubeconfigEntries {
        contexts: contexts.collect(),
        clusters: clusters.collect(),
        users: users.collect(),
    }
}

/// A URL without user and password.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::without_user;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("https://u:p@h:6443/x@y", "https://h:6443/x@y"),
            ("https://h", "https://h"),
            ("h", "h"),
        ] {
            assert_eq!(without_user(url), shown);
        }
    }
}
