// powerbi-client, and powerbi-client-react, unchanged in a headless Chromium against the served simulated tenant, with
// the environment that `pbiauth sim` prints.
// Exits with 1 when a case failed.
"use strict";

const path = require("node:path");
const esbuild = require("esbuild");
const {
  MODULES, ORDERS, PAGE, browserPath, embedding, generate, keyOf, launch, listed, ofApp, ofUser, serve, setting,
} = require("./embedding.js");

const RETURNS = "3a1e5000-7777-4077-8077-000000000015";
const NOWHERE = "3a1e5000-7777-4077-8077-0000000000ff";
const PATIENCE = 20000;
const POLICY = `<meta http-equiv="Content-Security-Policy" content="frame-src 'self'">`;

const REACT = `
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { PowerBIEmbed } from "powerbi-client-react";
window.show = (config) => new Promise((resolve) => {
  const handlers = new Map([
    ["rendered", () => resolve("rendered")],
    ["error", (event) => resolve("error " + event.detail.message)],
  ]);
  const item = createElement(PowerBIEmbed, { embedConfig: config, eventHandlers: handlers, cssClassName: "item" });
  createRoot(document.getElementById("item")).render(item);
});`;

async function pages() {
  const bundle = await esbuild.build({
    stdin: { contents: REACT, resolveDir: path.dirname(MODULES), loader: "jsx" },
    bundle: true, write: false, format: "iife", define: { "process.env.NODE_ENV": '"production"' },
  });
  return serve({
    "/policy": ["text/html", PAGE(POLICY)],
    "/react": ["text/html", PAGE("").replace("/powerbi.js", "/react.js")],
    "/react.js": ["text/javascript", bundle.outputFiles[0].contents],
  });
}

