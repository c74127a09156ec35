//! Codes and tokens that stand for a sign-in: device codes, authorization codes, refresh tokens, on behalf of a user.

use super::*;
use crate::sim::world::{Answer, Application, Tenant};

const WORKSPACES: &str = "https://analysis.windows.net/powerbi/api/Workspace.Read.All";
const REDIRECT: &str = "http://localhost:53682";
const VERIFIER: &str = "a-made-up-verifier-of-more-than-forty-three-characters";

/// One client over several requests, each at its own time.
struct Client {
    world: World,
    memory: Memory,
    requests: std::cell::Cell<u32>,
}

impl Client {
    fn new() -> Self {
        Self { world: healthy().world, memory: Memory::default(), requests: std::cell::Cell::new(0) }
    }

    fn embed(&mut self) -> &mut Application {
        self.world.applications.get_mut("embed").expect("embed")
    }

    fn contoso(&mut self) -> &mut Tenant {
        self.world.tenants.get_mut("contoso").expect("contoso")
    }

    fn send(&self, request: &SimRequest, later: &str) -> WireReply {
        let time = clock::Span::try_from(later.to_owned()).expect("a span").after(now());
        self.requests.set(self.requests.get() + 1);
        let moment = Moment::derived(time, &self.requests.get().to_string());
        answer(&self.world, Keys::embedded(), &self.memory, request, &moment)
    }

    fn token(&self, later: &str, fields: &[(&str, &str)]) -> WireReply {
        self.send(&token_request(TENANT, fields), later)
    }

    fn device_code_at(&self, tenant: &str) -> WireReply {
        let scope = format!("{WORKSPACES} openid offline_access");
        let request = token_request(tenant, &[("client_id", CLIENT), ("scope", &scope)]);
        let path = format!("/{tenant}/oauth2/v2.0/devicecode");
        self.send(&SimRequest { path, ..request }, "0s")
    }

    fn device_code(&self) -> String {
        text(&self.device_code_at(TENANT), "device_code")
    }

    fn poll(&self, code: &str, later: &str) -> WireReply {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        self.token(later, &[("grant_type", grant), ("client_id", CLIENT), ("device_code", code)])
    }

    fn page(&self, differing: &[(&str, &str)]) -> WireReply {
        let challenge = challenge();
        let mut fields: BTreeMap<&str, &str> = [
            ("client_id", CLIENT),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", WORKSPACES),
            ("state", "st&te"),
            ("nonce", "n-1"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]
        .into();
        fields.extend(differing.iter().copied());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(&get("login.microsoftonline.com", &format!("/{TENANT}/oauth2/v2.0/authorize?{query}")), "0s")
    }

    fn code(&self, differing: &[(&str, &str)]) -> String {
        sent_on(&self.page(differing)).remove("code").expect("a code")
    }

    fn redeem(&self, code: &str, differing: &[(&str, &str)], later: &str) -> WireReply {
        let mut fields: BTreeMap<&str, &str> = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ]
        .into();
        fields.extend(differing.iter().copied());
        self.token(later, &fields.into_iter().collect::<Vec<_>>())
    }

