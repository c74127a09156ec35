//! Client assertions: by certificate and by federated credential.

use jsonwebtoken::{Algorithm, Header};

use super::*;
use crate::sim::caller::{CallersFile, Holding};
use crate::sim::pair::Pair;

const ENDPOINT: &str = "https://login.microsoftonline.com/c0c0a000-1111-4a11-8a11-0000000000c1/oauth2/v2.0/token";
const ISSUER: &str = "https://token.actions.githubusercontent.com";
const SUBJECT: &str = "repo:contoso/sales-portal:ref:refs/heads/main";

/// SHA-1 and SHA-256 of the registered certificate, base64url.
fn thumbprints(world: &World) -> [String; 2] {
    use base64::Engine as _;
    let der = &world.certificates["portal"].der;
    [&digest::SHA1_FOR_LEGACY_USE_ONLY, &digest::SHA256]
        .map(|algorithm| base64::engine::general_purpose::URL_SAFE.encode(digest::digest(algorithm, der)))
}

fn header_of(world: &World) -> Header {
    let mut header = Header::new(Algorithm::RS256);
    header.x5t = Some(thumbprints(world)[0].clone());
    header
}

fn claims_of(audience: &str) -> Value {
    let now = now().as_second();
    json!({"aud": audience, "iss": CLIENT, "sub": CLIENT, "jti": "1", "nbf": now, "iat": now, "exp": now + 600})
}

fn send(world: &World, assertion: &str) -> WireReply {
    ask(world, &request(assertion))
}

fn request(assertion: &str) -> SimRequest {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_assertion_type", kind),
        ("client_assertion", assertion),
        ("scope", SCOPE),
    ];
    token_request(TENANT, &fields)
}

fn code(world: &World, header: &Header, claims: &Value) -> u64 {
    refusal(world, &Pair::client().sign(header, claims))
}

fn refusal(world: &World, assertion: &str) -> u64 {
    let (status, kind, code) = error(&send(world, assertion));
    assert_eq!((status, kind.as_str()), (401, "invalid_client"));
    code
}

fn description(reply: &WireReply) -> String {
    body(reply)["error_description"].as_str().expect("a description").to_owned()
}

#[test]
fn what_clients_send_is_accepted() {
    let world = healthy().world;
    let [sha1, sha256] = thumbprints(&world);
    let accepted = |header: &Header, claims: &Value| {
        let reply = send(&world, &Pair::client().sign(header, claims));
        assert_eq!(reply.status, 200, "{}", body(&reply));
        super::claims(body(&reply)["access_token"].as_str().expect("a token"))
    };
    let header = header_of(&world);
    assert_eq!(accepted(&header, &claims_of(ENDPOINT))["appidacr"], "2");
    let mut unpadded = Header::new(Algorithm::RS256);
    unpadded.x5t = Some(sha1.trim_end_matches('=').to_owned());
    accepted(&unpadded, &claims_of(ENDPOINT));
    for thumbprint in [sha256.as_str(), sha256.trim_end_matches('=')] {
        let mut newer = Header::new(Algorithm::PS256);
        newer.x5t_s256 = Some(thumbprint.to_owned());
        newer.x5c = Some(vec!["MIIC\nlines\n".to_owned()]);
        accepted(&newer, &claims_of(ENDPOINT));
    }

    let mut floats = claims_of("https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token");
    floats.as_object_mut().expect("claims").remove("nbf");
    floats["exp"] = json!(f64::from(u32::try_from(now().as_second()).expect("a time")) + 600.25);
    accepted(&header, &floats);
    let mut early = claims_of(ENDPOINT);
    early["nbf"] = json!(now().as_second() + 200);
    accepted(&header, &early);
}

#[test]
fn the_endpoint_that_is_asked_is_an_audience_too() {
    let world = healthy().world;
    let audience = format!("https://127.0.0.1:4433/{TENANT}/oauth2/v2.0/token");
    let assertion = Pair::client().sign(&header_of(&world), &claims_of(&audience));
    let here = SimRequest { host: "127.0.0.1:4433".to_owned(), ..request(&assertion) };
    assert_eq!(ask(&world, &here).status, 200);
    assert_eq!(refusal(&world, &assertion), 700_023);
}

