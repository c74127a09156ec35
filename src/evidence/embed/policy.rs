//! Which frames a page's Content-Security-Policy lets it show (CSP Level 3, sections 6.4.2.4 `frame-src` and 6.7.2
//! matching of sources).

use url::Url;

/// The sources that a policy names for frames: those of `frame-src`, failing that of `child-src`, failing that of
/// `default-src`. `None` where it names none of them, and forbids no frame.
#[must_use]
pub fn frame_sources(policy: &str) -> Option<&str> {
    let of = |wanted: &str| {
        policy.split(';').map(str::trim).find_map(|directive| {
            let (name, sources) = directive.split_once(char::is_whitespace).unwrap_or((directive, ""));
            name.eq_ignore_ascii_case(wanted).then(|| sources.trim())
        })
    };
    ["frame-src", "child-src", "default-src"].into_iter().find_map(of)
}

/// Whether a frame of this address may stand in a page of another site with this policy.
#[must_use]
pub fn allows_frame(policy: &str, address: &Url) -> bool {
    frame_sources(policy).is_none_or(|sources| sources.split_whitespace().any(|source| allows(source, address)))
}

/// Whether a source matches an address. A path in a source is not compared: a redirect may lead past it.
fn allows(source: &str, address: &Url) -> bool {
    let source = source.to_ascii_lowercase();
    // 'self' and 'none' match nothing of another site.
    if source == "*" {
        return matches!(address.scheme(), "http" | "https");
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return scheme == address.scheme() || scheme == "http" && address.scheme() == "https";
    }
    let (scheme, rest) = source.split_once("://").map_or((None, source.as_str()), |(s, rest)| (Some(s), rest));
    let place = rest.split('/').next().unwrap_or_default();
    let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
    let at = address.host_str().unwrap_or_default();
    let is_host = host.strip_prefix('*').map_or(host == at, |end| end.starts_with('.') && at.ends_with(end));
    let is_scheme = scheme.is_none_or(|scheme| scheme == address.scheme() || scheme == "http");
    let known = address.port_or_known_default().map(|port| port.to_string());
    let is_port = match port {
        None => address.port().is_none(),
        Some("*") => true,
        Some(port) => known.as_deref() == Some(port),
    };
    is_host && is_scheme && is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directive_for_frames_is_the_nearest_one() {
        assert_eq!(frame_sources("default-src 'self'; frame-src https://a.example"), Some("https://a.example"));
        assert_eq!(frame_sources("default-src 'self'; Child-Src 'none'"), Some("'none'"));
        assert_eq!(frame_sources("script-src 'self'; default-src *"), Some("*"));
        assert_eq!(frame_sources("script-src 'self'; frame-ancestors 'none'"), None);
        assert_eq!(frame_sources("frame-src"), Some(""));
    }

    #[test]
    fn a_frame_is_shown_where_a_source_matches_it() {
        let report = Url::parse("https://app.powerbi.com/reportEmbed?reportId=x").expect("an address");
        for policy in [
            "script-src 'self'",
            "frame-src 'self' https://app.powerbi.com",
            "default-src https:",
            "frame-src *.powerbi.com",
            "frame-src app.powerbi.com:443",
            "frame-src *",
            "frame-src http://app.powerbi.com",
        ] {
            assert!(allows_frame(policy, &report), "{policy}");
        }
        for policy in [
            "frame-src 'self'",
            "default-src 'none'",
            "frame-src",
            "frame-src https://powerbi.com",
            "frame-src https://app.powerbi.com:8443",
            "frame-src https://evilpowerbi.com *powerbi.com",
        ] {
            assert!(!allows_frame(policy, &report), "{policy}");
        }
    }
}
