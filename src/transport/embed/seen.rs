//! What is known by now of an item in a browser.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::evidence::embed::{Frame, console};

/// No more events, lines of a console or refused requests than these are kept.
const MOST: usize = 50;
/// A text of somebody else is kept up to here, in characters.
const LONGEST: usize = 600;
/// After an error, what the browser has to say of it comes within this.
const SETTLE: Duration = Duration::from_millis(250);
/// After an item that was rendered, an error that belongs to it comes within this.
const RENDERED: Duration = Duration::from_millis(100);
/// A frame that seems to be refused shows within this that it isn't.
const PATIENCE: Duration = Duration::from_secs(2);

/// What happened so far.
pub(super) struct Seen {
    version: String,
    /// Whether such an item raises an event when it is rendered.
    renders: bool,
    page: UnboundedReceiver<Value>,
    events: Vec<Value>,
    console: Vec<Value>,
    network: Vec<Value>,
    answered: bool,
    thrown: Option<String>,
    /// What the frame said when it refused to load the item.
    refusal: Option<String>,
    ended: Option<&'static str>,
    /// When there is nothing more to wait for.
    enough: Option<Instant>,
    /// When there is nothing more to wait for unless the frame shows that it lives.
    hopeless: Option<Instant>,
}

impl Seen {
    pub(super) fn new(version: String, renders: bool, page: UnboundedReceiver<Value>) -> Self {
        Self {
            version,
            renders,
            page,
            events: Vec::new(),
            console: Vec::new(),
            network: Vec::new(),
            answered: false,
            thrown: None,
            refusal: None,
            ended: None,
            enough: None,
            hopeless: None,
        }
    }

    /// Waits until nothing more is to be expected, the time is up, or the browser ends.
    pub(super) async fn wait(mut self, until: Instant, browser_ends: impl Future<Output = ()>) -> Value {
        tokio::pin!(browser_ends);
        loop {
            let end = self.end(until);
            tokio::select! {
                biased;
                event = self.page.recv() => match event {
                    Some(event) => self.take(&event),
                    None => break,
                },
                () = tokio::time::sleep_until(end.into()) => break,
                () = &mut browser_ends => {
                    self.gone();
                    break;
                }
            }
        }
        self.told()
    }

    /// The next message of the page.
    pub(super) async fn next(&mut self) -> Option<Value> {
        self.page.recv().await
    }

    /// When the wait ends.
    pub(super) fn end(&self, until: Instant) -> Instant {
        [self.enough, self.hopeless].into_iter().flatten().fold(until, Instant::min)
    }

    /// Takes in a message of the page.
    pub(super) fn take(&mut self, event: &Value) {
        let name = event.get("name").and_then(Value::as_str).unwrap_or_default();
        let detail = event.get("detail").filter(|detail| !detail.is_null());
        match name {
            "answered" => {
                self.answered = true;
                // A frame that was refused was another one, in it.
                self.hopeless = None;
            }
            "refused" => {
                let words = detail.and_then(|detail| detail.get("message")?.as_str()).unwrap_or("without words");
                self.refusal = Some(cut(words.trim()));
                self.hopeless = Some(Instant::now() + PATIENCE);
            }
            "thrown" => {
                let words = detail.and_then(|detail| detail.get("message")?.as_str()).unwrap_or("without words");
                self.thrown = Some(cut(words));
                self.is_enough(SETTLE);
            }
            "policy" if detail.is_some_and(|detail| detail["directive"] == "frame-src") => {
                let text = |name: &str| detail.and_then(|detail| detail.get(name)?.as_str()).unwrap_or_default();
                let (directive, address) = (text("directive"), text("address"));
                // The browser tells the same in its console, where anybody reads it: in the same words.
                self.line(&format!(
                    "Refused to frame '{address}' because it violates the following Content Security Policy directive: \"{directive}\""
                ));
            }
            "closed" => {
                if self.enough.is_none() {
                    self.ended = Some("closed");
                }
                self.is_enough(SETTLE);
            }
            "loaded" | "rendered" | "error" | "pageChanged" | "visualRendered" | "info" | "frame" | "began" => {
                self.note(name, event, detail);
            }
            _ => {}
        }
    }

    fn note(&mut self, name: &str, event: &Value, detail: Option<&Value>) {
        let mut kept = Map::new();
        kept.insert("name".to_owned(), name.into());
        kept.insert("ms".to_owned(), event.get("ms").and_then(Value::as_u64).unwrap_or_default().into());
        if let Some(detail) = detail.filter(|_| name == "error") {
            kept.insert("detail".to_owned(), error_detail(detail));
        }
        if self.events.len() < MOST {
            self.events.push(Value::Object(kept));
        }
        if name == "loaded" {
            self.hopeless = None;
        }
        match name {
            "error" => self.is_enough(SETTLE),
            "rendered" => self.is_enough(RENDERED),
            "loaded" if !self.renders => self.is_enough(RENDERED),
            _ => {}
        }
    }

    /// What is to be known is known, or comes within this.
    fn is_enough(&mut self, within: Duration) {
        self.enough.get_or_insert_with(|| Instant::now() + within);
    }

    /// The browser is gone.
    pub(super) fn gone(&mut self) {
        if self.enough.is_none() {
            self.ended = Some("browser");
        }
    }

