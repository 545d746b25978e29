//! The body of a response, uncompressed and as it arrives.

use std::io::Write;
use std::time::Duration;

use bytes::Bytes;
use flate2::write::GzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::BodyExt;
use kube::client::Body;
use tokio::time::timeout;

use super::expected::quoted;
use super::protobuf::Status;

/// This much of a compressed frame is taken at once: the result fits the processor's cache, and an
/// attacker can make it at most 8 MiB.
const AT_ONCE: usize = 8 * 1024;

/// Nothing that is read as a whole comes near this: etcd's default limit is 1.5 MiB and it warns
/// above 10 MiB, and JSON may be a few times as long as what is stored.
pub(super) const LARGEST: usize = 32 * 1024 * 1024;

/// Why a response can't be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It ended early.
    Cut,
    /// Nothing more arrived for this long.
    Silent(Duration),
    /// It is a refusal, whatever the HTTP status says.
    Refused(Status),
    /// What is wrong with it.
    Problem(String),
}

impl Unusable {
    pub(super) fn problem(text: impl Into<String>) -> Self {
        Self::Problem(text.into())
    }

    /// A `Status` with the HTTP status of a success; client-go treats it as an error too
    /// (`Result.Get`, 0.37.1).
    pub(super) fn status(status: Status) -> Self {
        if status.is_success() {
            return Self::problem("it is a Status and holds nothing");
        }
        Self::Refused(status)
    }

    /// It is of this kind instead of the requested one.
    pub(super) fn other_kind(found: &str, asked: &str) -> Self {
        if found.is_empty() {
            return Self::problem("it has no kind; is this a Kubernetes API server?");
        }
        Self::Problem(format!("its kind is {}, not {asked}", quoted(found)))
    }

    /// Something that has to be read as a whole is larger than [`LARGEST`].
    pub(super) fn too_large(what: &str) -> Self {
        let limit = LARGEST / (1024 * 1024);
        Self::Problem(format!("{what} is larger than {limit} MiB"))
    }
}

/// A body that is still arriving.
pub(super) struct Incoming {
    body: Body,
    /// What has arrived but isn't taken yet.
    frame: Bytes,
    gzip: Option<Gzip>,
    /// How long it may send nothing; `None` for any time.
    silence: Option<Duration>,
}

impl Incoming {
    /// Servers may compress but needn't, and don't for small responses: only this response's
    /// headers tell.
    pub(super) fn new(
        headers: &HeaderMap,
        body: Body,
        silence: Option<Duration>,
    ) -> Result<Self, Unusable> {
        let encoding = headers.get(CONTENT_ENCODING).map(|e| e.as_bytes());
        let gzip = match encoding {
            None | Some(b"" | b"identity") => None,
            Some(b"gzip" | b"x-gzip") => Some(Gzip::default()),
            Some(other) => {
                let other = String::from_utf8_lossy(other);
                let problem = format!("it is compressed as {other:?}, which wasn't asked for");
                return Err(Unusable::Problem(problem));
            }
        };
        Ok(Self {
            body,
            frame: Bytes::new(),
            gzip,
            silence,
        })
    }

