//! The text around the items of a JSON list.

use serde::de::{Deserialize, IgnoredAny};
use serde_json::Value;

use super::json::is_cut;
use super::json_items::blank;

/// What a list says of itself; `None` for what it hasn't said yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct JsonList {
    /// Empty where it is no string.
    pub api_version: Option<String>,
    /// Empty where it is no string.
    pub kind: Option<String>,
    /// Whether it says something twice.
    pub is_twice: bool,
}

/// Where reading a list's entries stops.
enum Stop {
    /// After the bracket that its items begin with.
    Items(usize),
    /// After the brace that it ends with.
    End(usize),
    /// More of the text is needed.
    Short,
    /// What is wrong, and where.
    Wrong(usize, String),
}

impl JsonList {
    /// Reads up to the items, including the bracket; `None` where `text` ends before.
    pub(super) fn begin(text: &str) -> Option<(Self, usize)> {
        let mut list = Self::default();
        match list.entries(text, text.find('{')? + 1, true) {
            Stop::Items(length) => Some((list, length)),
            _ => None,
        }
    }

    /// Reads what follows the items, including the brace, and returns its length; `None` where
    /// `text` ends before.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub(super) fn end(&mut self, text: &str) -> Result<Option<usize>, (usize, String)> {
        let mut list = Self {
            api_version: self.api_version.clone(),
            kind: self.kind.clone(),
            is_twice: self.is_twice,
        };
        match list.entries(text, 0, false) {
            Stop::Items(at) => Err((at, "`items` is given twice".to_owned())),
            Stop::End(length) => {
                *self = list;
                Ok(Some(length))
            }
            Stop::Short => Ok(None),
            Stop::Wrong(at, problem) => Err((at, problem)),
        }
    }

    fn entries(&mut self, text: &str, mut at: usize, mut is_first: bool) -> Stop {
        loop {
            at += blank(text.get(at..).unwrap_or_default());
            match text.as_bytes().get(at) {
                None => return Stop::Short,
                Some(b'}') => return Stop::End(at + 1),
                Some(b',') if !is_first => at += 1,
                Some(_) if is_first => {}
                Some(_) => return Stop::Wrong(at, "expected `,` or `}`".to_owned()),
            }
            is_first = false;
            let key = match parse::<String>(text, &mut at) {
                Ok(key) => key,
                Err(stop) => return stop,
            };
            at += blank(text.get(at..).unwrap_or_default());
            match text.as_bytes().get(at) {
                None => return Stop::Short,
                Some(b':') => at += 1,
                Some(_) => return Stop::Wrong(at, "expected `:`".to_owned()),
            }
            at += blank(text.get(at..).unwrap_or_default());
            if key == "items" && text.as_bytes().get(at) == Some(&b'[') {
                return Stop::Items(at + 1);
            }
            if let Err(stop) = self.entry(&key, text, &mut at) {
                return stop;
            }
        }
    }

    fn entry(&mut self, key: &str, text: &str, at: &mut usize) -> Result<(), Stop> {
        let own = match key {
            "apiVersion" => &mut self.api_version,
            "kind" => &mut self.kind,
            _ => return parse::<IgnoredAny>(text, at).map(|_| ()),
        };
        self.is_twice |= own.is_some();
        let value = parse::<Value>(text, at)?;
        *own = Some(value.as_str().unwrap_or_default().to_owned());
        Ok(())
    }
}

/// Reads the value at `at`, and moves behind it.
fn parse<'de, T: Deserialize<'de>>(text: &'de str, at: &mut usize) -> Result<T, Stop> {
    let rest = text.get(*at..).unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<T>();
    let value = match values.next() {
        Some(Ok(value)) => value,
        Some(Err(problem)) if !is_cut(&problem, rest) => {
            let text = problem.to_string();
            let text = text.split(" at line ").next().unwrap_or(&text);
            return Err(Stop::Wrong(*at, text.to_owned()));
        }
        _ => return Err(Stop::Short),
    };
    let length = values.byte_offset();
    // A number may go on after the end.
    if length == rest.len() {
        return Err(Stop::Short);
    }
    *at += length;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::JsonList;

    #[test]
    fn what_stands_around() {
        let text =
            r#" {"kind":"NodeList", "apiVersion": "v1", "metadata": {"items": [1]}, "items": [1"#;
        let (mut list, length) = JsonList::begin(text).unwrap_or_default();
        assert_eq!(text.get(length..), Some("1"));
        assert_eq!(list.kind.as_deref(), Some("NodeList"));
        let text = r#", "apiVersion": "v2", "a": 1.5 } "#;
        for end in 0..text.len() - 2 {
            assert_eq!(list.end(text.get(..end).unwrap_or_default()), Ok(None));
        }
        assert!(!list.is_twice);
        assert_eq!(list.end(text), Ok(Some(text.len() - 1)));
        assert!(list.is_twice);
        assert!(list.end(", 1").is_err() && list.end("1").is_err());
        assert_eq!(JsonList::begin(r#"{"items": {"a": []}}"#), None);
    }
}
