//! The line of a container's last output that says why it ended.

use serde_json::{Map, Value};

/// The most telling line at the end of a log or of a termination message: the last error in klog's
/// format, else that of a panic, else the last one.
pub(super) fn last_words(log: &str) -> String {
    let mut lines = log.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut errors = lines.clone().rev();
    if let Some(error) = errors.find_map(klog_error) {
        return structured(error);
    }
    let is_panic = |line: &&str| line.starts_with("panic: ") || line.starts_with("fatal error: ");
    let mut panics = lines.clone();
    let line = panics.find(is_panic).or_else(|| lines.next_back());
    let message = |line| json_line(line).or_else(|| logfmt(line));
    line.map_or_else(String::new, |line| {
        message(line).unwrap_or_else(|| line.to_owned())
    })
}

/// What a line of logfmt says, as logrus, go-kit and slog write them: `level=fatal msg="…"`.
pub(super) fn logfmt(line: &str) -> Option<String> {
    let starts = ["time=", "ts=", "level=", "lvl=", "msg="];
    starts.iter().find(|start| line.starts_with(**start))?;
    let message = value(line, "msg")?;
    Some(match value(line, "error").or_else(|| value(line, "err")) {
        Some(error) => format!("{}: {error}", message.trim_end_matches(['.', ':'])),
        None => message,
    })
}

/// The value of a key of such a line; `None` for an empty one.
fn value(line: &str, key: &str) -> Option<String> {
    let at = match line
        .strip_prefix(key)
        .and_then(|rest| rest.strip_prefix('='))
    {
        Some(rest) => rest,
        None => line.split_once(&format!(" {key}="))?.1,
    };
    let value = match at.strip_prefix('"') {
        Some(quoted) => quoted_text(quoted)?.0,
        None => at.split(' ').next()?.to_owned(),
    };
    Some(value).filter(|value| !value.is_empty())
}

/// The message of a JSON line, as klog, zap, logrus and zerolog write it.
pub(super) fn json_line(line: &str) -> Option<String> {
    let Ok(Value::Object(fields)) = serde_json::from_str(line) else {
        return None;
    };
    let message = ["msg", "message"];
    let message = message.iter().find_map(|key| text(&fields, key))?;
    let error = ["error", "err"];
    let error = error.iter().find_map(|key| text(&fields, key));
    Some(match error {
        Some(error) => format!("{}: {error}", message.trim_end_matches(['.', ':'])),
        None => message.to_owned(),
    })
}

fn text<'v>(fields: &'v Map<String, Value>, key: &str) -> Option<&'v str> {
    let text = fields.get(key)?.as_str()?.trim();
    (!text.is_empty()).then_some(text)
}

/// What follows the header of an error or fatal line: `E0504 11:56:20.340122       1 main.go:157]
/// …`.
fn klog_error(line: &str) -> Option<&str> {
    let (header, said) = line.split_once("] ")?;
    let date = header.strip_prefix(['E', 'F'])?;
    let mut words = date.split_whitespace();
    let is_date = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    let is_klog = words.next().is_some_and(is_date) && header.contains(".go:");
    is_klog.then_some(said)
}

/// `"Failed to start" err="no such host"` without the quotes; other text unchanged.
fn structured(said: &str) -> String {
    let quoted = said.strip_prefix('"').and_then(|rest| quoted_text(rest));
    let Some((message, rest)) = quoted else {
        return said.to_owned();
    };
    let error = rest.split_once("err=\"");
    let error = error.and_then(|(_, rest)| quoted_text(rest));
    match error {
        Some((error, _)) => format!("{message}: {error}"),
        None => message,
    }
}

/// The text up to the quote that ends it, and what comes after.
fn quoted_text(rest: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((text, rest.get(at + 1..)?)),
            '\\' => text.extend(chars.next().map(|(_, escaped)| match escaped {
                'n' | 't' => ' ',
                other => other,
            })),
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::last_words;

    #[test]
    fn what_programs_say_last() {
        let cases = [
            (
                "I0504 11:56:10.212345       1 main.go:154] \"Initializing metadata\"\nE0504 11:56:20.340122       1 main.go:157] \"Failed to initialize metadata when it is required\" err=\"could not retrieve instance type\"\nI0504 11:56:20.4       1 main.go:158] \"Exiting\"\n",
                "Failed to initialize metadata when it is required: could not retrieve instance type",
            ),
            (
                "F1104 10:00:00.000001       1 server.go:9] unable to load configuration: open /etc/a: no such file\n",
                "unable to load configuration: open /etc/a: no such file",
            ),
            (
                "starting\npanic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n",
                "panic: runtime error: index out of range",
            ),
            (
                "{\"level\":\"info\",\"msg\":\"starting\"}\n{\"level\":\"error\",\"msg\":\"can't listen\",\"error\":\"address already in use\"}\n",
                "can't listen: address already in use",
            ),
            (
                "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'x'\n",
                "KeyError: 'x'",
            ),
            (
                "level=info msg=starting\ntime=\"2026-05-04T11:57:00Z\" level=fatal msg=\"unable to find devices, use '--devices' option\" subsys=daemon\n",
                "unable to find devices, use '--devices' option",
            ),
            (
                "level=error ts=2026-05-04T11:57:00Z msg=\"can't listen\" err=\"address in use\"\n",
                "can't listen: address in use",
            ),
            (
                "level=error ts=2026-05-04T11:57:00Z caller=main.go:9 msg=\"error creating promtail\" error=\"failed to make file target manager: too many open files\"\n",
                "error creating promtail: failed to make file target manager: too many open files",
            ),
            ("Exiting: permission denied\n", "Exiting: permission denied"),
            ("", ""),
        ];
        for (log, expected) in cases {
            assert_eq!(last_words(log), expected);
        }
    }
}
