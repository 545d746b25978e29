//! Names as people have them at hand: `NAME`, `ds/NAME`, what `kubectl get -o name` prints.

/// The words for a DaemonSet before a slash.
const DAEMON_SET_WORDS: [&str; 3] = ["ds", "daemonset", "daemonsets"];
const NODE_WORDS: [&str; 3] = ["no", "node", "nodes"];
const POD_WORDS: [&str; 3] = ["po", "pod", "pods"];

/// What a first argument names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A DaemonSet by name.
    DaemonSet(String),
    /// A pod by name.
    Pod(String),
}

impl Target {
    /// The name alone.
    pub(super) fn into_name(self) -> String {
        match self {
            Self::DaemonSet(name) | Self::Pod(name) => name,
        }
    }
}

/// A name that can't be meant here.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NameError {
    /// Another kind of object.
    #[error("`{0}` is no {1}: give the name of a {1}, as NAME or {2}/NAME")]
    OtherKind(String, &'static str, &'static str),
    /// Nothing, or a kind without a name.
    #[error("`{0}` holds no name: write NAME or KIND/NAME")]
    NoName(String),
}

/// Reads a DaemonSet's or a pod's name.
///
/// # Errors
/// When it names another kind, or nothing.
pub fn parse_target(text: &str) -> Result<Target, NameError> {
    let Some((kind, name)) = text.split_once('/') else {
        return match text {
            "" => Err(NameError::NoName(String::new())),
            name => Ok(Target::DaemonSet(name.to_owned())),
        };
    };
    if name.is_empty() {
        return Err(NameError::NoName(text.to_owned()));
    }
    if is_daemon_set_word(kind) {
        Ok(Target::DaemonSet(name.to_owned()))
    } else if POD_WORDS.contains(&kind) {
        Ok(Target::Pod(name.to_owned()))
    } else {
        Err(NameError::OtherKind(text.to_owned(), "DaemonSet", "ds"))
    }
}

/// Reads a node's name.
///
/// # Errors
/// When it names another kind, or nothing.
pub fn parse_node(text: &str) -> Result<String, NameError> {
    match text.split_once('/') {
        None if !text.is_empty() => Ok(text.to_owned()),
        None | Some((_, "")) => Err(NameError::NoName(text.to_owned())),
        Some((kind, name)) if NODE_WORDS.contains(&kind) => Ok(name.to_owned()),
        Some(_) => Err(NameError::OtherKind(text.to_owned(), "node", "node")),
    }
}

/// `ds`, `daemonsets`, `daemonset.apps`, `daemonsets.v1.apps`.
#[must_use]
pub fn is_daemon_set_word(word: &str) -> bool {
    let (kind, group) = word.split_once('.').unwrap_or((word, "apps"));
    DAEMON_SET_WORDS.contains(&kind) && matches!(group, "apps" | "v1.apps")
}

/// `node`, `nodes`, `no`.
#[must_use]
pub fn is_node_word(word: &str) -> bool {
    NODE_WORDS.contains(&word)
}

/// `pod`, `pods`, `po`.
#[must_use]
pub fn is_pod_word(word: &str) -> bool {
    POD_WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_kubectl_prints_is_a_name() {
        for text in [
            "a",
            "ds/a",
            "daemonset/a",
            "daemonsets/a",
            "daemonset.apps/a",
            "daemonsets.v1.apps/a",
        ] {
            assert_eq!(
                parse_target(text),
                Ok(Target::DaemonSet("a".to_owned())),
                "{text}"
            );
        }
        assert_eq!(parse_target("pod/a"), Ok(Target::Pod("a".to_owned())));
        for text in ["n", "node/n", "nodes/n", "no/n"] {
            assert_eq!(parse_node(text), Ok("n".to_owned()), "{text}");
        }
        assert!(parse_target("deployment.apps/a").is_err());
        for text in ["", "ds/"] {
            assert!(parse_target(text).is_err(), "{text}");
        }
        for text in ["", "node/"] {
            assert!(parse_node(text).is_err(), "{text}");
        }
        assert!(parse_node("ds/a").is_err());
    }
}
