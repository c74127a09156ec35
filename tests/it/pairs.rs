//! Worlds that are easily confused: they differ in one fact, and so must the first diagnosis.

use super::support::{causes, pbiauth, report, verdict};

const PAIRS: [(&str, &str); 40] = [
    ("api/sp-setting-off-known", "api/sp-not-in-allowed-group"),
    ("api/sp-setting-off", "api/sp-not-in-workspace"),
    ("api/sp-not-in-workspace", "api/wrong-report-id"),
    ("api/my-workspace", "api/wrong-report-id"),
    ("api/rate-limited", "network/service-outage"),
    ("api/capacity-paused", "api/item-permission-missing"),
    ("api/capacity-paused-seen", "healthy"),
    ("api/user-no-powerbi-licence", "api/wrong-report-id"),
    ("api/user-no-powerbi-licence", "api/user-not-in-workspace"),
    ("api/free-user-without-capacity", "claims/user-healthy"),
    ("api/sp-rls-model", "api/item-permission-missing"),
    ("api/sp-rls-model", "api/queries-refused"),
    ("api/item-permission-missing", "api/viewer-with-build"),
    ("api/profile-header-missing", "api/sp-not-in-workspace"),
    ("api/role-just-granted", "api/sp-not-in-workspace"),
    ("api/report-of-other-workspace", "api/sp-not-in-this-workspace"),
    ("api/same-name-twice", "api/wrong-workspace-id"),
    ("api/model-in-other-workspace-refused", "intent/viewer-makes-embed-token"),
    ("claims/token-expired", "claims/token-altered"),
    ("claims/token-malformed", "claims/embed-token-used-for-rest"),
    ("claims/wrong-audience", "claims/token-malformed"),
    ("claims/id-token-used", "claims/wrong-audience"),
    ("claims/missing-delegated-scope", "claims/user-healthy"),
    ("credential/ids-swapped", "token/tenant-not-found"),
    ("credential/placeholder-value", "token/app-not-in-tenant"),
    ("credential/secret-id-used", "token/secret-wrong"),
    ("credential/secret-mangled", "token/secret-wrong"),
    ("credential/tenant-not-specified", "token/common-endpoint"),
    ("credential/value-unset", "credential/tenant-not-specified"),
    ("intent/admin-setting-off", "intent/admin-permissions-consented"),
    ("intent/admin-setting-off", "intent/admin-reads"),
    ("intent/trial-tokens-used-up", "intent/viewer-makes-embed-token"),
    ("intent/user-no-admin", "intent/user-admin"),
    ("intent/creates-workspace-setting-off", "intent/admin-writes-setting-off"),
    ("intent/shared-capacity-exports", "intent/shared-capacity-embeds"),
    ("intent/viewer-embeds", "intent/contributor-embeds"),
    ("intent/viewer-embeds", "intent/viewer-lists"),
    ("intent/viewer-makes-embed-token", "intent/embed-token-without-identity"),
    ("network/unreachable", "network/tls-interception"),
    ("token/secret-expired", "token/secret-wrong"),
];

/// Worlds that look the same from outside: the same ranking, nothing certain, and the question that decides.
const TWINS: [(&str, &str); 1] = [("api/sp-not-in-this-workspace", "api/wrong-workspace-id")];

fn run(scenario: &str) -> serde_json::Value {
    report(&pbiauth().args(["doctor", "--format", "json", "--sim", scenario]).output().expect("output"))
}

#[test]
fn one_fact_makes_another_diagnosis() {
    for (one, other) in PAIRS {
        let first = |scenario: &str| causes(&run(scenario)).first().cloned();
        assert_ne!(first(one), first(other), "{one} and {other}");
    }
}

#[test]
fn what_looks_the_same_is_told_the_same() {
    for (one, other) in TWINS {
        let (one, other) = (run(one), run(other));
        assert_eq!(verdict(&one), verdict(&other));
        assert!(!verdict(&one).iter().any(|named| named.ends_with("certain")));
        assert!(one["diagnoses"][0]["would_decide"].as_array().is_some_and(|asked| !asked.is_empty()));
    }
}
