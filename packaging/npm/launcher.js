#!/usr/bin/env node
// Runs the binary of this platform's package.
"use strict";

const { spawnSync } = require("node:child_process");

const name = `@pbiauth/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "pbiauth.exe" : "pbiauth";

let binary;
try {
  binary = require.resolve(`${name}/${file}`);
} catch {
  console.error(
    `pbiauth: there is no binary for ${process.platform} on ${process.arch}. The package ${name} isn't installed: ` +
      "it doesn't exist for this platform, or optional dependencies were left out (npm install --include=optional).",
  );
  process.exit(4);
}
const done = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (done.error) {
  console.error(`pbiauth: ${binary} can't be run: ${done.error.message}`);
  process.exit(4);
}
if (done.signal) process.kill(process.pid, done.signal);
process.exit(done.status);
