//! The facts of containers with a problem.

use crate::model::ContainerEnd;

use super::ApiMessage;

/// A container with a problem.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContainerFact {
    /// Its name.
    pub name: String,
    /// Whether it is an init container.
    pub is_init: bool,
    /// How often it was restarted; for several pods, the most restarts of any of them.
    pub restarts: i32,
    /// The fewest restarts of any of them, if the pods differ.
    pub fewest: Option<i32>,
    /// How it ended the last time, if it has ended.
    pub last_end: Option<ContainerEnd>,
    /// The memory limit in the template, where it was killed for exceeding memory.
    pub memory_limit: Option<String>,
}

impl ContainerFact {
    /// Adds the restarts of the same container in another pod.
    pub(in crate::analysis) fn add_restarts(&mut self, other: i32) {
        let fewest = self.fewest.unwrap_or(self.restarts).min(other);
        self.restarts = self.restarts.max(other);
        self.fewest = (fewest < self.restarts).then_some(fewest);
    }

    /// Whether it was killed because it used more memory than its limit.
    #[must_use]
    pub fn is_out_of_memory(&self) -> bool {
        let end = self.last_end.as_ref().map(EndKind::of);
        end == Some(EndKind::OutOfMemory)
    }
}

/// How a container ended, where that has a known form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndKind {
    /// `OOMKilled`.
    OutOfMemory,
    /// The runtime couldn't start it.
    NotStarted,
    /// Its program is for another architecture, or isn't executable.
    ExecFormat,
    /// It exited with 0, which a daemon shouldn't.
    Completed,
    /// By SIGKILL (137).
    Killed,
    /// By SIGTERM (143).
    Terminated,
    /// By SIGSEGV (139).
    Crashed,
    /// With this exit code.
    Exited(i32),
}

impl EndKind {
    /// What is known of `end`.
    #[must_use]
    pub fn of(end: &ContainerEnd) -> Self {
        match (end.reason.as_str(), end.exit_code) {
            ("OOMKilled", _) => Self::OutOfMemory,
            _ if end.message.contains("exec format error") => Self::ExecFormat,
            ("StartError" | "ContainerCannotRun", _) => Self::NotStarted,
            (_, 0) => Self::Completed,
            (_, 137) => Self::Killed,
            (_, 143) => Self::Terminated,
            (_, 139) => Self::Crashed,
            (_, code) => Self::Exited(code),
        }
    }
}

/// Why an image can't be pulled, where kubelet, runtime or registry say it in a known form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullFailure {
    /// The registry limits the pulls.
    RateLimited,
    /// It has no variant for the node's platform.
    NoPlatform,
    /// The registry requires credentials, or other ones.
    Unauthorized,
    /// The repository doesn't exist, or requires credentials.
    Denied,
    /// The image or tag doesn't exist.
    NotFound,
    /// The registry's certificate isn't trusted.
    Certificate,
    /// It has expired, or isn't valid yet.
    CertificateExpired,
    /// It is for other names than the registry's.
    CertificateName,
    /// The registry speaks HTTP and the runtime HTTPS.
    PlainHttp,
    /// The node has no disk space for it.
    NoSpace,
    /// The registry can't be reached from the node.
    Unreachable,
    /// It isn't on the node, and may not be pulled.
    NeverPulled,
    /// Its name isn't a valid image name.
    InvalidName,
}

/// The messages; the first match counts.
const PULLS: [(&str, PullFailure); 31] = [
    ("toomanyrequests", PullFailure::RateLimited),
    ("429 Too Many Requests", PullFailure::RateLimited),
    ("no matching manifest", PullFailure::NoPlatform),
    ("no match for platform", PullFailure::NoPlatform),
    // CRI-O, for a manifest list and for an OCI index.
    ("no image found in manifest list", PullFailure::NoPlatform),
    ("no image found in image index", PullFailure::NoPlatform),
    // Docker and containerd on Windows.
    ("cannot be used on this platform", PullFailure::NoPlatform),
    (
        "does not match the host operating system",
        PullFailure::NoPlatform,
    ),
    (
        "certificate has expired or is not yet valid",
        PullFailure::CertificateExpired,
    ),
    (
        "x509: certificate is valid for",
        PullFailure::CertificateName,
    ),
    (
        "x509: certificate is not valid for any names",
        PullFailure::CertificateName,
    ),
    (
        "it doesn't contain any IP SANs",
        PullFailure::CertificateName,
    ),
    (
        "relies on legacy Common Name field",
        PullFailure::CertificateName,
    ),
    ("x509:", PullFailure::Certificate),
    ("HTTP response to HTTPS client", PullFailure::PlainHttp),
    ("no space left on device", PullFailure::NoSpace),
    ("pull access denied", PullFailure::Denied),
    ("insufficient_scope", PullFailure::Denied),
    ("401 Unauthorized", PullFailure::Unauthorized),
    ("403 Forbidden", PullFailure::Unauthorized),
    ("no basic auth credentials", PullFailure::Unauthorized),
    ("unauthorized", PullFailure::Unauthorized),
    ("authentication required", PullFailure::Unauthorized),
    ("manifest unknown", PullFailure::NotFound),
    ("name unknown", PullFailure::NotFound),
    (": not found", PullFailure::NotFound),
    ("no such host", PullFailure::Unreachable),
    ("i/o timeout", PullFailure::Unreachable),
    ("connection refused", PullFailure::Unreachable),
    ("Client.Timeout exceeded", PullFailure::Unreachable),
    ("deadline exceeded", PullFailure::Unreachable),
];

