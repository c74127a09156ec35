//! A browser without a window: it opens the page, and its console and network are watched, those of the frame too.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Failed;
use super::devtools::DevTools;
use super::launch::{Program, Window};
use super::seen::Seen;
use super::stand_in::StandIn;
use crate::record::Fault;

/// How often it is looked whether a page is there.
const TICK: Duration = Duration::from_millis(5);
/// What is switched on in each page and frame.
const WATCHED: [&str; 3] = ["Runtime.enable", "Log.enable", "Network.enable"];

/// A browser without a window that waits for an address.
#[derive(Debug)]
pub(super) struct Ready {
    /// What it was told of pages that are not where their name says.
    pub(super) stand_in: Option<StandIn>,
    // Dropped first: nothing of the browser is kept, it is killed, which takes a fraction of what an orderly end takes.
    program: Program,
    tools: DevTools,
    version: Value,
    /// The session of the page.
    page: String,
}

impl Ready {
    /// Starts a browser, whose profile is new, and takes the empty page that it begins with.
    pub(super) async fn start(browser: &Path, stand_in: Option<StandIn>, until: Instant) -> Result<Self, Failed> {
        let mut program = Program::start(browser, &Window::None, stand_in.as_ref())?;
        let socket = program.devtools(until.into()).await?;
        let mut tools = DevTools::connect(&socket).await?;
        let version = tools.call("Browser.getVersion", json!({}), None).await?;
        let asked = json!({ "targetId": target(&mut tools, until).await?, "flatten": true });
        let attached = tools.call("Target.attachToTarget", asked, None).await?;
        let page = text(&attached, "/sessionId").to_owned();
        watch(&mut tools, &page).await?;
        tools.call("Page.enable", json!({}), Some(&page)).await?;
        Ok(Self { stand_in, program, tools, version, page })
    }

    /// Opens an address and waits until nothing more is to be expected. Gives what happened, and a picture of the item if it
    /// is to be `pictured`.
    pub(super) async fn show(
        mut self,
        address: &str,
        seen: Seen,
        pictured: bool,
        until: Instant,
    ) -> Result<(Value, Option<Vec<u8>>), Failed> {
        self.tools.call("Page.navigate", json!({ "url": address }), Some(&self.page)).await?;
        let mut watch = Watch { tools: self.tools, seen, addresses: HashMap::new() };
        watch.wait(&self.page, until).await?;
        let picture = if pictured { watch.picture(&self.page).await } else { None };
        drop(self.program);
        let mut told = watch.seen.told();
        told["browser"] = self.version.get("product").cloned().unwrap_or_default();
        Ok((told, picture))
    }
}

/// The id of the page that the browser begins with: another one would take as long to make as the browser to start.
async fn target(tools: &mut DevTools, until: Instant) -> Result<String, Failed> {
    while Instant::now() < until {
        let known = tools.call("Target.getTargets", json!({}), None).await?;
        let pages = known["targetInfos"].as_array().into_iter().flatten().filter(|target| target["type"] == "page");
        if let Some(page) = pages.map(|page| text(page, "/targetId").to_owned()).next() {
            return Ok(page);
        }
        tokio::time::sleep(TICK).await;
    }
    Err((Fault::ReplyTimeout, "the browser started but opened no page".to_owned()))
}

/// A text in an answer or event. Empty where there is none.
fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Watches a page or a frame, and the frames in it: those of other sites are targets of their own.
async fn watch(tools: &mut DevTools, session: &str) -> Result<(), Failed> {
    for method in WATCHED {
        tools.send(method, json!({}), Some(session)).await?;
    }
    let frames = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
    tools.send("Target.setAutoAttach", frames, Some(session)).await?;
    tools.send("Runtime.runIfWaitingForDebugger", json!({}), Some(session)).await?;
    Ok(())
}

struct Watch {
    tools: DevTools,
    seen: Seen,
    /// The addresses of requests, by their id.
    addresses: HashMap<String, String>,
}

impl Watch {
    async fn wait(&mut self, page: &str, until: Instant) -> Result<(), Failed> {
        loop {
            let end = self.seen.end(until);
            tokio::select! {
                () = tokio::time::sleep_until(end.into()) => return Ok(()),
                event = self.tools.event() => {
                    let Some(event) = event else {
                        self.seen.gone();
                        return Ok(());
                    };
                    if !self.take(&event, page).await? {
                        self.seen.gone();
                        return Ok(());
                    }
                }
                event = self.seen.next() => match event {
                    Some(event) => self.seen.take(&event),
                    None => return Ok(()),
                },
            }
        }
    }

    /// Takes in an event. `false` when the page is gone.
    async fn take(&mut self, event: &Value, page: &str) -> Result<bool, Failed> {
        let params = &event["params"];
        let text = |pointer: &str| params.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        match event["method"].as_str().unwrap_or_default() {
            "Target.attachedToTarget" => watch(&mut self.tools, text("/sessionId")).await?,
            "Target.targetCrashed" | "Inspector.targetCrashed" => return Ok(false),
            "Target.detachedFromTarget" if text("/sessionId") == page => return Ok(false),
            "Log.entryAdded" if matches!(text("/entry/level"), "error" | "warning") => {
                // Failed requests come with their address by another way.
                if text("/entry/source") != "network" {
                    self.seen.line(text("/entry/text"));
                }
            }
            "Runtime.consoleAPICalled" if matches!(text("/type"), "error" | "warning") => {
                let words = params["args"].as_array().into_iter().flatten().filter_map(|arg| {
                    arg.get("value").and_then(Value::as_str).or_else(|| arg.get("description")?.as_str())
                });
                self.seen.line(&words.collect::<Vec<_>>().join(" "));
            }
            "Runtime.exceptionThrown" => {
                let described = text("/exceptionDetails/exception/description");
                let words = if described.is_empty() { text("/exceptionDetails/text") } else { described };
                self.seen.line(words);
            }
            method => self.take_request(method, params),
        }
        Ok(true)
    }

    fn take_request(&mut self, method: &str, params: &Value) {
        let text = |pointer: &str| params.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        match method {
            "Network.requestWillBeSent" => {
                self.addresses.insert(text("/requestId").to_owned(), text("/request/url").to_owned());
            }
            "Network.responseReceived" => {
                let status = params.pointer("/response/status").and_then(Value::as_u64).unwrap_or_default();
                if status >= 400 {
                    self.seen.refused(text("/response/url"), &json!({ "status": status }));
                }
            }
            "Network.loadingFailed" if params["canceled"] != true => {
                let address = self.addresses.get(text("/requestId")).cloned().unwrap_or_default();
                let why = if text("/blockedReason").is_empty() { text("/errorText") } else { text("/blockedReason") };
                self.seen.refused(&address, &json!({ "error": why }));
            }
            _ => {}
        }
    }

    /// A picture of the item. A browser that takes none is no failure of the item.
    async fn picture(&mut self, page: &str) -> Option<Vec<u8>> {
        let place = "(() => { const r = document.getElementById('item').getBoundingClientRect(); \
                     return { x: r.x, y: r.y, width: r.width, height: r.height, scale: 1 }; })()";
        let asked = json!({ "expression": place, "returnByValue": true });
        let found = self.tools.call("Runtime.evaluate", asked, Some(page)).await.ok()?;
        let clip = found.pointer("/result/value")?;
        let asked = json!({ "format": "png", "clip": clip });
        let taken = self.tools.call("Page.captureScreenshot", asked, Some(page)).await.ok()?;
        STANDARD.decode(taken.get("data")?.as_str()?).ok()
    }
}
