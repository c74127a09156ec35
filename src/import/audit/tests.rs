use super::*;
use crate::evidence::token::Flow;
use crate::intent::Principal;

fn evidence(line: &str) -> Evidence {
    Entry::of_json(line).expect("a record").evidence().unwrap_or_else(|| panic!("a failure: {line}"))
}

fn what(line: &str) -> What {
    Entry::of_json(line).expect("a record").what
}

const APP: &str = "5e4a0001-6f1d-4b5e-8a77-90b1c2d3e401";

#[test]
fn a_failed_sign_in_becomes_the_facts_that_rules_read() {
    let found = evidence(&format!(
        r#"{{"id":"r","createdDateTime":"2026-10-05T04:00:12Z","appId":"{APP}","resourceId":"00000009-0000-0000-c000-000000000000",
        "signInEventTypes":["servicePrincipal"],"clientCredentialType":"certificate","servicePrincipalCredentialKeyId":"k",
        "status":{{"errorCode":700027,"failureReason":"Client assertion contains an invalid signature for '{{identifier}}'."}},
        "appliedConditionalAccessPolicies":[{{"displayName":"A","result":"failure"}},{{"displayName":"B","result":"reportOnlyFailure"}}]}}"#
    ));
    let token = found.token.expect("a token section");
    let error = token.error.expect("an error");
    assert_eq!((token.flow, error.codes), (Some(Flow::Certificate), Some(vec![700_027])));
    assert_eq!(error.quoted.and_then(|quoted| quoted.application).map(|app| app.value).as_deref(), Some(APP));
    assert_eq!(found.claims.and_then(|claims| claims.principal), Some(Principal::App));
    let log = found.sign_in_log.expect("a log section");
    assert_eq!(log.failed_policies, Some(vec!["A".to_owned()]), "a policy in report-only mode blocks nobody");
    assert_eq!(log.credential_key_id.as_deref(), Some("k"));
}

