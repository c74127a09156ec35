//! What a browser writes to its console about a frame that is refused: by whom, by what, and which page it would have held.
//!
//! As Chromium, Edge, Firefox and Safari write it, whatever the host; other words are known by `rules/wording`.

use std::borrow::Cow;

use super::{Frame, RefusedBy};
use crate::cloud;
use crate::pattern::{Pattern, pattern};

/// A page that forbids the frame by its own policy, and a frame that forbids it by one: the directive tells which.
static POLICY: Pattern = pattern!(
    r#"(?i)(?:refused to frame|framing|refused to load) ['"“]?(https?://[^\s'"”]+|null)?['"”]? ?(?:because (?:it|an ancestor) )?violates the following content security policy directive: ["'“]?([a-z-]+)"#,
    r#"|page.s settings blocked the loading of a resource (?:\(([a-z-]+)\) )?at (https?://[^\s'"”]+)"#,
    r#"|refused to load (https?://\S+) because it does not appear in the ([a-z-]+) directive of the content security policy"#,
);
/// A frame that its own page refuses.
static OPTIONS: Pattern = pattern!(
    r#"(?i)refused to display ['"“]?(https?://[^\s'"”]+)['"”]? in a frame because it set ['"“]?x-frame-options"#,
    r#"|loading of ['"“]?(https?://[^\s'"”]+?)['"”]? in a frame is denied by ['"“]?x-frame-options"#,
);
/// A line about a policy that only reports: each browser says so in its own way.
static REPORTED: Pattern = pattern!(
    r"(?im)^.*(?:[\[(]report.only(?: policy)?[\])]|following report-only content security policy|page.s settings would block the loading).*$",
);

/// The text of a console without the lines about policies that only report, which block nothing.
#[must_use]
pub fn without_reports(text: &str) -> Cow<'_, str> {
    REPORTED.without(text)
}

/// Puts what a console shows into the facts of a frame.
pub fn read(text: &str, frame: &mut Frame) {
    if frame.refused_by.is_some() {
        return;
    }
    let text = without_reports(text);
    let text = text.as_ref();
    if let Some(found) = OPTIONS.captures(text) {
        let address = found.get(1).or_else(|| found.get(2)).map(|address| address.as_str());
        frame.note_refused(RefusedBy::FrameOptions, address);
        return;
    }
    let Some(found) = POLICY.captures(text) else { return };
    let group = |one: usize, other: usize, third: usize| {
        found.get(one).or_else(|| found.get(other)).or_else(|| found.get(third)).map(|part| part.as_str())
    };
    let directive = group(2, 3, 6).map(str::to_ascii_lowercase);
    let by = match directive.as_deref() {
        Some("frame-ancestors") => RefusedBy::FramePolicy,
        Some("frame-src" | "child-src" | "default-src") => RefusedBy::PagePolicy,
        // Scripts, pictures and the like are no frames.
        _ => return,
    };
    frame.note_refused(by, group(1, 4, 5));
    frame.directive = directive;
}

impl Frame {
    /// Notes who refused the frame, and which page it would have held.
    pub(super) fn note_refused(&mut self, by: RefusedBy, address: Option<&str>) {
        self.refused_by = Some(by);
        let host = address.and_then(|address| url::Url::parse(address).ok()?.host_str().map(str::to_owned));
        self.refused_sign_in = host.as_deref().map(is_sign_in);
        self.refused_power_bi = host.as_deref().map(is_power_bi);
        self.refused_host = host;
    }
}

/// Whether a host signs people in to Entra.
fn is_sign_in(host: &str) -> bool {
    let own = cloud::Cloud::ALL.iter().any(|cloud| cloud.authority().ends_with(&format!("//{host}")));
    own || matches!(host, "login.live.com" | "login.windows.net" | "login.microsoft.com")
        || host.ends_with(".b2clogin.com")
}

/// Whether a host shows reports: one that powerbi-client takes (embed.md 4).
#[must_use]
pub fn is_power_bi(host: &str) -> bool {
    const DOMAINS: [&str; 4] =
        ["powerbi.com", "fabric.microsoft.com", "analysis.windows-int.net", "analysis-df.windows.net"];
    const HOSTS: [&str; 6] = [
        "app.powerbi.cn",
        "app.powerbigov.us",
        "app.mil.powerbigov.us",
        "app.high.powerbigov.us",
        "app.powerbi.eaglex.ic.gov",
        "app.powerbi.microsoft.scloud",
    ];
    let host = host.to_ascii_lowercase();
    let beneath = |domain: &&str| host.strip_suffix(*domain).is_some_and(|front| front.ends_with('.'));
    HOSTS.contains(&host.as_str()) || DOMAINS.iter().any(beneath)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Frame {
        let mut frame = Frame::default();
        read(text, &mut frame);
        frame
    }

    #[test]
    fn who_refuses_a_frame_is_told_by_the_directive() {
        let own = [
            "Refused to frame 'https://app.powerbi.com/' because it violates the following Content Security Policy directive: \"frame-src 'self'\".",
            "Framing 'https://app.powerbi.com/' violates the following Content Security Policy directive: \"default-src 'self'\". The request has been blocked.",
            "Content-Security-Policy: The page’s settings blocked the loading of a resource (frame-src) at https://app.powerbi.com/reportEmbed?reportId=x because it violates the following directive: “frame-src 'self'”",
            "Refused to load https://app.powerbi.com/reportEmbed because it does not appear in the child-src directive of the Content Security Policy.",
        ];
        for text in own {
            let frame = frame(text);
            assert_eq!((frame.refused_by, frame.refused_power_bi), (Some(RefusedBy::PagePolicy), Some(true)), "{text}");
        }
        let other = frame(
            "Refused to frame 'https://app.powerbi.com/' because an ancestor violates the following Content Security Policy directive: \"frame-ancestors https://teams.example\".",
        );
        assert_eq!(other.refused_by, Some(RefusedBy::FramePolicy));
        for reported in [
            "[Report Only] Refused to frame 'https://app.powerbi.com/' because it violates the following Content Security Policy directive: \"frame-src 'self'\".",
            "Framing 'https://app.powerbi.com/' violates the following report-only Content Security Policy directive: \"frame-src 'self'\". The violation has been logged.",
            "Content-Security-Policy: (Report-Only policy) The page’s settings would block the loading of a resource (frame-src) at https://app.powerbi.com/reportEmbed",
        ] {
            assert_eq!(frame(reported), Frame::default(), "{reported}");
        }
        let script = "Refused to load the script because it violates the following Content Security Policy directive: \"script-src 'self'\"";
        assert_eq!(frame(script), Frame::default());
    }

    #[test]
    fn a_sign_in_page_refuses_by_its_header() {
        for text in [
            "Refused to display 'https://login.microsoftonline.com/' in a frame because it set 'X-Frame-Options' to 'deny'.",
            "The loading of “https://login.microsoftonline.com/x/oauth2” in a frame is denied by “X-Frame-Options“ directive set to “DENY“.",
        ] {
            let frame = frame(text);
            assert_eq!(
                (frame.refused_by, frame.refused_sign_in),
                (Some(RefusedBy::FrameOptions), Some(true)),
                "{text}"
            );
        }
    }

    #[test]
    fn hosts_of_reports_are_those_that_the_library_takes() {
        for host in ["app.powerbi.com", "msit.powerbi.com", "app.powerbi.cn", "app.fabric.microsoft.com"] {
            assert!(is_power_bi(host), "{host}");
        }
        for host in ["powerbi.com.example", "evilpowerbi.com", "localhost", "powerbi.com"] {
            assert!(!is_power_bi(host), "{host}");
        }
    }
}
