//! The part of a foreign message that states the cause: kubelet and runtimes put what they were
//! doing before what went wrong.

use std::borrow::Cow;

use crate::words::notation::one_line;

use super::log_line::{json_line, logfmt};

/// The longest part of a message in a line.
const MOST: usize = 200;

/// The longest part of it in the first line of an answer.
const MOST_IN_BRIEF: usize = 72;

/// The same for what a program answers a probe.
const MOST_OF_PROBE: usize = 60;

/// And the longest part where what it is about is shown too.
const MOST_BESIDE: usize = 100;

/// Prefixes that are removed before the cause, repeatedly (containerd 2.1, CRI-O 1.33, dockerd 28,
/// kubelet 1.37.1).
const WRAPPERS: [&str; 23] = [
    "Error: ",
    "Error response from daemon: ",
    "Pod was rejected: ",
    "Failed to create pod sandbox: ",
    "failed to create a sandbox for pod ",
    "failed to setup network for sandbox ",
    "failed to destroy network for sandbox ",
    "failed to start container ",
    "failed to generate container ",
    "spec: failed to generate spec: ",
    "Failed to pull image ",
    "failed to pull and unpack image ",
    "failed to resolve reference ",
    "failed to resolve image ",
    "failed to copy: ",
    "httpReadSeeker: failed open: ",
    "failed to do request: ",
    "failed to create containerd task: ",
    "failed to create containerd container: ",
    "failed to create shim task: ",
    "OCI runtime create failed: ",
    "runc create failed: ",
    "unable to start container process: ",
];

/// The same where the cause follows somewhat later.
const BEFORE: [&str; 4] = [
    ": ErrImagePull: ",
    " failed (add): ",
    " failed (delete): ",
    ", stderr: ",
];

/// How the kubelet says that it couldn't end a pod, with the runtime's message in quotes.
const NOT_ENDED: [&str; 2] = ["KillPodSandboxError: \"", "KillContainerError: \""];

/// The part of a message that states the cause, on one line, up to the longest length.
pub(crate) fn message_cause(message: &str) -> String {
    shortened(&cause(message), MOST, "…")
}

/// Only its end, where what it is about is shown too.
pub(super) fn end_of(message: &str) -> String {
    shortened(&cause(message), MOST_BESIDE, "…")
}

/// The same in few words.
pub(super) fn in_brief(message: &str) -> String {
    shortened(&cause(message), MOST_IN_BRIEF, "")
}

/// The same for a probe's message: in a program's own words the first ones say most, in an error of
/// the kubelet's request the last ones.
pub(super) fn probe_in_brief(message: &str) -> String {
    let text = cause(message);
    let is_request = ["Get \"", "dial ", "rpc error", "command timed out"];
    if is_request.iter().any(|start| text.starts_with(start)) {
        return in_brief(message);
    }
    let ends = text.match_indices(": ").map(|(at, _)| at);
    let fitting = ends.filter_map(|end| text.get(..end));
    let fitting = fitting.filter(|head| head.chars().count() <= MOST_OF_PROBE);
    match fitting.last() {
        Some(head) if text.chars().count() > MOST_OF_PROBE => head.to_owned(),
        _ => in_brief(message),
    }
}

/// A foreign text in quotes, without any quotes of its own.
pub(super) fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "'"))
}

fn cause(message: &str) -> String {
    let message = one_line(&not_ended(message));
    let mut rest = message.as_str();
    for before in BEFORE {
        rest = rest.split_once(before).map_or(rest, |(_, why)| why);
    }
    while let Some(less) = without_wrapper(rest) {
        rest = less;
    }
    // Of which pod it is.
    rest = rest.split_once(" (pod: \"").map_or(rest, |(why, _)| why);
    // The status of gRPC, which adds nothing.
    rest = rest.strip_suffix(": unknown").unwrap_or(rest);
    // A log line that a probe passes on.
    json_line(rest)
        .or_else(|| logfmt(rest))
        .unwrap_or_else(|| rest.trim_end_matches('.').to_owned())
}

/// The runtime's message about a pod that can't be ended; other messages unchanged.
fn not_ended(message: &str) -> Cow<'_, str> {
    let mut told = NOT_ENDED.iter();
    match told.find_map(|before| message.split_once(before)) {
        Some((_, said)) => {
            let said = said.trim_end_matches([']', '"', ' ']);
            Cow::Owned(said.replace("\\\"", "\""))
        }
        None => Cow::Borrowed(message),
    }
}