#[test]
fn each_flaw_has_its_error() {
    let mut world = healthy().world;
    let header = header_of(&world);
    let good = claims_of(ENDPOINT);
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    assert_eq!(refusal(&world, "x"), 50_027);
    assert_eq!(code(&world, &Header::new(Algorithm::RS256), &good), 50_027);
    assert_eq!(code(&world, &header, &with("sub", json!(SALES))), 50_048);
    let mut other = with("sub", json!(SALES));
    other["iss"] = json!(SALES);
    assert_eq!(code(&world, &header, &other), 700_021);
    for audience in ["https://login.microsoftonline.com/c0c0a000-1111-4a11-8a11-0000000000c1", "x", SCOPE] {
        assert_eq!(code(&world, &header, &with("aud", json!(audience))), 700_023);
    }
    let elsewhere = "https://login.microsoftonline.com/fabrikam.example/oauth2/v2.0/token";
    assert_eq!(code(&world, &header, &with("aud", json!(elsewhere))), 700_023);
    assert_eq!(code(&world, &header, &with("exp", json!(now().as_second() - 301))), 700_024);
    assert_eq!(code(&world, &header, &with("nbf", json!(now().as_second() + 301))), 700_024);
    let sha512 = Header { x5t: header.x5t.clone(), ..Header::new(Algorithm::RS512) };
    assert_eq!(code(&world, &sha512, &good), 700_027);

    world.applications.get_mut("embed").expect("embed").certificates.clear();
    assert_eq!(code(&world, &header, &good), 700_026);
}

#[test]
fn a_time_error_names_the_times() {
    let world = healthy().world;
    let mut claims = claims_of(ENDPOINT);
    claims.as_object_mut().expect("claims").remove("nbf");
    claims["exp"] = json!(now().as_second() - 3_600);
    let reply = send(&world, &Pair::client().sign(&header_of(&world), &claims));
    let text = "AADSTS700024: Client assertion is not within its valid time range. Current time: \
                2026-11-24T09:00:00.0000000Z, assertion valid from 1970-01-01T00:00:00.0000000Z, expiry time of \
                assertion 2026-11-24T08:00:00.0000000Z.";
    assert!(description(&reply).starts_with(text), "{}", description(&reply));
}

#[test]
fn keys_are_told_apart_by_thumbprint_and_signature() {
    let world = healthy().world;
    let mut strange = Header::new(Algorithm::RS256);
    strange.x5t = Some("AQIDBAUGBwgJCgsMDQ4PEBESExQ".to_owned());
    let unknown = send(&world, &Pair::client().sign(&strange, &claims_of(ENDPOINT)));
    assert_eq!(error(&unknown).2, 700_027);
    let text = description(&unknown);
    assert!(text.contains("[Reason - The key was not found.,"), "{text}");
    assert!(text.contains("'0102030405060708090A0B0C0D0E0F1011121314'"), "{text}");

    let forged = send(&world, &Pair::issuer().sign(&header_of(&world), &claims_of(ENDPOINT)));
    assert_eq!(error(&forged).2, 700_027);
    let text = description(&forged);
    assert!(text.contains("[Reason - Key was found, but use of the key to verify the signature failed."), "{text}");
    assert!(text.contains("Found key 'Start=10/25/2026 09:00:00, End=10/25/2027 09:00:00'"), "{text}");
}

#[test]
fn a_certificate_has_a_beginning_and_an_end() {
    let mut scenario = healthy();
    let mut at = |starts: &str, ends: &str| {
        let certificate = scenario.world.certificates.get_mut("portal").expect("portal");
        let span = |text: &str| clock::Span::try_from(text.to_owned()).ok();
        (certificate.starts, certificate.ends) = (span(starts), span(ends));
        scenario.issue_certificates(now()).expect("a certificate");
        let world = &scenario.world;
        send(world, &Pair::client().sign(&header_of(world), &claims_of(ENDPOINT)))
    };
    assert_eq!(at("-2d", "1h").status, 200);
    assert_eq!(error(&at("-2d", "-1h")).2, 1_000_502);
    assert_eq!(error(&at("1h", "2d")).2, 1_000_502);
}

