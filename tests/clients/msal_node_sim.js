// MSAL for Node.js against the served simulated tenant, with the environment that `pbiauth sim` prints.
//
// Node.js finds the CA by NODE_EXTRA_CA_CERTS. Exits with 1 when a case failed.
"use strict";

const { X509Certificate, createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const msal = require("@azure/msal-node");

const WORKSPACE = "Sales embed";
const RESOURCE = "https://analysis.windows.net/powerbi/api";
const REDIRECT = "http://localhost:8400";

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this wants the environment that \`pbiauth sim\` prints`);
  return value;
}

function auth(credential) {
  const host = setting("AZURE_AUTHORITY_HOST");
  return {
    auth: {
      clientId: setting("AZURE_CLIENT_ID"),
      authority: `${host}/${setting("AZURE_TENANT_ID")}`,
      // With its port; otherwise it first asks Microsoft whether it knows this host.
      knownAuthorities: [new URL(host).host],
      ...credential,
    },
  };
}

async function confidential(credential) {
  const application = new msal.ConfidentialClientApplication(auth(credential));
  return (await application.acquireTokenByClientCredential({ scopes: [`${RESOURCE}/.default`] })).accessToken;
}

function certificate(algorithm) {
  const text = readFileSync(setting("AZURE_CLIENT_CERTIFICATE_PATH"), "utf8");
  const digest = createHash(algorithm).update(new X509Certificate(text).raw).digest("hex");
  const thumbprint = algorithm === "sha1" ? { thumbprint: digest } : { thumbprintSha256: digest };
  return { clientCertificate: { privateKey: text.split("-----BEGIN CERTIFICATE")[0], ...thumbprint } };
}

async function deviceCode() {
  const application = new msal.PublicClientApplication(auth({}));
  const request = { scopes: [`${RESOURCE}/Workspace.Read.All`], deviceCodeCallback: () => {} };
  return (await application.acquireTokenByDeviceCode(request)).accessToken;
}

async function password() {
  const application = new msal.PublicClientApplication(auth({}));
  const user = { username: setting("AZURE_USERNAME"), password: setting("AZURE_PASSWORD") };
  return (await application.acquireTokenByUsernamePassword({ scopes: [`${RESOURCE}/.default`], ...user })).accessToken;
}

// The part of the browser is played by one request that follows no redirect.
async function authorizationCode() {
  const application = new msal.PublicClientApplication(auth({}));
  const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
  const asked = { scopes: [`${RESOURCE}/Workspace.Read.All`], redirectUri: REDIRECT };
  const pkce = { codeChallenge: challenge, codeChallengeMethod: "S256" };
  const page = await application.getAuthCodeUrl({ ...asked, ...pkce });
  const reply = await fetch(page, { redirect: "manual" });
  const code = new URL(reply.headers.get("location")).searchParams.get("code");
  return (await application.acquireTokenByCode({ ...asked, code, codeVerifier: verifier })).accessToken;
}

async function seeWorkspace(token) {
  const url = `${setting("PBIAUTH_API_URL")}/v1.0/myorg/groups`;
  const reply = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  if (reply.status !== 200) throw new Error(`listing the workspaces: ${reply.status}`);
  const names = (await reply.json()).value.map((workspace) => workspace.name);
  if (!names.includes(WORKSPACE)) throw new Error(`the workspace "${WORKSPACE}" is not in the list: ${names}`);
}

const WAYS = {
  secret: () => confidential({ clientSecret: setting("AZURE_CLIENT_SECRET") }),
  "certificate by SHA-256": () => confidential(certificate("sha256")),
  "certificate by SHA-1": () => confidential(certificate("sha1")),
  "federated token": () =>
    confidential({ clientAssertion: readFileSync(setting("AZURE_FEDERATED_TOKEN_FILE"), "utf8") }),
  "device code": deviceCode,
  "authorization code": authorizationCode,
  password,
};

async function main() {
  let failed = 0;
  for (const [name, way] of Object.entries(WAYS)) {
    try {
      await seeWorkspace(await way());
      console.log(`ok MSAL for Node.js: ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED MSAL for Node.js: ${name}: ${error}`);
    }
  }
  process.exit(failed ? 1 : 0);
}

main();
