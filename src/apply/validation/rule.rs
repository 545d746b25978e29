//! Rules on one value.

use std::collections::HashSet;
use std::net::Ipv6Addr;

use serde_json::Value;

use super::one_of;
use crate::model::qualified_name::{
    check_label_key, check_label_value, is_dns1123_label, is_dns1123_subdomain,
};
use crate::model::quantity::Quantity;

/// A rule on one value. All except the required and the forbidden one accept a missing value.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// It is present and not empty.
    Required,
    /// The same, with its own message.
    RequiredAs(&'static str),
    /// There is none.
    Forbidden(&'static str),
    OneOf(&'static [&'static str]),
    AtLeast(i64),
    Range(i64, i64),
    /// The mode of a file.
    Mode,
    /// `IsValidPortNum`
    Port,
    /// `IsValidPortName`
    PortName,
    /// `ValidatePortNumOrName`
    PortOrName,
    /// `IsDNS1123Label`
    Label,
    /// `IsDNS1123Subdomain`
    Subdomain,
    /// The prefix of one (`NameIsDNSSubdomain` of a prefix).
    Prefix,
    /// `IsQualifiedName`
    LabelKey,
    /// `ValidateLabels`
    Labels,
    /// `IsRelaxedEnvVarName`
    EnvName,
    /// `IsConfigMapKey`
    ConfigKey,
    /// `IsHTTPHeaderName`
    Header,
    /// `IsValidSysctlName`
    Sysctl,
    /// `ValidateCSIDriverName`
    Driver,
    /// `IsValidIPForLegacyField`
    Ip,
    Absolute,
    /// `validatePathNoBacksteps`
    NoBacksteps,
    /// `validateLocalDescendingPath`
    Descending,
    /// `ValidateLocalNonReservedPath`
    Local,
    /// A quantity that isn't negative.
    NonNegative,
    /// No two items of a list have the same text in this field.
    Unique(&'static str, &'static str),
    /// Each item of a list satisfies it.
    Each(&'static Self),
}

/// What is wrong, after the step to the item.
type Found = (String, String);

const DNS_LABEL: &str = "which is no name: it takes at most 63 lowercase letters, digits and `-`, and begins and ends with a letter or digit";
const DNS_SUBDOMAIN: &str = "which is no name: it takes at most 253 lowercase letters, digits, `-` and `.`, and begins and ends with a letter or digit";
const PORT_NAME: &str = "which is no name of a port: it takes at most 15 lowercase letters, digits and single `-` between them, at least one of them a letter";
const ENV_NAME: &str = "which is no name of a variable: it takes what ASCII can print, but no `=`";
const CONFIG_KEY: &str = "which is no key: it takes at most 253 letters, digits, `-`, `_` and `.`, and doesn't begin with `..`";
const HEADER: &str = "which is no name of a header: it takes letters, digits and `-`";
const SYSCTL: &str = "which is no name: it takes at most 253 lowercase letters, digits, `-` and `_`, in parts with `.` or `/` between them";
const DRIVER: &str = "which is no name of a driver: it takes at most 63 letters, digits, `-` and `.`, and begins and ends with a letter or digit";

impl Rule {
    /// What is wrong with the value of a field.
    pub(super) fn problem(&self, value: Option<&Value>) -> Option<Found> {
        let here = |problem: String| Some((String::new(), problem));
        let Some(value) = value else {
            return match self {
                Self::Required => here("is missing".to_owned()),
                Self::RequiredAs(problem) => here((*problem).to_owned()),
                _ => None,
            };
        };
        match (self, value) {
            (Self::Required | Self::RequiredAs(_), _) if is_empty(value) => self.problem(None),
            (Self::Forbidden(problem), _) if !is_empty(value) => here((*problem).to_owned()),
            (Self::Labels, Value::Object(labels)) => labels.iter().find_map(|(key, value)| {
                let value = value.as_str().unwrap_or_default();
                let problem = check_label_key(key).and_then(|()| check_label_value(value));
                let problem = problem.err()?;
                Some((format!("[{key}]"), format!("is refused: {problem}")))
            }),
            (Self::Each(rule), Value::Array(items)) => {
                let mut items = items.iter().enumerate();
                items.find_map(|(index, item)| {
                    let (step, problem) = rule.problem(Some(item))?;
                    Some((format!("[{index}]{step}"), problem))
                })
            }
            (Self::Unique(key, problem), Value::Array(items)) => first_duplicate(items, key)
                .map(|(step, text)| (step, format!("is `{text}`, {problem}"))),
            (_, Value::Number(number)) => self.of_number(number.as_i64()?).and_then(here),
            (Self::NonNegative, Value::String(text)) => {
                let negative = Quantity::parse(text).is_ok_and(Quantity::is_negative);
                negative
                    .then(|| format!("is `{text}`, and it can't be below 0"))
                    .and_then(here)
            }
            (_, Value::String(text)) => self.of_text(text).and_then(here),
            _ => None,
        }
    }

    fn of_number(&self, number: i64) -> Option<String> {
        match self {
            Self::Port | Self::PortOrName if !(1..=65535).contains(&number) => {
                Some(format!("is {number}; a port is from 1 to 65535"))
            }
            Self::AtLeast(0) if number < 0 => Some(format!("is {number}, and it can't be below 0")),
            Self::AtLeast(least) if number < *least => {
                Some(format!("is {number}, and it has to be at least {least}"))
            }
            Self::Range(least, most) if !(least..=most).contains(&&number) => {
                Some(format!("is {number}; it can be from {least} to {most}"))
            }
            Self::Mode if !(0..=0o777).contains(&number) => Some(format!(
                "is {number}; a mode is from 0 to 0777, which is 511 in decimal"
            )),
            _ => None,
        }
    }

    fn of_text(&self, text: &str) -> Option<String> {
        if matches!(self, Self::LabelKey) {
            let problem = check_label_key(text).err()?;
            return Some(format!("is refused: {problem}"));
        }
        let (accepted, what) = match self {
            Self::OneOf(words) => {
                if words.contains(&text) {
                    return None;
                }
                let words: Vec<&str> = words.iter().copied().filter(|w| !w.is_empty()).collect();
                return Some(format!("is `{text}`; it can be {}", one_of(&words)));
            }
            Self::Label => (is_dns1123_label(text), DNS_LABEL),
            Self::Subdomain => (is_dns1123_subdomain(text), DNS_SUBDOMAIN),
            Self::Prefix => (is_prefix(text), DNS_SUBDOMAIN),
            Self::PortName | Self::PortOrName => (is_port_name(text), PORT_NAME),
            Self::EnvName => (is_env_name(text), ENV_NAME),
            Self::ConfigKey => (is_config_key(text), CONFIG_KEY),
            Self::Header => {
                let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
                (text.bytes().all(is_part), HEADER)
            }
            Self::Sysctl => (is_sysctl(text), SYSCTL),
            Self::Driver => {
                let lower = text.to_lowercase();
                (text.len() <= 63 && is_dns1123_subdomain(&lower), DRIVER)
            }
            Self::Ip => (is_ip(text), "which is no IP address"),
            Self::Absolute => (text.starts_with('/'), "and it has to be an absolute path"),
            Self::NoBacksteps => (!has_backsteps(text), "and it can't contain `..`"),
            Self::Descending => (
                !text.starts_with('/') && !has_backsteps(text),
                "and it has to be a relative path without `..`",
            ),
            Self::Local => (
                is_local(text),
                "and it has to be a relative path without `..`",
            ),
            _ => return None,
        };
        (!accepted).then(|| format!("is `{text}`, {what}"))
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The first item whose text in `key` occurred before, and the text.
fn first_duplicate<'a>(items: &'a [Value], key: &str) -> Option<(String, &'a str)> {
    let mut seen = HashSet::new();
    let texts = items.iter().map(|item| item.get(key)?.as_str());
    let mut texts = texts.enumerate();
    texts.find_map(|(index, text)| {
        let text = text.filter(|text| !text.is_empty())?;
        (!seen.insert(text)).then(|| (format!("[{index}].{key}"), text))
    })
}

/// `NameIsDNSSubdomain` (apimachinery 0.37.1) of a prefix: it may end in one `-`.
fn is_prefix(text: &str) -> bool {
    let begin = text.strip_suffix('-').filter(|begin| !begin.is_empty());
    let Some(begin) = begin else {
        return is_dns1123_subdomain(text);
    };
    let mut masked: String = begin.to_owned();
    masked.pop();
    masked.push('a');
    is_dns1123_subdomain(&masked)
}

/// `IsValidPortName` (apimachinery 0.37.1).
fn is_port_name(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=15).contains(&text.len())
        && text.bytes().all(is_part)
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && !text.contains("--")
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// `IsRelaxedEnvVarName` (apimachinery 0.37.1).
fn is_env_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'=')
}

