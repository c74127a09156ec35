// Embeds the item with powerbi-client and reports each event to the program that serves this page.
"use strict";
(() => {
  const began = { at: performance.now() };
  const list = document.getElementById("events");
  const names = ["loaded", "rendered", "error", "pageChanged", "visualRendered", "info"];

  function send(event, last = false) {
    const body = JSON.stringify(event);
    if (last && navigator.sendBeacon) return navigator.sendBeacon("event", body);
    return fetch("event", { method: "POST", body, keepalive: last }).catch(() => {});
  }

  function note(text, ms, isError) {
    const line = document.createElement("li");
    const time = document.createElement("span");
    time.textContent = `${ms} ms`;
    line.append(time, text);
    if (isError) line.className = "error";
    list.append(line);
  }

  // What others send is bounded, and never shown as anything but text.
  function bounded(detail) {
    try {
      const text = JSON.stringify(detail);
      return text && text.length < 16000 ? JSON.parse(text) : null;
    } catch {
      return null;
    }
  }

  const seen = new Set();
  function happened(name, detail) {
    const ms = Math.round(performance.now() - began.at);
    // Some events come for every visual: the first tells enough.
    if (seen.has(name) && name !== "error") return;
    seen.add(name);
    const told = bounded(detail);
    send({ name, ms, detail: told });
    const words = told && [told.message, told.detailedMessage, told.errorCode].filter(Boolean).join(" – ");
    note(name === "error" && words ? `error: ${words}` : name, ms, ["error", "thrown", "refused"].includes(name));
  }

  document.addEventListener("securitypolicyviolation", (event) => {
    happened("policy", { directive: event.effectiveDirective, address: event.blockedURI });
  });
  window.addEventListener("pagehide", () => send({ name: "closed", ms: 0 }, true));

  function diagnosis(told) {
    const words = document.getElementById("words");
    for (const line of told.lines || []) {
      const part = document.createElement(line.kind === "title" ? "h2" : "p");
      part.textContent = line.text;
      words.append(part);
    }
    document.getElementById("diagnosis").hidden = false;
  }

  async function news() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      let told;
      try {
        told = await (await fetch("news", { cache: "no-store" })).json();
      } catch {
        return;
      }
      if (told.diagnosis) return diagnosis(told.diagnosis);
    }
  }

  async function start() {
    const item = document.getElementById("item");
    if (!window.powerbi || !window.powerbi.embed) {
      happened("thrown", { message: "powerbi-client did not start: the browser refused its script" });
      return;
    }
    const reply = await fetch("start", { method: "POST", cache: "no-store" });
    if (reply.status === 410) {
      note("This page was used already. Run the command again.", 0, true);
      return;
    }
    const config = await reply.json();
    const found = () => item.querySelector("iframe");
    window.addEventListener("message", (event) => {
      const frame = found();
      const told = event.data;
      if (frame && event.source === frame.contentWindow && told && typeof told === "object") {
        happened("answered");
        // Nothing is asked of the frame but to load the item.
        if (told.statusCode >= 400) happened("refused", { message: `${told.statusCode} ${(told.body || {}).message || ""}` });
      }
    });
    began.at = performance.now();
    send({ name: "began", ms: 0 });
    try {
      const embedded = window.powerbi.embed(item, config);
      for (const name of names) {
        try {
          embedded.on(name, (event) => happened(name, event && event.detail));
        } catch {
          // Dashboards have no such event, and powerbi-client refuses to listen for it.
        }
      }
      const frame = found();
      if (frame) frame.addEventListener("load", () => happened("frame"));
    } catch (error) {
      // Its validation throws lists of errors as well as errors.
      const first = Array.isArray(error) ? error[0] : error;
      const words = (first && (first.detailedMessage || first.message)) || String(error);
      happened("thrown", { message: words });
    }
  }

  news();
  start().catch((error) => happened("thrown", { message: String(error && error.message) }));
})();
