// The search of the runbook's site, as its own script answers it: what people type leads to the symptom or code they mean.
//
// usage: runbook_search.js FOLDER   (a site that `pbiauth rules docs --format html` wrote)
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const MEANT = {
  "my report does not load": "My report doesn't load",
  "content isn't available": "My report doesn't load",
  "report is empty": "My report doesn't load|The report uses a semantic model|The service principal can't see",
  "certificate error SSL self signed": "Certificate error",
  "wrong secret": "Signing in fails with AADSTS7000215",
  "service principal can't see workspace": "The service principal can't see the workspace",
  "how do I give the app access to a workspace": "The service principal can't see the workspace",
  "workspaces list is empty": "The service principal can't see the workspace",
  "proxy authentication required": "A proxy asks for authentication",
  "PowerBINotAuthorizedException": "PowerBINotAuthorizedException",
  "works on my machine but not in the pipeline": "It works on my machine",
  "can't login": "A person can't sign in",
  "AADSTS7000215": "AADSTS7000215",
  "token expired after one hour": "The embedded report stops|The embed token expired",
  "403 forbidden on groups": "403|The API answers 401 or 403",
};

// As much of a page as the script touches.
const element = () => ({
  children: [],
  value: "",
  append(...more) { this.children.push(...more); },
  replaceChildren(...all) { this.children = all; },
  addEventListener(name, handler) { this[`on${name}`] = handler; },
  querySelector: () => null,
});
const [box, found] = [element(), element()];
box.form = element();
const document = {
  ...element(),
  createElement: element,
  getElementById: (id) => (id === "search" ? box : found),
  querySelectorAll: () => [],
};
vm.runInNewContext(fs.readFileSync(path.join(process.argv[2], "search.js"), "utf8"), {
  document, location: { search: "" }, navigator: {}, URLSearchParams,
});

let failed = 0;
for (const [asked, meant] of Object.entries(MEANT)) {
  box.value = asked;
  box.oninput();
  const first = found.children[0]?.children[0]?.textContent ?? found.children[0]?.textContent ?? "nothing";
  const right = meant.split("|").some((title) => first.startsWith(title));
  failed += right ? 0 : 1;
  console.log(right ? `ok runbook search: ${asked}` : `FAILED runbook search: ${asked}: ${first}`);
}
process.exit(failed ? 1 : 0);
