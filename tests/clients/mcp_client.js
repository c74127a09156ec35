// The official MCP client for TypeScript against `pbiauth mcp`.
//
// Takes the binary's path; wants the environment that `pbiauth sim` prints, for `doctor`. Exits with 1 when a case failed.
"use strict";

const assert = require("node:assert/strict");
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");
const { ElicitRequestSchema } = require("@modelcontextprotocol/sdk/types.js");

const binary = process.argv[2];
const SECRET = "abc8Q~this-is-a-made-up-value-of-a-secret0";
const TEXT = `AADSTS7000222: The provided client secret keys for app 'a9900001-4c1d-4e52-9b07-2f6d81c3a411' are expired. client_secret=${SECRET}`;

async function connected(work, { args = [], answer } = {}) {
  const client = new Client({ name: "test", version: "1" }, { capabilities: answer ? { elicitation: {} } : {} });
  const asked = [];
  if (answer) {
    client.setRequestHandler(ElicitRequestSchema, (request) => {
      asked.push(request.params.message);
      return answer;
    });
  }
  await client.connect(new StdioClientTransport({ command: binary, args: ["mcp", ...args], env: process.env }));
  try {
    return await work(client, asked);
  } finally {
    await client.close();
  }
}

const call = (client, name, args = {}) => client.callTool({ name, arguments: args });

const CASES = {
  "a text is diagnosed": () =>
    connected(async (client) => {
      const result = await call(client, "diagnose", { text: TEXT });
      const first = result.structuredContent.diagnoses[0];
      assert.equal(first.cause, "client-secret-expired");
      assert.ok(result.content[1].text.includes(first.confidence));
      assert.ok(!JSON.stringify(result).includes(SECRET), "a secret came back");
    }),
  "tools, causes and pages": () =>
    connected(async (client) => {
      const names = (await client.listTools()).tools.map((tool) => tool.name).sort();
      assert.deepEqual(names, ["causes", "diagnose", "doctor", "explain"]);
      assert.ok((await call(client, "causes", { query: "secret" })).structuredContent.causes.length > 0);
      const { resources } = await client.listResources();
      const page = await client.readResource({ uri: resources[0].uri });
      assert.match(page.contents[0].text, /^# /);
    }),
  "doctor asks, and runs": () =>
    connected(
      async (client, asked) => {
        const result = await call(client, "doctor");
        assert.equal(result.structuredContent?.outcome, "healthy", JSON.stringify(result.content));
        assert.equal(asked.length, 1);
        assert.ok(!JSON.stringify(result).includes(process.env.AZURE_CLIENT_SECRET));
      },
      { answer: { action: "accept", content: { send: true } } },
    ),
  "a no sends nothing": () =>
    connected(
      async (client) => {
        const result = await call(client, "doctor");
        assert.ok(result.isError && result.content[0].text.includes("nothing was sent"));
      },
      { answer: { action: "decline" } },
    ),
  "a client that can't ask": () =>
    connected(async (client) => {
      const result = await call(client, "doctor");
      assert.ok(result.isError && result.content[0].text.includes("--allow-doctor"));
    }),
  "--allow-doctor": () =>
    connected(async (client) => assert.equal((await call(client, "doctor")).structuredContent.outcome, "healthy"), {
      args: ["--allow-doctor"],
    }),
};

async function main() {
  let failed = 0;
  for (const [name, work] of Object.entries(CASES)) {
    try {
      await work();
      console.log(`ok MCP for TypeScript: ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED MCP for TypeScript: ${name}: ${error}`);
    }
  }
  process.exit(failed ? 1 : 0);
}

main();
