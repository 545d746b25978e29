//! A server of another release.

/// A line to say when the API server isn't of the release that the engine was compared with.
#[must_use]
pub fn version_note(server_version: &str) -> Option<String> {
    let release = |version: &str| -> Option<(u32, u32)> {
        let mut parts = version.trim_start_matches('v').split('.');
        let minor = parts.clone().nth(1)?;
        let minor = minor.trim_end_matches(|c: char| !c.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, minor.parse().ok()?))
    };
    let verified = crate::engine::VERIFIED_RELEASE;
    (release(server_version) != release(verified)).then(|| {
        format!("the server is {server_version}; the decisions were compared with the code of {verified}")
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn other_releases_are_said() {
        for same in ["v1.37.1", "v1.37.0-alpha.1", "v1.37.4+k3s1", "1.37"] {
            assert_eq!(super::version_note(same), None, "{same}");
        }
        for other in ["v1.33.2", "v1.36+", "none"] {
            assert!(super::version_note(other).is_some(), "{other}");
        }
    }
}
