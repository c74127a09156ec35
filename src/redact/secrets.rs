//! Hides the secrets of what is reported from a text. People stay: whoever pasted it looks for them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::What;
use super::find::{self, Span};
use super::known::Known;

/// The secrets that stand in some texts.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    known: Known,
    any: bool,
    /// What the tool itself says in the place of a secret.
    own: BTreeSet<String>,
}

impl Secrets {
    /// Looks for secrets in every string of a value.
    pub(crate) fn learn(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                for span in secrets(text) {
                    self.known.learn(&span);
                    self.any = true;
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Object(members) => members.values().for_each(|member| self.learn(member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Reads words of the tool's own: what stands in the place of a secret there is none. `--fact listed=true` or `=false`.
    pub(crate) fn spare(&mut self, words: &str) {
        self.own.extend(secrets(words).into_iter().map(|span| words[span.range].to_owned()));
    }

    /// Whether there is a secret.
    pub(crate) const fn any(&self) -> bool {
        self.any
    }

    /// Puts the name of its kind in the place of every secret.
    pub(crate) fn hide(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.hidden(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide(item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.hide(member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn hidden(&mut self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        let mut found = secrets(text);
        found.retain(|span| !self.own.contains(&text[span.range.clone()]));
        for span in self.known.with(text, found) {
            clean.push_str(&text[done..span.range.start]);
            clean.extend(["[", span.what.name(), "]"]);
            done = span.range.end;
        }
        clean.push_str(&text[done..]);
        clean
    }
}

fn secrets(text: &str) -> Vec<Span> {
    let mut spans = find::spans(text);
    spans.retain(|span| span.what != What::User);
    spans
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_hidden_wherever_it_stands() {
        let mut secrets = Secrets::default();
        secrets.learn(&json!({ "excerpt": "client_secret=ab%2Bcd-12 of dev@contoso.example failed" }));
        assert!(secrets.any());
        let mut report = json!(["it said ab+cd-12", "ab%2Bcd-12", "dev@contoso.example", "client_secret=other-34"]);
        secrets.hide(&mut report);
        let shown = json!(["it said [secret]", "[secret]", "dev@contoso.example", "client_secret=[secret]"]);
        assert_eq!(report, shown);
    }

    #[test]
    fn what_the_tool_itself_says_is_no_secret() {
        let mut secrets = Secrets::default();
        secrets.learn(&json!("client_secret=ab%2Bcd-12"));
        secrets.spare("a client_secret=spared-56 of the tool's own");
        let mut report = json!(["client_secret=spared-56", "client_secret=other-34", "ab%2Bcd-12"]);
        secrets.hide(&mut report);
        assert_eq!(report, json!(["client_secret=spared-56", "client_secret=[secret]", "[secret]"]));
    }

    #[test]
    fn a_text_without_secrets_has_none() {
        let mut secrets = Secrets::default();
        secrets.learn(&json!(["AADSTS7000215: Invalid client secret provided.", 401, null]));
        assert!(!secrets.any());
    }
}
