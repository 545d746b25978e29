//! The facts of containers that aren't as they should be.

use crate::model::ContainerEnd;

use super::ApiMessage;

/// A container that isn't as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContainerFact {
    /// Its name.
    pub name: String,
    /// Whether it is an init container.
    pub is_init: bool,
    /// How often it was started anew.
    pub restarts: i32,
    /// How it ended the last time, where it has.
    pub last_end: Option<ContainerEnd>,
    /// The memory that the template allows it, where it ended for want of memory.
    pub memory_limit: Option<String>,
}

impl ContainerFact {
    /// Whether it was killed as it had used more memory than its limit.
    #[must_use]
    pub fn is_out_of_memory(&self) -> bool {
        let end = self.last_end.as_ref().map(EndKind::of);
        end == Some(EndKind::OutOfMemory)
    }
}

/// How a container ended, as far as that has a known form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndKind {
    /// `OOMKilled`.
    OutOfMemory,
    /// The runtime couldn't start it.
    NotStarted,
    /// Its program is for another architecture, or is no program.
    ExecFormat,
    /// It ended well, which a daemon shouldn't.
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

/// Why an image can't be had, as far as kubelet, runtime and registry say it in a known form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullFailure {
    /// The registry limits how much is pulled.
    RateLimited,
    /// It has no variant for the node's system.
    NoPlatform,
    /// The registry wants credentials, or others.
    Unauthorized,
    /// There is no such repository, or it wants credentials.
    Denied,
    /// There is no such image or tag.
    NotFound,
    /// The registry's certificate isn't trusted.
    Certificate,
    /// The registry speaks HTTP, and the runtime HTTPS.
    PlainHttp,
    /// The node has no disk space for it.
    NoSpace,
    /// The registry can't be reached from the node.
    Unreachable,
    /// It isn't on the node, and may not be pulled.
    NeverPulled,
    /// Its name is no image name.
    InvalidName,
}

/// What a message says: the first that fits counts.
const PULLS: [(&str, PullFailure); 26] = [
    ("toomanyrequests", PullFailure::RateLimited),
    ("429 Too Many Requests", PullFailure::RateLimited),
    ("no matching manifest", PullFailure::NoPlatform),
    ("no match for platform", PullFailure::NoPlatform),
    // CRI-O's, of a manifest list and of an OCI index.
    ("no image found in manifest list", PullFailure::NoPlatform),
    ("no image found in image index", PullFailure::NoPlatform),
    // Docker's and containerd's on Windows.
    ("cannot be used on this platform", PullFailure::NoPlatform),
    (
        "does not match the host operating system",
        PullFailure::NoPlatform,
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
    /// What `said`, of a container that waits for its image, says; `None` where it has none of
    /// the known forms.
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