/// `IsConfigMapKey` (apimachinery 0.37.1).
fn is_config_key(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    text.len() <= 253 && text.bytes().all(is_part) && text != "." && !text.starts_with("..")
}

/// `IsValidSysctlName` (1.37.1).
fn is_sysctl(text: &str) -> bool {
    let is_edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let is_segment = |segment: &str| {
        let mut bytes = segment.bytes();
        is_edge(segment.bytes().next())
            && is_edge(segment.bytes().last())
            && bytes.all(|b| is_edge(Some(b)) || matches!(b, b'-' | b'_'))
    };
    text.len() <= 253 && text.split(['.', '/']).all(is_segment)
}

/// `ParseIPSloppy` of k8s.io/utils: parts of an IPv4 address may have leading zeros.
fn is_ip(text: &str) -> bool {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().is_ok();
    }
    let is_part = |part: &str| {
        let is_digit = part.bytes().all(|b| b.is_ascii_digit());
        is_digit && part.parse::<u8>().is_ok()
    };
    text.split('.').count() == 4 && text.split('.').all(is_part)
}

fn has_backsteps(text: &str) -> bool {
    text.split('/').any(|part| part == "..")
}

/// `ValidateLocalNonReservedPath` (1.37.1).
pub(super) fn is_local(text: &str) -> bool {
    !text.starts_with('/') && !has_backsteps(text) && !text.starts_with("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let long = "a".repeat(16);
        let cases: [(Rule, &[&str], &[&str]); 9] = [
            (
                Rule::PortName,
                &["http", "a-1"],
                &["1", "-a", "a--b", "A", &long],
            ),
            (Rule::EnvName, &["A.B-c", "1 x"], &["a=b", "ü", "a\n"]),
            (
                Rule::ConfigKey,
                &["a.b_C-1", ".a"],
                &["..", "..a", "a/b", "."],
            ),
            (Rule::Prefix, &["a", "a-", "a.b"], &["A", "-", "-a"]),
            (
                Rule::Sysctl,
                &["net.ipv4.tcp_syncookies", "a/b"],
                &["a..b", "A", "_a"],
            ),
            (
                Rule::Ip,
                &["10.0.0.01", "::1", "::ffff:1.2.3.4"],
                &["1.2.3", "256.1.1.1", "a", "1.2.3.+4"],
            ),
            (Rule::Local, &["a/b", "a..b"], &["/a", "a/../b", "..a"]),
            (Rule::Descending, &["a/b", "..a"], &["/a", "a/../b"]),
            (Rule::Driver, &["CSI.example.com"], &["a_b", "a/b"]),
        ];
        for (rule, good, bad) in cases {
            for text in good {
                assert_eq!(rule.of_text(text), None, "{text}");
            }
            for text in bad {
                assert!(rule.of_text(text).is_some(), "{text}");
            }
        }
    }
}
