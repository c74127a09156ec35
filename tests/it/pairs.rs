//! Worlds that are easily confused: they differ in one fact, and so must the first diagnosis.

use std::collections::{BTreeMap, BTreeSet};

use super::support::{causes, pbiauth, report, verdict};

const PAIRS: [(&str, &str); 93] = [
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
    ("credential/certificate-with-another-key", "token/certificate-not-registered"),
    ("credential/certificate-password-wrong", "credential/certificate-under-password"),
    ("credential/certificate-password-wrong", "credential/certificate-without-key"),
    ("credential/federated-file-missing", "credential/federated-file-empty"),
    ("credential/federated-file-empty", "credential/federated-file-cut"),
    ("credential/authority-with-path", "token/tenant-malformed"),
    ("credential/client-id-as-user-name", "token/user-name-without-domain"),
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
    ("network/entra-page", "network/entra-unavailable"),
    ("network/entra-throttles", "network/entra-unavailable"),
    ("network/entra-resets", "network/reset-once"),
    ("network/power-bi-page", "network/service-outage"),
    ("network/clock-behind-with-certificate", "token/certificate-expired"),
    ("token/secret-expired", "token/secret-wrong"),
    ("token/certificate-expired", "token/certificate-not-registered"),
    ("token/federated-subject-mismatch", "token/federated-issuer-mismatch"),
    ("token/federated-subject-mismatch", "token/federated-audience-mismatch"),
    ("token/federated-assertion-expired", "token/federated-subject-mismatch"),
    ("token/federated-issuer-mismatch", "token/federated-wrong-token-source"),
    ("token/federated-entra-token", "token/federated-issuer-mismatch"),
    ("token/mfa-required", "token/user-blocked-by-policy"),
    ("token/mfa-required", "token/device-compliance-required"),
    ("token/consent-declined", "token/consent-declined-by-rule"),
    ("token/consent-missing", "token/admin-consent-required"),
    ("token/consent-missing", "token/permission-not-listed"),
    ("token/wrong-password-known", "token/federated-user-known"),
    ("token/wrong-password", "token/federated-user-known"),
    ("token/wrong-password", "token/federated-user"),
    ("token/wrong-password", "token/synced-user-without-password"),
    ("token/wrong-password", "token/user-unknown"),
    ("token/wrong-password", "token/password-expired"),
    ("token/user-disabled", "token/account-locked"),
    ("token/user-of-another-tenant", "token/user-of-another-tenant-known"),
    ("token/user-not-assigned", "token/consent-missing"),
    ("token/user-at-organizations", "token/unknown-domain"),
    ("token/public-flow-disabled", "token/secret-sent-by-public-client"),
    ("token/refresh-token-expired", "token/refresh-token-revoked"),
    ("token/refresh-token-expired", "token/refresh-token-healthy"),
    ("token/refresh-token-cut", "token/refresh-token-of-another-application"),
    ("token/device-code-declined", "token/device-code-blocked"),
    ("token/device-code-expired", "token/device-code-public-flow-disabled"),
    ("token/managed-identity-none", "token/managed-identity-ambiguous"),
    ("token/managed-identity-unknown", "credential/machine-without-identities"),
    ("token/managed-identity-none", "api/managed-identity-not-allowed"),
    ("token/secret-just-made", "token/secret-wrong"),
    ("token/redirect-uri-of-page", "token/authorization-code-healthy"),
    ("token/redirect-uri-of-web", "token/public-flow-disabled"),
    ("token/tenant-not-found", "token/tenant-of-another-cloud"),
    ("token/common-endpoint", "token/common-endpoint-single-tenant"),
    ("token/personal-account", "token/other-account-signed-in"),
    ("token/first-party-client", "token/admin-consent-required"),
    ("token/scope-without-default", "token/permission-in-scope"),
    ("token/scope-no-address", "token/scope-without-default"),
    ("token/wrong-tenant", "token/wrong-tenant-known"),
    ("token/power-bi-missing-for-user", "token/api-address-asked-by-user"),
];

/// Worlds that look the same from outside: the same ranking, nothing certain, and the question that decides.
const TWINS: [(&str, &str); 5] = [
    ("api/sp-not-in-this-workspace", "api/wrong-workspace-id"),
    ("token/app-not-in-tenant", "token/wrong-tenant"),
    ("token/secret-wrong", "token/secret-of-another-application"),
    ("token/synced-user-without-password", "token/guest-user"),
    ("token/user-unknown", "token/user-of-another-tenant"),
];

fn run(scenario: &str) -> serde_json::Value {
    report(&pbiauth().args(["doctor", "--format", "json", "--sim", scenario]).output().expect("output"))
}

#[test]
fn one_fact_makes_another_diagnosis() {
    let worlds: BTreeSet<&str> = PAIRS.iter().flat_map(|(one, other)| [*one, *other]).collect();
    let first: BTreeMap<&str, Option<String>> =
        worlds.into_iter().map(|scenario| (scenario, causes(&run(scenario)).first().cloned())).collect();
    for (one, other) in PAIRS {
        assert_ne!(first[one], first[other], "{one} and {other}");
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
