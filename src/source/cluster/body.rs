//! The body of an answer, uncompressed and as it arrives.

use std::io::Write;

use bytes::Bytes;
use flate2::write::GzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::BodyExt;
use kube::client::Body;

/// So much of a compressed frame is taken at once: what it comes to fits the
/// processor's cache, and the worst that an attacker can make of it is 8 MiB.
const AT_ONCE: usize = 8 * 1024;

/// Nothing that is read whole comes near this: etcd takes 1.5 MiB by default
/// and warns above 10 MiB, and JSON may be some times as long as what is stored.
pub(super) const LARGEST: usize = 32 * 1024 * 1024;

/// Why an answer can't be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It ended before its end.
    Cut,
    /// What is wrong with it.
    Problem(String),
}

impl Unusable {
    pub(super) fn problem(text: impl Into<String>) -> Self {
        Self::Problem(text.into())
    }

    /// Something that has to be read whole is larger than [`LARGEST`].
    pub(super) fn too_large(what: &str) -> Self {
        let limit = LARGEST / (1024 * 1024);
        Self::Problem(format!("{what} is larger than {limit} MiB"))
    }
}

/// A body that is still arriving.
pub(super) struct Incoming {
    body: Body,
    /// What has arrived and isn't taken yet.
    frame: Bytes,
    gzip: Option<Gzip>,
}

impl Incoming {
    /// Servers needn't compress though they may, and small answers they don't:
    /// what counts is what this answer's headers say.
    pub(super) fn new(headers: &HeaderMap, body: Body) -> Result<Self, Unusable> {
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
        let frame = Bytes::new();
        Ok(Self { body, frame, gzip })
    }

    /// Appends what comes next to `buffer`; false when that was all. Of a
    /// compressed body nothing may be there yet.
    pub(super) async fn read(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Unusable> {
        while self.frame.is_empty() {
            match self.body.frame().await {
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

/// Gzip of any number of members; kube's decoder takes the first for all there is.
#[derive(Default)]
struct Gzip {
    /// The one that has begun.
    member: Option<Box<GzDecoder<Vec<u8>>>>,
}

impl Gzip {
    /// Appends what `bytes` come to.
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

    /// Appends what is still held back when all bytes have come.
    fn finish(&mut self, buffer: &mut Vec<u8>) -> Result<(), Unusable> {
        // A member that has ended takes no more; one that takes it, or stumbles
        // over it, had more to come.
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
