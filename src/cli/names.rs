//! Names as people have them at hand: `NAME`, `ds/NAME`, what `kubectl get -o name` prints.

/// The words for a DaemonSet before a slash.
const DAEMON_SET_WORDS: [&str; 3] = ["ds", "daemonset", "daemonsets"];
const NODE_WORDS: [&str; 3] = ["no", "node", "nodes"];
const POD_WORDS: [&str; 3] = ["po", "pod", "pods"];

/// Words of kubectl for other kinds, which nobody means for a namespace before a slash.
const OTHER_WORDS: [&str; 38] = [
    "cj",
    "cm",
    "configmap",
    "configmaps",
    "controllerrevision",
    "controllerrevisions",
    "cronjob",
    "cronjobs",
    "deploy",
    "deployment",
    "deployments",
    "ev",
    "event",
    "events",
    "job",
    "jobs",
    "namespace",
    "namespaces",
    "no",
    "node",
    "nodes",
    "ns",
    "persistentvolumeclaim",
    "pvc",
    "quota",
    "rc",
    "replicaset",
    "replicasets",
    "replicationcontroller",
    "replicationcontrollers",
    "resourcequota",
    "rs",
    "sa",
    "serviceaccount",
    "statefulset",
    "statefulsets",
    "sts",
    "svc",
];

/// What a first argument names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// The namespace that was typed before its name.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// What a first argument can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its kind")]
pub enum TargetKind {
    DaemonSet,
    Pod,
}

/// A name that can't be meant here.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NameError {
    /// Another kind of object.
    #[error("`{0}` is not a {1}: give the name of a {1}, as NAME or {2}/NAME")]
    OtherKind(String, &'static str, &'static str),
    /// Nothing, or a kind without a name.
    #[error("`{0}` holds no name: write NAME or KIND/NAME")]
    NoName(String),
}

/// Reads a DaemonSet's or a pod's name: `NAME`, `KIND/NAME`, `NAMESPACE/NAME` as answers print
/// it, or `KIND/NAMESPACE/NAME`. A word for a kind is one before it is a namespace.
///
/// # Errors
/// When it names another kind, or nothing.
pub fn parse_target(text: &str) -> Result<Target, NameError> {
    let (kind, rest) = match text.split_once('/') {
        Some((word, rest)) if is_daemon_set_word(word) => (TargetKind::DaemonSet, rest),
        Some((word, rest)) if is_pod_word(word) => (TargetKind::Pod, rest),
        Some((word, _)) if !is_namespace(word) => {
            return Err(NameError::OtherKind(text.to_owned(), "DaemonSet", "ds"));
        }
        _ => (TargetKind::DaemonSet, text),
    };
    let (namespace, name) = match rest.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, rest),
    };
    if name.is_empty() || name.contains('/') || namespace == Some("") {
        return Err(NameError::NoName(text.to_owned()));
    }
    Ok(Target {
        kind,
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    })
}

/// Whether a word before a slash can be a namespace: one has no dots, and is none of kubectl's
/// words for other kinds.
#[must_use]
pub fn is_namespace(word: &str) -> bool {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    word.chars().all(known) && !OTHER_WORDS.contains(&word)
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

    fn target(kind: TargetKind, namespace: Option<&str>) -> Result<Target, NameError> {
        Ok(Target {
            kind,
            namespace: namespace.map(str::to_owned),
            name: "a".to_owned(),
        })
    }

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
            let wanted = target(TargetKind::DaemonSet, None);
            assert_eq!(parse_target(text), wanted, "{text}");
        }
        assert_eq!(parse_target("pod/a"), target(TargetKind::Pod, None));
        for text in ["n", "node/n", "nodes/n", "no/n"] {
            assert_eq!(parse_node(text), Ok("n".to_owned()), "{text}");
        }
        for text in ["", "ds/", "/a", "monitoring/", "ds/monitoring/", "a/b/c"] {
            let read = parse_target(text);
            assert!(
                matches!(read, Err(NameError::NoName(_))),
                "{text}: {read:?}"
            );
        }
        for text in ["", "node/"] {
            assert!(parse_node(text).is_err(), "{text}");
        }
        assert!(parse_node("ds/a").is_err());
    }

    #[test]
    fn a_namespace_stands_before_a_name_as_it_is_printed() {
        let there = Some("monitoring");
        let wanted = target(TargetKind::DaemonSet, there);
        assert_eq!(parse_target("monitoring/a"), wanted);
        assert_eq!(parse_target("ds/monitoring/a"), wanted);
        let pod = target(TargetKind::Pod, there);
        assert_eq!(parse_target("pod/monitoring/a"), pod);
    }

    #[test]
    fn a_word_for_a_kind_is_no_namespace() {
        for text in ["deployment.apps/a", "deploy/a", "sts/a", "node/a", "Job/a"] {
            let read = parse_target(text);
            assert!(matches!(read, Err(NameError::OtherKind(..))), "{text}");
        }
    }
}
