//! Why a request may fail.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;

use crate::source::SourceError;

use super::protobuf::{self, Status};

/// Why a request has no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server refused, with the `Status` that it sent.
    Refused(Refusal),
    /// There was no response, or an unusable one; the text is complete.
    NoAnswer(String),
}

/// The API's `Status` of a refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub code: StatusCode,
    /// The API's CamelCase reason, empty when there is none.
    pub reason: String,
    /// The API's text.
    pub message: String,
}

/// The kind of the API's refusals.
pub(super) const STATUS: &str = "Status";

#[derive(Deserialize)]
struct JsonStatus {
    kind: Option<String>,
    #[serde(flatten)]
    status: Status,
}

pub(super) fn json_status(body: &[u8]) -> Option<Status> {
    let JsonStatus { kind, status } = serde_json::from_slice(body).ok()?;
    (kind.as_deref() == Some(STATUS)).then_some(status)
}

/// How much is repeated of a response that isn't the API's own.
const REPEATED_CHARS: usize = 200;

impl Refusal {
    /// Reads the body of a refused request; `what` is the request's name.
    pub(super) fn new(code: StatusCode, body: &[u8], is_protobuf: bool, what: &str) -> Self {
        let status = if is_protobuf {
            protobuf::status(body)
        } else {
            json_status(body)
        };
        match status {
            Some(status) => Self::of(code, status),
            None => Self {
                code,
                reason: default_reason(code).to_owned(),
                message: foreign_message(code, body, what),
            },
        }
    }

    /// A refusal that came with the HTTP status of a success.
    pub(super) fn in_success(status: Status) -> Self {
        let code = status.code.and_then(|code| u16::try_from(code).ok());
        let code = code.and_then(|code| StatusCode::from_u16(code).ok());
        let code = code.filter(|code| code.is_client_error() || code.is_server_error());
        Self::of(code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), status)
    }

    fn of(code: StatusCode, status: Status) -> Self {
        Self {
            code,
            reason: status.reason.unwrap_or_default(),
            message: status.message.unwrap_or_else(|| code.to_string()),
        }
    }

    /// Whether the server may answer if it is asked again.
    pub(super) fn is_busy(&self) -> bool {
        self.code == StatusCode::TOO_MANY_REQUESTS || self.code.is_server_error()
    }

    /// The same where the server asks for a `pause` that is too long.
    pub(super) fn too_long(mut self, pause: Duration) -> Self {
        let how = "wait that long with `--request-timeout`, or try again then";
        self.message = format!(
            "{}; it asks to come back after {pause:?}: {how}",
            self.message
        );
        self
    }

    /// As kubectl prints it (`cmdutil.StandardErrorMessage`, 1.37.1).
    pub(super) fn text(&self) -> String {
        if self.code == StatusCode::UNAUTHORIZED {
            let hint = "the credentials of this context are missing, expired or not accepted: log in again, or choose others with `--user`, `--token` or `--context`";
            return format!("error: You must be logged in to the server (Unauthorized); {hint}");
        }
        if self.reason.is_empty() {
            return format!("Error from server: {}", self.message);
        }
        format!("Error from server ({}): {}", self.reason, self.message)
    }
}

/// client-go's reason for a status without one (`NewGenericServerResponse`, apimachinery 0.37.1).
fn default_reason(code: StatusCode) -> &'static str {
    match code {
        StatusCode::UNAUTHORIZED => "Unauthorized",
        StatusCode::FORBIDDEN => "Forbidden",
        StatusCode::NOT_FOUND => "NotFound",
        StatusCode::TOO_MANY_REQUESTS => "TooManyRequests",
        StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailable",
        StatusCode::GATEWAY_TIMEOUT => "Timeout",
        code if code.is_server_error() => "InternalError",
        _ => "",
    }
}

fn foreign_message(code: StatusCode, body: &[u8], what: &str) -> String {
    let text = String::from_utf8_lossy(body);
    let text: Vec<&str> = text.split_whitespace().collect();
    let text: String = text.join(" ").chars().take(REPEATED_CHARS).collect();
    if text.is_empty() {
        return format!("the server answered {code} ({what})");
    }
    format!("the server answered {code}: {text:?} ({what})")
}

impl Failure {
    /// True when the server says that there is no such object.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(r) if r.code == StatusCode::NOT_FOUND)
    }

    /// True when the server doesn't accept the credentials.
    pub(super) fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Refused(r) if r.code == StatusCode::UNAUTHORIZED)
    }

    /// The refusal, if it is about authorisation.
    pub(super) fn forbidden(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(r) if r.code == StatusCode::FORBIDDEN => Some(r),
            _ => None,
        }
    }

    /// True when a page of a list came too late for its continue token.
    pub(super) fn is_expired(&self) -> bool {
        matches!(self, Self::Refused(r) if r.code == StatusCode::GONE)
    }

    /// The reason without kubectl's prefix, for a note.
    pub(super) fn message(&self) -> &str {
        match self {
            Self::Refused(r) => &r.message,
            Self::NoAnswer(text) => text.strip_prefix("error: ").unwrap_or(text),
        }
    }
}

impl From<Failure> for SourceError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) if refusal.code == StatusCode::FORBIDDEN => {
                Self::Forbidden(refusal.text())
            }
            Failure::Refused(refusal) => Self::Cluster(refusal.text()),
            Failure::NoAnswer(text) => Self::Cluster(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_in_kubectls_words() {
        let body = br#"{"kind":"Status","reason":"Forbidden","message":"nodes is forbidden: User \"a\" cannot list"}"#;
        let refusal = Refusal::new(StatusCode::FORBIDDEN, body, false, "list nodes");
        assert_eq!(
            refusal.text(),
            "Error from server (Forbidden): nodes is forbidden: User \"a\" cannot list"
        );
    }

    #[test]
    fn an_answer_that_is_not_the_apis() {
        let body = b"<html>\n\x1b[31mBad Gateway</html>";
        let refusal = Refusal::new(StatusCode::BAD_GATEWAY, body, false, "list nodes");
        let text = refusal.text();
        assert!(
            text.starts_with(
                "Error from server (InternalError): the server answered 502 Bad Gateway"
            )
        );
        assert!(
            !text.contains('\x1b') && text.ends_with("(list nodes)"),
            "{text}"
        );
    }

    #[test]
    fn unauthorized_says_what_to_do() {
        let refusal = Refusal::new(StatusCode::UNAUTHORIZED, b"", false, "list nodes");
        assert!(
            refusal
                .text()
                .starts_with("error: You must be logged in to the server (Unauthorized)")
        );
        assert!(refusal.text().contains("log in again"));
    }
}
