//! kubectl's `-l`: the text form of a selector.

use super::{Operator, Selector, parse};

impl Selector {
    /// Parses what `-l` takes, as `labels.Parse` (apimachinery 0.37.1) does:
    /// `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, with
    /// commas between them. Nothing at all selects everything.
    ///
    /// # Errors
    /// What can't be parsed, with the part that it stands in.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = split(text).into_iter().map(str::trim);
        let requirements = parts.filter(|p| !p.is_empty()).map(|part| {
            let problem = |e: String| format!("invalid selector `{text}`: in `{part}` {e}");
            let (key, operator, values) = requirement(part).map_err(problem)?;
            let operator = parse(key, operator, &values).map_err(problem)?;
            Ok((key.to_owned(), operator, values))
        });
        let requirements: Vec<(String, Operator, Vec<String>)> =
            requirements.collect::<Result<_, String>>()?;
        Ok(Self { requirements })
    }
}

/// Cuts at the commas that aren't inside parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

fn requirement(part: &str) -> Result<(&str, &'static str, Vec<String>), String> {
    if let Some((left, list)) = part.split_once('(') {
        let list = list
            .trim_end()
            .strip_suffix(')')
            .ok_or("a `)` is missing")?;
        let values = list.split(',').map(|v| v.trim().to_owned()).collect();
        return match left.split_whitespace().collect::<Vec<_>>().as_slice() {
            [key, "in"] => Ok((key, "In", values)),
            [key, "notin"] => Ok((key, "NotIn", values)),
            _ => Err("`KEY in (A,B)` or `KEY notin (A,B)` is wanted".to_owned()),
        };
    }
    if let Some(key) = part.strip_prefix('!') {
        return Ok((key.trim(), "DoesNotExist", Vec::new()));
    }
    let Some((key, value)) = part.split_once('=') else {
        return Ok((part, "Exists", Vec::new()));
    };
    let value = value.strip_prefix('=').unwrap_or(value).trim().to_owned();
    match key.strip_suffix('!') {
        Some(key) => Ok((key.trim(), "NotIn", vec![value])),
        None => Ok((key.trim(), "In", vec![value])),
    }
}

#[cfg(test)]
mod tests {
    use super::Selector;

    #[test]
    fn matches_as_kubectl_does() {
        let labels = [("app", "agent"), ("tier", "node")].into_iter().collect();
        for yes in [
            "",
            "app=agent",
            "app==agent",
            "app = agent , tier",
            "app!=x",
            "missing!=x",
            "app in (x, agent)",
            "app notin (x),tier in (node)",
            "!missing",
        ] {
            assert_eq!(
                Selector::parse(yes).map(|s| s.matches(&labels)),
                Ok(true),
                "{yes}"
            );
        }
        for no in [
            "app=x",
            "!app",
            "missing",
            "app notin (agent)",
            "app=agent,tier=x",
            "app=",
        ] {
            assert_eq!(
                Selector::parse(no).map(|s| s.matches(&labels)),
                Ok(false),
                "{no}"
            );
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for bad in [
            "a b",
            "a in b",
            "a in (b",
            "a near (b)",
            "a=b=c",
            "-a=b",
            "a>1",
            "=b",
        ] {
            assert!(Selector::parse(bad).is_err(), "{bad}");
        }
    }
}
