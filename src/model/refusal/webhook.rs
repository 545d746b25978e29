//! What an admission webhook answered, or that it couldn't be called.

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
    Some(Refusal::WebhookDenied {
        webhook: webhook.to_owned(),
        message: message.trim_start_matches(": ").to_owned(),
    })
}

/// The Service in `Post "https://name.namespace.svc:443/path": …`.
fn service(message: &str) -> Option<(String, String)> {
    let (_, url) = message.split_once("\"https://")?;
    let host = url.split([':', '/', '\"']).next()?;
    let mut parts = host.split('.');
    let (name, namespace) = (parts.next()?, parts.next()?);
    (parts.next() == Some("svc")).then(|| (namespace.to_owned(), name.to_owned()))
}

/// What went wrong, after what was called.
fn without_url(message: &str) -> &str {
    let after = message
        .strip_prefix("Post \"")
        .and_then(|rest| rest.split_once("\": "));
    after.map_or(message, |(_, why)| why)
}