    /// A line of the console.
    pub(super) fn line(&mut self, text: &str) {
        let line = json!({ "text": cut(text) });
        if self.console.len() < MOST && !self.console.contains(&line) {
            self.console.push(line);
        }
        let mut frame = Frame::default();
        console::read(text, &mut frame);
        if frame.refused_by.is_some() && !self.answered {
            self.hopeless.get_or_insert_with(|| Instant::now() + PATIENCE);
        }
    }

    /// A request that failed, or was refused: its address without a query, and why.
    pub(super) fn refused(&mut self, address: &str, why: &Value) {
        let place = url::Url::parse(address).ok().map(|mut url| {
            url.set_query(None);
            url.set_fragment(None);
            url.to_string()
        });
        let Some(place) = place.filter(|place| !place.starts_with("http://127.0.0.1")) else { return };
        let line = json!({ "address": cut(&place), "why": why });
        if self.network.len() < MOST && !self.network.contains(&line) {
            self.network.push(line);
        }
    }

    /// Everything, as the record keeps it.
    pub(super) fn told(self) -> Value {
        let over = self.enough.or(self.hopeless).is_some();
        let mut told = json!({
            "client": self.version,
            "events": self.events,
            "answered": self.answered,
            "console": self.console,
            "network": self.network,
        });
        for (name, words) in [("thrown", self.thrown), ("refusal", self.refusal)] {
            if let Some(words) = words {
                told[name] = words.into();
            }
        }
        if let Some(ended) = self.ended.or((!over).then_some("time")) {
            told["ended"] = ended.into();
        }
        told
    }
}

/// What is kept of an error: the members of powerbi-models' `IError`.
fn error_detail(detail: &Value) -> Value {
    let mut kept = Map::new();
    for name in ["message", "detailedMessage", "errorCode", "level"] {
        match detail.get(name) {
            Some(Value::String(text)) => drop(kept.insert(name.to_owned(), cut(text).into())),
            Some(number @ Value::Number(_)) => drop(kept.insert(name.to_owned(), number.clone())),
            _ => {}
        }
    }
    if let Some(id) = detail.get("technicalDetails").and_then(|technical| technical.get("requestId")?.as_str()) {
        kept.insert("technicalDetails".to_owned(), json!({ "requestId": cut(id) }));
    }
    // An error that has no level is one all the same.
    kept.entry("level").or_insert(Value::Null);
    Value::Object(kept)
}

/// A text of somebody else: bounded, without what a terminal would obey.
fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(events: &[Value], renders: bool) -> Value {
        waited(events, renders, Duration::from_millis(400)).await
    }

    async fn patient(events: &[Value]) -> Value {
        waited(events, true, PATIENCE * 2).await
    }

    async fn waited(events: &[Value], renders: bool, until: Duration) -> Value {
        let (send, receive) = tokio::sync::mpsc::unbounded_channel();
        for event in events {
            send.send(event.clone()).expect("sent");
        }
        let seen = Seen::new("x".to_owned(), renders, receive);
        seen.wait(Instant::now() + until, std::future::pending()).await
    }

    #[tokio::test]
    async fn a_report_is_waited_for_until_it_is_rendered() {
        let loaded = json!({ "name": "loaded", "ms": 5 });
        assert_eq!(told(std::slice::from_ref(&loaded), true).await["ended"], "time");
        assert!(told(std::slice::from_ref(&loaded), false).await.get("ended").is_none());
        assert!(told(&[loaded, json!({ "name": "rendered", "ms": 9 })], true).await.get("ended").is_none());
        assert_eq!(told(&[json!({ "name": "closed" })], true).await["ended"], "closed");
    }

    #[tokio::test(start_paused = true)]
    async fn a_frame_that_is_refused_is_not_waited_for() {
        let blocked =
            json!({ "name": "policy", "detail": { "directive": "frame-src", "address": "https://app.powerbi.com" } });
        assert!(patient(std::slice::from_ref(&blocked)).await.get("ended").is_none());
        let lives = json!({ "name": "answered" });
        assert_eq!(patient(&[blocked, lives.clone()]).await["ended"], "time");
        let style = json!({ "name": "policy", "detail": { "directive": "style-src-attr", "address": "inline" } });
        assert_eq!(patient(&[style]).await["ended"], "time");
        let rejected = json!({ "name": "refused", "detail": { "message": "404 notFound" } });
        let told = patient(&[lives.clone(), rejected.clone()]).await;
        assert_eq!((told["refusal"].as_str(), told.get("ended")), (Some("404 notFound"), None));
        assert_eq!(patient(&[lives, rejected, json!({ "name": "loaded", "ms": 5 })]).await["ended"], "time");
    }

    #[tokio::test]
    async fn what_others_send_is_bounded() {
        let detail = json!({ "message": "x".repeat(5000), "detailedMessage": "a\u{1b}[31m", "secret": "y" });
        let told = told(&[json!({ "name": "error", "ms": 1, "detail": detail })], true).await;
        let detail = &told["events"][0]["detail"];
        assert_eq!(detail["message"].as_str().map(str::len), Some(LONGEST));
        assert_eq!((detail["detailedMessage"].as_str(), detail.get("secret")), (Some("a[31m"), None));
    }
}
