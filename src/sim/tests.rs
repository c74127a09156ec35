//! The model, asked as a client asks it.

use serde_json::{Value, json};

use super::embed::token::Pass;
use super::*;
use crate::record::{Exchange, Fault, Method, Outcome, Part, Request};
use crate::secret::{Secret, SecretRef, Vault};
use crate::wire::WireReply;
use std::collections::BTreeMap;
use std::sync::LazyLock;

mod assertions;
mod embed;
mod grants;
mod machine;
mod users;

const TENANT: &str = "c0c0a000-1111-4a11-8a11-0000000000c1";
const CLIENT: &str = "e1bedbed-3333-4c33-8c33-0000000000a1";
const SALES: &str = "3a1e5000-7777-4077-8077-000000000011";
const SECRET: &str = "abc8Q~this-is-a-made-up-value-number-one";
const SCOPE: &str = "https://analysis.windows.net/powerbi/api/.default";

fn healthy() -> Scenario {
    static HEALTHY: LazyLock<Scenario> = LazyLock::new(|| Scenario::load("healthy").expect("the healthy scenario"));
    HEALTHY.clone()
}

fn now() -> Timestamp {
    clock::Clock::default().now
}

fn ask_at(world: &World, request: &SimRequest, now: Timestamp) -> WireReply {
    answer(world, Keys::embedded(), &Memory::default(), request, &Moment::derived(now, "test"))
}

fn ask(world: &World, request: &SimRequest) -> WireReply {
    ask_at(world, request, now())
}

fn body(reply: &WireReply) -> Value {
    serde_json::from_slice(reply.body.as_deref().expect("a body")).unwrap_or(Value::Null)
}

fn header<'r>(reply: &'r WireReply, name: &str) -> Option<&'r str> {
    reply.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn get(host: &str, path: &str) -> SimRequest {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    SimRequest {
        method: "GET".to_owned(),
        host: host.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

fn token_request(tenant: &str, fields: &[(&str, &str)]) -> SimRequest {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    SimRequest {
        method: "POST".to_owned(),
        headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded; charset=utf-8".to_owned())],
        body: form.into_bytes(),
        ..get("login.microsoftonline.com", &format!("/{tenant}/oauth2/v2.0/token"))
    }
}

type Fields<'a> = [(&'a str, &'a str); 4];

fn fields<'a>(client: &'a str, secret: &'a str, scope: &'a str) -> Fields<'a> {
    [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret), ("scope", scope)]
}

fn token(world: &World, scope: &str) -> String {
    let reply = ask(world, &token_request(TENANT, &fields(CLIENT, SECRET, scope)));
    body(&reply)["access_token"].as_str().expect("a token").to_owned()
}

fn claims(token: &str) -> Value {
    Keys::embedded().verified(token).map(Value::Object).expect("a token of Entra's")
}

fn error(reply: &WireReply) -> (u16, String, u64) {
    let body = body(reply);
    let code = body["error_codes"][0].as_u64().expect("a code");
    let description = body["error_description"].as_str().expect("a description");
    assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
    (reply.status, body["error"].as_str().expect("an error").to_owned(), code)
}

fn call(world: &World, token: &str, path: &str) -> WireReply {
    ask(world, &with_token(token, path))
}

fn with_token(token: &str, path: &str) -> SimRequest {
    let host = if path.starts_with("/v1/") { "api.fabric.microsoft.com" } else { "api.powerbi.com" };
    SimRequest { headers: vec![("authorization".to_owned(), format!("Bearer {token}"))], ..get(host, path) }
}

mod entra {
    use super::*;

