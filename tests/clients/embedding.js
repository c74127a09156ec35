// A browser that knows the served simulated tenant, and a page that embeds with powerbi-client as it is published.
//
// The browser is told that app.powerbi.com is the simulator, and which key is its own.
"use strict";

const { createHash, X509Certificate } = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const tls = require("node:tls");
const puppeteer = require("puppeteer-core");

const MODULES = process.env.NODE_PATH;
const CLIENT = path.join(MODULES, "powerbi-client/dist/powerbi.min.js");
const POWER_BI = "https://analysis.windows.net/powerbi/api/.default";
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
const ORDERS = "3a1e5000-7777-4077-8077-000000000014";

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this wants the environment that \`pbiauth sim\` prints`);
  return value;
}

function browserPath() {
  for (const folder of process.env.PATH.split(path.delimiter)) {
    for (const name of BROWSERS) {
      const file = path.join(folder, name);
      if (fs.existsSync(file)) return file;
    }
  }
  return null;
}

async function post(url, body, headers = {}) {
  const reply = await fetch(url, { method: "POST", body, headers });
  return { status: reply.status, body: await reply.json().catch(() => null) };
}

async function entra(fields) {
  const url = `${setting("AZURE_AUTHORITY_HOST")}/${setting("AZURE_TENANT_ID")}/oauth2/v2.0/token`;
  const form = { client_id: setting("AZURE_CLIENT_ID"), scope: POWER_BI, ...fields };
  const reply = await post(url, new URLSearchParams(form));
  return reply.body.access_token;
}

const ofApp = () => entra({ grant_type: "client_credentials", client_secret: setting("AZURE_CLIENT_SECRET") });
const ofUser = () =>
  entra({ grant_type: "password", username: setting("AZURE_USERNAME"), password: setting("AZURE_PASSWORD") });

function api(route) {
  return `${setting("PBIAUTH_API_URL")}/v1.0/myorg/${route}`;
}

async function generate(route, body, token) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const reply = await post(api(route), JSON.stringify(body), headers);
  if (reply.status !== 200) throw new Error(`${route}: ${reply.status}`);
  return reply.body.token;
}

async function listed(route, token) {
  const reply = await fetch(api(route), { headers: { authorization: `Bearer ${token}` } });
  return (await reply.json()).value;
}

// The key of the simulator's certificate, which NODE_EXTRA_CA_CERTS lets Node.js trust.
function keyOf(address) {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: hostname, port: Number(port), servername: "app.powerbi.com" }, () => {
      const leaf = new X509Certificate(socket.getPeerCertificate().raw);
      socket.end();
      resolve(createHash("sha256").update(leaf.publicKey.export({ type: "spki", format: "der" })).digest("base64"));
    });
    socket.on("error", reject);
  });
}

const PAGE = (policy) => `<!doctype html><meta charset="utf-8"><title>embedding</title>
<style>#item { width: 900px; height: 600px }</style>${policy}
<div id="item"></div><script src="/powerbi.js"></script>`;

// Serves these files to the browser, each as its kind and its content, beside the page and powerbi-client.
async function serve(more = {}) {
  const files = {
    "/": ["text/html", PAGE("")],
    "/powerbi.js": ["text/javascript", fs.readFileSync(CLIENT)],
    ...more,
  };
  const server = http.createServer((request, response) => {
    const [kind, body] = files[request.url] || ["text/plain", ""];
    response.writeHead(files[request.url] ? 200 : 404, { "content-type": kind });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

function launch(executablePath, simulator, key) {
  return puppeteer.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      `--host-resolver-rules=MAP app.powerbi.com ${new URL(simulator).host}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${key}`,
    ],
  });
}

// Runs in the page: embeds and waits for the events that end it.
function embedding(config, ends) {
  return new Promise((resolve) => {
    const seen = [];
    const end = (name, detail) => {
      seen.push(name);
      if (ends.includes(name)) resolve({ seen, detail });
    };
    const began = performance.now();
    try {
      window.item = window.powerbi.embed(document.getElementById("item"), config);
    } catch (error) {
      resolve({ seen, detail: { message: error.message || String(error) } });
      return;
    }
    for (const name of ["loaded", "rendered", "error"]) {
      window.item.on(name, (event) => end(name, { ...event.detail, ms: Math.round(performance.now() - began) }));
    }
  });
}

module.exports = {
  CLIENT, MODULES, ORDERS, PAGE, browserPath, embedding, generate, keyOf, launch, listed, ofApp, ofUser, serve, setting,
};
