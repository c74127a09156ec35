//! What an embedded item does in a browser, told without one: the same questions, the same events.

use serde_json::{Value, json};
use url::Url;

use super::super::Moment;
use super::super::keys::Keys;
use super::super::world::World;
use super::opening::{self, Kind, Load, Refused, Viewer};
use super::portal;
use crate::evidence::embed::is_accepted;
use crate::evidence::embed::policy::allows_frame;

/// A page that gives powerbi-client a configuration and a token.
pub(in crate::sim) struct HostPage<'p> {
    /// The configuration, without the token.
    pub(in crate::sim) config: &'p Value,
    /// The token.
    pub(in crate::sim) token: &'p str,
    /// The page's Content-Security-Policy. Absent: none.
    pub(in crate::sim) policy: Option<&'p str>,
}

/// What came to pass: events, and the browser's words.
#[derive(Default)]
struct Told {
    events: Vec<Value>,
    console: Vec<String>,
    answered: bool,
    thrown: Option<&'static str>,
    refusal: Option<&'static str>,
}

impl Told {
    fn event(&mut self, name: &str) {
        self.events.push(json!({ "name": name, "ms": 0 }));
    }

    fn json(self) -> Value {
        let lines: Vec<Value> = self.console.iter().map(|text| json!({ "text": text })).collect();
        let mut told = json!({
            "client": "simulated", "events": self.events, "answered": self.answered, "console": lines,
        });
        for (name, words) in [("thrown", self.thrown), ("refusal", self.refusal)] {
            if let Some(words) = words {
                told[name] = words.into();
            }
        }
        told
    }
}

/// What happens in a browser that opens this page.
pub(in crate::sim) fn play(world: &World, keys: &Keys, page: &HostPage<'_>, moment: &Moment) -> Value {
    let mut told = Told::default();
    let address = page.text("embedUrl").parse::<Url>().ok();
    match address.as_ref().map(|address| before_the_frame(page, address)) {
        // The words of powerbi-client 2.24 (src/embed.ts).
        None => told.thrown = Some(INVALID),
        Some(Err(Stopped::Thrown(words))) => told.thrown = Some(words),
        Some(Err(Stopped::Console(line))) => told.console.push(line),
        Some(Ok(kind)) if !kind.takes(page.text("type")) => {
            told.answered = true;
            told.refusal = Some("404 notFound");
        }
        Some(Ok(kind)) => {
            told.answered = true;
            if world.browser.blocks_third_party {
                told.console.push(COOKIES.to_owned());
            }
            show(world, keys, page, kind, moment, &mut told);
        }
    }
    told.json()
}

const INVALID: &str = "Invalid embed URL detected. Either URL hostname or protocol are invalid. Please use Power BI REST APIs to get the valid URL";
const OF_PORTAL: &str = "Embed URL is invalid for this scenario. Please use Power BI REST APIs to get the valid URL";

/// Chromium's words. A report with a token is shown all the same (github.com/microsoft/powerbi-client-react/issues/112).
const COOKIES: &str =
    "Third-party cookie is blocked in Chrome either because of Chrome flags or browser configuration.";

/// Why no page of an item comes into the frame.
enum Stopped {
    /// powerbi-client throws.
    Thrown(&'static str),
    /// The browser shows no frame, and writes this to its console.
    Console(String),
}

/// Which item's page comes into the frame.
fn before_the_frame(page: &HostPage<'_>, address: &Url) -> Result<Kind, Stopped> {
    if address.query_pairs().any(|(name, value)| name.eq_ignore_ascii_case("autoAuth") && value == "true") {
        return Err(Stopped::Thrown(OF_PORTAL));
    }
    if !is_accepted(address) {
        return Err(Stopped::Thrown(INVALID));
    }
    let origin = format!("{}/", address.origin().ascii_serialization());
    if page.policy.is_some_and(|policy| !allows_frame(policy, address)) {
        return Err(Stopped::Console(format!(
            "Framing '{origin}' violates the following Content Security Policy directive: \"frame-src\". The request has been blocked."
        )));
    }
    Kind::of_page(address.path()).ok_or_else(|| {
        Stopped::Console(format!(
            "Refused to display '{origin}' in a frame because it set 'X-Frame-Options' to '{}'.",
            portal::FRAMES
        ))
    })
}

impl HostPage<'_> {
    fn text(&self, name: &str) -> &str {
        self.config.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// What the page of the item is told to show.
    fn load(&self, kind: Kind) -> Load {
        let in_address = || {
            let address = self.text("embedUrl").parse::<Url>().ok()?;
            let (_, group) = address.query_pairs().find(|(name, _)| name == "groupId")?;
            Some(group.into_owned())
        };
        let group = Some(self.text("groupId").to_owned()).filter(|group| !group.is_empty()).or_else(in_address);
        Load { kind, id: self.text("id").to_owned(), group }
    }
}

fn show(world: &World, keys: &Keys, page: &HostPage<'_>, kind: Kind, moment: &Moment, told: &mut Told) {
    let load = page.load(kind);
    // powerbi-models: 1 is an embed token, and the default is Entra's.
    let embed = page.config.get("tokenType").and_then(Value::as_u64) == Some(1);
    let opened = |at: &Moment| {
        let viewer = Viewer::of(world, keys, page.token, embed, at)?;
        opening::open(world, &viewer, &load, at)
    };
    let shown = opened(moment).and_then(|_| {
        told.event("loaded");
        let later = moment.after(world.browser.sleeps);
        let opened = opened(&later).map_err(Refused::while_shown)?;
        opening::rows(world, &opened)?;
        Ok(opened)
    });
    match shown {
        Ok(opened) => {
            told.console.extend(opened.visuals.iter().map(|title| opening::no_sign_in(title)));
            if kind == Kind::Report {
                told.event("rendered");
            }
        }
        Err(refused) => {
            told.events.push(json!({ "name": "error", "ms": 0, "detail": refused.detail(moment) }));
        }
    }
}
