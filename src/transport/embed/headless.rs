//! A browser without a window: it opens the page, and its console and network are watched, those of the frame too.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Failed;
use super::devtools::DevTools;
use super::launch::{Program, Window};
use super::seen::Seen;
use super::stand_in::StandIn;

/// What is switched on in each page and frame.
const WATCHED: [&str; 3] = ["Runtime.enable", "Log.enable", "Network.enable"];

/// Opens the page and waits until nothing more is to be expected. Gives what happened, and a picture of the item if it is to be
/// `pictured`.
pub(super) async fn show(
    browser: &Path,
    stand_in: Option<&StandIn>,
    address: &str,
    seen: Seen,
    pictured: bool,
    until: Instant,
) -> Result<(Value, Option<Vec<u8>>), Failed> {
    let mut program = Program::start(browser, &Window::None, stand_in)?;
    let socket = program.devtools(until.into()).await?;
    let mut watch = Watch { tools: DevTools::connect(&socket).await?, seen, addresses: HashMap::new() };
    let version = watch.tools.call("Browser.getVersion", json!({}), None).await?;
    let page = watch.open(address).await?;
    watch.wait(&page, until).await?;
    let picture = if pictured { watch.picture(&page).await } else { None };
    // Nothing of it is kept: it is killed, which takes a fraction of what an orderly end takes.
    drop(program);
    let mut told = watch.seen.told();
    told["browser"] = version.get("product").cloned().unwrap_or_default();
    Ok((told, picture))
}

struct Watch {
    tools: DevTools,
    seen: Seen,
    /// The addresses of requests, by their id.
    addresses: HashMap<String, String>,
}

impl Watch {
    /// Opens a page in a context of its own, as a private window is. Gives the session of it.
    async fn open(&mut self, address: &str) -> Result<String, Failed> {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let context = self.tools.call("Target.createBrowserContext", json!({}), None).await?;
        let asked = json!({ "url": "about:blank", "browserContextId": text(&context, "browserContextId") });
        let target = self.tools.call("Target.createTarget", asked, None).await?;
        let asked = json!({ "targetId": text(&target, "targetId"), "flatten": true });
        let attached = self.tools.call("Target.attachToTarget", asked, None).await?;
        let session = text(&attached, "sessionId");
        self.watch(&session).await?;
        self.tools.call("Page.enable", json!({}), Some(&session)).await?;
        self.tools.call("Page.navigate", json!({ "url": address }), Some(&session)).await?;
        Ok(session)
    }

    /// Watches a page or a frame, and the frames in it: those of other sites are targets of their own.
    async fn watch(&mut self, session: &str) -> Result<(), Failed> {
        for method in WATCHED {
            self.tools.send(method, json!({}), Some(session)).await?;
        }
        let frames = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        self.tools.send("Target.setAutoAttach", frames, Some(session)).await?;
        self.tools.send("Runtime.runIfWaitingForDebugger", json!({}), Some(session)).await?;
        Ok(())
    }

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
            "Target.attachedToTarget" => self.watch(text("/sessionId")).await?,
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