    #[test]
    fn a_known_secret_gets_a_token_for_the_application_alone() {
        let reply = ask(&healthy().world, &token_request("contoso.onmicrosoft.com", &fields(CLIENT, SECRET, SCOPE)));
        assert_eq!((reply.status, header(&reply, "pragma")), (200, Some("no-cache")));
        let body = body(&reply);
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3599)));
        assert_eq!(body.as_object().expect("an object").len(), 4);
        let claims = claims(body["access_token"].as_str().expect("a token"));
        assert_eq!(claims["aud"], "https://analysis.windows.net/powerbi/api");
        assert_eq!(claims["iss"], format!("https://sts.windows.net/{TENANT}/"));
        assert_eq!(
            (&claims["appid"], &claims["idtyp"], &claims["ver"]),
            (&json!(CLIENT), &json!("app"), &json!("1.0"))
        );
        assert_eq!((&claims["oid"], &claims["roles"]), (&claims["sub"], &Value::Null));
        assert_eq!(claims["iat"], now().as_second() - 300);
        assert_eq!(claims["exp"].as_i64().expect("exp") - claims["nbf"].as_i64().expect("nbf"), 3900);
    }

    #[test]
    fn audiences_follow_the_scope() {
        let world = healthy().world;
        for (scope, audience) in [
            ("https://api.fabric.microsoft.com/.default", "https://analysis.windows.net/powerbi/api"),
            ("https://analysis.windows.net/powerbi/api//.default", "https://analysis.windows.net/powerbi/api/"),
            ("https://graph.microsoft.com/.default", "https://graph.microsoft.com"),
            ("https://storage.azure.com/.default", "https://storage.azure.com"),
        ] {
            let token = token(&world, scope);
            assert_eq!(claims(&token)["aud"], audience);
            let nonce = jsonwebtoken::decode_header(&token).expect("a header").nonce;
            assert_eq!(nonce.is_some(), audience == "https://graph.microsoft.com");
        }
    }

    #[test]
    fn client_ids_compare_without_case_and_basic_is_accepted() {
        use base64::Engine as _;
        let world = healthy().world;
        let upper = CLIENT.to_ascii_uppercase();
        let mut request = token_request(TENANT, &[("grant_type", "client_credentials"), ("scope", SCOPE)]);
        assert_eq!(error(&ask(&world, &request)), (401, "invalid_client".to_owned(), 7_000_216));
        let pair = format!("{upper}:{}", SECRET.replace('~', "%7E"));
        let pair = base64::engine::general_purpose::STANDARD.encode(pair);
        request.headers.push(("authorization".to_owned(), format!("Basic {pair}")));
        assert_eq!(ask(&world, &request).status, 200);
    }

    #[test]
    fn parameters_come_first() {
        let world = healthy().world;
        let mut not_a_form = token_request("nowhere", &fields("", "", ""));
        not_a_form.headers.clear();
        let cases: [(SimRequest, u16, &str, u64); 5] = [
            (not_a_form, 400, "invalid_request", 900_144),
            (token_request("undefined", &fields("", "", "")), 401, "invalid_client", 7_000_216),
            (token_request("undefined", &fields("", "x", "")), 400, "invalid_request", 900_144),
            (token_request(TENANT, &fields(CLIENT, SECRET, "")), 400, "invalid_request", 900_144),
            (token_request(TENANT, &[("grant_type", "client_credential")]), 400, "unsupported_grant_type", 70_003),
        ];
        for (request, status, kind, code) in cases {
            assert_eq!(error(&ask(&world, &request)), (status, kind.to_owned(), code));
        }
    }

    #[test]
    fn then_tenant_application_secret_and_scope() {
        let world = healthy().world;
        let unknown = "00000000-9999-4999-8999-000000000099";
        let partner = "9a27e200-5555-4e55-8e55-0000000000d1";
        let cases: [(&str, Fields<'_>, u16, &str, u64); 11] = [
            (unknown, fields("x", "x", "x"), 400, "invalid_request", 90_002),
            ("nowhere.example", fields("x", "x", "x"), 400, "invalid_request", 90_002),
            (&TENANT[..35], fields("x", "x", "x"), 400, "invalid_request", 900_023),
            ("%7B%7Btenant%7D%7D", fields("x", "x", "x"), 400, "invalid_request", 900_023),
            (TENANT, fields(unknown, "x", "x"), 400, "unauthorized_client", 700_016),
            (TENANT, fields(partner, "x", "x"), 400, "unauthorized_client", 700_016),
            (TENANT, fields(CLIENT, "x", "x"), 401, "invalid_client", 7_000_215),
            (TENANT, fields(CLIENT, SECRET, "Report.Read.All"), 400, "invalid_scope", 1_002_012),
            (TENANT, fields(CLIENT, SECRET, "powerbi/.default"), 400, "invalid_scope", 70_011),
            (TENANT, fields(CLIENT, SECRET, "https://api.powerbi.com/.default"), 400, "invalid_resource", 500_011),
            (
                TENANT,
                fields(CLIENT, SECRET, "https://a.example/.default https://b.example/.default"),
                400,
                "invalid_scope",
                700_022,
            ),
        ];
        for (tenant, fields, status, kind, code) in cases {
            assert_eq!(
                error(&ask(&world, &token_request(tenant, &fields))),
                (status, kind.to_owned(), code),
                "{tenant}"
            );
        }
    }

    #[test]
    fn without_a_tenant_the_resource_decides() {
        let world = healthy().world;
        let at = |alias, scope| error(&ask(&world, &token_request(alias, &fields(CLIENT, SECRET, scope)))).2;
        assert_eq!(at("organizations", SCOPE), 700_016);
        assert_eq!(at("common", "api://mine/.default"), 50_059);
        let reply = ask(&world, &token_request("common", &fields(CLIENT, SECRET, SCOPE)));
        assert!(body(&reply)["error_description"].as_str().expect("text").contains("'Microsoft Services'"));
    }

    #[test]
    fn a_registration_without_principal_is_told_in_its_home() {
        let mut world = healthy().world;
        world.applications.get_mut("embed").expect("embed").principals.clear();
        let reply = ask(&world, &token_request(TENANT, &fields(CLIENT, SECRET, SCOPE)));
        assert_eq!(error(&reply), (401, "invalid_client".to_owned(), 7_000_229));
    }

    #[test]
    fn secrets_have_a_beginning_and_an_end() {
        let mut world = healthy().world;
        let mut at = |starts: &str, ends: &str| {
            let application = world.applications.get_mut("embed").expect("embed");
            let secret = application.secrets.get_mut("main").expect("main");
            let span = |text: &str| clock::Span::try_from(text.to_owned()).expect("a span");
            (secret.starts, secret.ends) = (span(starts), span(ends));
            ask(&world, &token_request(TENANT, &fields(CLIENT, SECRET, SCOPE)))
        };
        assert_eq!(at("-2d", "1s").status, 200);
        assert_eq!(error(&at("-2d", "0s")), (401, "invalid_client".to_owned(), 7_000_222));
        assert_eq!(error(&at("1s", "9d")), (401, "invalid_client".to_owned(), 7_000_215));
    }

    #[test]
    fn errors_bear_ids_and_time() {
        let mut request = token_request(TENANT, &fields(CLIENT, "x", SCOPE));
        request.headers.push(("client-request-id".to_owned(), SALES.to_owned()));
        let body = body(&ask(&healthy().world, &request));
        let trace = Moment::derived(now(), "test").trace;
        let text = format!(
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client \
             secret value, not the client secret ID, for a secret added to app '{CLIENT}'. Trace ID: {trace} \
             Correlation ID: {SALES} Timestamp: 2026-11-24 09:00:00Z"
        );
        assert_eq!(body["error_description"], text);
        assert_eq!((&body["trace_id"], &body["correlation_id"]), (&json!(trace), &json!(SALES)));
        assert_eq!(body["timestamp"], "2026-11-24 09:00:00Z");
        assert_eq!(body["error_uri"], "https://login.microsoftonline.com/error?code=7000215");
    }

    #[test]
    fn discovery_speaks_of_the_host_that_was_asked() {
        let world = healthy().world;
        let read = |tenant: &str| {
            ask(&world, &get("127.0.0.1:4433", &format!("/{tenant}/v2.0/.well-known/openid-configuration")))
        };
        let found = body(&read("contoso.example"));
        assert_eq!(found["issuer"], format!("https://127.0.0.1:4433/{TENANT}/v2.0"));
        assert_eq!(found["token_endpoint"], format!("https://127.0.0.1:4433/{TENANT}/oauth2/v2.0/token"));
        assert_eq!(body(&read("organizations"))["issuer"], "https://127.0.0.1:4433/{tenantid}/v2.0");
        let invalid = "invalid_tenant".to_owned();
        assert_eq!(error(&read("00000000-9999-4999-8999-000000000099")), (400, invalid.clone(), 90_002));
        assert_eq!(error(&read("secrets")), (400, invalid.clone(), 90_002));
        assert_eq!(error(&read(&TENANT[..35])), (400, invalid, 900_023));
        let keys = body(&ask(&world, &get("h", &format!("/{TENANT}/discovery/v2.0/keys"))));
        let kid = jsonwebtoken::decode_header(token(&world, SCOPE)).expect("a header").kid;
        assert_eq!(keys["keys"][0]["kid"], json!(kid));
    }

    #[test]
    fn instance_discovery_vouches_for_known_hosts() {
        let world = healthy().world;
        let read = |host: &str| {
            let path = "/common/discovery/instance?api-version=1.1&authorization_endpoint=";
            let request = get("127.0.0.1:4433", &format!("{path}https://{host}/{TENANT}/oauth2/v2.0/authorize"));
            ask(&world, &request)
        };
        let found = body(&read("login.microsoftonline.com"));
        assert!(
            found["metadata"][0]["aliases"].as_array().expect("aliases").contains(&json!("login.microsoftonline.com"))
        );
        assert_eq!(read("127.0.0.1:4433").status, 200);
        assert_eq!(error(&read("login.example")), (400, "invalid_instance".to_owned(), 50_049));
    }
}