#[test]
fn who_signs_in_and_how_is_told_by_each_export() {
    let told = |more: &str| {
        let found = evidence(&format!(r#"{{"appId":"{APP}","resultType":"7000222",{more}}}"#));
        (found.claims.and_then(|claims| claims.principal), found.token.and_then(|token| token.flow))
    };
    assert_eq!(told(r#""category":"ServicePrincipalSignInLogs""#), (Some(Principal::App), None));
    assert_eq!(told(r#""category":"ManagedIdentitySignInLogs""#), (Some(Principal::App), Some(Flow::ManagedIdentity)));
    assert_eq!(told(r#""category":"NonInteractiveUserSignInLogs""#), (Some(Principal::User), None));
    assert_eq!(told(r#""userId":"u","authenticationProtocol":"ropc""#), (Some(Principal::User), Some(Flow::Password)));
    assert_eq!(told(r#""userId":"u","Client credential type":"Client secret""#), (Some(Principal::User), None));
    let federated = format!(r#""servicePrincipalId":"s","federatedCredentialId":"{APP}""#);
    assert_eq!(told(&federated), (Some(Principal::App), Some(Flow::Federated)));
}

#[test]
fn successes_steps_and_other_logs_are_no_failures() {
    for code in ["0", "50140", "Success"] {
        assert_eq!(what(&format!(r#"{{"appId":"{APP}","ResultType":"{code}"}}"#)), What::Succeeded, "{code}");
    }
    for line in [
        r#"{"time":"t","category":"AuditLogs","resultType":"53003","userId":"u"}"#,
        r#"{"resultType":"Failed","userId":"u"}"#,
        r#"{"resultType":"53003"}"#,
        r#"{"error":"invalid_client","error_codes":[7000222]}"#,
        "{}",
    ] {
        assert_eq!(what(line), What::Other, "{line}");
    }
}

#[test]
fn an_activity_says_that_it_failed_and_no_more() {
    let line = |ok: &str| {
        format!(r#"{{"Id":"a","Workload":"PowerBI","Operation":"ViewReport","IsSuccess":{ok},"UserId":"u"}}"#)
    };
    assert_eq!(what(&line("true")), What::Succeeded);
    assert!(matches!(what(&line("false")), What::FailedActivity(_)));
    assert!(matches!(what(&line("\"False\"")), What::FailedActivity(_)));
    assert!(Entry::of_json(&line("false")).expect("a record").identity.resource.is_some_and(|r| r.is_power_bi));
}

#[test]
fn a_resource_is_known_by_its_id_or_its_name() {
    let of = |more: &str| Entry::of_json(&format!("{{{more}}}")).expect("a record").identity.resource;
    let is_power_bi = |more: &str| of(more).is_some_and(|resource| resource.is_power_bi);
    assert!(is_power_bi(r#""resourceId":"00000009-0000-0000-C000-000000000000""#));
    assert!(is_power_bi(r#""ResourceDisplayName":"Power BI Service""#));
    assert!(!is_power_bi(
        r#""resourceId":"00000003-0000-0000-c000-000000000000","resourceDisplayName":"Power BI Service""#
    ));
    assert_eq!(of(r#""resourceId":"/tenants/x/providers/Microsoft.aadiam""#), None, "the log's own address");
}

/// How often and where each failure was seen, and the notes.
type Told = (Vec<(usize, Vec<usize>)>, Vec<String>);

fn told(text: &str) -> Option<Told> {
    let reading = read(text, false)?;
    Some((reading.failures.into_iter().map(|failure| (failure.count, failure.lines)).collect(), reading.notes))
}

fn record(id: &str, time: &str, code: u32) -> String {
    format!(
        r#"{{"id":"{id}","createdDateTime":"{time}","appId":"{APP}","resourceId":"00000009-0000-0000-c000-000000000000","status":{{"errorCode":{code}}}}}"#
    )
}

#[test]
fn documents_of_every_form_are_counted_once_a_record() {
    let (one, two) = (record("a", "2026-10-05T04:00:00Z", 7_000_222), record("b", "2026-10-05T05:00:00Z", 7_000_222));
    let forms = [
        format!("[{one},{two},{one}]"),
        format!("\u{feff} [ {one} ,\n {two}, {one}, 7, {{}} ]"),
        format!("{{\"value\":[{one},{two},{two}]}}"),
        format!("{{\"records\":[{one},{two},{one}]}}"),
        format!("{one}\n{two}\n\n{one}\n"),
    ];
    for text in forms {
        let (failures, notes) = told(&text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(failures.len(), 1, "{text}");
        assert_eq!(failures[0].0, 2, "{text}");
        assert!(notes[0].contains("repeat another record: 1"), "{notes:?}");
    }
}

#[test]
fn a_later_success_ends_a_failure_whatever_the_order() {
    let (failed, done) = (record("a", "2026-10-05T04:00:00Z", 7_000_222), record("b", "2026-10-05T07:00:00+02:00", 0));
    for text in [format!("[{failed},{done}]"), format!("[{done},{failed}]")] {
        assert_eq!(told(&text).expect("a log").0, [], "{text}");
    }
    let before = record("b", "2026-10-05T05:00:00+02:00", 0);
    assert_eq!(told(&format!("[{failed},{before}]")).expect("a log").0.len(), 1);
}

#[test]
fn what_is_no_exported_log_is_left_to_the_other_readers() {
    for text in [
        "",
        "[]",
        "[1,2]",
        "[2026-10-05 04:00:00] ERROR AADSTS7000222: x",
        "{\"error\":\"invalid_client\"}",
        "{\"value\":[{\"id\":\"w\",\"name\":\"Sales\"}]}",
        "{\"a\":1}\n{\"b\":2}\n",
        "count,name,code\n1,a,7000222\n",
        "Date (UTC),Request ID\nx,y\n",
        "{\"value\":[",
    ] {
        assert!(read(text, false).is_none(), "{text}");
    }
}

#[test]
fn a_table_may_have_another_separator_and_a_broken_row() {
    for separator in [",", ";", "\t"] {
        let header =
            ["Date (UTC)", "Request ID", "Application ID ", "Resource ID ", "Sign-in error code", "Failure reason"];
        let row = [
            "2026-10-05T04:00:00Z",
            "a",
            APP,
            "00000009-0000-0000-c000-000000000000",
            "7000222",
            "\"over\ntwo lines\"",
        ];
        let text = [header.join(separator), row.join(separator), "cut".to_owned()].join("\r\n");
        let (failures, notes) = told(&text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(failures, [(1, vec![2])], "{text}");
        assert!(notes.iter().any(|note| note.ends_with("read: 1.")), "{notes:?}");
    }
}

#[test]
fn records_about_other_resources_can_be_left_out() {
    let graph = record("a", "2026-10-05T04:00:00Z", 7_000_222).replace("00000009", "00000003");
    let text = format!("[{graph},{}]", record("b", "2026-10-05T04:00:00Z", 700_016));
    let reading = read(&text, true).expect("a log");
    assert_eq!(reading.failures.len(), 1);
    assert!(reading.notes[0].contains("other resources: 1"), "{:?}", reading.notes);
}
