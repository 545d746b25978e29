//! kubectl's command line. Every process that is started here gets its arguments from
//! [`arguments`].

use std::ffi::OsString;
use std::path::Path;

use super::ApplyOptions;
use crate::source::cluster::ConnectionFlags;

/// The arguments of the only command that is ever run: an apply of stdin that the server doesn't
/// store. They contain no secret.
///
/// `flattened` is a kubeconfig that already says what the flags say.
pub(super) fn arguments(
    flags: &ConnectionFlags,
    namespace: &str,
    options: &ApplyOptions,
    flattened: Option<&Path>,
) -> Vec<OsString> {
    let mut arguments: Vec<OsString> =
        ["apply", "--filename=-", "--dry-run=server", "--output=json"]
            .map(OsString::from)
            .into();
    let mut add = |flag: &str, value: &str| {
        arguments.push(format!("--{flag}={value}").into());
    };
    add("namespace", namespace);
    add("validate", options.validation.as_str());
    if options.server_side {
        add("server-side", "true");
        // What an apply would drop after it has taken over from a client-side one is told by them.
        add("show-managed-fields", "true");
    }
    if options.force_conflicts {
        add("force-conflicts", "true");
    }
    if let Some(manager) = &options.field_manager {
        add("field-manager", manager);
    }
    if let Some(timeout) = flags.request_timeout {
        add("request-timeout", &format!("{}ms", timeout.as_millis()));
    }
    if let Some(disabled) = flags.disable_compression {
        add("disable-compression", &disabled.to_string());
    }
    if let Some(path) = flattened.or(flags.kubeconfig.as_deref()) {
        let mut argument = OsString::from("--kubeconfig=");
        argument.push(path);
        arguments.push(argument);
    }
    if flattened.is_none() {
        arguments.extend(connection(flags));
    }
    arguments
}

/// The flags that choose server and identity, less the token.
fn connection(flags: &ConnectionFlags) -> Vec<OsString> {
    let insecure = flags.insecure_skip_tls_verify.map(|i| i.to_string());
    let single = [
        ("context", &flags.context),
        ("cluster", &flags.cluster),
        ("user", &flags.user),
        ("as", &flags.impersonate),
        ("as-uid", &flags.impersonate_uid),
        ("server", &flags.server),
        ("insecure-skip-tls-verify", &insecure),
        ("certificate-authority", &flags.certificate_authority),
        ("client-certificate", &flags.client_certificate),
        ("client-key", &flags.client_key),
        ("tls-server-name", &flags.tls_server_name),
    ];
    let given = single
        .into_iter()
        .filter_map(|(flag, value)| Some(format!("--{flag}={}", value.as_ref()?)));
    let groups = flags.impersonate_groups.iter();
    let groups = groups.map(|group| format!("--as-group={group}"));
    let extra = flags.impersonate_user_extra.iter();
    let extra = extra.map(|(key, value)| format!("--as-user-extra={key}={value}"));
    given
        .chain(groups)
        .chain(extra)
        .map(OsString::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;
    use crate::source::Validation;

    fn all_flags() -> ConnectionFlags {
        let text = |t: &str| Some(t.to_owned());
        ConnectionFlags {
            kubeconfig: Some(PathBuf::from("k")),
            context: text("c"),
            cluster: text("d"),
            user: text("e"),
            impersonate: text("f"),
            impersonate_groups: vec!["g".to_owned(), "h".to_owned()],
            impersonate_uid: text("i"),
            impersonate_user_extra: vec![("j".to_owned(), "k=l".to_owned())],
            request_timeout: Some(Duration::from_millis(1500)),
            server: text("https://m"),
            token: Some("sEcReT".into()),
            insecure_skip_tls_verify: Some(false),
            certificate_authority: text("n"),
            client_certificate: text("o"),
            client_key: text("p"),
            tls_server_name: text("q"),
            chunk_size: Some(5),
            disable_compression: Some(true),
            verbosity: 9,
            unattended_until: None,
        }
    }

    fn all_options() -> [ApplyOptions; 3] {
        let plain = ApplyOptions::default();
        let manager = ApplyOptions {
            field_manager: Some("me".to_owned()),
            ..ApplyOptions::default()
        };
        let forced = ApplyOptions {
            server_side: true,
            force_conflicts: true,
            field_manager: Some("--dry-run=none".to_owned()),
            validation: Validation::Warn,
        };
        [plain, manager, forced]
    }

    fn texts(arguments: Vec<OsString>) -> Vec<String> {
        let texts = arguments.into_iter().map(OsString::into_string);
        texts.filter_map(Result::ok).collect()
    }

    #[test]
    fn nothing_but_a_dry_run_and_no_secret_whatever_is_asked() {
        for flags in [ConnectionFlags::default(), all_flags()] {
            for options in all_options() {
                for flattened in [None, Some(Path::new("/private/kubeconfig"))] {
                    let said = texts(arguments(&flags, "--dry-run=none", &options, flattened));
                    let dry_run: Vec<_> =
                        said.iter().filter(|a| a.starts_with("--dry-run")).collect();
                    assert_eq!(dry_run, ["--dry-run=server"], "{said:?}");
                    assert_eq!(said.first().map(String::as_str), Some("apply"), "{said:?}");
                    let all_flags = said.iter().skip(1).all(|a| a.starts_with("--"));
                    assert!(all_flags, "a value could be taken for a flag: {said:?}");
                    assert!(!said.iter().any(|a| a.contains("sEcReT")), "{said:?}");
                }
            }
        }
    }

    #[test]
    fn the_flags_go_on_to_kubectl() {
        let options = all_options();
        let Some(options) = options.last() else {
            return;
        };
        let said = texts(arguments(&all_flags(), "ops", options, None));
        for flag in [
            "--namespace=ops",
            "--server-side=true",
            "--force-conflicts=true",
            "--validate=warn",
            "--request-timeout=1500ms",
            "--disable-compression=true",
            "--kubeconfig=k",
            "--context=c",
            "--cluster=d",
            "--user=e",
            "--as=f",
            "--as-group=g",
            "--as-group=h",
            "--as-uid=i",
            "--as-user-extra=j=k=l",
            "--server=https://m",
            "--insecure-skip-tls-verify=false",
            "--certificate-authority=n",
            "--client-certificate=o",
            "--client-key=p",
            "--tls-server-name=q",
        ] {
            assert!(said.iter().any(|a| a == flag), "{flag} isn't in {said:?}");
        }
    }

    #[test]
    fn a_flattened_kubeconfig_stands_for_server_and_identity() {
        let flattened = Some(Path::new("/private/kubeconfig"));
        let said = texts(arguments(
            &all_flags(),
            "ops",
            &ApplyOptions::default(),
            flattened,
        ));
        assert!(said.contains(&"--kubeconfig=/private/kubeconfig".to_owned()));
        for flag in ["--context", "--server", "--user", "--as", "--client-key"] {
            assert!(
                !said.iter().any(|a| a.starts_with(flag)),
                "{flag} in {said:?}"
            );
        }
    }
}
