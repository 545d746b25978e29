//! The proxy for a server.

use std::net::IpAddr;

use http::Uri;

/// The proxy for `server`: the kubeconfig's `proxy-url`, else the one from the environment, as Go's
/// `http.ProxyFromEnvironment` reads it. `proxy-url` applies whatever NO_PROXY says, as in
/// client-go.
pub(super) fn choose(server: &Uri, configured: Option<&str>) -> Result<Option<Uri>, String> {
    if let Some(url) = configured.filter(|u| !u.is_empty()) {
        return parse(url, "proxy-url").map(Some);
    }
    from_environment(server, &|name| {
        std::env::var(name).ok().filter(|v| !v.is_empty())
    })
}

fn from_environment(
    server: &Uri,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Uri>, String> {
    let (upper, lower) = if server.scheme_str() == Some("http") {
        ("HTTP_PROXY", "http_proxy")
    } else {
        ("HTTPS_PROXY", "https_proxy")
    };
    let Some(url) = variable(upper).or_else(|| variable(lower)) else {
        return Ok(None);
    };
    let without = variable("NO_PROXY").or_else(|| variable("no_proxy"));
    if goes_direct(server, &without.unwrap_or_default()) {
        return Ok(None);
    }
    parse(&url, upper).map(Some)
}

fn parse(url: &str, origin: &str) -> Result<Uri, String> {
    let full = if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    };
    let uri: Uri = full
        .parse()
        .map_err(|e| format!("error: invalid proxy in {origin}: {e}"))?;
    match uri.scheme_str() {
        Some("http" | "https" | "socks5") => Ok(uri),
        // The same protocol; the name only says that the proxy resolves host names.
        Some("socks5h") => full
            .replacen("socks5h://", "socks5://", 1)
            .parse()
            .map_err(|e| format!("error: invalid proxy in {origin}: {e}")),
        other => Err(format!(
            "error: proxy in {origin} has the scheme `{}`: use http, https or socks5",
            other.unwrap_or_default()
        )),
    }
}

/// Go's rules for NO_PROXY; the machine itself is always reached directly.
fn goes_direct(server: &Uri, without: &str) -> bool {
    let host = server.host().unwrap_or_default().to_ascii_lowercase();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let ip: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()) {
        return true;
    }
    let https = server.scheme_str() != Some("http");
    let port = server.port_u16().unwrap_or(if https { 443 } else { 80 });
    let entries = without.split(',').map(|e| e.trim().to_ascii_lowercase());
    entries
        .filter(|e| !e.is_empty())
        .any(|entry| covers(&entry, host, ip, port))
}

fn covers(entry: &str, host: &str, ip: Option<IpAddr>, port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, bits)) = entry.split_once('/') {
        return ip.is_some_and(|ip| in_network(ip, network, bits));
    }
    let (name, wanted) = match entry.rsplit_once(':') {
        Some((name, digits)) if !name.contains(':') => match digits.parse::<u16>() {
            Ok(wanted) => (name, Some(wanted)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    };
    if wanted.is_some_and(|wanted| wanted != port) {
        return false;
    }
    if ip.is_some() {
        return name.parse().ok() == ip;
    }
    let name = name.strip_prefix('*').unwrap_or(name);
    match name.strip_prefix('.') {
        Some(_) => host.ends_with(name),
        None => host == name || host.ends_with(&format!(".{name}")),
    }
}

fn in_network(ip: IpAddr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else {
        return false;
    };
    let (a, b, width) = match (ip, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return false,
    };
    let Some(host_bits) = u32::checked_sub(width, bits) else {
        return false;
    };
    (a ^ b).checked_shr(host_bits).unwrap_or_default() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(server: &str, variables: &[(&str, &str)]) -> Option<String> {
        let server: Uri = server.parse().ok()?;
        let look_up = |name: &str| {
            let found = variables.iter().find(|(n, _)| *n == name);
            found.map(|(_, v)| (*v).to_owned())
        };
        let found = from_environment(&server, &look_up).ok()?;
        found.map(|uri| uri.to_string())
    }

    #[test]
    fn by_scheme_upper_case_first() {
        let both = [("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:1")];
        assert_eq!(proxy("https://k", &both).as_deref(), Some("http://a:1/"));
        assert_eq!(proxy("http://k", &both), None);
        let plain = [("HTTPS_PROXY", "a:3128")];
        assert_eq!(
            proxy("https://k", &plain).as_deref(),
            Some("http://a:3128/")
        );
    }

    #[test]
    fn no_proxy_is_about_the_server() {
        let with = |without| [("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", without)];
        for (server, without, direct) in [
            ("https://10.1.2.3:6443", "10.0.0.0/8", true),
            ("https://11.1.2.3:6443", "10.0.0.0/8", false),
            ("https://10.1.2.3:6443", "10.1.2.3", true),
            ("https://10.1.2.3:6443", "10.1.2.3:443", false),
            ("https://api.example.com", "example.com", true),
            ("https://api.example.com", ".example.com", true),
            ("https://example.com", ".example.com", false),
            ("https://badexample.com", "example.com", false),
            ("https://api.example.com", "a, *.example.com", true),
            ("https://api.example.com", "*", true),
            ("https://[fd00::1]:6443", "fd00::/8", true),
            ("https://10.1.2.3", "0.0.0.0/0", true),
            // The proxy's own name doesn't matter.
            ("https://api.example.com", "p", false),
        ] {
            let found = proxy(server, &with(without));
            assert_eq!(found.is_none(), direct, "{server} {without}");
        }
    }

    #[test]
    fn the_machine_itself_never() {
        let all = [("HTTPS_PROXY", "http://p:1")];
        assert_eq!(proxy("https://127.0.0.1:6443", &all), None);
        assert_eq!(proxy("https://localhost:6443", &all), None);
        assert_eq!(proxy("https://[::1]:6443", &all), None);
    }

    #[test]
    fn schemes() {
        assert!(parse("ftp://p", "proxy-url").is_err());
        let socks = parse("socks5h://p:1", "proxy-url").map(|u| u.to_string());
        assert_eq!(socks.as_deref(), Ok("socks5://p:1/"));
    }
}