mod apis {
    use super::*;

    const GROUPS: &str = "/v1.0/myorg/groups";

    #[test]
    fn lists_hold_what_the_principal_has_a_role_in() {
        let world = healthy().world;
        let token = token(&world, SCOPE);
        let reply = call(&world, &token, GROUPS);
        assert_eq!(header(&reply, "date"), Some("Tue, 24 Nov 2026 09:00:00 GMT"));
        assert!(header(&reply, "requestid").is_some());
        let found = body(&reply);
        assert_eq!((&found["@odata.count"], &found["value"][1]["name"]), (&json!(2), &json!("Sales embed")));
        let names = |path: &str| {
            let list = body(&call(&world, &token, path));
            let list = list["value"].as_array().expect("a list").clone();
            let name = |item: &Value| item.get("name").or_else(|| item.get("displayName")).cloned();
            list.iter().filter_map(name).filter_map(|n| n.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(names("/v1.0/myorg/groups?$top=1"), ["Finance"]);
        assert_eq!(names("/v1.0/myorg/groups?%24skip=1"), ["Sales embed"]);
        assert_eq!(names("/v1.0/myorg/groups?$filter=name%20eq%20%27Sales%20embed%27"), ["Sales embed"]);
        assert_eq!(names(&format!("{GROUPS}/{SALES}/reports")), ["Invoices", "Orders", "Returns"]);
        assert_eq!(names(&format!("{GROUPS}/{}/datasets", SALES.to_uppercase())), ["Orders"]);
        assert_eq!(names("/v1/workspaces?roles=Admin,Member"), ["Sales embed"]);
        assert_eq!(names(&format!("/v1/workspaces/{SALES}/items?type=Report")), ["Orders", "Returns"]);
        assert_eq!(call(&world, &token, "/v1.0/myorg/groups?$top=none").status, 400);
    }

    #[test]
    fn reports_have_an_address_to_embed() {
        let world = healthy().world;
        let token = token(&world, SCOPE);
        let id = "3a1e5000-7777-4077-8077-000000000014";
        let found = body(&call(&world, &token, &format!("{GROUPS}/{SALES}/reports/{id}")));
        let url = found["embedUrl"].as_str().expect("a URL");
        assert!(url.starts_with("https://app.powerbi.com/") && url.contains(id) && url.contains(SALES), "{url}");
        assert_eq!(found["datasetId"], "3a1e5000-7777-4077-8077-000000000013");
        assert_eq!(call(&world, &token, "/v1.0/myorg/availableFeatures").status, 200);
        assert_eq!(body(&call(&world, &token, &format!("{GROUPS}/{SALES}")))["isOnDedicatedCapacity"], true);
    }

    #[test]
    fn bad_tokens_are_forbidden_and_the_header_says_why() {
        let world = healthy().world;
        let good = token(&world, SCOPE);
        let graph = token(&world, "https://graph.microsoft.com/.default");
        let altered = format!("{}AAAA", &good[..good.len() - 4]);
        let tenant = world.tenants["contoso"].id;
        let embed = Pass::of_nothing(tenant, &Moment::derived(now(), "embed")).text(Keys::embedded());
        let reason = |request: &SimRequest, at| {
            let reply = ask_at(&world, request, at);
            assert_eq!(reply.body.as_deref(), Some(&[][..]));
            (reply.status, header(&reply, "x-powerbi-error-info").map(str::to_owned))
        };
        let with = |token: &str| with_token(token, GROUPS);
        let invalid = (403, Some("InvalidToken".to_owned()));
        let expired = (403, Some("TokenExpired".to_owned()));
        assert_eq!(reason(&get("api.powerbi.com", GROUPS), now()), (403, None));
        for token in ["", "x", &good[..good.len() / 2], &graph, &embed] {
            assert_eq!(reason(&with(token), now()), invalid);
        }
        assert_eq!(reason(&with(&altered), now()), expired);
        let later = now().saturating_add(jiff::SignedDuration::from_hours(1)).expect("a time");
        assert_eq!(reason(&with(&good), later), expired);
        let fabric = ask_at(&world, &with_token(&good, "/v1/workspaces"), later);
        assert_eq!((fabric.status, header(&fabric, "x-ms-public-api-error-code")), (401, Some("TokenExpired")));
        assert_eq!(call(&world, &graph, "/v1/workspaces").status, 401);
    }

    fn setting(world: &mut World) -> &mut world::Setting {
        let tenant = world.tenants.get_mut("contoso").expect("contoso");
        tenant.settings.get_mut("ServicePrincipalAccessPermissionAPIs").expect("the switch")
    }

    #[test]
    fn the_switch_comes_before_the_route() {
        let mut world = healthy().world;
        let token = token(&world, SCOPE);
        let mut refused = |change: fn(&mut World)| {
            change(&mut world);
            let reply = call(&world, &token, "/v1.0/myorg/reports");
            let fabric = call(&world, &token, "/v1/workspaces");
            let off = header(&reply, "x-powerbi-error-info") == Some("ServicePrincipalIsNotAllowedByTenantAdminSwitch");
            assert_eq!(off, reply.status == 401);
            assert_eq!(off, header(&fabric, "x-ms-public-api-error-code") == Some("Unauthorized"));
            off
        };
        assert!(!refused(|_| {}));
        assert!(refused(|world| setting(world).enabled = false));
        assert!(refused(|world| {
            setting(world).enabled = true;
            setting(world).groups = vec!["automation".to_owned()];
        }));
        // Through another group is not direct.
        assert!(refused(|world| {
            world.groups.get_mut("automation").expect("automation").groups = vec!["embedders".to_owned()];
        }));
        assert!(!refused(|world| setting(world).groups.clear()));
        assert!(refused(|world| setting(world).excluded = vec!["embedders".to_owned()]));
        assert!(!refused(|world| {
            world.tenants.get_mut("contoso").expect("contoso").settings.clear();
        }));
    }

    #[test]
    fn a_workspace_without_role_looks_like_none_to_power_bi() {
        let mut world = healthy().world;
        let token = token(&world, SCOPE);
        world.workspaces.get_mut("sales").expect("sales").roles.remove("embed");
        let unknown = "00000000-9999-4999-8999-000000000099";
        for id in [SALES, unknown] {
            let group = call(&world, &token, &format!("{GROUPS}/{id}"));
            assert_eq!((group.status, &body(&group)["error"]["code"]), (401, &json!("Unauthorized")));
            let reports = call(&world, &token, &format!("{GROUPS}/{id}/reports"));
            assert_eq!((reports.status, header(&reports, "x-powerbi-error-info")), (401, Some("GroupNotAccessible")));
            assert_eq!(reports.body.as_deref(), Some(&[][..]));
        }
        let fabric = |id| body(&call(&world, &token, &format!("/v1/workspaces/{id}")))["errorCode"].clone();
        assert_eq!((fabric(SALES), fabric(unknown)), (json!("InsufficientPrivileges"), json!("WorkspaceNotFound")));
    }

    #[test]
    fn unknown_reports_and_my_workspace_have_bodies() {
        let world = healthy().world;
        let token = token(&world, SCOPE);
        let unknown = call(&world, &token, &format!("{GROUPS}/{SALES}/reports/{SALES}"));
        assert_eq!((unknown.status, &body(&unknown)["error"]["code"]), (404, &json!("PowerBIEntityNotFound")));
        let mine = call(&world, &token, "/v1.0/myorg/reports");
        assert_eq!((mine.status, body(&mine)), (403, json!({"Message": "API is not accessible for application"})));
    }
}

mod transport {
    use super::*;

    fn run(scenario: Scenario, requests: &[Request]) -> Vec<Exchange> {
        let mut vault = Vault::default();
        vault.put(SecretRef::ClientSecret, Secret::new(SECRET));
        let sim = Sim::new(scenario, vault);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let mut exchanges = Vec::new();
            for (attempt, request) in (1..).zip(requests) {
                exchanges.push(sim.attempt(request, attempt).await);
            }
            exchanges
        })
    }

