use super::*;
use crate::evidence::token::Flow;
use crate::import::Codes;
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
fn of_workspace_monitoring_error_messages_are_read_and_queries_are_not() {
    let model =
        |event: &str| format!(r#"{{"OperationName":"{event}","EventText":"AADSTS7000222: x","ExecutingUser":"u"}}"#);
    for event in ["Error", "ProgressReportError"] {
        assert_eq!(what(&model(event)), What::Message("Power BI semantic model: AADSTS7000222: x".to_owned()));
    }
    for event in ["QueryBegin", "QueryEnd", "CommandEnd", "DirectQueryEnd", ""] {
        let read = what(&model(event));
        assert!(!matches!(read, What::Message(_) | What::Failed(_)), "{event}: {read:?}");
    }
    let other = |more: &str| what(&format!(r#"{{"WorkspaceMonitoringTableName":"T",{more}}}"#));
    for name in ["FailureReason", "QueryResultMessage", "IngestionErrorDetails", "ErrorMessage"] {
        assert_eq!(other(&format!(r#""{name}":"AADSTS7000222: x""#)), What::Message("AADSTS7000222: x".to_owned()));
    }
    assert_eq!(other(r#""QueryText":"AADSTS7000222: x","FailureReason":"""#), What::Succeeded);
    assert_eq!(what(r#"{"errorMessage":"AADSTS7000222: x"}"#), What::Other, "another program's record");
    let long = format!(r#"{{"OperationName":"Error","EventText":"{}"}}"#, "€".repeat(100_000));
    assert!(matches!(what(&long), What::Message(message) if message.len() < 20_000));
}

#[test]
fn a_failed_job_is_counted_and_no_failure_of_this_field() {
    let job = |status: &str| {
        format!(
            r#"{{"JobInstanceId":"j","JobStatus":"{status}","JobType":"RunNotebook","Timestamp":"2026-10-05T04:00:00Z"}}"#
        )
    };
    assert_eq!((what(&job("Failed")), what(&job("Completed"))), (What::FailedJob, What::Succeeded));
    let (failures, notes) = told(&[job("Failed"), job("Completed"), job("Failed")].join("\n")).expect("a log");
    assert!(failures.is_empty() && notes.iter().any(|note| note.starts_with("Jobs that failed: 2.")), "{notes:?}");
}

#[test]
fn equal_messages_are_one_failure_and_other_ones_none() {
    let line = |time: &str, text: &str| {
        format!(r#"{{"Timestamp":"{time}","OperationName":"Error","EventText":"{text}","ExecutingUser":"u"}}"#)
    };
    let expired = "AADSTS7000222: The provided client secret keys are expired.";
    let lines = [
        line("2026-10-05T04:00:00Z", &format!("{expired} Trace ID: {}", APP.replace("5e4a", "6e4a"))),
        line("2026-10-05T04:00:01Z", "Column 'Amount' in table 'Sales' cannot be found."),
        line("2026-10-05T04:00:02Z", &format!("{expired} Trace ID: {APP}")),
    ];
    let reading = read(&lines.join("\n"), &Codes::default(), false).expect("a log");
    let [failure] = &reading.failures[..] else { panic!("{:?}", reading.failures) };
    assert_eq!((failure.count, &failure.lines[..]), (2, &[1, 3][..]));
    assert_eq!(failure.last.as_deref(), Some("2026-10-05T04:00:02Z"));
    assert!(failure.evidence.sources.iter().all(|(_, source)| source == SOURCE), "{:?}", failure.evidence.sources);
}

#[test]
fn an_audit_log_of_purview_holds_the_activity_in_a_cell() {
    let row = |ok: &str| {
        let data =
            format!(r#"{{""Id"":""a"",""Workload"":""PowerBI"",""Operation"":""ViewReport"",""IsSuccess"":{ok}}}"#);
        format!("RecordId,CreationDate,Operation,UserId,AuditData\na,2026-10-05T04:00:12Z ,ViewReport,u,\"{data}\"\n")
    };
    let failures = |text: &str| told(text).map(|told| told.0.len());
    assert_eq!(failures(&row("false")), Some(1));
    assert_eq!(failures(&row("true")), Some(0));
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
    let reading = read(text, &Codes::default(), false)?;
    Some((reading.failures.into_iter().map(|failure| (failure.count, failure.lines)).collect(), reading.notes))
}

fn record(id: &str, time: &str, code: u32) -> String {
    format!(
        r#"{{"id":"{id}","createdDateTime":"{time}","appId":"{APP}","resourceId":"00000009-0000-0000-c000-000000000000","status":{{"errorCode":{code}}}}}"#
    )
}

/// The answer to a query in an Eventhouse: the table, and one of other columns.
fn in_an_eventhouse(records: &[(&str, &str)]) -> String {
    let columns = ["Id", "CreatedDateTime", "AppId", "ResourceId", "ResultType"];
    let columns = columns.map(|name| format!(r#"{{"ColumnName":"{name}","ColumnType":"string"}}"#)).join(",");
    let row = |(id, time): &(&str, &str)| {
        format!(r#"["{id}","{time}","{APP}","00000009-0000-0000-c000-000000000000",7000222]"#)
    };
    let rows = records.iter().map(row).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"Tables":[{{"TableName":"Table_0","Columns":[{columns}],"Rows":[{rows}]}},{{"Columns":[],"Rows":[]}}]}}"#
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
        in_an_eventhouse(&[
            ("a", "2026-10-05T04:00:00Z"),
            ("b", "2026-10-05T05:00:00Z"),
            ("a", "2026-10-05T04:00:00Z"),
        ]),
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
        assert!(read(text, &Codes::default(), false).is_none(), "{text}");
    }
}

#[test]
fn a_table_may_have_another_separator_and_a_broken_row() {
    for separator in [",", ";", "\t", "|"] {
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
    let reading = read(&text, &Codes::default(), true).expect("a log");
    assert_eq!(reading.failures.len(), 1);
    assert!(reading.notes[0].contains("other resources: 1"), "{:?}", reading.notes);
}

#[test]
fn without_times_no_failure_is_over() {
    let (failed, done) = (record("a", "2026-10-05T04:00:00Z", 7_000_222), record("b", "2026-10-05T05:00:00Z", 0));
    let untimed = |record: &str| record.replace("2026-10-05T", "day 5, ");
    for text in [format!("[{},{}]", failed, untimed(&done)), format!("[{},{}]", untimed(&failed), untimed(&done))] {
        assert_eq!(told(&text).expect("a log").0.len(), 1, "{text}");
    }
}

#[test]
fn an_array_that_is_cut_off_is_read_to_the_cut() {
    let (one, two) = (record("a", "2026-10-05T04:00:00Z", 7_000_222), record("b", "2026-10-05T05:00:00Z", 700_016));
    let (failures, notes) = told(&format!("[{one},\n{}", &two[..40])).expect("a log");
    assert_eq!(failures.len(), 1);
    assert_eq!(notes[0], "The JSON is cut off in line 2: the records before it were read.");
    let (failures, notes) = told(&format!("{one}\n{}\n{two}\n", &two[..40])).expect("a log");
    assert_eq!(failures.len(), 2);
    assert_eq!(notes[0], "Lines that aren't whole JSON records and weren't read: 1.");
}

const PORTAL: &str = "Date (UTC),Request ID,Application ID,Resource ID,Sign-in error code";
const QUERY: &str = "ResultType;Id;TimeGenerated [UTC];AppId;ResourceIdentity";

#[test]
fn tables_of_several_versions_one_after_the_other_are_read_by_their_own_headers() {
    let power_bi = "00000009-0000-0000-c000-000000000000";
    let rows = [
        PORTAL.to_owned(),
        format!("2026-10-05T04:00:00Z,a,{APP},{power_bi},7000222"),
        format!("\u{feff}{QUERY}"),
        format!("700016;b;2026-10-05T05:00:00Z;{APP};{power_bi}"),
        PORTAL.to_owned(),
        format!("2026-10-05T06:00:00Z,c,{APP},{power_bi},7000222"),
    ];
    for end in ["\n", "\r\n"] {
        let (failures, notes) = told(&rows.join(end)).expect("a log");
        assert_eq!(failures, [(2, vec![2, 6]), (1, vec![4])], "{notes:?}");
        assert_eq!(notes, ["Records read from an exported log: 3."]);
    }
}

#[test]
fn a_header_line_in_quotes_is_none() {
    let columns = Columns::of_header(PORTAL).expect("a header");
    let rows = format!("t,a,b,c,\"0\n{PORTAL}\n\"\nt,a,b,c,0\n");
    let whole = |rows: &str, to_header| columns.whole_rows(rows.as_bytes(), to_header);
    assert_eq!(whole(&rows, true), Whole { end: rows.len(), header: false });
    let two = format!("t,a,b,c,0\n{PORTAL}\nt,a");
    assert_eq!(whole(&two, true), Whole { end: 10, header: true });
    assert_eq!(whole(&two, false), Whole { end: two.len() - 3, header: false });
}

#[test]
fn a_time_of_an_unknown_zone_lies_in_no_hour() {
    for (zone, is_local) in
        [("", false), (" [UTC]", false), (" [utc] ", false), (" [Local Time]", true), (" [UTC+02:00]", true)]
    {
        let columns = Columns::of_header(&QUERY.replace(" [UTC]", zone)).expect("a header");
        let row = csv::StringRecord::from(vec!["0", "b", "10/5/2026, 4:00:00.000 AM", APP, ""]);
        assert_eq!(columns.entry(&row).expect("a record").identity.is_local, is_local, "{zone}");
    }
}
