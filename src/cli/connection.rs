//! The flags that say how to reach the cluster.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::source::cluster::{ConnectionFlags, Token, parse_timeout};

/// kubectl's connection flags, before and after the subcommand.
#[derive(Args, Debug)]
#[command(next_help_heading = "Connection")]
pub(super) struct ConnectionArgs {
    /// Kubeconfig file to use
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// Context of the kubeconfig to use
    #[arg(long, global = true, value_name = "NAME")]
    context: Option<String>,

    /// Cluster of the kubeconfig to use
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    cluster: Option<String>,

    /// User of the kubeconfig to use
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    user: Option<String>,

    /// User to impersonate, a service account too
    #[arg(
        long = "as",
        global = true,
        hide_short_help = true,
        value_name = "USER"
    )]
    impersonate: Option<String>,

    /// Group to impersonate, repeatable
    #[arg(
        long = "as-group",
        global = true,
        hide_short_help = true,
        value_name = "GROUP"
    )]
    impersonate_groups: Vec<String>,

    /// UID to impersonate
    #[arg(
        long = "as-uid",
        global = true,
        hide_short_help = true,
        value_name = "UID"
    )]
    impersonate_uid: Option<String>,

    /// User extra to impersonate, repeatable
    #[arg(long = "as-user-extra", global = true, hide_short_help = true, value_name = "KEY=VALUE", value_parser = parse_pair)]
    impersonate_user_extra: Vec<(String, String)>,

    /// How long a single request may take: 30, 30s, 2m; 0 for no limit while data arrives
    #[arg(long, global = true, hide_short_help = true, value_name = "TIME", value_parser = parse_timeout, default_value = "0", hide_default_value = true)]
    request_timeout: Duration,

    /// Address and port of the API server
    #[arg(
        long,
        short = 's',
        global = true,
        hide_short_help = true,
        value_name = "URL"
    )]
    server: Option<String>,

    /// Bearer token for the API server
    #[arg(long, global = true, hide_short_help = true, value_name = "TOKEN", value_parser = parse_token)]
    token: Option<Token>,

    /// Don't check the server's certificate; insecure
    #[arg(long, global = true, hide_short_help = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    insecure_skip_tls_verify: Option<bool>,

    /// File with the certificate authority of the server
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    certificate_authority: Option<String>,

    /// File with the client certificate
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    client_certificate: Option<String>,

    /// File with the key of the client certificate
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    client_key: Option<String>,

    /// Server name to check the server's certificate against
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME")]
    tls_server_name: Option<String>,

    /// List in pages of so many objects; 0 for all at once, which is faster
    #[arg(long, global = true, hide_short_help = true, value_name = "N")]
    chunk_size: Option<u32>,

    /// Ask for responses without compression
    #[arg(long, global = true, hide_short_help = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    disable_compression: Option<bool>,

    /// Verbosity; from 6 on the requests are shown
    #[arg(
        short = 'v',
        long = "v",
        global = true,
        hide_short_help = true,
        value_name = "LEVEL",
        default_value_t = 0,
        hide_default_value = true
    )]
    verbosity: u8,
}

impl ConnectionArgs {
    /// The flags as the cluster source takes them.
    pub(super) fn flags(self) -> ConnectionFlags {
        ConnectionFlags {
            kubeconfig: self.kubeconfig,
            context: self.context,
            cluster: self.cluster,
            user: self.user,
            impersonate: self.impersonate,
            impersonate_groups: self.impersonate_groups,
            impersonate_uid: self.impersonate_uid,
            impersonate_user_extra: self.impersonate_user_extra,
            request_timeout: Some(self.request_timeout).filter(|t| !t.is_zero()),
            server: self.server,
            token: self.token,
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
            certificate_authority: self.certificate_authority,
            client_certificate: self.client_certificate,
            client_key: self.client_key,
            tls_server_name: self.tls_server_name,
            chunk_size: self.chunk_size,
            disable_compression: self.disable_compression,
            verbosity: self.verbosity,
            unattended_until: None,
        }
    }
}

// An error would repeat the token, so nothing is refused here.
#[allow(clippy::unnecessary_wraps)]
fn parse_token(text: &str) -> Result<Token, String> {
    Ok(Token::from(text))
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        connection: ConnectionArgs,
        #[command(subcommand)]
        command: Command,
    }

    #[derive(clap::Subcommand)]
    enum Command {
        Why { names: Vec<String> },
    }

    fn flags(args: &[&str]) -> Result<(ConnectionFlags, Vec<String>), clap::Error> {
        let args = [&["kubectl-ds"], args].concat();
        let cli = Cli::try_parse_from(args)?;
        let Command::Why { names } = cli.command;
        Ok((cli.connection.flags(), names))
    }

    #[test]
    fn before_and_after_the_subcommand() {
        let (flags, names) = flags(&[
            "--context=a",
            "why",
            "x",
            "-s",
            "https://h",
            "--as",
            "u",
            "--as-group",
            "g",
            "--as-group=h",
            "--as-uid=7",
            "--as-user-extra",
            "k=v=w",
            "--token=t",
            "--request-timeout=2m",
            "--insecure-skip-tls-verify",
            "y",
            "-v=8",
        ])
        .unwrap();
        assert_eq!(names, ["x", "y"]);
        assert_eq!(flags.context.as_deref(), Some("a"));
        assert_eq!(flags.server.as_deref(), Some("https://h"));
        assert_eq!(flags.impersonate.as_deref(), Some("u"));
        assert_eq!(flags.impersonate_groups, ["g", "h"]);
        assert_eq!(flags.impersonate_uid.as_deref(), Some("7"));
        assert_eq!(flags.impersonate_user_extra, [("k".into(), "v=w".into())]);
        assert_eq!(flags.token, Some(Token::from("t")));
        assert_eq!(flags.request_timeout, Some(Duration::from_secs(120)));
        assert_eq!(flags.insecure_skip_tls_verify, Some(true));
        assert_eq!(flags.verbosity, 8);
    }

    #[test]
    fn nothing_given_is_nothing_said() {
        let (flags, _) = flags(&["why"]).unwrap();
        assert_eq!(flags.request_timeout, None);
        assert_eq!(flags.insecure_skip_tls_verify, None);
        assert_eq!(flags.chunk_size, None);
        for (text, value) in [("false", false), ("0", false), ("True", true), ("1", true)] {
            let flag = format!("--insecure-skip-tls-verify={text}");
            let (flags, _) = super::tests::flags(&["why", &flag]).unwrap();
            assert_eq!(flags.insecure_skip_tls_verify, Some(value), "{text}");
        }
    }

    #[test]
    fn bad_values_say_how_to_write_them() {
        let error = flags(&["why", "--request-timeout=soon"]).err().unwrap();
        assert!(error.to_string().contains("30s"), "{error}");
        let error = flags(&["why", "--as-user-extra=k"]).err().unwrap();
        assert!(error.to_string().contains("KEY=VALUE"), "{error}");
    }

    #[test]
    fn a_token_is_in_no_debug_output() {
        let (flags, _) = flags(&["why", "--token=secret"]).unwrap();
        assert!(!format!("{flags:?}").contains("secret"));
    }
}
