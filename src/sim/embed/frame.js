// The frame's half of powerbi-client's protocol: messages are HTTP requests and responses as plain objects, paired by
// headers.id. What happens to an item is the server's to say.
"use strict";
(() => {
  const query = new URLSearchParams(location.search);
  const uid = query.get("uid") || "";
  const kind = document.documentElement.dataset.kind;
  // Dashboards have a folder of events of their own; a paginated report is a report.
  const folder = kind === "dashboard" ? "dashboards" : "reports";
  const pages = [{ name: "ReportSection", displayName: "Page 1", isActive: true, visibility: 0,
    defaultSize: { type: 1, width: 1280, height: 720 }, defaultDisplayOption: 0 }];
  // By their numbers in powerbi-models. Which of them a page has, the server says.
  const LAYOUTS = ["Master", "Custom", "MobilePortrait", "MobileLandscape"];
  let layouts = {};
  let config = null;
  let token = "";
  let prepared = false;
  let expiry = 0;
  let count = 0;

  const post = (message) => { if (window.parent !== window) window.parent.postMessage(message, "*"); };
  const ask = (url, body = {}) => {
    count += 1;
    post({ method: "POST", url, headers: { id: `frame-${uid}-${count}` }, body });
  };
  const raise = (event, detail = {}) => ask(`/${folder}/${uid}/events/${event}`, detail);

  // Never with credentials: nobody is signed in here.
  async function service(path, options = {}) {
    const scheme = Number(config.tokenType) === 1 ? "EmbedToken" : "Bearer";
    const headers = { authorization: `${scheme} ${token}`, "content-type": "application/json" };
    let reply;
    try {
      reply = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
    } catch (error) {
      throw { message: "LoadReportFailed", detailedMessage: `Fail to initialize - ${error.message}` };
    }
    const body = await reply.json().catch(() => ({}));
    if (!reply.ok) throw body.error || { message: "LoadReportFailed", errorCode: String(reply.status) };
    return body;
  }

  // What a page shows without the layout that it's asked for isn't documented: it stays as it is.
  function lay(settings) {
    const name = LAYOUTS[(settings || {}).layoutType];
    if (name && layouts[name] !== false) document.documentElement.dataset.layout = name;
  }

  function show(title, rows) {
    document.getElementById("title").textContent = title;
    const bars = Array.from({ length: rows }, (_, i) =>
      `<rect x="${40 + i * 160}" y="${150 - i * 50}" width="110" height="${60 + i * 50}"/>`);
    document.getElementById("visual").innerHTML = `<svg viewBox="0 0 560 220" role="img">${bars.join("")}</svg>`;
  }

  async function renewed() {
    const cluster = await service("/metadata/cluster");
    clearTimeout(expiry);
    // The service says no to the next question after the end, not before.
    const wait = Math.min((cluster.secondsLeft + 1) * 1000, 2 ** 31 - 1);
    expiry = setTimeout(() => data().catch((error) => raise("error", error)), wait);
  }

  async function data() {
    const body = JSON.stringify({ id: config.id, kind });
    const found = await service(`/explore/querydata?${group()}`, { method: "POST", body });
    for (const words of found.visuals) console.error(words);
    return found.rows;
  }

  const group = () => {
    const id = config.groupId || query.get("groupId") || "";
    return id ? `groupId=${encodeURIComponent(id)}` : "";
  };

  async function load() {
    await renewed();
    const item = { dashboard: "dashboards", paginated: "rdl" }[kind] || "reports";
    const path = `/explore/${item}/${encodeURIComponent(config.id || "")}/modelsAndExploration?${group()}`;
    const found = await service(path);
    document.title = found.name;
    layouts = found.layouts;
    lay(config.settings);
    return found.name;
  }

  async function render(title) {
    show(title, await data());
    if (kind === "report") {
      raise("pageChanged", { newPage: pages[0] });
      raise("rendered");
    }
  }

  function start(body, phased) {
    config = body || {};
    token = String(config.accessToken || "");
    prepared = phased;
    load().then((title) => {
      raise("loaded");
      if (!phased) return render(title);
      show(title, 0);
    }).catch(failed);
  }

  function failed(error) {
    document.getElementById("title").textContent = "This content isn't available";
    raise("error", error);
  }

  // Each answers with a status and a body.
  const routes = kind === "dashboard" ? {
    "POST /dashboard/load": (body) => { start(body, false); return [202, {}]; },
    "POST /dashboard/token": (body) => renew(body),
  } : {
    "POST /report/load": (body) => { start(body, false); return [202, {}]; },
    "POST /report/prepare": (body) => { start(body, true); return [202, {}]; },
    "POST /report/render": () => {
      if (!prepared) return [400, { message: "Invalid parameters" }];
      render(document.title).catch(failed);
      return [202, {}];
    },
    "POST /report/token": (body) => renew(body),
    "POST /report/refresh": async () => { await render(document.title); return [202, {}]; },
    "GET /report/pages": () => [200, pages],
    "PUT /report/pages/active": () => { raise("pageChanged", { newPage: pages[0] }); return [202, {}]; },
    "GET /report/filters": () => [200, []],
    "PATCH /report/settings": (body) => { lay(body); return [202, {}]; },
  };
  routes["GET /getCorrelationId"] = () => [200, uid];
  routes["POST /frontload/config"] = () => [200, {}];

  for (const name of ["Master", "MobilePortrait"]) {
    routes[`GET /report/pages/${pages[0].name}/layoutTypes/${name}`] = () => [200, layouts[name]];
  }

  async function renew(body) {
    const before = token;
    token = typeof body === "string" ? body : String((body && body.accessToken) || "");
    try {
      await renewed();
    } catch (error) {
      token = before;
      return [Number(error.errorCode) || 403, error];
    }
    return [202, {}];
  }

  window.addEventListener("message", async (event) => {
    const message = event.data;
    // An answer to one of ours has a status, and wants none.
    if (!message || typeof message !== "object" || !message.method || !message.headers) return;
    const route = routes[`${message.method} ${String(message.url).split("?")[0]}`];
    let answer = [404, { message: "notFound" }];
    if (route) {
      try {
        answer = await route(message.body);
      } catch (error) {
        answer = [Number(error.errorCode) || 500, error];
      }
    }
    const reply = { statusCode: answer[0], headers: { id: message.headers.id }, body: answer[1] };
    if (event.source) event.source.postMessage(reply, event.origin === "null" ? "*" : event.origin || "*");
  });

  ask(`/ready/${uid}`);
})();
