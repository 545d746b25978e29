//! The requests: paths and queries of the API, all of them reads.

use crate::source::needs::Resource;

use super::expected::Expected;

impl Resource {
    /// All objects of a namespace, or of all.
    pub(super) fn list(self, namespace: Option<&str>) -> Request {
        let path = match namespace {
            Some(namespace) => self.in_namespace(namespace),
            None => format!("{}/{}", self.root(), self.plural()),
        };
        Request {
            path,
            query: Vec::new(),
            what: format!("list {}", self.plural()),
            expected: Expected {
                kind: self.kind(),
                namespace: namespace.map(str::to_owned),
                name: None,
            },
        }
    }

    /// One object.
    pub(super) fn get(self, namespace: Option<&str>, name: &str) -> Result<Request, String> {
        check_name(name)?;
        let Request {
            path,
            query,
            expected,
            ..
        } = self.list(namespace);
        Ok(Request {
            path: format!("{path}/{}", encode(name)),
            query,
            what: format!("get {} {name}", self.plural()),
            expected: Expected {
                name: Some(name.to_owned()),
                ..expected
            },
        })
    }

    fn in_namespace(self, namespace: &str) -> String {
        let namespace = encode(namespace);
        format!("{}/namespaces/{namespace}/{}", self.root(), self.plural())
    }
}

/// A GET request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    path: String,
    query: Vec<(&'static str, String)>,
    /// What it does, for messages: `list nodes`.
    pub what: String,
    /// What the objects of its response must be.
    pub expected: Expected,
}

impl Request {
    /// The server's version.
    pub(super) fn version() -> Self {
        Self {
            path: "/version".to_owned(),
            query: Vec::new(),
            what: "get the server's version".to_owned(),
            expected: Expected::default(),
        }
    }

    pub(super) fn labels(self, selector: impl Into<String>) -> Self {
        self.with("labelSelector", selector.into())
    }

    /// Only objects with these values in these fields.
    pub(super) fn fields(mut self, fields: &[(&str, &str)]) -> Self {
        let name = fields.iter().find(|(field, _)| *field == "metadata.name");
        if let Some((_, name)) = name {
            self.expected.name = Some((*name).to_owned());
        }
        let terms = fields
            .iter()
            .map(|(field, value)| format!("{field}={}", escape(value)));
        let selector = terms.collect::<Vec<_>>().join(",");
        self.with("fieldSelector", selector)
    }

    pub(super) fn with(mut self, key: &'static str, value: String) -> Self {
        self.query.push((key, value));
        self
    }

    /// The changes of this list since `version`; the server ends the watch after `seconds`.
    pub(super) fn watch(&self, version: &str, seconds: usize) -> Self {
        let what = self.what.strip_prefix("list ").unwrap_or(&self.what);
        let watch = Self {
            what: format!("watch {what}"),
            ..self.clone()
        };
        watch
            .with("watch", "true".to_owned())
            .with("allowWatchBookmarks", "true".to_owned())
            .with("resourceVersion", version.to_owned())
            .with("timeoutSeconds", seconds.to_string())
    }

    /// Path and query.
    pub(super) fn target(&self) -> String {
        let mut target = self.path.clone();
        for (index, (key, value)) in self.query.iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(key);
            target.push('=');
            target.push_str(&encode(value));
        }
        target
    }
}

/// `IsValidPathSegmentName` (apimachinery 0.37.1): other names would request something else.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let problem = match name {
        "" => "it is empty",
        "." | ".." => "may not be '.' or '..'",
        name if name.contains('/') => "may not contain '/'",
        name if name.contains('%') => "may not contain '%'",
        _ => return Ok(()),
    };
    Err(format!("error: invalid resource name {name:?}: {problem}"))
}

/// `fields.EscapeValue` (apimachinery 0.37.1).
fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        if matches!(character, '\\' | ',' | '=') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Percent-encoding of everything except RFC 3986's unreserved characters.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries() {
        let pods = Resource::Pods.list(Some("a b")).labels("x in (1,2)");
        assert_eq!(
            pods.target(),
            "/api/v1/namespaces/a%20b/pods?labelSelector=x%20in%20%281%2C2%29"
        );
        let ds = Resource::DaemonSets
            .get(Some("ns"), "x?y")
            .map(|r| r.target());
        let path = "/apis/apps/v1/namespaces/ns/daemonsets/x%3Fy";
        assert_eq!(ds.as_deref(), Ok(path));
    }

    #[test]
    fn values_of_fields_are_escaped() {
        let pods = Resource::Pods
            .list(None)
            .fields(&[("spec.nodeName", "a,b=c")]);
        let expected = "/api/v1/pods?fieldSelector=spec.nodeName%3Da%5C%2Cb%5C%3Dc";
        assert_eq!(pods.target(), expected);
    }

    #[test]
    fn names_that_would_ask_for_something_else() {
        for name in ["", ".", "..", "a/b", "%2e"] {
            assert!(Resource::Nodes.get(None, name).is_err(), "{name}");
        }
    }
}
