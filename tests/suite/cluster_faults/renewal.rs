//! Credentials that expire or are no longer accepted.

use std::path::PathBuf;
use std::sync::{Arc, Once, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use kubectl_ds::source::Source;

use super::api::answer;
use super::credentials::{flags_of, plugin, runs};
use super::mock::{Received, Reply};
use super::tls_server::Server;
use super::{about_agent, ask, connect, error_of};

fn unauthorized() -> Reply {
    Reply::status(401, "Unauthorized", "Unauthorized")
}

/// A server that accepts only these tokens.
fn accepting(tokens: &'static [&str]) -> Server {
    Server::answering(move |request| {
        if tokens.contains(&token(request)) {
            answer(request)
        } else {
            unauthorized()
        }
    })
}

fn token(request: &Received) -> &str {
    let value = request.header("authorization").unwrap_or_default();
    value.strip_prefix("Bearer ").unwrap_or_default()
}

/// A plugin that gives `token-1`, `token-2` and so on.
const COUNTING: &str = r#"give '"token":"token-'$n'"'"#;

#[test]
fn before_they_expire_and_once_for_all_requests() {
    let server = accepting(&["token-2"]);
    let script = r#"give '"token":"token-'$n'","expirationTimestamp":"'$(cat "$here/expires")'"'"#;
    let user = plugin(server.folder(), script);
    let expire = |after: Duration| {
        let when = (Timestamp::now() + after).to_string();
        std::fs::write(server.folder().join("expires"), when).unwrap();
    };
    expire(Duration::from_secs(1));
    let cluster = connect(&flags_of(&server, &user)).unwrap();
    expire(Duration::from_secs(3600));
    std::thread::sleep(Duration::from_secs(1));
    for _ in 0..2 {
        cluster.ask(&about_agent()).unwrap();
    }
    assert_eq!(runs(server.folder()), 2);
    // Not one of them found out by being refused.
    let received = server.mock.received();
    assert!(received.iter().all(|request| token(request) == "token-2"));
}

#[test]
fn what_has_expired_from_the_start_is_left_to_the_server() {
    let server = accepting(&["token-1"]);
    let script = r#"give '"token":"token-'$n'","expirationTimestamp":"2020-01-01T00:00:00Z"'"#;
    let user = plugin(server.folder(), script);
    ask(&flags_of(&server, &user), &about_agent()).unwrap();
    assert_eq!(runs(server.folder()), 1);
}

#[test]
fn after_a_refusal_once_for_all_requests() {
    let server = accepting(&["token-2"]);
    let user = plugin(server.folder(), COUNTING);
    let cluster = connect(&flags_of(&server, &user)).unwrap();
    for _ in 0..2 {
        cluster.ask(&about_agent()).unwrap();
    }
    assert_eq!(runs(server.folder()), 2);
}

#[test]
fn no_login_follows_another_in_vain() {
    for script in [COUNTING, r#"give '"token":"the-same"'"#] {
        let server = accepting(&[]);
        let user = plugin(server.folder(), script);
        let cluster = connect(&flags_of(&server, &user)).unwrap();
        for _ in 0..3 {
            let error = cluster.ask(&about_agent()).unwrap_err().to_string();
            assert!(error.contains("(Unauthorized)"), "{error}");
        }
        assert_eq!(runs(server.folder()), 2);
    }
}

#[test]
fn a_plugin_that_fails_is_not_run_again_by_each_request() {
    let server = accepting(&[]);
    let script = format!(
        "if [ $n -gt 1 ]; then echo 'session expired: run login' >&2; exit 3; fi\n{COUNTING}"
    );
    let user = plugin(server.folder(), &script);
    let cluster = connect(&flags_of(&server, &user)).unwrap();
    for _ in 0..2 {
        let error = cluster.ask(&about_agent()).unwrap_err().to_string();
        assert_eq!(
            error,
            "Unable to connect to the server: getting credentials: exec: executable sh failed with exit code 3: session expired: run login"
        );
    }
    assert_eq!(runs(server.folder()), 2);
}

/// A server that refuses the first token of a file, and what it does to the file then.
fn with_token_file(rotate: fn(PathBuf)) -> Server {
    let path: Arc<OnceLock<PathBuf>> = Arc::default();
    let (file, once) = (Arc::clone(&path), Once::new());
    let server = Server::answering(move |request| {
        if token(request) == "new" {
            return answer(request);
        }
        // All that are refused at once see one rotation.
        once.call_once(|| rotate(file.get().unwrap().clone()));
        unauthorized()
    });
    path.set(server.folder().join("token")).unwrap();
    std::fs::write(server.folder().join("token"), "old\n").unwrap();
    server
}

#[test]
fn a_token_file_is_read_again_after_a_refusal() {
    let server = with_token_file(|path| std::fs::write(path, "new\n").unwrap());
    ask(&flags_of(&server, &token_file(&server)), &about_agent()).unwrap();
}

#[test]
fn a_token_file_that_is_gone_or_the_same_changes_nothing() {
    for rotate in [|_| (), |path| drop(std::fs::remove_file(path))] as [fn(PathBuf); 2] {
        let server = with_token_file(rotate);
        let error = error_of(&flags_of(&server, &token_file(&server)), &about_agent());
        assert!(error.contains("(Unauthorized)"), "{error}");
        let received = server.mock.received();
        assert!(received.iter().all(|request| token(request) == "old"));
    }
}

fn token_file(server: &Server) -> String {
    format!("{{tokenFile: '{}'}}", server.file("token"))
}

/// A server that accepts nothing until it was shown another certificate than the first.
/// Requests go side by side, so that the latest may still be the first.
fn refusing_the_first_certificate(refused: impl Fn() + Send + Sync + 'static) -> Server {
    let once = Once::new();
    Server::mutual_answering(move |request, shown| {
        if shown.iter().any(|one| Some(one) != shown.first()) {
            return answer(request);
        }
        once.call_once(&refused);
        unauthorized()
    })
}

#[test]
fn a_client_certificate_of_a_plugin() {
    let server = refusing_the_first_certificate(|| ());
    for name in ["1", "2"] {
        server.issue(name);
    }
    let script = "joined() { awk '{printf \"%s\\\\n\", $0}' \"$here/$n.$1\"; }\n\
         give '\"clientCertificateData\":\"'\"$(joined crt)\"'\",\"clientKeyData\":\"'\"$(joined key)\"'\"'";
    let user = plugin(server.folder(), script);
    ask(&flags_of(&server, &user), &about_agent()).unwrap();
    assert_eq!(runs(server.folder()), 2);
}

#[test]
fn a_client_certificate_in_files() {
    let folder: Arc<OnceLock<PathBuf>> = Arc::default();
    let known = Arc::clone(&folder);
    let server = refusing_the_first_certificate(move || {
        for end in ["crt", "key"] {
            let folder = known.get().unwrap();
            let copied = folder.join(format!("next.{end}"));
            std::fs::copy(copied, folder.join(format!("me.{end}"))).unwrap();
        }
    });
    folder.set(server.folder().to_owned()).unwrap();
    server.issue("next");
    let mut flags = server.flags();
    flags.client_certificate = Some(server.file("me.crt"));
    flags.client_key = Some(server.file("me.key"));
    ask(&flags, &about_agent()).unwrap();
}
