//! What an admission webhook answered, or that it couldn't be called.

use std::collections::BTreeMap;

use super::Refusal;

pub(super) fn webhook(message: &str) -> Option<Refusal> {
    if let Some((_, rest)) = message.split_once("failed calling webhook \"") {
        let (webhook, message) = rest.split_once("\": ")?;
        // Older releases leave that out.
        let message = message
            .strip_prefix("failed to call webhook: ")
            .unwrap_or(message);
        return Some(Refusal::WebhookFailed {
            webhook: webhook.to_owned(),
            service: service(message),
            message: without_url(message).to_owned(),
        });
    }
    let (_, rest) = message.split_once("admission webhook \"")?;
    let (webhook, rest) = rest.split_once('"')?;
    let (_, message) = rest.split_once("denied the request")?;
    let message = message.trim_start_matches(": ");
    Some(Refusal::WebhookDenied {
        webhook: webhook.to_owned(),
        message: of_warden(message).unwrap_or_else(|| message.to_owned()),
    })
}

/// The Service in `Post "https://name.namespace.svc:443/path": …`.
fn service(message: &str) -> Option<(String, String)> {
    let (url, _) = call(message)?;
    let host = url.strip_prefix("https://")?.split([':', '/']).next()?;
    let mut parts = host.split('.');
    let (name, namespace) = (parts.next()?, parts.next()?);
    (parts.next() == Some("svc")).then(|| (namespace.to_owned(), name.to_owned()))
}

/// What went wrong, after what was called.
fn without_url(message: &str) -> &str {
    call(message).map_or(message, |(_, why)| why)
}

/// What was called, which Go before 1.14 doesn't put in quotes, and what went wrong.
fn call(message: &str) -> Option<(&str, &str)> {
    let called = message.strip_prefix("Post ")?;
    match called.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\": "),
        None => called.split_once(": "),
    }
}

/// What GKE Warden denies, without the rules and the user that it names:
/// `… Violations details: {"[denied by rule]":["what"]} Requested by user: …`.
fn of_warden(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("Violations details: ")?;
    let mut found = serde_json::Deserializer::from_str(rest).into_iter();
    let by_rule: BTreeMap<String, Vec<String>> = found.next()?.ok()?;
    let all = by_rule.into_values().flatten();
    let all = all.map(|what| what.trim_end_matches('.').to_owned());
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| all.join("; "))
}
