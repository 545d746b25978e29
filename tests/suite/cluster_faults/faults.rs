//! Servers that fail, and none at all.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::api::answer;
use super::mock::{Mock, Reply};
use super::{about_agent, ask, error_of, no_kubeconfig, to};

const NODES: &str = "/api/v1/nodes";

#[test]
fn refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut flags = no_kubeconfig();
    flags.server = Some(format!("http://{address}"));
    assert_eq!(
        error_of(&flags, &about_agent()),
        format!(
            "The connection to the server {address} was refused - did you specify the right host or port?"
        )
    );
}

#[test]
fn no_such_host() {
    let mut flags = no_kubeconfig();
    flags.server = Some("https://api.invalid:6443".to_owned());
    let error = error_of(&flags, &about_agent());
    assert!(
        error.starts_with("Unable to connect to the server: lookup api.invalid: no such host"),
        "{error}"
    );
}

#[test]
fn credentials_that_are_not_accepted() {
    let mock = Mock::start(|_| Reply::status(401, "Unauthorized", "Unauthorized"));
    let error = error_of(&to(&mock), &about_agent());
    assert!(
        error.starts_with("error: You must be logged in to the server (Unauthorized)"),
        "{error}"
    );
    assert!(error.contains("log in again"), "{error}");
}

#[test]
fn a_server_error() {
    let mock = Mock::start(|request| match request.path() {
        NODES => Reply::status(500, "InternalError", "etcdserver: request timed out"),
        _ => answer(request),
    });
    assert_eq!(
        error_of(&to(&mock), &about_agent()),
        "Error from server (InternalError): etcdserver: request timed out"
    );
}

#[test]
fn an_error_of_something_that_is_no_api_server() {
    let mock = Mock::start(|_| Reply::new(502, "<html>\x1b[2J<h1>Bad Gateway</h1>"));
    let error = error_of(&to(&mock), &about_agent());
    assert!(error.contains("502 Bad Gateway"), "{error}");
    assert!(!error.contains('\x1b'), "{error}");
}

#[test]
fn a_busy_server_is_asked_again_when_it_says_when() {
    let asked = AtomicUsize::new(0);
    let mock = Mock::start(move |request| match request.path() {
        NODES if asked.fetch_add(1, Ordering::SeqCst) < 2 => {
            Reply::status(429, "TooManyRequests", "later").with("Retry-After", "0")
        }
        _ => answer(request),
    });
    let snapshot = ask(&to(&mock), &about_agent()).unwrap();
    assert_eq!(snapshot.nodes.unwrap().len(), 2);
    let asked = mock.targets().iter().filter(|t| *t == NODES).count();
    assert_eq!(asked, 3);
}

/// What is said where the server asks to be left alone for so many seconds, and after how long.
fn busy(seconds: &'static str, request_timeout: Option<Duration>) -> (String, Duration) {
    let mock = Mock::start(move |request| match request.path() {
        NODES => Reply::status(429, "TooManyRequests", "later").with("Retry-After", seconds),
        _ => answer(request),
    });
    let mut flags = to(&mock);
    flags.request_timeout = request_timeout;
    let started = Instant::now();
    (error_of(&flags, &about_agent()), started.elapsed())
}

#[test]
fn a_busy_server_is_not_waited_for_longer_than_a_request() {
    let how = "wait that long with `--request-timeout`, or try again then";
    let (error, took) = busy("31", None);
    let wanted = "Error from server (TooManyRequests): later; it asks to come back after 31s";
    assert_eq!(error, format!("{wanted}: {how}"));
    assert!(took < Duration::from_secs(10), "{took:?}");
    // The pauses before all attempts count together.
    let (error, took) = busy("2", Some(Duration::from_secs(3)));
    let wanted = "Error from server (TooManyRequests): later; it asks to come back after 2s";
    assert_eq!(error, format!("{wanted}: {how}"));
    assert!((2..20).contains(&took.as_secs()), "{took:?}");
}

#[test]
fn a_server_that_stays_unavailable_is_not_waited_for() {
    let mock =
        Mock::start(|_| Reply::status(503, "ServiceUnavailable", "apiserver is shutting down"));
    let started = Instant::now();
    assert_eq!(
        error_of(&to(&mock), &about_agent()),
        "Error from server (ServiceUnavailable): apiserver is shutting down"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_request_that_takes_too_long() {
    let mock = Mock::start(|request| {
        let mut reply = answer(request);
        if request.path() == NODES {
            reply.delay = Duration::from_secs(30);
        }
        reply
    });
    let mut flags = to(&mock);
    flags.request_timeout = Some(Duration::from_millis(200));
    let started = Instant::now();
    let error = error_of(&flags, &about_agent());
    assert!(started.elapsed() < Duration::from_secs(10));
    let address = mock.address;
    assert_eq!(
        error,
        format!(
            "error: the server {address} didn't answer `list nodes` within 200ms; give it longer with `--request-timeout`"
        )
    );
}

#[test]
fn a_body_that_is_cut_off() {
    let mock = Mock::start(|request| {
        let mut reply = answer(request);
        if request.path() == NODES {
            reply.cut_after = Some(40);
        }
        reply
    });
    let error = error_of(&to(&mock), &about_agent());
    let address = mock.address;
    assert_eq!(
        error,
        format!(
            "error: the answer of the server {address} to `list nodes` was cut off in the middle; try again"
        )
    );
}

#[test]
fn a_body_that_is_not_json() {
    for (body, problem) in [
        (
            "<html>Welcome</html>",
            "it is not JSON; is this a Kubernetes API server?",
        ),
        ("{\"items\": [{\"meta", "it ends in the middle"),
        (
            "{\"items\": [{\"spec\": 7}]}",
            "items[0].spec is not what the API has there",
        ),
    ] {
        let mock = Mock::start(move |request| match request.path() {
            NODES => Reply::new(200, body),
            _ => answer(request),
        });
        let error = error_of(&to(&mock), &about_agent());
        assert!(error.contains("to `list nodes` can't be read"), "{error}");
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn a_server_that_hangs_up() {
    let mock = Mock::start_with(|_| None, answer);
    let error = error_of(&to(&mock), &about_agent());
    assert!(
        error.starts_with("Unable to connect to the server: "),
        "{error}"
    );
    assert!(error.contains(&mock.address.to_string()), "{error}");
}
