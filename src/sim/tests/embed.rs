//! Embed tokens, and what an embedded item asks with them.

use super::*;
use crate::sim::embed::HostPage;

const ORDERS: &str = "3a1e5000-7777-4077-8077-000000000014";
const RETURNS: &str = "3a1e5000-7777-4077-8077-000000000015";
const INVOICES: &str = "3a1e5000-7777-4077-8077-000000000016";
const OVERVIEW: &str = "3a1e5000-7777-4077-8077-000000000017";
const MODEL: &str = "3a1e5000-7777-4077-8077-000000000013";
const NOWHERE: &str = "3a1e5000-7777-4077-8077-0000000000ff";

fn generate(world: &World, token: &str, route: &str, asked: &Value) -> WireReply {
    let request = with_token(token, &format!("/v1.0/myorg/{route}"));
    ask(world, &SimRequest { method: "POST".to_owned(), body: asked.to_string().into_bytes(), ..request })
}

fn embed_token(world: &World, asked: &Value) -> String {
    let reply = generate(world, &token(world, SCOPE), "GenerateToken", asked);
    body(&reply)["token"].as_str().expect("a token").to_owned()
}

fn of_orders(world: &World) -> String {
    embed_token(world, &json!({ "reports": [{ "id": ORDERS }], "datasets": [{ "id": MODEL }] }))
}

/// What an item's page asks for, with a token of this scheme: the status, and message and code of the event.
fn opened(world: &World, scheme: &str, token: &str, path: &str, at: Timestamp) -> (u16, String, String) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let request = SimRequest {
        headers: vec![("authorization".to_owned(), format!("{scheme} {token}"))],
        query: query.to_owned(),
        ..get("app.powerbi.com", path)
    };
    let reply = ask_at(world, &request, at);
    let body = body(&reply);
    let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (reply.status, text("message"), text("errorCode"))
}

fn report(id: &str) -> String {
    format!("/explore/reports/{id}/modelsAndExploration")
}

#[test]
fn a_token_is_made_for_several_things_or_for_one() {
    let world = healthy().world;
    let caller = token(&world, SCOPE);
    let status = |route: &str, asked: &Value| generate(&world, &caller, route, asked).status;
    let both = json!({ "reports": [{ "id": ORDERS }, { "id": INVOICES }], "datasets": [{ "id": MODEL }] });
    assert_eq!(status("GenerateToken", &both), 200);
    for (kind, id) in [("reports", ORDERS), ("reports", INVOICES), ("datasets", MODEL), ("dashboards", OVERVIEW)] {
        let route = format!("groups/{SALES}/{kind}/{id}/GenerateToken");
        assert_eq!(status(&route, &json!({ "accessLevel": "View" })), 200, "{kind} {id}");
        assert_eq!(status(&route, &json!({ "accessLevel": "Own" })), 400);
        assert_eq!(status(&format!("groups/{SALES}/{kind}/{NOWHERE}/GenerateToken"), &json!({})), 404);
    }
    assert_eq!(status(&format!("reports/{ORDERS}/GenerateToken"), &json!({})), 403);
    for wrong in
        [json!({}), json!([]), json!({ "reports": [] }), json!({ "reports": vec![json!({ "id": ORDERS }); 51] })]
    {
        assert_eq!(status("GenerateToken", &wrong), 400, "{wrong}");
    }
    assert_eq!(status("GenerateToken", &json!({ "reports": [{ "id": NOWHERE }] })), 404);
}

