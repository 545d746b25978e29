//! Which strings are valid label keys and label values.

/// Why a text isn't a valid label key or label value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum LabelError {
    /// A key with more than one slash.
    #[error("the key `{0}` has more than one `/`")]
    SeveralSlashes(String),
    /// A key that begins with a slash.
    #[error("the key `{0}` has nothing before its `/`")]
    NoPrefix(String),
    /// A key whose prefix isn't a DNS subdomain.
    #[error("the part of `{0}` before the `/` is no DNS subdomain")]
    Prefix(String),
    /// An empty key.
    #[error("the key is empty")]
    EmptyKey,
    /// A key that ends with a slash.
    #[error("the key `{0}` has nothing after its `/`")]
    NoName(String),
    /// More than 63 characters.
    #[error("the {0} `{1}` is longer than 63 characters")]
    TooLong(Part, String),
    /// Characters that aren't allowed, or not at the ends.
    #[error(
        "the {0} `{1}` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit"
    )]
    Characters(Part, String),
}

/// Which part of a label is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Its key.
    Key,
    /// Its value.
    Value,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key => "key",
            Self::Value => "value",
        })
    }
}

/// For a message that says more about a field than the label it contains.
impl From<LabelError> for String {
    fn from(error: LabelError) -> Self {
        error.to_string()
    }
}

/// Upstream's `content.IsLabelKey` (apimachinery 0.37.1): a name of at most 63
/// characters, optionally after a DNS subdomain and a slash. The error says what is wrong.
///
/// # Errors
/// When `key` isn't a valid label key.
pub fn check_label_key(key: &str) -> Result<(), LabelError> {
    let (prefix, name) = match key.split_once('/') {
        None => (None, key),
        Some((prefix, name)) => (Some(prefix), name),
    };
    if name.contains('/') {
        return Err(LabelError::SeveralSlashes(key.to_owned()));
    }
    if let Some(prefix) = prefix {
        if prefix.is_empty() {
            return Err(LabelError::NoPrefix(key.to_owned()));
        }
        if !is_dns1123_subdomain(prefix) {
            return Err(LabelError::Prefix(key.to_owned()));
        }
    }
    if name.is_empty() {
        return Err(match prefix {
            None => LabelError::EmptyKey,
            Some(_) => LabelError::NoName(key.to_owned()),
        });
    }
    check_name(name, Part::Key, key)
}

/// Upstream's `content.IsLabelValue` (apimachinery 0.37.1): empty, or at most
/// 63 characters that begin and end with a letter or digit.
///
/// # Errors
/// When `value` isn't a valid label value.
pub fn check_label_value(value: &str) -> Result<(), LabelError> {
    if value.is_empty() {
        return Ok(());
    }
    check_name(value, Part::Value, value)
}

fn check_name(name: &str, part: Part, whole: &str) -> Result<(), LabelError> {
    if name.len() > 63 {
        return Err(LabelError::TooLong(part, whole.to_owned()));
    }
    let bytes = name.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    let well_formed = ends.iter().flatten().all(|b| b.is_ascii_alphanumeric())
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if well_formed {
        return Ok(());
    }
    Err(LabelError::Characters(part, whole.to_owned()))
}

/// Upstream's `content.IsDNS1123Subdomain` (apimachinery 0.37.1): what most names have to be.
#[must_use]
pub fn is_dns1123_subdomain(text: &str) -> bool {
    let is_edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= 253
        && text.split('.').all(|part| {
            let bytes = part.as_bytes();
            is_edge(bytes.first())
                && is_edge(bytes.last())
                && bytes
                    .iter()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        })
}

/// Upstream's `IsDNS1123Label` (apimachinery 0.37.1): what names without dots have to be.
#[must_use]
pub fn is_dns1123_label(text: &str) -> bool {
    text.len() <= 63 && !text.contains('.') && is_dns1123_subdomain(text)
}

#[cfg(test)]
mod tests {
    use super::{check_label_key, check_label_value};

    #[test]
    fn keys() {
        for good in ["a", "a.b_c-d", "example.com/a", "9"] {
            assert_eq!(check_label_key(good), Ok(()), "{good}");
        }
        let long = "a".repeat(64);
        for bad in [
            "", "/a", "a/", "a/b/c", "-a", "a-", "Ex.com/a", "a b", "é", &long,
        ] {
            assert!(check_label_key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn values() {
        for good in ["", "1", "a.b", "A_1"] {
            assert_eq!(check_label_value(good), Ok(()), "{good}");
        }
        for bad in ["-1", "+5", "a b", "a/b", "é"] {
            assert!(check_label_value(bad).is_err(), "{bad}");
        }
    }
}
