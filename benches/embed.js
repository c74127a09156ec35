// Measures `pbiauth embed --headless` beside powerbi-client alone in the same browser, against the served simulated tenant,
// with the environment that `pbiauth sim` prints: from the start of the process to the rendered report, and the memory of
// this process without the browser. Exits with 1 when a limit is passed.
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

// From the start of the process to the rendered report, in ms: the run without what comes after it.
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
  const [ratio, memory] = [Math.min(...mine) / Math.min(...theirs), Math.max(...memories)];
  console.log(`start to rendered: ${Math.min(...mine).toFixed(0)} ms, powerbi-client alone ${Math.min(...theirs).toFixed(0)} ms`);
  for (const [what, value, limit] of [["beside powerbi-client alone", ratio, RATIO], ["memory without the browser, MiB", memory, MEMORY]]) {
    console.log(`${value <= limit ? "ok" : "FAILED"} embed: ${what}: ${value.toFixed(2)}, at most ${limit}`);
  }
  return ratio <= RATIO && memory <= MEMORY ? 0 : 1;
}

main().then((code) => process.exit(code), (error) => {
  console.log(`FAILED embed: ${error.stack}`);
  process.exit(1);
});