#[test]
fn a_token_lives_as_long_as_the_one_that_made_it_or_shorter() {
    let world = healthy().world;
    let caller = token(&world, SCOPE);
    let life = |minutes: &Value| {
        let asked = json!({ "reports": [{ "id": ORDERS }], "lifetimeInMinutes": minutes });
        let reply = generate(&world, &caller, "GenerateToken", &asked);
        let end: Option<Timestamp> = body(&reply)["expiration"].as_str().and_then(|end| end.parse().ok());
        end.map(|end| end.as_second() - now().as_second())
    };
    for usual in [json!(null), json!(0), json!(60), json!(100_000)] {
        assert_eq!(life(&usual), Some(3600), "{usual}");
    }
    assert_eq!(life(&json!(10)), Some(600));
    for wrong in [json!(-1), json!(1.5), json!("10"), json!(5_000_000_000_u64)] {
        assert_eq!(life(&wrong), None, "{wrong}");
    }
}

#[test]
fn the_kind_of_token_must_be_the_one_that_is_said() {
    let world = healthy().world;
    let (embed, access) = (of_orders(&world), token(&world, SCOPE));
    let cluster = |scheme: &str, token: &str| opened(&world, scheme, token, "/metadata/cluster", now());
    assert_eq!((cluster("EmbedToken", &embed).0, cluster("Bearer", &access).0), (200, 200));
    let refused = (403, "LoadReportFailed".to_owned(), "403".to_owned());
    for (scheme, token) in [("EmbedToken", &access), ("Bearer", &embed), ("EmbedToken", &embed[..80].to_owned())] {
        assert_eq!(cluster(scheme, token), refused, "{scheme}");
    }
    assert_eq!(cluster("EmbedToken", "").1, "Invalid parameters");
}

#[test]
fn a_token_opens_what_it_was_made_for() {
    let world = healthy().world;
    let embed = of_orders(&world);
    let code = |id: &str| opened(&world, "EmbedToken", &embed, &report(id), now());
    assert_eq!(code(ORDERS).0, 200);
    for (id, wanted) in [(RETURNS, "403"), (NOWHERE, "404"), ("orders", "500")] {
        let (_, message, found) = code(id);
        assert_eq!((message.as_str(), found.as_str()), ("LoadReportFailed", wanted), "{id}");
    }
    let dashboard = format!("/explore/dashboards/{OVERVIEW}/modelsAndExploration");
    assert_eq!(opened(&world, "EmbedToken", &embed, &dashboard, now()).0, 403);
}

#[test]
fn a_callers_own_token_opens_what_the_caller_sees() {
    let world = healthy().world;
    let access = token(&world, SCOPE);
    let found = |path: &str| opened(&world, "Bearer", &access, path, now());
    assert_eq!(found(&format!("{}?groupId={SALES}", report(ORDERS))).0, 200);
    assert_eq!(found(&report(NOWHERE)).1, "PowerBIEntityNotFound");
    let (_, message, code) = found(&format!("{}?groupId={NOWHERE}", report(ORDERS)));
    assert_eq!((message.as_str(), code.as_str()), ("PowerBINotAuthorizedException", "401"));
}

#[test]
fn a_token_ends_while_the_item_is_shown() {
    let world = healthy().world;
    let embed = embed_token(&world, &json!({ "reports": [{ "id": ORDERS }], "lifetimeInMinutes": 1 }));
    let at = |seconds: i64| now().checked_add(jiff::SignedDuration::from_secs(seconds)).expect("a time");
    let cluster = |seconds| opened(&world, "EmbedToken", &embed, "/metadata/cluster", at(seconds));
    assert_eq!(cluster(59).0, 200);
    assert_eq!((cluster(60).0, cluster(60).1.as_str()), (403, "TokenExpired"));
}

/// What a browser tells that opens a page with this configuration, token and Content-Security-Policy.
fn played(world: &World, config: &Value, token: &str, policy: Option<&str>) -> Value {
    let page = HostPage { config, token, policy };
    super::super::embed::play(world, Keys::embedded(), &page, &Moment::derived(now(), "x"))
}