    pub(super) fn token() -> Request {
        let text = |name: &str, value: &str| (name.to_owned(), Part::Text(value.to_owned()));
        let url = format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
        Request {
            form: vec![
                text("grant_type", "client_credentials"),
                text("client_id", CLIENT),
                ("client_secret".to_owned(), Part::Secret(SecretRef::ClientSecret)),
                text("scope", SCOPE),
            ],
            ..Request::new("token", Service::Entra, Method::Post, url)
        }
    }

    pub(super) fn workspaces() -> Request {
        let url = "https://api.powerbi.com/v1.0/myorg/groups?$top=100";
        Request {
            bearer: Some(SecretRef::AccessToken),
            ..Request::new("workspaces", Service::PowerBi, Method::Get, url)
        }
    }

    fn status(exchange: &Exchange) -> u16 {
        exchange.reply().expect("a reply").status
    }

    #[test]
    fn a_run_is_the_same_every_time_and_holds_no_secret() {
        let record = || {
            let exchanges = run(healthy(), &[token(), workspaces()]);
            assert_eq!((status(&exchanges[0]), status(&exchanges[1])), (200, 200));
            serde_json::to_string(&exchanges).expect("JSON")
        };
        assert_eq!(record(), record());
        assert!(!record().contains("made-up-value"));
    }

