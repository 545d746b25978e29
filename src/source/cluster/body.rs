//! The body of an answer, uncompressed and as it arrives.

use std::io::{self, ErrorKind, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
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
    gzip: Option<Box<MultiGzDecoder<Vec<u8>>>>,
}

impl Incoming {
    /// Servers needn't compress though they may, and small answers they don't:
    /// what counts is what this answer's headers say.
    pub(super) fn new(headers: &HeaderMap, body: Body) -> Result<Self, Unusable> {
        let encoding = headers.get(CONTENT_ENCODING).map(|e| e.as_bytes());
        let gzip = match encoding {
            None | Some(b"" | b"identity") => None,
            Some(b"gzip" | b"x-gzip") => Some(Box::new(MultiGzDecoder::new(Vec::new()))),
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
                    self.inflate(buffer, MultiGzDecoder::try_finish)?;
                    return Ok(false);
                }
            }
        }
        if self.gzip.is_none() {
            buffer.extend_from_slice(&std::mem::take(&mut self.frame));
            return Ok(true);
        }
        let some = self.frame.split_to(self.frame.len().min(AT_ONCE));
        self.inflate(buffer, |gzip| gzip.write_all(&some))?;
        Ok(true)
    }

    fn inflate(
        &mut self,
        buffer: &mut Vec<u8>,
        step: impl FnOnce(&mut MultiGzDecoder<Vec<u8>>) -> io::Result<()>,
    ) -> Result<(), Unusable> {
        let Some(gzip) = &mut self.gzip else {
            return Ok(());
        };
        // It writes straight into the buffer.
        std::mem::swap(gzip.get_mut(), buffer);
        let result = step(gzip);
        std::mem::swap(gzip.get_mut(), buffer);
        result.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => Unusable::Cut,
            _ => Unusable::problem("its compression (gzip) is corrupt"),
        })
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
