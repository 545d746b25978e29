//! Credentials that must not be on kubectl's command line.

use std::path::Path;

use kube::config::{Context, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext};

use super::authority::Authority;
use super::config::{Selected, is_tls, selected, server};
use super::credentials;
use super::exec::Plugin;
use super::flags::ConnectionFlags;
use super::overrides::{override_cluster, override_user};
use super::runtime;

/// The single name in a kubeconfig with one server and one identity.
const NAME: &str = "kubectl-ds";

/// A kubeconfig with everything that `flags` say about server and identity, where kubectl can't be
/// given the flags themselves: every user of the machine may read the `--token` of a command line,
/// and a credential plugin that asks on the terminal can't do so for a kubectl that reads a
/// manifest from stdin. `None` where the flags can be passed on as they are, as for a server
/// without TLS: kubectl sends it no credentials and runs no plugin for it.
///
/// # Errors
/// What [`super::Cluster::connect`] reports about the same flags.
pub(in crate::source) fn flattened_kubeconfig(
    flags: &ConnectionFlags,
) -> Result<Option<String>, String> {
    let (mut selected, _) = selected(flags)?;
    if flags.token.is_none() && selected.user.exec.is_none() {
        return Ok(None);
    }
    override_cluster(&mut selected.cluster, flags);
    override_user(&mut selected.user, flags);
    if !is_tls(&server(&selected.cluster)?) {
        return Ok(None);
    }
    ask_plugin(&mut selected)?;
    written(selected).map(Some)
}

/// Replaces a plugin by the credentials that it returned.
fn ask_plugin(selected: &mut Selected) -> Result<(), String> {
    let Selected { cluster, user, .. } = selected;
    credentials::settle(user)?;
    let authority = Authority::of(cluster)?;
    let authority = authority.as_ref().map(|a| &*a.pem);
    let plugin = Plugin::needed_by(user, cluster, authority, None)?;
    user.exec = None;
    let Some(plugin) = plugin else {
        return Ok(());
    };
    let issued = runtime()?.block_on(plugin.credentials())?;
    issued.said.show();
    user.token = issued.token.map(Into::into);
    if let Some(certificate) = issued.certificate {
        certificate.put_into(user);
    }
    Ok(())
}

fn written(selected: Selected) -> Result<String, String> {
    let Selected {
        mut cluster,
        mut user,
        ..
    } = selected;
    for file in [
        &mut cluster.certificate_authority,
        &mut user.client_certificate,
        &mut user.client_key,
        &mut user.token_file,
    ] {
        // In a kubeconfig a path is relative to the kubeconfig's folder.
        if let Some(path) = file.as_deref().filter(|p| !p.is_empty()) {
            let path = std::path::absolute(Path::new(path)).map_err(|e| e.to_string())?;
            *file = Some(path.display().to_string());
        }
    }
    let kubeconfig = Kubeconfig {
        clusters: vec![NamedCluster {
            name: NAME.to_owned(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: NAME.to_owned(),
            auth_info: Some(user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            name: NAME.to_owned(),
            context: Some(Context {
                cluster: NAME.to_owned(),
                user: Some(NAME.to_owned()),
                ..Context::default()
            }),
            ..NamedContext::default()
        }],
        current_context: Some(NAME.to_owned()),
        ..Kubeconfig::default()
    };
    serde_json::to_string(&kubeconfig)
        .map_err(|e| format!("error: the credentials can't be written for kubectl: {e}"))
}
