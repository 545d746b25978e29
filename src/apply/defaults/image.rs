//! The pull policy that follows from an image's name.

/// `Always` for an image with the tag latest or without a tag, as `parsers.ParseImageName` reads
/// it; an unreadable name doesn't count as latest.
pub(super) fn pull_policy(image: &str) -> &'static str {
    if is_latest(image) {
        "Always"
    } else {
        "IfNotPresent"
    }
}

fn is_latest(image: &str) -> bool {
    // A bare identifier of 64 hexadecimal digits is refused.
    if image.len() == 64 && image.bytes().all(is_lower_hex) {
        return false;
    }
    let (reference, digest) = match image.split_once('@') {
        Some((reference, digest)) => (reference, Some(digest)),
        None => (image, None),
    };
    let (domain, rest) = split_docker_domain(reference);
    let (path, tag) = match rest.split_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (rest, None),
    };
    let latest = match digest {
        Some(digest) => tag == Some("latest") && is_digest(digest),
        None => tag.is_none_or(|tag| tag == "latest"),
    };
    let is_docker = domain.is_none_or(|d| d == "docker.io" || d == "index.docker.io");
    let official = is_docker && !path.contains('/');
    let named = match domain {
        // What isn't a domain may still be the first component of a path.
        Some(domain) if !is_domain(domain) => is_path(&format!("{domain}/{path}"), false),
        _ => is_path(path, official),
    };
    latest && named
}

/// `splitDockerDomain`; without a domain it is Docker's own, and a path of one component gets
/// `library/` in front.
fn split_docker_domain(reference: &str) -> (Option<&str>, &str) {
    match reference.split_once('/') {
        Some((domain, rest)) if looks_like_domain(domain) => (Some(domain), rest),
        _ => (None, reference),
    }
}

fn looks_like_domain(text: &str) -> bool {
    let marked = text.contains(['.', ':']) || text.to_lowercase() != text;
    text == "localhost" || marked
}

/// Names or an IPv6 address, and maybe a port.
fn is_domain(domain: &str) -> bool {
    let end_of_host = domain.rfind(']').map_or(0, |at| at + 1);
    let (address, rest) = domain.split_at(end_of_host);
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    let is_host = if address.is_empty() {
        host.split('.').all(is_domain_component)
    } else {
        host.is_empty() && is_ipv6(address)
    };
    is_host && port.is_none_or(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}

fn is_ipv6(address: &str) -> bool {
    let inner = address.strip_prefix('[').and_then(|a| a.strip_suffix(']'));
    let is_part = |b: u8| b.is_ascii_hexdigit() || b == b':';
    inner.is_some_and(|inner| !inner.is_empty() && inner.bytes().all(is_part))
}

fn is_domain_component(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let edges = !text.starts_with('-') && !text.ends_with('-');
    !text.is_empty() && edges && text.bytes().all(inside)
}

/// `remoteName`: components between slashes, at most 255 characters, including the `library/`
/// before an official name.
fn is_path(path: &str, official: bool) -> bool {
    const LONGEST: usize = 255;
    let before = if official { "library/".len() } else { 0 };
    path.len() + before <= LONGEST && path.split('/').all(is_path_component)
}

/// Lower-case words between single points, one or two underscores, or any number of dashes.
fn is_path_component(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let words = text.starts_with(is_word) && text.ends_with(is_word);
    let mut separators = text.split(is_word).filter(|s| !s.is_empty());
    words
        && separators.all(|separator| {
            matches!(separator, "." | "_" | "__") || separator.bytes().all(|b| b == b'-')
        })
}

/// A digest of an algorithm known upstream, with its number of digits.
fn is_digest(digest: &str) -> bool {
    let digits = |count: usize, text: &str| text.len() == count && text.bytes().all(is_lower_hex);
    match digest.split_once(':') {
        Some(("sha256", text)) => digits(64, text),
        Some(("sha384", text)) => digits(96, text),
        Some(("sha512", text)) => digits(128, text),
        _ => false,
    }
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::pull_policy;

    #[test]
    fn a_digest_without_the_tag_is_not_latest() {
        let digest = "a".repeat(64);
        let always = |image: &str| pull_policy(image) == "Always";
        assert!(always("nginx"));
        assert!(always("localhost:5000/a/b"));
        assert!(always("[::1]:5000/a"));
        assert!(always("x_y.io/a"));
        assert!(always(&format!("a:latest@sha256:{digest}")));
        assert!(!always(&format!("a@sha256:{digest}")));
        assert!(!always("a:latest@sha256:ab"));
        assert!(!always(&digest));
        assert!(!always("nginx:1"));
        assert!(!always("Nginx"));
        assert!(!always(""));
        assert!(!always("a___b"));
        assert!(!always("a b"));
    }
}