    /// Appends what comes next to `buffer`; false at the end. For a compressed body nothing may be
    /// available yet.
    pub(super) async fn read(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Unusable> {
        while self.frame.is_empty() {
            let frame = self.body.frame();
            let frame = match self.silence {
                Some(limit) => timeout(limit, frame)
                    .await
                    .map_err(|_| Unusable::Silent(limit))?,
                None => frame.await,
            };
            match frame {
                Some(Ok(frame)) => self.frame = frame.into_data().unwrap_or_default(),
                Some(Err(_)) => return Err(Unusable::Cut),
                None => {
                    if let Some(gzip) = &mut self.gzip {
                        gzip.finish(buffer)?;
                    }
                    return Ok(false);
                }
            }
        }
        let Some(gzip) = &mut self.gzip else {
            buffer.extend_from_slice(&std::mem::take(&mut self.frame));
            return Ok(true);
        };
        let some = self.frame.split_to(self.frame.len().min(AT_ONCE));
        gzip.inflate(&some, buffer)?;
        Ok(true)
    }

    /// All of it.
    pub(super) async fn whole(mut self) -> Result<Vec<u8>, Unusable> {
        let mut buffer = Vec::new();
        while self.read(&mut buffer).await? {
            if buffer.len() > LARGEST {
                return Err(Unusable::too_large("it"));
            }
        }
        Ok(buffer)
    }
}

/// Gzip with any number of members; kube's decoder stops after the first.
#[derive(Default)]
struct Gzip {
    /// The one that has begun.
    member: Option<Box<GzDecoder<Vec<u8>>>>,
}

impl Gzip {
    /// Appends the decompressed `bytes`.
    fn inflate(&mut self, mut bytes: &[u8], buffer: &mut Vec<u8>) -> Result<(), Unusable> {
        while !bytes.is_empty() {
            match self.write(bytes, buffer) {
                // The member has ended before these bytes.
                Ok(0) => self.end(buffer)?,
                Ok(len) => bytes = bytes.get(len..).unwrap_or_default(),
                Err(_) => return Err(corrupt()),
            }
        }
        Ok(())
    }

    /// Appends what is still buffered when all bytes have arrived.
    fn finish(&mut self, buffer: &mut Vec<u8>) -> Result<(), Unusable> {
        // A complete member accepts no more input; one that accepts it, or fails on it, was
        // incomplete.
        match self.write(&[0], buffer) {
            Ok(0) => self.end(buffer),
            _ => Err(Unusable::Cut),
        }
    }

    fn write(&mut self, bytes: &[u8], buffer: &mut Vec<u8>) -> std::io::Result<usize> {
        let member = self
            .member
            .get_or_insert_with(|| Box::new(GzDecoder::new(Vec::new())));
        // It writes straight into the buffer.
        std::mem::swap(member.get_mut(), buffer);
        let written = member.write(bytes);
        std::mem::swap(member.get_mut(), buffer);
        written
    }

    /// Checks a member that has ended.
    fn end(&mut self, buffer: &mut Vec<u8>) -> Result<(), Unusable> {
        if let Some(mut member) = self.member.take() {
            std::mem::swap(member.get_mut(), buffer);
            *buffer = member.finish().map_err(|_| corrupt())?;
        }
        Ok(())
    }
}

fn corrupt() -> Unusable {
    Unusable::problem("its compression (gzip) is corrupt")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::time::Duration;

    use crate::model::Node;
    use crate::source::cluster::failure::Failure;
    use crate::source::cluster::{ConnectionFlags, connect};
    use crate::source::needs::Resource;

    /// A server that sends the beginning of each response and nothing more.
    fn silent_after(said: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(said.as_bytes());
                open.push(stream);
            }
        });
        address
    }

    #[test]
    fn an_answer_that_falls_silent_is_given_up() {
        let begun = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let refused = "HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\n{";
        let no_more = "sent nothing more of its answer to `list nodes` for 1s";
        for (said, problem) in [
            ("", "didn't answer `list nodes` within 1s"),
            (begun, no_more),
            (refused, no_more),
        ] {
            let server = silent_after(said);
            let flags = ConnectionFlags {
                kubeconfig: Some("/dev/null".into()),
                server: Some(format!("http://{server}")),
                ..ConnectionFlags::default()
            };
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().unwrap();
            let (mut transport, _) = runtime.block_on(connect(&flags)).unwrap();
            assert_eq!(transport.idle_limit, Duration::from_secs(60));
            transport.idle_limit = Duration::from_secs(1);
            let nodes = Resource::Nodes.list(None);
            let failure = runtime
                .block_on(transport.list::<Node>(&nodes))
                .unwrap_err();
            let how = "give it longer with `--request-timeout`";
            assert_eq!(
                failure,
                Failure::NoAnswer(format!("error: the server {server} {problem}; {how}"))
            );
            // A given limit applies to all of it, and no other limit does.
            transport.timeout = Some(Duration::from_millis(200));
            let failure = runtime
                .block_on(transport.list::<Node>(&nodes))
                .unwrap_err();
            assert!(failure.message().contains("within 200ms"), "{failure:?}");
        }
    }
}
