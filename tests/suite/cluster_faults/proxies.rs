//! Proxies on the way.

use std::io::{Read, Write};
use std::net::TcpListener;

use kubectl_ds::source::cluster::ConnectionFlags;

use super::api::answer;
use super::mock::Mock;
use super::{about_agent, ask, error_of};

/// A kubeconfig whose server can only be reached through `proxy`.
fn behind(proxy: &str) -> (tempfile::TempDir, ConnectionFlags) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    let text = format!(
        "current-context: a\ncontexts: [{{name: a, context: {{cluster: c}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'http://api.invalid:6443', proxy-url: '{proxy}'}}}}]\n"
    );
    std::fs::write(&path, text).unwrap();
    let flags = ConnectionFlags {
        kubeconfig: Some(path),
        ..ConnectionFlags::default()
    };
    (folder, flags)
}

#[test]
fn through_the_proxy_of_the_cluster() {
    let mock = Mock::start_with(
        |mut stream| {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).ok()?;
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).ok()?;
            let wanted =
                head.starts_with("CONNECT api.invalid:6443 ") && head.contains("Basic dTpwQHc="); // u:p@w
            wanted.then_some(())?;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
            Some(Box::new(stream))
        },
        answer,
    );
    let (_folder, flags) = behind(&format!("http://u:p%40w@{}", mock.address));
    let snapshot = ask(&flags, &about_agent()).unwrap();
    assert_eq!(snapshot.nodes.unwrap().len(), 2);
    assert!(mock.received().iter().all(|r| r.target.starts_with('/')));
}

/// Reads so many bytes; the first of them is the protocol's version.
fn read<const N: usize>(stream: &mut impl Read) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

#[test]
fn through_a_socks_proxy_with_a_password() {
    let mock = Mock::start_with(
        |mut stream| {
            let [5, methods] = read(&mut stream)? else {
                return None;
            };
            let mut offered = vec![0; usize::from(methods)];
            stream.read_exact(&mut offered).ok()?;
            offered.contains(&2).then_some(())?;
            stream.write_all(&[5, 2]).ok()?;
            // A name of one byte and a password of three.
            let user: [u8; 7] = read(&mut stream)?;
            (user == *b"\x01\x01u\x03p@w").then_some(())?;
            stream.write_all(&[1, 0]).ok()?;
            // The proxy looks the name up.
            let to: [u8; 18] = read(&mut stream)?;
            (to == *b"\x05\x01\x00\x03\x0bapi.invalid\x19\x2b").then_some(())?;
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
            Some(Box::new(stream))
        },
        answer,
    );
    for scheme in ["socks5", "socks5h"] {
        let (_folder, flags) = behind(&format!("{scheme}://u:p%40w@{}", mock.address));
        let snapshot = ask(&flags, &about_agent()).unwrap();
        assert_eq!(snapshot.nodes.unwrap().len(), 2);
    }
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for scheme in ["http", "socks5"] {
        let (_folder, flags) = behind(&format!("{scheme}://user:sEcReT@{address}"));
        let error = error_of(&flags, &about_agent());
        assert!(
            error.starts_with(&format!(
                "Unable to connect to the server: the way to api.invalid:6443 leads through the proxy {address}: "
            )),
            "{error}"
        );
        assert!(!error.contains("sEcReT"), "{error}");
    }
}

#[test]
fn a_proxy_that_refuses() {
    let mock = Mock::start_with(
        |mut stream| {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n");
            None
        },
        answer,
    );
    let (_folder, flags) = behind(&mock.url());
    let error = error_of(&flags, &about_agent());
    assert!(
        error.contains(&format!("through the proxy {}", mock.address)),
        "{error}"
    );
}

#[test]
fn a_proxy_that_is_none() {
    let (_folder, flags) = behind("ftp://h");
    assert_eq!(
        error_of(&flags, &about_agent()),
        "error: proxy in proxy-url has the scheme `ftp`: use http, https or socks5"
    );
}