async function main() {
  const executablePath = browserPath();
  if (!executablePath) {
    console.log("skipped powerbi-client: there is no Chromium on this machine");
    return 0;
  }
  const simulator = setting("PBIAUTH_SIM_URL");
  const { server, address } = await pages();
  const browser = await launch(executablePath, simulator, await keyOf(simulator));
  const group = setting("PBIAUTH_WORKSPACE");
  const [app, user] = [await ofApp(), await ofUser()];
  const reports = await listed(`groups/${group}/reports`, app);
  const address_of = (id) => reports.find((report) => report.id === id).embedUrl;
  const both = (extra = {}) => generate("GenerateToken", { reports: [{ id: ORDERS }], datasets: [], ...extra }, app);
  const config = (accessToken, more = {}) => ({
    type: "report", id: ORDERS, embedUrl: address_of(ORDERS), tokenType: 1, accessToken, ...more,
  });

  // Opens a page of its own, embeds in it and returns what happened.
  async function embed(given, ends = ["rendered", "error"], where = "/", then = null) {
    const page = await browser.newPage();
    const refused = [];
    page.on("console", (message) => refused.push(message.text()));
    try {
      await page.goto(address + where);
      const waits = new Promise((resolve) => setTimeout(() => resolve({ seen: [], detail: { message: "time" } }), PATIENCE));
      const result = await Promise.race([page.evaluate(embedding, given, ends), waits]);
      return { ...result, refused, after: then ? await then(page) : null };
    } finally {
      await page.close();
    }
  }

  function expect(found, wanted) {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      throw new Error(`wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(found)}`);
    }
  }
  async function refuses(given, message, code, words) {
    const { detail } = await embed(given);
    expect([detail.message, detail.errorCode, detail.detailedMessage], [message, code, words]);
  }
  const CLUSTER = "Fail to initialize - Couldn't resolve cluster";
  const GET = "Get report failed";

  const CASES = {
    "a report is rendered": async () => {
      const { seen, detail } = await embed(config(await both()));
      expect(seen, ["loaded", "rendered"]);
      console.log(`powerbi-client alone: rendered after ${detail.ms} ms`);
    },
    "a token of one report": async () => {
      const token = await generate(`groups/${group}/reports/${ORDERS}/GenerateToken`, { accessLevel: "View" }, app);
      expect((await embed(config(token))).seen, ["loaded", "rendered"]);
    },
    "pages and a new token": async () => {
      const fresh = await both();
      const { after } = await embed(config(await both()), ["rendered", "error"], "/", (page) =>
        page.evaluate(async (token) => {
          const pages = await window.item.getPages();
          await window.item.setAccessToken(token);
          const bad = await window.item.setAccessToken("H4sIgarbage").catch((error) => error.message);
          return [pages.length, bad];
        }, fresh));
      expect(after, [1, "LoadReportFailed"]);
    },
    "in two phases": async () => {
      const page = await browser.newPage();
      await page.goto(address);
      const seen = await page.evaluate((given) => new Promise((resolve) => {
        const item = window.powerbi.load(document.getElementById("item"), given);
        item.on("loaded", () => item.render());
        item.on("rendered", () => resolve("rendered"));
        item.on("error", (event) => resolve(event.detail.message));
      }), config(await both()));
      await page.close();
      expect(seen, "rendered");
    },
    "a dashboard": async () => {
      const [dashboard] = await listed(`groups/${group}/dashboards`, app);
      const token = await generate(`groups/${group}/dashboards/${dashboard.id}/GenerateToken`, {}, app);
      const given = { type: "dashboard", id: dashboard.id, embedUrl: dashboard.embedUrl, tokenType: 1, accessToken: token };
      expect((await embed(given, ["loaded", "error"])).seen, ["loaded"]);
    },
    "a paginated report": async () => {
      const paginated = reports.find((report) => report.reportType === "PaginatedReport");
      const token = await both({ reports: [{ id: paginated.id }] });
      const given = config(token, { id: paginated.id, embedUrl: paginated.embedUrl });
      expect((await embed(given, ["loaded", "error"])).seen, ["loaded"]);
    },
    "a paginated report with parameters and a new token": async () => {
      const paginated = reports.find((report) => report.reportType === "PaginatedReport");
      const token = await both({ reports: [{ id: paginated.id }] });
      const given = config(token, {
        id: paginated.id, embedUrl: paginated.embedUrl, parameterValues: [{ name: "Year", value: "2026" }],
        settings: { commands: { parameterPanel: { enabled: true, expanded: false } } },
      });
      const { after } = await embed(given, ["loaded", "error"], "/", (page) =>
        page.evaluate((fresh) => window.item.setAccessToken(fresh).then(() => "taken", (error) => error.message), token));
      expect(after, "taken");
    },
    "the layout for mobile devices": async () => {
      const [MobilePortrait, MobileLandscape] = [2, 3];
      const layout = (page) => page.frames()[1].evaluate(() => document.documentElement.dataset.layout || null);
      const shown = async (id) => {
        const token = await both({ reports: [{ id }] });
        const given = config(token, { id, embedUrl: address_of(id), settings: { layoutType: MobilePortrait } });
        const { after } = await embed(given, ["rendered", "error"], "/", async (page) => {
          const has = await page.evaluate(async (type) => (await window.item.getPages())[0].hasLayout(type), MobilePortrait);
          const before = await layout(page);
          await page.evaluate((layoutType) => window.item.updateSettings({ layoutType }), MobileLandscape);
          return [has, before, await layout(page)];
        });
        return after;
      };
      expect(await shown(ORDERS), [true, "MobilePortrait", "MobileLandscape"]);
      expect(await shown(RETURNS), [false, null, "MobileLandscape"]);
    },
    "a page that calls the API itself": async () => {
      const page = await browser.newPage();
      await page.goto(address);
      const called = await page.evaluate(async (url, token) => {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const list = await fetch(url, { headers });
        const lacking = await fetch(url, { headers: { authorization: "Bearer x" } });
        const hidden = lacking.headers.get("x-powerbi-error-info");
        return [list.status, (await list.json()).value.length > 0, Boolean(lacking.headers.get("requestid")), lacking.status, hidden];
      }, `${setting("PBIAUTH_API_URL")}/v1.0/myorg/groups`, app);
      await page.close();
      expect(called, [200, true, true, 403, null]);
    },
    "a user's own token": async () => expect((await embed(config(user, { tokenType: 0 }))).seen, ["loaded", "rendered"]),
    "an embed token as an access token": async () =>
      refuses(config(await both(), { tokenType: 0 }), "LoadReportFailed", "403", CLUSTER),
    "an access token as an embed token": async () => refuses(config(user), "LoadReportFailed", "403", CLUSTER),
    "a token of another report": async () =>
      refuses(config(await both(), { id: RETURNS, embedUrl: address_of(RETURNS) }), "LoadReportFailed", "403", GET),
    "an id that does not exist": async () =>
      refuses(config(await both(), { id: NOWHERE }), "LoadReportFailed", "404", GET),
    "an id that is no GUID": async () => refuses(config(await both(), { id: "orders" }), "LoadReportFailed", "500", GET),
    "a user's token and an unknown id": async () =>
      refuses(config(user, { tokenType: 0, id: NOWHERE }), "PowerBIEntityNotFound", "404", GET),
    "a user's token and another workspace": async () =>
      refuses(config(user, { tokenType: 0, groupId: NOWHERE }), "PowerBINotAuthorizedException", "401", GET),
    "an address that the library refuses": async () => {
      const { detail } = await embed(config(await both(), { embedUrl: `${simulator}/reportEmbed?reportId=${ORDERS}` }));
      if (!detail.message.startsWith("Invalid embed URL detected")) throw new Error(detail.message);
    },
    "a page whose policy forbids the frame": async () => {
      const { refused } = await embed(config(await both()), ["rendered", "error"], "/policy").catch((error) => {
        throw error;
      });
      if (!refused.some((line) => line.includes("frame-src 'self'"))) throw new Error(refused.join("\n"));
    },
    "a token that ends while the report is shown": async () => {
      const token = await both({ lifetimeInMinutes: 1 });
      const page = await browser.newPage();
      await page.goto(address);
      const seen = await page.evaluate(embedding, config(token), ["error"]);
      await page.close();
      expect([seen.seen, seen.detail.message], [["loaded", "rendered", "error"], "TokenExpired"]);
    },
    "powerbi-client-react": async () => {
      const page = await browser.newPage();
      await page.goto(`${address}/react`);
      const seen = await page.evaluate((given) => window.show(given), config(await both()));
      await page.close();
      expect(seen, "rendered");
    },
  };

  let failed = 0;
  for (const [name, run] of Object.entries(CASES)) {
    try {
      await run();
      console.log(`ok powerbi-client: ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED powerbi-client: ${name}: ${error.message}`);
    }
  }
  await browser.close();
  server.close();
  return failed ? 1 : 0;
}

main().then((code) => process.exit(code), (error) => {
  console.log(`FAILED powerbi-client: ${error.stack}`);
  process.exit(1);
});
