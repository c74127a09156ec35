//! No secret stays in an exchange, whoever says it.

use super::*;
use crate::record::Part;
use crate::secret::Secret;
use server::TOKEN;

const SECRET: &str = "p w+ö/hunter2%1234";

fn vault() -> Vault {
    let mut vault = Vault::default();
    vault.put(SecretRef::ClientSecret, Secret::new(SECRET));
    vault
}

fn post(url: &str) -> Request {
    let form = vec![
        ("grant_type".to_owned(), Part::Text("client_credentials".to_owned())),
        ("client_secret".to_owned(), Part::Secret(SecretRef::ClientSecret)),
    ];
    Request { method: Method::Post, form, ..get(url) }
}

fn with_bearer(url: &str) -> Request {
    Request { bearer: Some(SecretRef::AccessToken), ..get(url) }
}

fn assert_clean(exchange: &Exchange) {
    let json = serde_json::to_string(exchange).expect("json");
    let encoded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    for secret in [SECRET, &encoded, TOKEN, "c2lnbmF0dXJl", "hunter2"] {
        assert!(!json.contains(secret), "{json}");
    }
}

#[tokio::test]
async fn secrets_are_sent_and_not_recorded() {
    let ca = Authority::new();
    let (server, seen) = server::good(ca.server("127.0.0.1", VALID, &["h2"])).await;
    let http = Http::new(vault(), &options(Some(&ca), LONG, ProxyFrom::None)).expect("a client");
    let at = |path: &str| server.url().replace("/x", path);

    let issued = http.attempt(&post(&at("/token")), 1).await;
    let asked = http.attempt(&with_bearer(&at("/groups")), 1).await;
    let echoed = [http.attempt(&post(&at("/echo")), 1).await, http.attempt(&with_bearer(&at("/echo")), 1).await];

    let seen = seen.lines();
    assert!(seen[0].contains("client_secret=p+w%2B%C3%B6%2Fhunter2%251234"), "{seen:?}");
    assert!(seen[1].contains(&format!("/groups Bearer {TOKEN}")), "{seen:?}");
    for exchange in [&issued, &asked, &echoed[0], &echoed[1]] {
        assert_eq!(exchange.reply().map(|reply| reply.status), Some(200));
        assert_clean(exchange);
    }
    let json = reply(issued).body;
    let Body::Json(json) = json else { panic!("{json:?}") };
    assert_eq!(json["access_token"]["claims"]["aud"], "x");
}

#[tokio::test]
async fn a_failure_tells_no_secret() {
    let ca = Authority::new();
    let server = server::answers(ca.server(TOKEN_NAME, VALID, &[]), "", End::Close).await;
    let mut vault = vault();
    vault.put(SecretRef::AccessToken, Secret::new("hunter2.example"));
    let http = Http::new(vault, &options(Some(&ca), LONG, ProxyFrom::None)).expect("a client");
    let exchange = http.attempt(&get(&server.url()), 1).await;
    assert_clean(&exchange);
    let failure = failure(exchange);
    assert!(failure.detail.contains("[access token]"), "{}", failure.detail);
}

/// A name that a certificate bears, and a secret.
const TOKEN_NAME: &str = "hunter2.example";

#[test]
fn debug_shows_no_secret() {
    let proxy = ProxyFrom::Explicit("http://somebody:hunter2@proxy.example".to_owned());
    let http = Http::new(vault(), &options(None, LONG, proxy)).expect("a client");
    assert!(!format!("{http:?}").contains("hunter2"), "{http:?}");
}