impl PullFailure {
    /// The meaning of `said`, from a container that waits for its image; `None` for an unknown
    /// form.
    #[must_use]
    pub fn of(said: &ApiMessage) -> Option<Self> {
        match said.reason.as_str() {
            "ErrImageNeverPull" => return Some(Self::NeverPulled),
            "InvalidImageName" => return Some(Self::InvalidName),
            _ => {}
        }
        let mut forms = PULLS.iter();
        let found = forms.find(|(text, _)| said.message.contains(text));
        found.map(|(_, failure)| *failure)
    }
}

/// The registry, or what it sends the runtime to for a token, that a message says was asked:
/// `harbor.example:5000` of `Get "https://harbor.example:5000/v2/"`.
#[must_use]
pub fn registry(message: &str) -> Option<&str> {
    let schemes = ["https://", "http://"];
    let (_, rest) = schemes
        .into_iter()
        .find_map(|scheme| message.split_once(scheme))?;
    let host = rest.split(['/', '"', '\\', '?', ' ']).next()?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    (!host.is_empty() && host.chars().all(is_part)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_registries_say() {
        let of = |message: &str| PullFailure::of(&ApiMessage::new("ImagePullBackOff", message));
        let cases = [
            (
                "unexpected status code https://r/v2/a: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit",
                Some(PullFailure::RateLimited),
            ),
            (
                "no matching manifest for windows/amd64 10.0.20348 in the manifest list entries",
                Some(PullFailure::NoPlatform),
            ),
            (
                "no match for platform in manifest: not found",
                Some(PullFailure::NoPlatform),
            ),
            (
                "choosing image instance: no image found in manifest list for architecture \"arm64\", variant \"v8\", OS \"linux\"",
                Some(PullFailure::NoPlatform),
            ),
            (
                "image operating system \"linux\" cannot be used on this platform",
                Some(PullFailure::NoPlatform),
            ),
            (
                "failed with status code [manifests 1.4]: 401 Unauthorized",
                Some(PullFailure::Unauthorized),
            ),
            (
                "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
                Some(PullFailure::Denied),
            ),
            (
                "failed to resolve reference \"docker.io/library/a:9\": docker.io/library/a:9: not found",
                Some(PullFailure::NotFound),
            ),
            (
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                Some(PullFailure::Certificate),
            ),
            (
                "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-05-04T11:50:00Z is after 2026-05-03T00:00:00Z",
                Some(PullFailure::CertificateExpired),
            ),
            (
                "tls: failed to verify certificate: x509: certificate is valid for harbor.example, not registry.example",
                Some(PullFailure::CertificateName),
            ),
            (
                "tls: failed to verify certificate: x509: cannot validate certificate for 10.0.0.9 because it doesn't contain any IP SANs",
                Some(PullFailure::CertificateName),
            ),
            (
                "dial tcp: lookup r.example.com on 10.0.0.2:53: no such host",
                Some(PullFailure::Unreachable),
            ),
            ("Back-off pulling image \"a\"", None),
        ];
        for (message, failure) in cases {
            assert_eq!(of(message), failure, "{message}");
        }
    }

    #[test]
    fn which_registry_was_asked() {
        let asked = "failed to do request: Head \"https://harbor.example:5000/v2/a/manifests/1\": tls: failed to verify certificate: x509: certificate signed by unknown authority";
        assert_eq!(registry(asked), Some("harbor.example:5000"));
        assert_eq!(registry("Get https://$(reboot)/v2/: x509: ..."), None);
        assert_eq!(registry("no space left on device"), None);
    }

    #[test]
    fn how_containers_end() {
        let of = |reason: &str, exit_code: i32, message: &str| {
            EndKind::of(&ContainerEnd {
                reason: reason.into(),
                exit_code,
                message: message.into(),
                finished: None,
            })
        };
        assert_eq!(of("OOMKilled", 137, ""), EndKind::OutOfMemory);
        assert_eq!(of("Error", 137, ""), EndKind::Killed);
        assert_eq!(of("Completed", 0, ""), EndKind::Completed);
        assert_eq!(
            of("Error", 1, "exec /a: exec format error"),
            EndKind::ExecFormat
        );
        assert_eq!(
            of("StartError", 128, "exec: \"/a\": not found"),
            EndKind::NotStarted
        );
        assert_eq!(of("Error", 2, ""), EndKind::Exited(2));
    }
}
