//! A text that tells of no failure: settings or a configuration, whether their parts agree, and whether words beside them
//! tell of trouble.

use super::said::said;
use super::{Failure, piece, settings_file, token};
use crate::evidence::Evidence;
use crate::evidence::embed::{Config, Embed, TokenRequest};
use crate::evidence::text::Text;
use crate::intent::Principal;
use crate::pattern::{Pattern, pattern};
use crate::secret::Kind;

/// Words between blanks, as comments and texts in code have them.
static SAID: Pattern = pattern!(r"[A-Za-z'’]+(?:[,;:]? [A-Za-z'’]+){3,}");
/// What tells of trouble, or asks.
static TROUBLE: Pattern = pattern!(
    r"(?i)n['’]t\b|\b(?:not|never|no|nothing|cannot|fail\w*|errors?|refuse\w*|denied|forbidden|unauthorized|blank|empty|white|grey|gray|stuck|hangs?|wrong|why|how|expired?|invalid|block\w*|problem|broken|only|still|help)\b",
);

/// Whether a comment or a text in the code says that something is amiss, or asks.
fn tells_of_trouble(text: &str) -> bool {
    SAID.find_iter(text).any(|said| TROUBLE.is_match(said.as_str()))
}

/// What a text shows that tells of no failure: settings or a configuration, which may be at fault themselves, or else
/// what its words say.
pub(super) fn without_failure(raw: &str, mut base: Evidence, now: i64, notes: &mut Vec<String>) -> Failure {
    let mut failed = false;
    let words = said(raw);
    if let Some(settings) = settings_file::read(raw) {
        notes.push(settings.note);
        failed = settings.unusable;
        // The settings themselves have no words: what somebody says beside them is what tells of a failure.
        let text = base.text.take().filter(|_| !words.is_empty());
        base = settings.evidence;
        base.text = text.map(|text| Text { excerpt: Some(words.join("\n")), ..text }).or(base.text);
    } else if base.embed.as_ref().is_some_and(|embed| embed.config.is_some() || embed.request.is_some()) {
        if let Some(token) = base.embed.as_mut().and_then(|embed| embed.token.as_mut()) {
            token.life_left_seconds = token.expires.map(|end| end.saturating_sub(now));
        }
        if let Some(parts) = token::one(raw).filter(|parts| parts.claims.is_some()) {
            token::read(&parts, Some(now), "the token in the configuration", &mut base);
        }
        if let Some(judged) = judge(&base).filter(|_| words.is_empty() && !tells_of_trouble(raw)) {
            notes.push(judged.note);
            failed = judged.at_fault;
            base.text = Some(piece::not_pasted());
        }
    }
    Failure { evidence: base, failed, count: 1, first: None, last: None, lines: vec![1] }
}

/// What a configuration comes to where nothing is said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Judged {
    /// What was compared, or what doesn't fit, in a sentence.
    note: String,
    /// Whether something in it can't be right.
    at_fault: bool,
}

/// Judges the configuration in what a text shows. `None` where there is none, or too little of it is known.
fn judge(evidence: &Evidence) -> Option<Judged> {
    let embed = evidence.embed.as_ref()?;
    let request = embed.request.as_ref().map(|request| judge_request(embed, request, evidence));
    if let Some(at_fault) = request.clone().filter(|judged| judged.at_fault) {
        return Some(at_fault);
    }
    let Some(config) = &embed.config else { return request };
    let claims = evidence.claims.as_ref();
    let mut faults = config.faults();
    if config.token_kind == Some(Kind::Jwt) && claims.and_then(|claims| claims.principal) == Some(Principal::App) {
        faults.push("accessToken is an application's own access token, which a page never gets: it can do all that the application can");
    }
    if !faults.is_empty() {
        return Some(Judged { note: format!("In the embed configuration, {}.", faults.join("; ")), at_fault: true });
    }
    if config.edits == Some(true) && embed.request.as_ref().and_then(|request| request.edits) == Some(false) {
        let note =
            "The embed configuration asks to edit, but the embed token is requested for viewing only.".to_owned();
        return Some(Judged { note, at_fault: false });
    }
    let own = embed.token.as_ref().and_then(|token| token.life_left_seconds);
    let life = own.or_else(|| claims.and_then(|claims| claims.life_left_seconds));
    let one_cloud = evidence.clouds.as_ref().and_then(|clouds| clouds.mixed) != Some(true);
    if config.missing.is_some() || !one_cloud || life.is_some_and(|left| left <= 0) {
        return None;
    }
    if !config.agrees() {
        return Some(Judged { note: partly_known(config), at_fault: false });
    }
    let mut note = compared(config, life);
    if embed.token.as_ref().and_then(|token| token.from_internet) == Some(false) {
        note.push_str(" The token works only within the tenant's private networks.");
    }
    Some(Judged { note, at_fault: false })
}

/// Judges a request for an embed token, by the configuration and the semantic model beside it.
fn judge_request(embed: &Embed, request: &TokenRequest, evidence: &Evidence) -> Judged {
    let model = evidence.api.as_ref().and_then(|api| api.model.as_ref()).filter(|_| request.names_model == Some(true));
    let required = model.and_then(|model| model.identity_required);
    let wants_roles = model.and_then(|model| model.identity_roles_required) == Some(true);
    let found = [
        (request.lists_report == Some(false), "the report in id isn't listed"),
        (
            request.identity_for_unlisted_model == Some(true),
            "an effective identity is for a semantic model that isn't listed",
        ),
        (
            required == Some(true) && embed.identity == Some(false),
            "the effective identity that the semantic model needs is missing",
        ),
        (
            required == Some(false) && embed.identity == Some(true),
            "an effective identity is sent for a semantic model that doesn't accept one",
        ),
        (
            wants_roles && request.names_roles == Some(false),
            "an effective identity names no role, but the semantic model needs one",
        ),
    ];
    let faults: Vec<&str> = found.into_iter().filter(|(is, _)| *is).map(|(_, words)| words).collect();
    if faults.is_empty() {
        let note = "The request for the embed token doesn't contradict the rest of the text. Only Power BI can say \
                    whether it's allowed.";
        return Judged { note: note.to_owned(), at_fault: false };
    }
    Judged { note: format!("In the request for the embed token, {}.", faults.join("; ")), at_fault: true }
}

