//! Compressed answers.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::api::answer;
use super::mock::{Mock, Reply};
use super::protobuf::preferred;
use super::{about_agent, ask, error_of, to};

const NODES: &str = "/api/v1/nodes";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A server whose list of nodes is compressed by `pack`.
fn packing(
    pack: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    encoding: &'static str,
) -> Mock {
    Mock::start(move |request| {
        let mut reply = preferred(request, answer(request));
        if request.path() != NODES {
            return reply;
        }
        reply.body = pack(&reply.body);
        reply.with("Content-Encoding", encoding)
    })
}

fn nodes(mock: &Mock) -> usize {
    ask(&to(mock), &about_agent()).unwrap().nodes.unwrap().len()
}

#[test]
fn only_where_the_flag_lets_it() {
    let mock = Mock::start(|request| {
        let reply = answer(request);
        if request.header("accept-encoding") != Some("gzip") {
            return reply;
        }
        Reply::new(200, gzip(&reply.body)).with("Content-Encoding", "gzip")
    });
    let mut flags = to(&mock);
    let compressed = ask(&flags, &about_agent()).unwrap();
    assert_eq!(compressed.nodes.as_ref().unwrap().len(), 2);
    flags.disable_compression = Some(true);
    let plain = ask(&flags, &about_agent()).unwrap();
    assert_eq!(plain.nodes, compressed.nodes);
    let last = mock.received().pop().unwrap();
    assert_eq!(last.header("accept-encoding"), None);
}

#[test]
fn one_member_after_another() {
    for size in [1, 7, 100] {
        let mock = packing(
            move |body| body.chunks(size).flat_map(gzip).collect(),
            "gzip",
        );
        assert_eq!(nodes(&mock), 2, "{size}");
    }
}

#[test]
fn identity_in_so_many_words() {
    assert_eq!(nodes(&packing(<[u8]>::to_vec, "identity")), 2);
}

#[test]
fn cut_off() {
    // In the middle, in the checksum at the end, in a second member's head.
    for short in [40, 4] {
        let cut = move |body: &[u8]| {
            let mut packed = gzip(body);
            packed.truncate(packed.len() - short);
            packed
        };
        let error = error_of(&to(&packing(cut, "gzip")), &about_agent());
        assert!(
            error.contains("`list nodes` was cut off in the middle"),
            "{error}"
        );
    }
    let begun = |body: &[u8]| [&*gzip(body), &gzip(b"")[..6]].concat();
    let error = error_of(&to(&packing(begun, "gzip")), &about_agent());
    assert!(
        error.contains("`list nodes` was cut off in the middle"),
        "{error}"
    );
}

#[test]
fn corrupt() {
    let of = |pack: fn(&[u8]) -> Vec<u8>| error_of(&to(&packing(pack, "gzip")), &about_agent());
    let flipped: fn(&[u8]) -> Vec<u8> = |body| {
        let mut packed = gzip(body);
        let checksum = packed.len() - 6;
        packed[checksum] ^= 1;
        packed
    };
    let block: fn(&[u8]) -> Vec<u8> = |body| {
        let mut packed = gzip(body);
        packed[10] = 0xff;
        packed
    };
    let garbage: fn(&[u8]) -> Vec<u8> = |body| [&*gzip(body), b"and more of it"].concat();
    let zeros: fn(&[u8]) -> Vec<u8> = |body| [&*gzip(body), &[0; 20]].concat();
    for pack in [flipped, block, garbage, zeros, <[u8]>::to_vec] {
        let error = of(pack);
        assert!(
            error.ends_with("`list nodes` can't be read: its compression (gzip) is corrupt"),
            "{error}"
        );
    }
}

#[test]
fn a_compression_that_was_not_asked_for() {
    let error = error_of(&to(&packing(<[u8]>::to_vec, "br")), &about_agent());
    assert!(
        error.ends_with("can't be read: it is compressed as \"br\", which wasn't asked for"),
        "{error}"
    );
}