#[test]
fn a_paused_capacity_gives_no_data() {
    let mut world = healthy().world;
    let embed = of_orders(&world);
    world.capacities.get_mut("f64").expect("the capacity").paused = true;
    let config =
        json!({ "type": "report", "id": ORDERS, "tokenType": 1, "embedUrl": "https://app.powerbi.com/reportEmbed" });
    let told = played(&world, &config, &embed, None);
    let names: Vec<&str> =
        told["events"].as_array().expect("events").iter().filter_map(|e| e["name"].as_str()).collect();
    assert_eq!(names, ["loaded", "error"]);
    assert_eq!(told["events"][1]["detail"]["message"], "OpenConnectionError");
}

#[test]
fn the_page_may_stand_in_any_frame() {
    for path in ["/reportEmbed", "/dashboardEmbed", "/rdlEmbed"] {
        let reply = ask(&healthy().world, &get("app.powerbi.com", &format!("{path}?uid=x")));
        assert_eq!(reply.status, 200);
        assert!(header(&reply, "content-type").is_some_and(|kind| kind.starts_with("text/html")));
        assert!(header(&reply, "x-frame-options").is_none() && header(&reply, "content-security-policy").is_none());
    }
}

#[test]
fn every_body_says_what_it_is() {
    let world = healthy().world;
    let caller = token(&world, SCOPE);
    let paths =
        ["/v1.0/myorg/groups", "/v1.0/myorg/nothing", "/v1/workspaces", "/metadata/cluster", "/reportEmbed", "/"];
    for request in paths.iter().flat_map(|path| [with_token(&caller, path), get("api.powerbi.com", path)]) {
        let reply = ask(&world, &request);
        let is_empty = reply.body.as_ref().is_none_or(Vec::is_empty);
        assert!(is_empty || header(&reply, "content-type").is_some(), "{}", request.path);
    }
}

fn config(more: &Value) -> Value {
    let mut config =
        json!({ "type": "report", "id": ORDERS, "tokenType": 1, "embedUrl": "https://app.powerbi.com/reportEmbed" });
    for (name, value) in more.as_object().expect("members") {
        config[name] = value.clone();
    }
    config
}

fn console(told: &Value) -> &str {
    told["console"][0]["text"].as_str().unwrap_or_default()
}

#[test]
fn a_page_of_the_portal_is_for_no_frame() {
    let world = healthy().world;
    let path = format!("/groups/{SALES}/reports/{ORDERS}");
    let reply = ask(&world, &get("app.powerbi.com", &path));
    assert_eq!(header(&reply, "x-frame-options"), Some("deny"));
    let told = played(&world, &config(&json!({ "embedUrl": format!("https://app.powerbi.com{path}") })), "H4sI", None);
    assert!(console(&told).starts_with("Refused to display 'https://app.powerbi.com/' in a frame"), "{told}");
    assert_eq!((&told["answered"], &told["events"]), (&json!(false), &json!([])));
}

#[test]
fn what_the_library_and_the_browser_refuse_reaches_no_service() {
    let world = healthy().world;
    let thrown = |url: &str| {
        let told = played(&world, &config(&json!({ "embedUrl": url })), "H4sI", None);
        told["thrown"].as_str().unwrap_or_default().to_owned()
    };
    for url in ["https://reports.contoso.example/reportEmbed", "http://app.powerbi.com/reportEmbed", "reportEmbed"] {
        assert!(thrown(url).starts_with("Invalid embed URL detected"), "{url}");
    }
    assert!(thrown("https://app.powerbi.com/reportEmbed?autoAuth=true").starts_with("Embed URL is invalid"));
    let told = played(&world, &config(&json!({})), "H4sI", Some("default-src 'self'"));
    assert!(console(&told).contains("violates the following Content Security Policy directive"), "{told}");
    assert_eq!(told["answered"], false);
}

#[test]
fn a_page_of_another_kind_refuses_what_it_is_told_to_load() {
    let world = healthy().world;
    let url = "https://app.powerbi.com/dashboardEmbed";
    let told = played(&world, &config(&json!({ "embedUrl": url })), &of_orders(&world), None);
    assert_eq!((told["refusal"].as_str(), &told["events"]), (Some("404 notFound"), &json!([])));
}

