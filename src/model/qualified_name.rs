//! Which strings are label keys and label values.

/// Upstream's `content.IsLabelKey` (apimachinery 0.37.1): a name of at most 63
/// characters, optionally after a DNS subdomain and a slash. The error says what is wrong.
///
/// # Errors
/// When `key` is no label key.
pub fn check_label_key(key: &str) -> Result<(), String> {
    let (prefix, name) = match key.split_once('/') {
        None => (None, key),
        Some((prefix, name)) => (Some(prefix), name),
    };
    if name.contains('/') {
        return Err(format!("the key `{key}` has more than one `/`"));
    }
    if let Some(prefix) = prefix {
        if prefix.is_empty() {
            return Err(format!("the key `{key}` has nothing before its `/`"));
        }
        if !is_dns1123_subdomain(prefix) {
            return Err(format!(
                "the part of `{key}` before the `/` is no DNS subdomain"
            ));
        }
    }
    if name.is_empty() {
        return Err(match prefix {
            None => "the key is empty".to_owned(),
            Some(_) => format!("the key `{key}` has nothing after its `/`"),
        });
    }
    check_name(name, "key", key)
}

/// Upstream's `content.IsLabelValue` (apimachinery 0.37.1): empty, or at most
/// 63 characters that begin and end with a letter or digit.
///
/// # Errors
/// When `value` is no label value.
pub fn check_label_value(value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Ok(());
    }
    check_name(value, "value", value)
}

fn check_name(name: &str, what: &str, whole: &str) -> Result<(), String> {
    if name.len() > 63 {
        return Err(format!("the {what} `{whole}` is longer than 63 characters"));
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
    Err(format!(
        "the {what} `{whole}` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit"
    ))
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
