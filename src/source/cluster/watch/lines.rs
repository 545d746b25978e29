//! The stream of a watch: a JSON object per line.

use http_body_util::BodyExt;
use kube::client::Body;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::store::Cacheable;

/// No object comes near this: etcd takes 1.5 MiB by default.
const LONGEST_LINE: usize = 32 * 1024 * 1024;

/// The lines of a body, as they arrive.
pub(super) struct Lines {
    body: Body,
    buffer: Vec<u8>,
    /// There is no line end in the buffer up to here.
    searched: usize,
}

/// Why there is no next line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The connection broke, or ended in the middle of a line.
    Cut,
    /// A line is too long.
    TooLong,
}

impl Lines {
    pub(super) const fn new(body: Body) -> Self {
        Self {
            body,
            buffer: Vec::new(),
            searched: 0,
        }
    }

    /// The next line without its end; `None` when the server has ended the watch. The future may be
    /// dropped while it waits, without losing data.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        loop {
            if let Some(line) = self.take_line() {
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                return Ok(Some(line));
            }
            if self.buffer.len() > LONGEST_LINE {
                return Err(Broken::TooLong);
            }
            match self.body.frame().await {
                None if self.buffer.iter().all(u8::is_ascii_whitespace) => return Ok(None),
                None | Some(Err(_)) => return Err(Broken::Cut),
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        self.buffer.extend_from_slice(data);
                    }
                }
            }
        }
    }

    fn take_line(&mut self) -> Option<Vec<u8>> {
        let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
        let Some(end) = unsearched.iter().position(|b| *b == b'\n') else {
            self.searched = self.buffer.len();
            return None;
        };
        let rest = self.buffer.split_off(self.searched + end + 1);
        self.searched = 0;
        Some(std::mem::replace(&mut self.buffer, rest))
    }
}

/// What a line says.
#[derive(Debug, PartialEq)]
pub(super) enum WatchEvent<T> {
    /// The object is new or has changed.
    Put(T),
    /// It was deleted, or is no longer one of the requested ones.
    Gone(T),
    /// Nothing has happened up to here.
    Bookmark,
    /// The server can't continue from the requested version.
    Expired,
    /// The server can't continue, in its own words.
    Error(String),
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    object: &'a RawValue,
}

#[derive(Deserialize)]
struct Versioned {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "resourceVersion")]
    resource_version: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    code: Option<u16>,
    reason: Option<String>,
    message: Option<String>,
}

/// Reads a line: its event and the version of the cluster after it; `None` for a line that isn't
/// the API's.
pub(super) fn decode<T: Cacheable>(line: &[u8]) -> Option<(WatchEvent<T>, Option<String>)> {
    let line: Line<'_> = serde_json::from_slice(line).ok()?;
    if line.kind == "ERROR" {
        return Some((error(line.object)?, None));
    }
    let versioned: Versioned = serde_json::from_str(line.object.get()).ok()?;
    let object = || serde_json::from_str(line.object.get()).ok();
    let change = match line.kind {
        "ADDED" | "MODIFIED" => WatchEvent::Put(object()?),
        "DELETED" => WatchEvent::Gone(object()?),
        "BOOKMARK" => WatchEvent::Bookmark,
        _ => return None,
    };
    let version = versioned.metadata.resource_version;
    Some((change, version.filter(|v| !v.is_empty())))
}

fn error<T>(status: &RawValue) -> Option<WatchEvent<T>> {
    let status: Status = serde_json::from_str(status.get()).ok()?;
    let reason = status.reason.unwrap_or_default();
    if status.code == Some(410) || matches!(&*reason, "Expired" | "Gone") {
        return Some(WatchEvent::Expired);
    }
    Some(WatchEvent::Error(status.message.unwrap_or(reason)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::Node;

    fn read(line: &str) -> Option<(WatchEvent<Node>, Option<String>)> {
        decode(line.as_bytes())
    }

    #[test]
    fn what_a_line_says() {
        let node = r#"{"kind":"Node","metadata":{"name":"a","resourceVersion":"7"}}"#;
        let line = |kind: &str, object: &str| format!(r#"{{"type":"{kind}","object":{object}}}"#);
        for kind in ["ADDED", "MODIFIED"] {
            let (change, version) = read(&line(kind, node)).unwrap();
            assert!(
                matches!(change, WatchEvent::Put(n) if &*n.name == "a"),
                "{kind}"
            );
            assert_eq!(version.as_deref(), Some("7"));
        }
        let (change, _) = read(&line("DELETED", node)).unwrap();
        assert!(matches!(change, WatchEvent::Gone(_)));
        let (change, version) = read(&line("BOOKMARK", node)).unwrap();
        assert_eq!(
            (change, version.as_deref()),
            (WatchEvent::Bookmark, Some("7"))
        );
        let gone = r#"{"kind":"Status","code":410,"reason":"Expired","message":"too old"}"#;
        let (change, version) = read(&line("ERROR", gone)).unwrap();
        assert_eq!((change, version), (WatchEvent::Expired, None));
        let other = r#"{"kind":"Status","code":500,"message":"etcd is away"}"#;
        let (change, _) = read(&line("ERROR", other)).unwrap();
        assert_eq!(change, WatchEvent::Error("etcd is away".to_owned()));
    }

    #[test]
    fn what_is_not_the_apis_says_nothing() {
        for line in [
            "<html>",
            "{}",
            r#"{"type":"ADDED"}"#,
            r#"{"type":"ADDED","object":{"metadata":{"name":7}}}"#,
            r#"{"type":"RENAMED","object":{"metadata":{"name":"a"}}}"#,
            r#"{"type":"ADDED","object":{"#,
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[tokio::test]
    async fn lines_are_cut_where_they_end_and_not_where_frames_do() {
        let mut lines = Lines::new(Body::from(b"{1}\n\n{2}\n".to_vec()));
        assert_eq!(lines.next().await, Ok(Some(b"{1}\n".to_vec())));
        assert_eq!(lines.next().await, Ok(Some(b"{2}\n".to_vec())));
        assert_eq!(lines.next().await, Ok(None));
        let mut lines = Lines::new(Body::from(b"{1}\n{2".to_vec()));
        assert_eq!(lines.next().await, Ok(Some(b"{1}\n".to_vec())));
        assert_eq!(lines.next().await, Err(Broken::Cut));
    }
}