/// `message` without a wrapper, and without the wrapper's quoted object.
fn without_wrapper(message: &str) -> Option<&str> {
    let status = message.strip_prefix("rpc error: code = ");
    if let Some((_, rest)) = status.and_then(|status| status.split_once(" desc = ")) {
        return Some(rest);
    }
    let mut wrappers = WRAPPERS.iter();
    let rest = wrappers.find_map(|wrapper| message.strip_prefix(wrapper))?;
    let about = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let rest = about.map_or(rest, |(_, rest)| rest.trim_start_matches([':', ' ']));
    Some(rest).filter(|rest| !rest.is_empty())
}

/// At most this much of `text`, in which causes follow what they caused: as much of its end as
/// fits, after a `mark`, or of a single long clause its beginning.
fn shortened(text: &str, most: usize, mark: &str) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let starts = text.match_indices(": ").map(|(at, colon)| at + colon.len());
    let is_link = |tail: &&str| tail.starts_with("https://") || tail.starts_with("http://");
    let tails = starts.filter_map(|start| text.get(start..));
    let mut tails = tails.filter(|tail| !is_link(tail));
    if let Some(tail) = tails.find(|tail| tail.chars().count() <= most) {
        return format!("{mark}{tail}");
    }
    let last = text
        .rsplit(": ")
        .find(|part| !is_link(part))
        .unwrap_or(text);
    let mut cut: String = last.chars().take(most).collect();
    // Words aren't cut in two.
    let end = cut.rfind(' ').unwrap_or(cut.len());
    cut.truncate(end);
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::{in_brief, message_cause};

    #[test]
    fn what_kubelet_and_runtimes_were_about_to_do_is_left_out() {
        let cases = [
            (
                "Back-off pulling image \"a\": ErrImagePull: failed to pull and unpack image \"r/a:1\": failed to copy: httpReadSeeker: failed open: unexpected status code https://r: 429 Too Many Requests",
                "unexpected status code https://r: 429 Too Many Requests",
            ),
            (
                "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"8c1f\": plugin type=\"calico\" failed (add): stat /var/lib/calico/nodename: no such file or directory",
                "stat /var/lib/calico/nodename: no such file or directory",
            ),
            (
                "error killing pod: failed to \"KillPodSandbox\" for \"0b1f\" with KillPodSandboxError: \"rpc error: code = Unknown desc = failed to destroy network for sandbox \\\"395d\\\": plugin type=\\\"calico\\\" failed (delete): error getting ClusterInformation: connection is unauthorized: Unauthorized\"",
                "error getting ClusterInformation: connection is unauthorized: Unauthorized",
            ),
            (
                "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/agent\": stat /agent: no such file or directory: unknown",
                "exec: \"/agent\": stat /agent: no such file or directory",
            ),
            (
                "container has runAsNonRoot and image will run as root (pod: \"vector-rvqc5_logging(5a2f)\", container: vector)",
                "container has runAsNonRoot and image will run as root",
            ),
            (
                "{\"level\":\"info\",\"msg\":\"timeout: failed to connect service \\\":50051\\\" within 5s\"}",
                "timeout: failed to connect service \":50051\" within 5s",
            ),
            (
                "secret \"agent-token\" not found",
                "secret \"agent-token\" not found",
            ),
            ("Error: ", "Error:"),
        ];
        for (message, expected) in cases {
            assert_eq!(message_cause(message), expected);
        }
    }

    #[test]
    fn what_is_cut_off_is_not_the_cause() {
        let long = format!(
            "failed to extract layer sha256:{}: {}: no space left on device",
            "0".repeat(64),
            "write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/118/fs/usr/local/bin/kube-proxy-with-a-name-that-goes-on"
        );
        let cause = message_cause(&long);
        assert!(
            cause.starts_with('…') && cause.ends_with(": no space left on device"),
            "{cause}"
        );
        assert_eq!(in_brief(&long), "no space left on device");
        assert_eq!(
            in_brief("unable to setup user: resource temporarily unavailable: unknown"),
            "unable to setup user: resource temporarily unavailable"
        );
        assert_eq!(
            in_brief("HTTP probe failed with statuscode: 500"),
            "HTTP probe failed with statuscode: 500"
        );
    }
}