    #[test]
    fn faults_strike_as_often_as_planned_and_where() {
        let mut scenario = healthy();
        scenario.faults = toml::from_str::<BTreeMap<String, Vec<faults::PlannedFault>>>(
            "faults = [{ on = 'power-bi', kind = 'throttle', times = 1, retry_after = 7 }]",
        )
        .expect("faults")
        .remove("faults")
        .expect("faults");
        let exchanges = run(scenario, &[token(), workspaces(), workspaces()]);
        assert_eq!(exchanges.iter().map(status).collect::<Vec<_>>(), [200, 429, 200]);
        assert_eq!(exchanges[1].reply().and_then(|r| r.header("retry-after")), Some("7"));
    }

    fn failure_of(kind: &str) -> (Fault, u64, Option<String>) {
        let mut scenario = healthy();
        let text = format!("on = 'all'\nkind = '{kind}'");
        scenario.faults = vec![toml::from_str(&text).expect("a fault")];
        let exchange = run(scenario, &[token()]).remove(0);
        let Outcome::Failure(failure) = exchange.outcome else { panic!("{kind} leaves no answer") };
        assert_eq!(failure.host, "login.microsoftonline.com");
        (failure.fault, exchange.ms, failure.issuer)
    }

    #[test]
    fn some_faults_leave_no_answer() {
        assert_eq!(failure_of("closed-port"), (Fault::Refused, 0, None));
        assert_eq!(failure_of("reset"), (Fault::Reset, 0, None));
        assert_eq!(failure_of("stall"), (Fault::ReplyTimeout, 10_000, None));
        let issuer = Some("CN=Contoso Proxy CA".to_owned());
        assert_eq!(failure_of("foreign-ca"), (Fault::UntrustedCertificate, 0, issuer));
    }

