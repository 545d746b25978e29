//! Taints that stand for a condition of the node.

/// How a taint goes that the node lifecycle controller puts on for a condition of
/// the node (`pkg/controller/nodelifecycle`, 1.37.1); `None` for any other taint.
pub(super) fn removed_by_itself(key: &str) -> Option<&'static str> {
    match key.strip_prefix("node.kubernetes.io/")? {
        "not-ready" | "unreachable" => {
            Some("it goes by itself when the node is ready again; taken off by hand it comes back")
        }
        "disk-pressure" | "memory-pressure" | "pid-pressure" | "network-unavailable" => Some(
            "it goes by itself when the node's condition is over; taken off by hand it comes back",
        ),
        _ => None,
    }
}