#[test]
fn a_computer_that_sleeps_wakes_up_with_an_old_token() {
    let mut world = healthy().world;
    let embed = of_orders(&world);
    let last = |world: &World| {
        let told = played(world, &config(&json!({})), &embed, None);
        let event = told["events"].as_array().and_then(|events| events.last().cloned()).expect("an event");
        (event["name"].clone(), event["detail"]["message"].clone())
    };
    world.browser.sleeps = "59m".to_owned().try_into().expect("a span");
    assert_eq!(last(&world).0, "rendered");
    world.browser.sleeps = "60m".to_owned().try_into().expect("a span");
    assert_eq!(last(&world), (json!("error"), json!("TokenExpired")));
}

fn headers_of<'r>(reply: &'r WireReply, start: &str) -> Vec<(&'r str, &'r str)> {
    let all = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    all.filter(|(name, _)| name.starts_with(start)).collect()
}

fn of_page(request: SimRequest, more: &[(&str, &str)]) -> SimRequest {
    let own = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let origin = ("origin".to_owned(), "https://portal.contoso.example".to_owned());
    SimRequest { headers: request.headers.into_iter().chain([origin]).chain(own).collect(), ..request }
}

#[test]
fn a_page_asks_first_and_may_then_call_power_bi() {
    let world = healthy().world;
    let ask_first = |path: &str, asked: &[(&str, &str)]| {
        let request = SimRequest { method: "OPTIONS".to_owned(), ..get("api.powerbi.com", path) };
        ask(&world, &of_page(request, asked))
    };
    let asked =
        [("access-control-request-method", "POST"), ("access-control-request-headers", "authorization,content-type")];
    let reply = ask_first("/v1.0/myorg/GenerateToken", &asked);
    assert_eq!((reply.status, reply.body.as_ref().map(Vec::len)), (200, Some(0)));
    let allowed = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "authorization,content-type"),
    ];
    assert_eq!(headers_of(&reply, "access-control-allow"), allowed);
    let hostile = [asked[0], ("access-control-request-headers", "a\r\nset-cookie: b")];
    let reply = ask_first("/v1.0/myorg/groups", &hostile);
    assert_eq!(headers_of(&reply, "access-control-allow-headers"), []);
    assert_eq!(headers_of(&ask_first("/v1/workspaces", &asked), "access-control"), [], "of Fabric nothing is known");
}

#[test]
fn a_page_reads_the_id_of_a_request_and_no_other_header() {
    let world = healthy().world;
    let caller = token(&world, SCOPE);
    for (token, status) in [(caller.as_str(), 200), ("x", 403)] {
        let request = with_token(token, "/v1.0/myorg/groups");
        let reply = ask(&world, &of_page(request.clone(), &[]));
        assert_eq!(reply.status, status);
        let shown = [("access-control-allow-origin", "*"), ("access-control-expose-headers", "RequestId")];
        assert_eq!(headers_of(&reply, "access-control"), shown);
        assert_eq!(headers_of(&ask(&world, &request), "access-control"), [], "no page asks");
    }
}

#[test]
fn the_page_of_an_item_knows_its_layouts() {
    let world = healthy().world;
    let embed = embed_token(&world, &json!({ "reports": [{ "id": ORDERS }, { "id": RETURNS }] }));
    let layouts = |id: &str| {
        let headers = vec![("authorization".to_owned(), format!("EmbedToken {embed}"))];
        body(&ask(&world, &SimRequest { headers, ..get("app.powerbi.com", &report(id)) }))["layouts"].clone()
    };
    assert_eq!(layouts(ORDERS), json!({ "Master": true, "MobilePortrait": true }));
    assert_eq!(layouts(RETURNS), json!({ "Master": true, "MobilePortrait": false }));
}
