//! What a browser brings back from a sign-in: the query of the address to which Entra sends it.

use serde_json::{Map, Value};
use url::Url;

use super::WireReply;

/// What is said of a browser that stays on Entra's page.
pub const NOT_BACK: &str = "the browser didn't return";

/// What the browser brings back, by the name in the address, and the member that it becomes.
const BROUGHT: [(&str, &str); 5] = [
    ("code", "authorization_code"),
    ("error", "error"),
    ("error_description", "error_description"),
    ("error_subcode", "suberror"),
    ("error_uri", "error_uri"),
];

/// What the head of a browser's request brings. `None` for one that is not the answer to our question.
#[must_use]
pub fn brought(head: &str, state: &str) -> Option<WireReply> {
    let target = head.strip_prefix("GET ")?.split(' ').next()?;
    let url = Url::parse("http://localhost").ok()?.join(target).ok()?;
    let find = |name: &str| url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    let is_ours = find("state").is_some_and(|brought| brought == state);
    let members: Map<String, Value> =
        BROUGHT.iter().filter_map(|(name, member)| Some(((*member).to_owned(), Value::from(find(name)?)))).collect();
    (is_ours && !members.is_empty()).then(|| WireReply {
        status: 302,
        headers: Vec::new(),
        body: Some(Value::Object(members).to_string().into_bytes()),
    })
}

/// What an address brings back to us, as the simulated tenant's redirect does.
#[must_use]
pub fn redirected(location: &str, state: &str) -> Option<WireReply> {
    let target = Url::parse(location).ok()?;
    brought(&format!("GET /?{} HTTP/1.1", target.query()?), state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_our_question_counts() {
        let read = |target: &str| {
            let reply = brought(&format!("GET {target} HTTP/1.1\r\n"), "s1")?;
            serde_json::from_slice::<Value>(&reply.body?).ok()
        };
        assert_eq!(read("/?code=c1&state=s1").expect("members")["authorization_code"], "c1");
        assert_eq!(read("/?error=access_denied&state=s1").expect("members")["error"], "access_denied");
        for other in ["/favicon.ico", "/?code=c1", "/?code=c1&state=s2", "/?state=s1", "*"] {
            assert!(read(other).is_none(), "{other}");
        }
    }
}
