//! What the words of a text may do to a diagnosis, and what not.

use super::support::diagnose;

fn causes(text: &str) -> Vec<(String, String)> {
    let report = diagnose(text.as_bytes());
    let entry = |d: &serde_json::Value| {
        (d["cause"].as_str().unwrap_or_default().to_owned(), d["confidence"].as_str().unwrap_or_default().to_owned())
    };
    report["diagnoses"].as_array().expect("a list").iter().map(entry).collect()
}

#[test]
fn words_alone_make_nothing_surer_than_possible() {
    let text = "Since Monday our nightly job can't sign in to Power BI any more. Nobody changed anything. \
                The app's key in the portal shows a date in the past.";
    let report = diagnose(text.as_bytes());
    assert_eq!((report["outcome"].as_str(), report["exit"].as_u64()), (Some("unexplained"), Some(3)), "{report}");
    let found = causes(text);
    assert!((1..=4).contains(&found.len()), "{found:?}");
    assert!(found.iter().all(|(_, sure)| sure == "possible"), "{found:?}");
    assert!(found.iter().any(|(cause, _)| cause == "client-secret-expired"), "{found:?}");
    let first = &report["diagnoses"][0];
    assert!(first["would_decide"].as_array().is_some_and(|asked| !asked.is_empty()), "{first}");
    assert_eq!(first["because"][0]["at"], "text.excerpt");
}

#[test]
fn words_propose_no_cause_that_a_code_excludes() {
    let text = "AADSTS700016: Application with identifier '8c0f7d55-2b1a-4c6e-8d94-0f3a6b7c8d21' was not found in the \
                directory 'Fourth Coffee'. The client secret has expired, the secret is wrong, the secret's ID was sent.";
    let found = causes(text);
    assert!(!found.is_empty());
    assert!(found.iter().all(|(cause, _)| !cause.starts_with("client-secret")), "{found:?}");
}

#[test]
fn surer_causes_come_first() {
    for text in [
        "GET https://api.powerbi.com/v1.0/myorg/groups -> 403 Forbidden, but GET /v1.0/myorg/admin/groups works",
        "AADSTS7000215: Invalid client secret provided. It worked yesterday.",
        "DefaultAzureCredential failed to retrieve a token from the included credentials.",
    ] {
        let rank = |sure: &str| ["certain", "likely", "possible"].iter().position(|word| *word == sure);
        let order: Vec<_> = causes(text).iter().map(|(_, sure)| rank(sure)).collect();
        assert!(order.is_sorted(), "{text}: {order:?}");
    }
}

#[test]
fn words_go_behind_what_a_message_makes_likely_and_before_what_a_status_does() {
    let first = |text: &str| causes(text).into_iter().next().expect("a cause");
    for (text, cause) in [
        (
            "authority_uri_insecure when our Power BI page signs in. The redirect URI is registered under Web and not as \
             a single-page application.",
            "authority-url-malformed",
        ),
        (
            "problem getting user realm from authority. The password of the master user expired last week, Power BI \
             sign-in fails.",
            "federated-user-ropc-unsupported",
        ),
    ] {
        assert_eq!(first(text), (cause.to_owned(), "likely".to_owned()), "{text}");
    }
    let (cause, sure) =
        first("ExportTo fails with 403 for the service principal; the workspace is on shared capacity.");
    assert_eq!((cause.as_str(), sure.as_str()), ("capacity-or-licence-missing", "possible"));
}

#[test]
fn a_failure_that_nobody_understands_asks_whose_call_it_was() {
    for text in ["401", "HTTP Error: Unauthorized"] {
        let report = diagnose(text.as_bytes());
        assert_eq!(report["exit"], 3, "{text}: {report}");
        let asked = report["diagnoses"][0]["would_decide"].to_string();
        assert!(asked.contains("claims.principal") && asked.contains("api.token_accepted"), "{text}: {asked}");
        let notes = report["notes"].to_string();
        assert!(notes.contains("explain 401"), "{text}: {notes}");
    }
}

#[test]
fn what_shows_no_failure_is_blamed_on_nobody() {
    for text in
        ["npm error code E401\nnpm error Incorrect or missing password.", "error[E0382]: use of moved value: `token`"]
    {
        let report = diagnose(text.as_bytes());
        assert_eq!(
            (report["outcome"].as_str(), report["exit"].as_u64()),
            (Some("healthy"), Some(0)),
            "{text}: {report}"
        );
    }
}
