// Measures `pbiauth embed --headless` beside powerbi-client alone in the same browser, against the served simulated tenant,
// with the environment that `pbiauth sim` prints: a whole run, which ends after its browser has, beside the time from the
// start of the browser to the rendered report; and the memory of the process without the browser. Exits with 1 when a limit
// is passed.
//
// usage: embed.js BINARY
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const {
  CLIENT, ORDERS, browserPath, embedding, generate, keyOf, launch, listed, ofApp, serve, setting,
} = require("../tests/clients/embedding.js");

const ROUNDS = 7;
const RATIO = 1.3;
// The ratio holds for a machine at rest: others are slower, and fail only where it is so many times as large.
const SLACK = 2;
const MEMORY = 40;

async function alone(executablePath, key, address, config) {
  const began = performance.now();
  const browser = await launch(executablePath, setting("PBIAUTH_SIM_URL"), key);
  const page = await browser.newPage();
  await page.goto(address);
  const { detail } = await page.evaluate(embedding, config, ["rendered", "error"]);
  const took = performance.now() - began;
  await browser.close();
  if (detail.message) throw new Error(`powerbi-client: ${detail.message}`);
  return took;
}

// The peak memory of a process so far, in MiB. None when it has ended.
function peak(pid) {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  } catch {
    return null;
  }
}

// A whole run: its time in ms, and its peak memory in MiB.
function ours(binary) {
  const began = performance.now();
  const child = spawn(binary, ["embed", "--headless", "--report", ORDERS, "--powerbi-client", CLIENT, "--format", "json"]);
  let [text, memory] = ["", 0];
  child.stdout.on("data", (part) => { text += part; });
  const watch = setInterval(() => { memory = Math.max(memory, peak(child.pid) || 0); }, 10);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      clearInterval(watch);
      const took = performance.now() - began;
      const report = JSON.parse(text);
      const rendered = report.checks.find((check) => check.id === "embed-render");
      if (rendered?.status !== "passed") reject(new Error(`pbiauth embed: ${JSON.stringify(rendered)}`));
      resolve({ took, memory });
    });
  });
}

async function main() {
  const binary = process.argv[2];
  const executablePath = browserPath();
  if (!executablePath) {
    console.log("skipped the measure of embedding: there is no Chromium on this machine");
    return 0;
  }
  const { server, address } = await serve();
  const [app, key] = [await ofApp(), await keyOf(setting("PBIAUTH_SIM_URL"))];
  const [report] = (await listed(`groups/${setting("PBIAUTH_WORKSPACE")}/reports`, app)).filter(({ id }) => id === ORDERS);
  const [theirs, mine, memories] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const accessToken = await generate("GenerateToken", { reports: [{ id: ORDERS }], datasets: [] }, app);
    theirs.push(await alone(executablePath, key, address, {
      type: "report", id: ORDERS, embedUrl: report.embedUrl, tokenType: 1, accessToken,
    }));
    const { took, memory } = await ours(binary);
    mine.push(took);
    memories.push(memory);
  }
  server.close();
  console.log(`${Math.min(...mine).toFixed(0)} ms, powerbi-client alone ${Math.min(...theirs).toFixed(0)} ms`);
  const held = [
    hold("beside powerbi-client alone", Math.min(...mine) / Math.min(...theirs), RATIO, SLACK),
    hold("memory without the browser, MiB", Math.max(...memories), MEMORY, 1),
  ];
  return held.every(Boolean) ? 0 : 1;
}

function hold(what, value, limit, slack) {
  const verdict = value <= limit * slack ? "ok" : "FAILED";
  const rest = value > limit && verdict === "ok" ? ", more than on a machine at rest" : "";
  console.log(`${verdict} embed: ${what}: ${value.toFixed(2)}, at most ${limit}${rest}`);
  return verdict === "ok";
}

main().then((code) => process.exit(code), (error) => {
  console.log(`FAILED embed: ${error.stack}`);
  process.exit(1);
});
