//! Credentials that live shorter than what is watched.

use std::time::{SystemTime, UNIX_EPOCH};

use super::super::credentials::{flags_of, plugin, runs};
use super::super::tls_server::Server;
use super::*;

/// Watches stay open so long; then all are opened again.
const FIRST: Duration = Duration::from_secs(4);

/// A server that knows from a token `until-SECONDS` how long it is good. A pod comes to
/// be when a good one is shown after the first watches have ended.
fn server() -> Server {
    let began = Instant::now();
    Server::answering(move |request| {
        let token = request.header("authorization").unwrap_or_default();
        let until = token.strip_prefix("Bearer until-").unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        if now.as_secs() >= until.parse().unwrap() {
            return Reply::status(401, "Unauthorized", "Unauthorized");
        }
        if !request.target.contains("watch=true") {
            return answer(request);
        }
        let left = FIRST.saturating_sub(began.elapsed());
        if left > Duration::ZERO {
            return Reply::steps(vec![Step::Wait(left), Step::End]);
        }
        let late = line("ADDED", &new_pod("late"), 30);
        let late = watches(request, PODS).then_some(late);
        Reply::steps(late.into_iter().chain([Step::Wait(LONG)]).collect())
    })
}

#[test]
fn a_plugin_is_asked_again_before_its_tokens_expire_and_after_a_refusal() {
    let told = r#"expires=$(date -u -d "@$until" +%FT%TZ 2>/dev/null || date -u -r "$until" +%FT%TZ)
give '"token":"until-'$until'","expirationTimestamp":"'$expires'"'"#;
    let untold = r#"give '"token":"until-'$until'"'"#;
    for give in [told, untold] {
        let server = server();
        let script = format!("until=$(($(date +%s) + 3))\n{give}");
        let user = plugin(server.folder(), &script);
        let seen = Seen::of(&flags_of(&server, &user), |world| has_pod(world, "late"));
        assert_eq!(seen.check().notices, []);
        assert!(runs(server.folder()) > 1);
    }
}

#[test]
fn a_plugin_that_fails_for_a_while_is_waited_for() {
    let server = server();
    let script = r#"if [ $n = 2 ]; then echo 'session expired: run login' >&2; exit 3; fi
if [ $n = 1 ]; then life=3; else life=60; fi
give '"token":"until-'$(($(date +%s) + life))'"'"#;
    let user = plugin(server.folder(), script);
    let seen = Seen::of(&flags_of(&server, &user), |world| has_pod(world, "late"));
    let lost = seen.check().lost();
    assert!(lost.ends_with("session expired: run login"), "{lost}");
    assert_eq!(runs(server.folder()), 3);
}