    #[test]
    fn a_proxy_page_bears_nothing_of_the_service() {
        let mut scenario = healthy();
        scenario.faults = vec![toml::from_str("on = 'all'\nkind = 'proxy-page'").expect("a fault")];
        let exchanges = run(scenario, &[token()]);
        let reply = exchanges[0].reply().expect("a reply");
        assert!(reply.header("x-ms-request-id").is_none() && reply.header("requestid").is_none());
        assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    }

    #[test]
    fn latency_is_waited_for_and_clocks_differ() {
        let mut scenario = healthy();
        scenario.latency = std::time::Duration::from_millis(40);
        scenario.clock = toml::from_str("caller_ahead = '20m'").expect("a clock");
        let exchange = run(scenario, &[token()]).remove(0);
        assert_eq!(exchange.ms, 40);
        let date = exchange.reply().and_then(crate::record::Reply::date).expect("a date");
        assert_eq!(exchange.sent.as_second() - date.as_second(), 1200);
    }

    #[test]
    fn what_cannot_be_sent_is_a_failure() {
        let exchange = run(healthy(), &[workspaces()]).remove(0);
        assert_eq!(exchange.failure().map(|failure| failure.fault), Some(Fault::NotSendable));
    }
}

/// What each scenario shows to a caller that asks for a token, the workspaces, the reports and the report.
mod scenarios {
    use super::*;
    use crate::record::{Body, Reply};