#[test]
fn a_certificate_may_be_given_as_text_or_thumbprint() {
    let mut scenario = healthy();
    let world = &scenario.world;
    let assertion = Pair::client().sign(&header_of(world), &claims_of(ENDPOINT));
    let forged = Pair::issuer().sign(&header_of(world), &claims_of(ENDPOINT));
    let der = world.certificates["portal"].der.clone();
    let pem = certificate::text(&der);
    let sha1 = certificate::hex(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &der).as_ref());
    let mut given = |certificate: world::Certificate| {
        scenario.world.certificates.insert("portal".to_owned(), certificate);
        scenario.issue_certificates(now()).map(|()| scenario.world.clone())
    };

    let by_text = given(world::Certificate { pem: Some(pem), ..Default::default() }).expect("a certificate");
    assert_eq!((send(&by_text, &assertion).status, send(&by_text, &forged).status), (200, 401));
    let by_thumbprint = given(world::Certificate { thumbprint: Some(sha1.to_lowercase()), ..Default::default() })
        .expect("a thumbprint");
    assert_eq!((send(&by_thumbprint, &assertion).status, send(&by_thumbprint, &forged).status), (200, 200));

    for (wrong, why) in [
        (world::Certificate::default(), "it is given by"),
        (world::Certificate { thumbprint: Some("12".to_owned()), ..Default::default() }, "40 hexadecimal"),
        (world::Certificate { pem: Some("x".to_owned()), ..Default::default() }, "certificates.portal"),
    ] {
        let error = given(wrong).expect_err("a wrong certificate");
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn the_callers_file_holds_key_and_certificate() {
    let scenario = healthy();
    let files = scenario.files(now());
    let [certificate, token] = files.as_slice() else { panic!("two files: {files:?}") };
    assert_eq!(certificate.variable, "AZURE_CLIENT_CERTIFICATE_PATH");
    let text = |file: &CallersFile| String::from_utf8(file.bytes.clone()).expect("text");
    let pair = Pair::from_pem(&text(certificate)).expect("a key");
    let assertion = pair.sign(&header_of(&scenario.world), &claims_of(ENDPOINT));
    assert_eq!(send(&scenario.world, &assertion).status, 200);
    assert!(text(certificate).contains("-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n"));
    assert_eq!(send(&scenario.world, &text(token)).status, 200);
}

#[test]
fn the_callers_file_may_hold_less_or_something_else() {
    let mut scenario = healthy();
    let mut file = |holding: Holding| {
        scenario.caller.certificate_file = holding;
        let file = scenario.files(now()).swap_remove(0);
        (file.name, file.bytes)
    };
    let (_, alone) = file(Holding::CertificateAlone);
    assert!(alone.starts_with(b"-----BEGIN CERTIFICATE-----"));
    let (_, another) = file(Holding::AnotherKey);
    assert!(another.ends_with(&alone) && another.starts_with(Pair::issuer().pem().trim_end().as_bytes()));
    let (name, archive) = file(Holding::UnderPassword);
    let open = |password: &str| p12_keystore::Pkcs12Archive::from_pkcs12(&archive, password);
    let opened = open("made-up-Passw0rd-of-the-file").expect("an archive");
    assert_eq!((name, opened.keys.len(), opened.certs.len()), ("client.pfx", 1, 1));
    assert!(open("another").is_err());
    assert!(file(Holding::Nothing).1.is_empty());
}

#[test]
fn the_callers_federated_token_can_be_cut() {
    let mut scenario = healthy();
    scenario.caller.federated.as_mut().expect("a token").cut = Some(7);
    assert_eq!(scenario.files(now())[1].bytes.len(), 7);
}

#[test]
fn an_assertion_says_what_it_is() {
    let world = healthy().world;
    let mut request = request("x");
    let text = String::from_utf8(request.body).expect("text").replace("client_assertion_type", "other");
    request.body = text.into_bytes();
    assert_eq!(error(&ask(&world, &request)), (400, "invalid_request".to_owned(), 900_144));
}

mod federated {
    use super::*;

    fn token(issuer: &str, subject: &str, audience: &str) -> String {
        let until = clock::Span::try_from("10m".to_owned()).expect("a span").after(now());
        token::external(issuer, subject, audience, now(), until)
    }

    fn exchange() -> String {
        world::exchange()
    }

    #[test]
    fn three_values_match_to_the_letter() {
        let world = healthy().world;
        assert_eq!(send(&world, &token(ISSUER, SUBJECT, &exchange())).status, 200);
        for (issuer, subject, audience, code, quoted) in [
            ("https://token.actions.githubusercontent.com/", SUBJECT, exchange(), 700_211, "githubusercontent.com/'"),
            (ISSUER, "repo:contoso/sales-portal:pull_request", exchange(), 700_213, ":pull_request'"),
            (ISSUER, "repo:Contoso/sales-portal:ref:refs/heads/main", exchange(), 7_002_138, "'repo:Contoso/"),
            (ISSUER, SUBJECT, "https://github.com/contoso".to_owned(), 700_212, "'https://github.com/contoso'"),
        ] {
            let reply = send(&world, &token(issuer, subject, &audience));
            assert_eq!(error(&reply), (401, "invalid_client".to_owned(), code));
            assert!(description(&reply).contains(quoted), "{}", description(&reply));
        }
    }

    #[test]
    fn an_application_must_expect_federation_and_not_from_entra() {
        let mut world = healthy().world;
        let of_entra = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
        assert_eq!(refusal(&world, &token(&of_entra, CLIENT, &exchange())), 700_222);
        world.applications.get_mut("embed").expect("embed").federated.clear();
        let reply = send(&world, &token(ISSUER, SUBJECT, &exchange()));
        assert_eq!(error(&reply).2, 70_025);
        assert!(description(&reply).contains("(Sales portal) has no configured"), "{}", description(&reply));
    }

    #[test]
    fn tokens_end_and_are_signed_by_their_issuer() {
        let mut world = healthy().world;
        let ago = |text: &str| clock::Span::try_from(text.to_owned()).expect("a span").after(now());
        let ended = token::external(ISSUER, SUBJECT, &exchange(), ago("-1h"), ago("-6m"));
        assert_eq!(refusal(&world, &ended), 700_024);
        let claims = json!({"iss": ISSUER, "sub": SUBJECT, "aud": [exchange()], "exp": now().as_second() + 60});
        let header = Header::new(Algorithm::RS256);
        assert_eq!(send(&world, &Pair::issuer().sign(&header, &claims)).status, 200);
        assert_eq!(refusal(&world, &Pair::client().sign(&header, &claims)), 700_027);
        world.unreachable_issuers.push(ISSUER.to_owned());
        let reply = send(&world, &token(ISSUER, SUBJECT, &exchange()));
        assert_eq!(error(&reply), (400, "invalid_request".to_owned(), 90_061));
    }
}

mod applications {
    use super::*;

    fn refused(change: fn(&mut World)) -> (u16, String, u64) {
        let mut world = healthy().world;
        change(&mut world);
        error(&ask(&world, &token_request(TENANT, &fields(CLIENT, SECRET, SCOPE))))
    }

    fn embed(world: &mut World) -> &mut world::Application {
        world.applications.get_mut("embed").expect("embed")
    }

    fn contoso(world: &mut World) -> &mut world::Tenant {
        world.tenants.get_mut("contoso").expect("contoso")
    }

    #[test]
    fn directory_and_policies_decide_about_an_application() {
        let policy = "id = '90110100-0000-4000-8000-000000000001'\ndemands = 'block'\n";
        assert_eq!(refused(|w| contoso(w).blocked = true).2, 5_000_224);
        let disabled = (400, "unauthorized_client".to_owned(), 7_000_112);
        assert_eq!(refused(|w| embed(w).disabled = true), disabled);
        assert_eq!(refused(|w| embed(w).managed_identity = true).2, 7_000_232);
        assert_eq!(refused(|w| contoso(w).power_bi = world::Availability::Disabled).2, 500_014);
        let missing = (400, "invalid_resource".to_owned(), 500_011);
        assert_eq!(refused(|w| contoso(w).power_bi = world::Availability::Missing), missing);

        let mut world = healthy().world;
        let reply = |world: &World| ask(world, &token_request(TENANT, &fields(CLIENT, SECRET, SCOPE)));
        let mut meet = |who: &str| {
            let policy = toml::from_str(&format!("{policy}{who}")).expect("a policy");
            contoso(&mut world).policies.insert("p".to_owned(), policy);
            reply(&world)
        };
        assert_eq!(meet("").status, 200);
        assert_eq!(meet("applications = ['refresh']").status, 200);
        let blocked = meet("applications = ['embed']");
        assert_eq!(error(&blocked), (400, "invalid_grant".to_owned(), 53_003));
        let body = body(&blocked);
        assert_eq!(body["suberror"], "message_only");
        assert!(body["claims"].as_str().expect("claims").contains("\"90110100-0000-4000-8000-000000000001\""));
        // Policies are looked at after the secret.
        assert_eq!(error(&ask(&world, &token_request(TENANT, &fields(CLIENT, "x", SCOPE)))).2, 7_000_215);
    }
}