fn compared(config: &Config, life: Option<i64>) -> String {
    let mut parts = vec!["tokenType with the token", "embedUrl's host with those that powerbi-client accepts"];
    let known = [
        (config.address_of_another_kind.is_some(), "type with embedUrl"),
        (config.names_another_report.is_some(), "id with the one in embedUrl"),
        (config.names_another_workspace.is_some(), "groupId with the one in embedUrl"),
        (config.token_for_another_cluster.is_some(), "the token's cluster with the one in embedUrl"),
    ];
    parts.extend(known.iter().filter(|(known, _)| *known).map(|(_, part)| *part));
    let life = life.map_or_else(String::new, |left| format!(" The token is valid for {} more minutes.", left / 60));
    format!(
        "The embed configuration is complete, and its parts agree. Compared: {}.{life} Only Power BI can say whether the \
         token covers the item.",
        parts.join(", ")
    )
}

/// What is said of a configuration of which a part isn't in the text.
fn partly_known(config: &Config) -> String {
    let parts = [
        (config.token_type_fits.is_none(), "the token"),
        (config.id.is_none(), "the ID"),
        (config.names_cluster != Some(true), "the config parameter that the REST API puts into embedUrl"),
    ];
    let hidden: Vec<&str> = parts.into_iter().filter(|(is_hidden, _)| *is_hidden).map(|(_, part)| part).collect();
    let hidden = if hidden.is_empty() { "all of the token".to_owned() } else { hidden.join(" and ") };
    format!(
        "Nothing in the embed configuration contradicts the rest of it, but it doesn't show {hidden}. To compare all of it, \
         paste the configuration with the values that the page uses, or run pbiauth embed."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Codes, Found};

    /// The notes on a configuration that is sound, or on the settings of a sample, with these words before it.
    fn notes_on(words: &str, fixture: &str) -> Vec<String> {
        let Found::Reading(reading) = crate::import::read(&format!("{words}\n{fixture}"), &Codes::default(), 0) else {
            panic!("a bundle")
        };
        reading.notes
    }

    #[test]
    fn no_configuration_is_called_sound_beside_words() {
        let sound = include_str!("../../fixtures/healthy/embed-configuration.json");
        assert!(notes_on("", sound)[0].contains("its parts agree"));
        for words in
            ["Grauer Kasten statt Bericht", "Ça ne marche plus depuis lundi", "グレーのまま動きません", "any idea?"]
        {
            assert_eq!(notes_on(words, sound), Vec::<String>::new(), "{words}");
        }
    }

    #[test]
    fn a_configuration_that_is_known_in_part_is_called_neither_sound_nor_at_fault() {
        let page = "const config = { type: 'report', tokenType: models.TokenType.Embed, accessToken: token,\n\
                    id: 'd436ab06-69bf-484c-b0e7-e8d2cf6e9ce8',\n\
                    embedUrl: 'https://app.powerbi.com/reportEmbed?reportId=d436ab06-69bf-484c-b0e7-e8d2cf6e9ce8' };\n\
                    powerbi.embed(element, config);";
        assert!(notes_on("", page)[0].contains("it doesn't show the token and the config parameter"));
        assert_eq!(notes_on("The frame stays empty, why?", page), Vec::<String>::new());
    }

    #[test]
    fn a_request_for_an_embed_token_is_judged_by_what_is_beside_it() {
        let unlisted = include_str!("../../fixtures/causes/effective-identity-malformed/unlisted-model.likely.json");
        assert!(notes_on("", unlisted)[0].contains("a semantic model that isn't listed"));
        let editing =
            include_str!("../../fixtures/causes/embed-token-for-other-item/editing-with-access-level-view.likely.txt");
        assert!(notes_on("", editing)[0].contains("for viewing only"));
        let sound = include_str!("../../fixtures/near/effective-identity-missing/identities-in-a-variable.txt");
        assert!(notes_on("", sound)[0].contains("doesn't contradict"));
        assert_eq!(notes_on("any idea?", sound), Vec::<String>::new());
    }

    #[test]
    fn settings_are_read_beside_words() {
        let settings = include_str!("../../fixtures/healthy/settings-of-a-dotnet-sample.json");
        for words in ["", "Grauer Kasten statt Bericht", "We changed nothing."] {
            assert!(notes_on(words, settings)[0].contains("AzureAd:ClientId"), "{words}");
        }
    }

    #[test]
    fn a_person_tells_of_trouble_and_code_does_not() {
        for text in ["The report stays blank with this", "why does it not load?", "It doesn't render here at all"] {
            assert!(tells_of_trouble(text), "{text}");
        }
        for text in [
            "const report = powerbi.embed(container, config);",
            "report.on('error', event => console.error(event.detail));",
            "export default function App() { return null; }",
            "{\"tokenType\": 1}",
        ] {
            assert!(!tells_of_trouble(text), "{text}");
        }
    }
}