    /// What a plain client meets in each world whose caller has a secret or a token: the status of the token request,
    /// and what comes after it.
    #[test]
    fn every_scenario_shows_its_fault_and_no_other() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let line = |name: &str| format!("{name}: {}", runtime.block_on(shown(name)).join(", "));
        let lines: Vec<String> = scenario::known().into_iter().filter(|name| is_plain(name)).map(line).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    fn is_plain(name: &str) -> bool {
        let scenario = Scenario::load(name).unwrap_or_else(|error| panic!("{error}"));
        !scenario.caller.env.contains_key("PBIAUTH_AUTH")
    }

    async fn shown(name: &str) -> Vec<String> {
        let scenario = Scenario::load(name).unwrap_or_else(|error| panic!("{error}"));
        let env = scenario.environment(Keys::embedded(), scenario.clock.now);
        let mut vault = Vault::default();
        for (secret, name) in
            [(SecretRef::ClientSecret, "AZURE_CLIENT_SECRET"), (SecretRef::AccessToken, "PBIAUTH_ACCESS_TOKEN")]
        {
            if let Some(value) = env.get(name) {
                vault.put(secret, Secret::new(value));
            }
        }
        let sim = Sim::new(scenario, vault);
        let mut seen = Vec::new();
        for request in requests(&env) {
            let exchange = sim.attempt(&request, 1).await;
            let good = exchange.reply().is_some_and(Reply::is_success);
            seen.push(summary(&exchange));
            if !good {
                break;
            }
        }
        seen
    }

    fn requests(env: &BTreeMap<String, String>) -> Vec<Request> {
        let mut requests = Vec::new();
        if !env.contains_key("PBIAUTH_ACCESS_TOKEN") {
            let Some(tenant) = env.get("AZURE_TENANT_ID") else { return requests };
            let mut token = transport::token();
            token.url = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token");
            token.form[1].1 = Part::Text(env["AZURE_CLIENT_ID"].clone());
            requests.push(token);
        }
        let group = env.get("PBIAUTH_WORKSPACE").map(|id| format!("groups/{id}/"));
        let reports = group.as_ref().map(|group| format!("{group}reports"));
        let report = env.get("PBIAUTH_REPORT").map(|id| format!("{}reports/{id}", group.unwrap_or_default()));
        let paths: Vec<String> = ["groups".to_owned()].into_iter().chain(reports).chain(report).collect();
        requests.extend(paths.iter().map(|path| Request {
            url: format!("https://api.powerbi.com/v1.0/myorg/{path}"),
            ..transport::workspaces()
        }));
        requests
    }

    fn summary(exchange: &Exchange) -> String {
        let Some(reply) = exchange.reply() else {
            return exchange.failure().map_or_else(String::new, |failure| format!("{:?}", failure.fault));
        };
        let json = match &reply.body {
            Body::Json(json) => json.clone(),
            _ => Value::Null,
        };
        let code = json["error_codes"][0].as_u64().map(|code| code.to_string());
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let count = json["value"].as_array().map(|items| format!("[{}]", items.len()));
        let why = code
            .or_else(|| reply.header("x-powerbi-error-info").map(str::to_owned))
            .or_else(|| text(&json["error"]["code"]))
            .or_else(|| text(&json["Message"]))
            .or(count);
        why.map_or_else(|| reply.status.to_string(), |why| format!("{} {why}", reply.status))
    }
}
