//! What of a foreign message says the cause: kubelet and runtimes put what they were about to
//! do before what went wrong.

use crate::words::notation::one_line;

/// How much of a message stands in a line.
const MOST: usize = 200;

/// What is left out before the cause, as often as it comes (containerd 2.0, CRI-O 1.33,
/// kubelet 1.37.1).
const WRAPPERS: [&str; 25] = [
    "Error: ",
    "rpc error: ",
    "code = Unknown desc = ",
    "code = NotFound desc = ",
    "code = DeadlineExceeded desc = ",
    "code = Internal desc = ",
    "code = InvalidArgument desc = ",
    "Failed to create pod sandbox: ",
    "failed to create a sandbox for pod ",
    "failed to setup network for sandbox ",
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
    "error during container init: ",
    "failed to get sandbox runtime: ",
];

/// The part of a message that says the cause, on one line, and at most so long.
pub(crate) fn gist(message: &str) -> String {
    shortened(&cause(message))
}

fn cause(message: &str) -> String {
    let message = one_line(message);
    let mut rest = after_back_off(&message).trim_end_matches('.');
    while let Some(less) = without_wrapper(rest) {
        rest = less;
    }
    rest.to_owned()
}

/// The kubelet puts what it says of the back-off before what went wrong.
fn after_back_off(message: &str) -> &str {
    message
        .split_once(": ErrImagePull: ")
        .map_or(message, |(_, why)| why)
}

/// `message` without a wrapper, and what that was about where it is in quotes.
fn without_wrapper(message: &str) -> Option<&str> {
    let mut wrappers = WRAPPERS.iter();
    let rest = wrappers.find_map(|wrapper| message.strip_prefix(wrapper))?;
    let about = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let rest = about.map_or(rest, |(_, rest)| rest.trim_start_matches(": "));
    Some(rest).filter(|rest| !rest.is_empty())
}

fn shortened(text: &str) -> String {
    let mut cut: String = text.chars().take(MOST).collect();
    if cut.len() < text.len() {
        // A word isn't cut in two.
        let end = cut.rfind(' ').unwrap_or(cut.len());
        cut.truncate(end);
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::gist;

    #[test]
    fn what_kubelet_and_runtimes_were_about_to_do_is_left_out() {
        let cases = [
            (
                "Back-off pulling image \"a\": ErrImagePull: failed to pull and unpack image \"r/a:1\": failed to copy: httpReadSeeker: failed open: unexpected status code https://r: 429 Too Many Requests",
                "unexpected status code https://r: 429 Too Many Requests",
            ),
            (
                "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"8c1f\": plugin type=\"calico\" failed (add): stat /var/lib/calico/nodename: no such file or directory",
                "plugin type=\"calico\" failed (add): stat /var/lib/calico/nodename: no such file or directory",
            ),
            (
                "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/agent\": stat /agent: no such file or directory: unknown",
                "exec: \"/agent\": stat /agent: no such file or directory: unknown",
            ),
            (
                "secret \"agent-token\" not found",
                "secret \"agent-token\" not found",
            ),
            ("Error: ", "Error: "),
        ];
        for (message, expected) in cases {
            assert_eq!(gist(message), expected.trim_end());
        }
    }
}
