//! The server's clock.

use http::HeaderMap;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// The time of the `Date` header, to the second.
///
/// A snapshot takes the latest one of its responses: nothing that was read
/// then happened after "now".
pub(super) fn date_header(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(http::header::DATE)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn reads_http_dates() {
        let mut headers = HeaderMap::new();
        assert_eq!(date_header(&headers), None);
        let date = HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
        headers.insert(http::header::DATE, date);
        let expected = "1994-11-06T08:49:37Z".parse().ok();
        assert_eq!(date_header(&headers), expected);
        headers.insert(http::header::DATE, HeaderValue::from_static("soon"));
        assert_eq!(date_header(&headers), None);
    }
}