    fn refresh(&self, token: &str, later: &str) -> WireReply {
        self.token(later, &[("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token)])
    }
}

fn text(reply: &WireReply, member: &str) -> String {
    let body = body(reply);
    body[member].as_str().unwrap_or_else(|| panic!("no {member}: {body}")).to_owned()
}

fn challenge() -> String {
    use base64::Engine as _;
    let hash = digest::digest(&digest::SHA256, VERIFIER.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash)
}

/// The parameters with which a browser is sent back to the application.
fn sent_on(reply: &WireReply) -> BTreeMap<String, String> {
    assert_eq!(reply.status, 302, "{:?}", reply.body.as_deref().map(String::from_utf8_lossy));
    let url = url::Url::parse(header(reply, "location").expect("an address")).expect("a URL");
    assert_eq!(url.origin().ascii_serialization(), REDIRECT);
    url.query_pairs().into_owned().collect()
}

fn shown(reply: &WireReply) -> String {
    assert_eq!(reply.status, 400);
    String::from_utf8(reply.body.clone().expect("a page")).expect("text")
}

#[test]
fn a_device_code_is_pending_once_and_then_approved() {
    let client = Client::new();
    let given = body(&client.device_code_at(TENANT));
    assert_eq!((&given["expires_in"], &given["interval"]), (&json!(900), &json!(1)));
    let user_code = given["user_code"].as_str().expect("a user code");
    assert!(given["message"].as_str().expect("a message").contains(user_code));
    assert!(given.get("verification_uri_complete").is_none());

    let code = given["device_code"].as_str().expect("a code");
    assert_eq!(error(&client.poll(code, "1s")), (400, "authorization_pending".to_owned(), 70_016));
    // The short name of the grant, and the short name of the field.
    let reply = client.token("2s", &[("grant_type", "device_code"), ("client_id", CLIENT), ("code", code)]);
    let token = claims(&text(&reply, "access_token"));
    assert_eq!((&token["scp"], &token["amr"]), (&json!("Workspace.Read.All"), &json!(["pwd", "mfa"])));
    assert_eq!(claims(&text(&reply, "id_token")).get("nonce"), None);
}

#[test]
fn device_codes_end_are_declined_and_belong_to_one_application() {
    let mut client = Client::new();
    let code = client.device_code();
    client.poll(&code, "1s");
    assert_eq!(error(&client.poll(&code, "16m")), (400, "expired_token".to_owned(), 70_020));
    assert_eq!(error(&client.poll(&code[1..], "1s")).2, 9_002_313);
    let partner = "2ef2e500-4444-4d44-8d44-0000000000b1";
    let stolen = [("grant_type", "device_code"), ("client_id", partner), ("device_code", code.as_str())];
    assert_eq!(error(&client.token("1s", &stolen)).2, 70_000);
    client.world.browser.answer = Answer::Decline;
    let declined = client.poll(&code, "2s");
    assert_eq!((declined.status, text(&declined, "error").as_str()), (400, "authorization_declined"));
    assert!(body(&declined).get("error_codes").is_none());
    client.world.browser.answer = Answer::Nothing;
    assert_eq!(error(&client.poll(&code, "3s")).2, 70_016);
    client.world.browser.answer = Answer::Late;
    assert_eq!(error(&client.poll(&code, "3s")).2, 70_020);
}

#[test]
fn a_device_code_without_a_tenant_is_for_applications_of_many() {
    let mut client = Client::new();
    assert_eq!(error(&client.device_code_at("organizations")).2, 50_059);
    client.embed().multi_tenant = true;
    let code = text(&client.device_code_at("organizations"), "device_code");
    client.poll(&code, "1s");
    assert_eq!(client.poll(&code, "2s").status, 200);
    assert_eq!(error(&client.device_code_at("fabrikam.example")).2, 700_016);
}

#[test]
fn what_stands_against_a_device_code_shows_when_it_is_redeemed() {
    let refusal = |change: fn(&mut Client)| {
        let mut client = Client::new();
        change(&mut client);
        let code = client.device_code();
        client.poll(&code, "1s");
        error(&client.poll(&code, "2s")).2
    };
    assert_eq!(refusal(|c| c.embed().public_flows = false), 7_000_218);
    assert_eq!(refusal(|c| c.embed().assigned = Some(Vec::new())), 50_105);
    assert_eq!(refusal(|c| policy(c, "demands = 'block'\ndevice_code_only = true")), 53_003);
    assert_eq!(refusal(|c| policy(c, "demands = 'compliant-device'")), 530_033);
    assert_eq!(refusal(|c| anna(c).tenant = "fabrikam".to_owned()), 50_020);
    let admins = |c: &mut Client| {
        c.embed().consents.clear();
        c.contoso().only_admins_consent = true;
    };
    assert_eq!(refusal(admins), 90_094);
}

fn policy(client: &mut Client, text: &str) {
    let policy = format!("id = '90110100-0000-4000-8000-000000000001'\n{text}");
    client.contoso().policies.insert("p".to_owned(), toml::from_str(&policy).expect("a policy"));
}

#[test]
fn a_user_in_a_browser_can_use_a_second_factor_and_consent() {
    let mut client = Client::new();
    policy(&mut client, "demands = 'mfa'");
    client.embed().consents.clear();
    let reply = client.redeem(&client.code(&[]), &[], "1s");
    assert_eq!(claims(&text(&reply, "access_token"))["scp"], "Workspace.Read.All");
}

#[test]
fn a_code_comes_back_to_the_application_and_is_redeemed_once() {
    let client = Client::new();
    let back = sent_on(&client.page(&[("scope", &format!("{WORKSPACES} openid"))]));
    assert_eq!(back["state"], "st&te");
    let code = &back["code"];
    let reply = client.redeem(code, &[], "1s");
    assert_eq!(claims(&text(&reply, "id_token"))["nonce"], "n-1");
    assert_eq!(claims(&text(&reply, "access_token"))["appidacr"], "0");
    assert_eq!(error(&client.redeem(code, &[], "2s")), (400, "invalid_grant".to_owned(), 54_005));
}

#[test]
fn codes_are_held_to_what_was_asked() {
    let client = Client::new();
    let refusal =
        |differing: &[(&str, &str)], later: &str| error(&client.redeem(&client.code(&[]), differing, later)).2;
    assert_eq!(refusal(&[], "11m"), 70_008);
    assert_eq!(refusal(&[("code_verifier", "another-verifier-that-is-long-enough-for-it")], "1s"), 501_481);
    assert_eq!(refusal(&[("code_verifier", "")], "1s"), 501_481);
    assert_eq!(refusal(&[("redirect_uri", "http://localhost:1")], "1s"), 70_000);
    assert_eq!(refusal(&[("code", "1.AXYZ")], "1s"), 9_002_313);
    assert_eq!(refusal(&[("client_id", "2ef2e500-4444-4d44-8d44-0000000000b1")], "1s"), 70_000);
    assert_eq!(refusal(&[("client_secret", SECRET)], "1s"), 700_025);
    let elsewhere = [("grant_type", "authorization_code"), ("client_id", CLIENT), ("code", &client.code(&[]))];
    assert_eq!(error(&client.send(&token_request("fabrikam.example", &elsewhere), "1s")).2, 700_005);
    // A plain challenge is its own verifier.
    let plain = client.code(&[("code_challenge", VERIFIER), ("code_challenge_method", "plain")]);
    assert_eq!(client.redeem(&plain, &[], "1s").status, 200);
}

#[test]
fn platforms_redeem_their_codes_differently() {
    let mut client = Client::new();
    let with_origin = |client: &Client, code: &str| {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        let mut request = token_request(TENANT, &fields);
        request.headers.push(("origin".to_owned(), "https://app.contoso.example".to_owned()));
        client.send(&request, "1s")
    };
    assert_eq!(error(&with_origin(&client, &client.code(&[]))).2, 9_002_326);
    client.embed().redirects = toml::from_str(&format!("web = ['{REDIRECT}']")).expect("redirects");
    assert_eq!(error(&client.redeem(&client.code(&[]), &[], "1s")), (401, "invalid_client".to_owned(), 7_000_218));
    let confidential = client.redeem(&client.code(&[]), &[("client_secret", SECRET)], "1s");
    assert_eq!(claims(&text(&confidential, "access_token"))["appidacr"], "1");
    client.embed().redirects = toml::from_str(&format!("spa = ['{REDIRECT}']")).expect("redirects");
    assert_eq!(error(&client.redeem(&client.code(&[]), &[], "1s")).2, 9_002_327);
    assert_eq!(with_origin(&client, &client.code(&[])).status, 200);
}

#[test]
fn an_unknown_address_is_told_on_the_page_alone() {
    let mut client = Client::new();
    let page = shown(&client.page(&[("redirect_uri", "https://evil.example/\"><b>")]));
    assert!(page.contains("AADSTS50011: ") && page.contains("&quot;&gt;&lt;b&gt;") && !page.contains("<b>"), "{page}");
    assert!(shown(&client.page(&[("client_id", SALES)])).contains("AADSTS700016: "));
    assert!(shown(&client.page(&[("client_id", "")])).contains("AADSTS900144: "));
    // The port of this machine is free to choose, the path is not.
    assert_eq!(client.page(&[("redirect_uri", "http://localhost:1234")]).status, 302);
    assert!(shown(&client.page(&[("redirect_uri", "http://localhost:1234/other")])).contains("AADSTS50011: "));
    client.embed().redirects = world::Redirects::default();
    assert!(shown(&client.page(&[])).contains("AADSTS500113: "));
}

#[test]
fn everything_else_is_told_to_the_application() {
    let mut client = Client::new();
    let told = |client: &Client, differing: &[(&str, &str)]| {
        let mut back = sent_on(&client.page(differing));
        assert_eq!(back["state"], "st&te");
        let text = back.remove("error_description").expect("a description");
        (back.remove("error").expect("an error"), text.split(':').next().expect("a code").to_owned())
    };
    let as_told = |kind: &str, code: &str| (kind.to_owned(), code.to_owned());
    assert_eq!(told(&client, &[("response_type", "token")]), as_told("unsupported_response_type", "AADSTS70005"));
    assert_eq!(told(&client, &[("code_challenge", "short")]), as_told("invalid_request", "AADSTS501491"));
    assert_eq!(told(&client, &[("scope", "https://api.powerbi.com/x")]), as_told("invalid_resource", "AADSTS500011"));
    client.embed().consents.clear();
    client.world.browser.answer = Answer::Decline;
    assert_eq!(told(&client, &[]), as_told("access_denied", "AADSTS65004"));
    client.world.browser.answer = Answer::Accept;
    let admin = "https://analysis.windows.net/powerbi/api/Tenant.Read.All";
    assert_eq!(told(&client, &[("scope", admin)]), as_told("consent_required", "AADSTS90094"));
    client.world.browser.user = None;
    assert_eq!(told(&client, &[]), as_told("login_required", "AADSTS50058"));
}

#[test]
fn a_code_may_come_by_fragment_or_form() {
    let client = Client::new();
    let fragment = client.page(&[("response_mode", "fragment")]);
    assert!(header(&fragment, "location").expect("an address").contains("/#code=1.A"));
    let form = client.page(&[("response_mode", "form_post")]);
    assert_eq!(form.status, 200);
    let page = String::from_utf8(form.body.expect("a page")).expect("text");
    assert!(page.contains("name=\"state\" value=\"st&amp;te\"") && page.contains("name=\"code\""), "{page}");
}

/// A refresh token by a way that asked for one.
fn refresh_token(client: &Client) -> String {
    let code = client.code(&[("scope", &format!("{WORKSPACES} offline_access"))]);
    text(&client.redeem(&code, &[], "1s"), "refresh_token")
}

#[test]
fn refresh_tokens_are_renewed_and_end() {
    let client = Client::new();
    let token = refresh_token(&client);
    let reply = client.refresh(&token, "1d");
    assert_eq!(claims(&text(&reply, "access_token"))["amr"], json!(["pwd", "mfa"]));
    let next = text(&reply, "refresh_token");
    assert_ne!(next, token);
    // The old one stays good; each lives from its own day.
    assert_eq!(client.refresh(&token, "80d").status, 200);
    let ended = client.refresh(&token, "91d");
    assert_eq!(error(&ended), (400, "invalid_grant".to_owned(), 700_082));
    assert_eq!(text(&ended, "suberror"), "bad_token");
    assert!(text(&ended, "error_description").contains("issued on 2026-11-24T09:00:01.0000000Z and was inactive"));
    assert_eq!(client.refresh(&next, "90d").status, 200);
    assert_eq!(error(&client.refresh(&token[..token.len() - 1], "1d")).2, 9_002_313);
}

#[test]
fn a_refresh_token_that_was_kept_is_good_for_its_days() {
    let mut scenario = healthy();
    let client = Client::new();
    let mut kept = |more: &str| {
        let text = format!("application = 'embed'\ntenant = 'contoso'\nuser = 'anna'\n{more}");
        scenario.caller.refresh_token = Some(toml::from_str(&text).expect("a token"));
        scenario.environment(Keys::embedded(), now()).remove("PBIAUTH_REFRESH_TOKEN").expect("a token")
    };
    let reply = client.refresh(&kept("age = '89d'"), "0s");
    assert_eq!(claims(&text(&reply, "access_token"))["scp"], "Dataset.Read.All Report.Read.All Workspace.Read.All");
    assert_eq!(error(&client.refresh(&kept("age = '91d'"), "0s")).2, 700_082);
    assert_eq!(error(&client.refresh(&kept("age = '25h'\nplatform = 'spa'"), "0s")).2, 700_084);
    assert_eq!(error(&client.refresh(&kept("cut = 300"), "0s")).2, 9_002_313);
}

fn anna(client: &mut Client) -> &mut world::User {
    client.world.users.get_mut("anna").expect("anna")
}

#[test]
fn what_changed_since_decides_about_a_refresh_token() {
    let refusal = |change: fn(&mut Client)| {
        let mut client = Client::new();
        let token = refresh_token(&client);
        change(&mut client);
        error(&client.refresh(&token, "1h")).2
    };
    assert_eq!(refusal(|c| anna(c).revoked = clock::Span::try_from("-1m".to_owned()).ok()), 50_173);
    assert_eq!(refusal(|c| anna(c).account = world::Account::Deleted), 500_341);
    assert_eq!(refusal(|c| anna(c).account = world::Account::Disabled), 50_057);
    assert_eq!(refusal(|c| c.embed().disabled = true), 7_000_112);
    assert_eq!(refusal(|c| policy(c, "demands = 'block'")), 53_003);
    assert_eq!(refusal(|c| c.embed().consents.clear()), 65_001);
}

#[test]
fn a_password_is_no_second_factor_later_either() {
    let mut client = Client::new();
    let scope = format!("{SCOPE} offline_access");
    let fields = [
        ("grant_type", "password"),
        ("client_id", CLIENT),
        ("username", "anna@contoso.example"),
        ("password", "made-up-Passw0rd-number-one"),
        ("scope", scope.as_str()),
    ];
    let token = text(&client.token("0s", &fields), "refresh_token");
    policy(&mut client, "demands = 'mfa'");
    assert_eq!(error(&client.refresh(&token, "1h")).2, 50_076);
}

#[test]
fn tokens_of_pages_live_a_day() {
    let mut client = Client::new();
    client.embed().redirects = toml::from_str(&format!("spa = ['{REDIRECT}']")).expect("redirects");
    let code = client.code(&[("scope", &format!("{WORKSPACES} offline_access"))]);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let mut request = token_request(TENANT, &fields);
    request.headers.push(("origin".to_owned(), "https://app.contoso.example".to_owned()));
    let token = text(&client.send(&request, "1s"), "refresh_token");
    assert_eq!(client.refresh(&token, "23h").status, 200);
    assert_eq!(error(&client.refresh(&token, "25h")).2, 700_084);
}

#[test]
fn an_application_may_act_on_behalf_of_a_user() {
    let client = Client::new();
    let own = format!("api://{CLIENT}/access_as_user");
    let token = text(&client.redeem(&client.code(&[("scope", &own)]), &[], "1s"), "access_token");
    assert_eq!(claims(&token)["aud"], format!("api://{CLIENT}"));
    let exchange = |assertion: &str, secret: &str, later: &str| {
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("client_id", CLIENT),
            ("client_secret", secret),
            ("assertion", assertion),
            ("requested_token_use", "on_behalf_of"),
            ("scope", SCOPE),
        ];
        client.token(later, &fields)
    };
    let got = claims(&text(&exchange(&token, SECRET, "1m"), "access_token"));
    assert_eq!((&got["upn"], &got["appidacr"]), (&json!("anna@contoso.example"), &json!("1")));
    assert_eq!(got["scp"], "Dataset.Read.All Report.Read.All Workspace.Read.All");
    assert_eq!(error(&exchange(&token, "", "1m")).2, 7_000_218);
    assert_eq!(error(&exchange(&token, "wrong", "1m")).2, 7_000_215);
    assert_eq!(error(&exchange(&token[..token.len() - 4], SECRET, "1m")).2, 50_013);
    assert_eq!(error(&exchange(&token, SECRET, "2h")).2, 500_133);
    let for_power_bi = super::token(&client.world, SCOPE);
    assert_eq!(error(&exchange(&for_power_bi, SECRET, "1m")).2, 500_131);
}
