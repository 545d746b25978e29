//! Keys without quotes: those that every reader reads as a string.

use jiff::civil::Date;

/// Words that some reader doesn't read as a string, in any case.
const WORDS: [&str; 13] = [
    "null", "true", "false", "y", "yes", "on", "n", "no", "off", "t", "f", "inf", "nan",
];

/// The inverse of `needsQuotes`.
pub(super) fn is_plain(key: &str) -> bool {
    let inner = |c: char| matches!(c, '-' | '.' | '/');
    let outer = |c: char| c.is_alphanumeric() || c == '_';
    let is_known = key.chars().all(|c| outer(c) || inner(c));
    is_known
        && key.starts_with(outer)
        && key.ends_with(outer)
        && !WORDS.iter().any(|word| key.eq_ignore_ascii_case(word))
        && !is_number(key)
        && !is_date(key)
}

/// What Go's `ParseInt` or `ParseFloat` accepts, in any base.
fn is_number(key: &str) -> bool {
    let digits = key.replace('_', "");
    let in_base = |base: &str, is_digit: fn(char) -> bool| {
        let prefix = digits.get(..2).filter(|p| p.eq_ignore_ascii_case(base));
        let number = prefix.and_then(|_| digits.get(2..)).unwrap_or_default();
        !number.is_empty() && number.chars().all(is_digit)
    };
    let is_of_a_float = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | 'p' | 'P' | '-');
    let has_exponent = digits.contains(['p', 'P']);
    digits.parse::<f64>().is_ok()
        || in_base("0b", |c| matches!(c, '0' | '1'))
        || in_base("0o", |c| matches!(c, '0'..='7'))
        || in_base("0x", |c| c.is_ascii_hexdigit())
        || (has_exponent && in_base("0x", is_of_a_float))
}

/// `2006-1-2`.
fn is_date(key: &str) -> bool {
    let mut parts = key.split('-').map(str::parse::<i16>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (month, day) = (i8::try_from(month), i8::try_from(day));
    let date = month.and_then(|month| Ok(Date::new(year, month, day?)));
    key.find('-') == Some(4) && date.is_ok_and(|date| date.is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn what_a_reader_takes_for_something_else_is_quoted() {
        for key in [
            "",
            "y",
            "No",
            "TRUE",
            "t",
            "null",
            "1",
            "1_0",
            "0x1F",
            "0b1",
            "0o7",
            "09",
            "1e3",
            "0x1p-2",
            "Inf",
            "nan",
            "2026-11-29",
            "2026-1-2",
            "-a",
            "a.",
            "a b",
            "a:b",
            "~",
            "<<",
        ] {
            assert!(!is_plain(key), "{key}");
        }
        for key in [
            "a",
            "apiVersion",
            "kubernetes.io/os",
            "0a",
            "2026-13-29",
            "node-1",
            "_x",
            "yess",
            "0x",
            "é",
        ] {
            assert!(is_plain(key), "{key}");
        }
    }
}
