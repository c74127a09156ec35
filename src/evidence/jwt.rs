//! JSON Web Tokens and embed tokens, read without judging them: a header and claims, reduced to what a diagnosis needs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::dangerous::insecure_decode;
use serde_json::{Map, Value};

use crate::record::Token;
use crate::secret::{Form, Kind, Secret};

/// Larger tokens are not taken apart, in bytes. Entra's are under 10 KiB.
const MAX_TOKEN: usize = 256 * 1024;

/// The header members that are kept.
const HEADER: [&str; 5] = ["typ", "alg", "kid", "x5t", "nonce"];

/// The claims that are kept as they are. Names and mail addresses are not among them: [`USERS`].
const CLAIMS: [&str; 26] = [
    "aud",
    "iss",
    "iat",
    "nbf",
    "exp",
    "ver",
    "tid",
    "oid",
    "sub",
    "appid",
    "appidacr",
    "azp",
    "azpacr",
    "idtyp",
    "scp",
    "roles",
    "wids",
    "idp",
    "amr",
    "acct",
    "acr",
    "uti",
    "xms_mirid",
    "nonce",
    "at_hash",
    "wcn",
];

/// What an embed token says in the clear, in its second part. Each is optional; the oldest tokens have no such part.
const EMBED: [&str; 3] = ["clusterUrl", "exp", "allowAccessOverPublicInternet"];

/// Claims that name a person. They are kept as an alias.
const USERS: [&str; 4] = ["upn", "unique_name", "preferred_username", "email"];

/// At most this many bytes of a claim are kept.
const MAX_CLAIM: usize = 2048;

/// Takes a token apart. What is no JSON Web Token has neither header nor claims.
#[must_use]
pub fn take_apart(token: &Secret) -> Token {
    let form = Form::of(token.expose());
    let text = token.expose().trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let decoded = (form.kind == Kind::Jwt && text.len() <= MAX_TOKEN)
        .then(|| insecure_decode::<Map<String, Value>>(text).ok())
        .flatten();
    let Some(decoded) = decoded else {
        let claims = (form.kind == Kind::EmbedToken && text.len() <= MAX_TOKEN).then(|| in_the_clear(text)).flatten();
        return Token { form, header: None, claims };
    };
    let header = serde_json::to_value(&decoded.header).ok().and_then(|value| match value {
        Value::Object(map) => Some(kept(&map, &HEADER)),
        _ => None,
    });
    let mut claims = kept(&decoded.claims, &CLAIMS);
    for name in USERS {
        if decoded.claims.contains_key(name) {
            claims.insert(name.to_owned(), Value::from("user-1"));
        }
    }
    Token { form, header: header.map(Value::Object), claims: Some(Value::Object(claims)) }
}

/// The second part of an embed token: base64 of JSON, in either alphabet. The first is opaque.
fn in_the_clear(token: &str) -> Option<Value> {
    let (_, part) = token.split_once('.')?;
    let part = part.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let map: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    Some(Value::Object(kept(&map, &EMBED)))
}

fn kept(map: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .filter_map(|name| map.get(*name).map(|value| ((*name).to_owned(), value)))
        .filter(|(_, value)| !value.is_null() && value.to_string().len() <= MAX_CLAIM)
        .map(|(name, value)| (name, value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as B64};

    fn token(claims: &str) -> Secret {
        let header = B64.encode(r#"{"typ":"JWT","alg":"RS256","kid":"k1"}"#);
        Secret::new(format!("{header}.{}.c2ln", B64.encode(claims)))
    }

    #[test]
    fn claims_are_reduced_and_people_are_aliases() {
        let parts = take_apart(&token(r#"{"aud":"x","upn":"dev@contoso.example","ipaddr":"192.0.2.1","exp":1}"#));
        let claims = parts.claims.expect("claims");
        assert_eq!(claims, serde_json::json!({"aud": "x", "exp": 1, "upn": "user-1"}));
        assert_eq!(parts.header.expect("header")["kid"], "k1");
    }

    #[test]
    fn what_is_no_token_has_no_parts() {
        for text in ["", "eyJ", "eyJhIjoxfQ.x.y", "H4sIAAAA", "{\"access_token\":\"x\"}"] {
            let parts = take_apart(&Secret::new(text));
            assert!(parts.claims.is_none(), "{text}");
        }
    }

    #[test]
    fn of_an_embed_token_the_second_part_is_read() {
        let about = r#"{"clusterUrl":"https://wabi-x?>","exp":1,"allowAccessOverPublicInternet":false,"x":1}"#;
        let read = |part: String| take_apart(&Secret::new(format!("H4sI{}.{part}", "A".repeat(60)))).claims;
        let wanted =
            serde_json::json!({"clusterUrl": "https://wabi-x?>", "exp": 1, "allowAccessOverPublicInternet": false});
        assert_eq!(read(STANDARD.encode(about)).as_ref(), Some(&wanted));
        assert_eq!(read(B64.encode(about)).as_ref(), Some(&wanted));
        assert_eq!(read("not base64 !".to_owned()), None);
        assert_eq!(
            take_apart(&Secret::new(format!("H4sI{}", "A".repeat(60)))).claims,
            None,
            "the oldest have one part"
        );
    }

    #[test]
    fn absurd_claims_are_left_out() {
        let parts = take_apart(&token(&format!(r#"{{"aud":"{}","exp":"soon","tid":null}}"#, "a".repeat(5000))));
        assert_eq!(parts.claims.expect("claims"), serde_json::json!({"exp": "soon"}));
    }
}
