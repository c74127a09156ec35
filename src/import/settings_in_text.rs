//! Settings that a text shows next to a failure: ids, and whether a secret looks like one. Hidden values are ignored.

use crate::evidence::credential::{Credential, Seen};
use crate::pattern::{Pattern, pattern};
use crate::record::Field;
use crate::secret::{Form, Kind};

/// `AZURE_TENANT_ID=…`, `"clientId": "…"`, `client_secret = '…'`.
static SETTING: Pattern = pattern!(
    r#"(?i)\b([a-z][a-z0-9_.-]*?(?:tenant|client|application)[_ .-]?(?:id|secret))["']?\s*[=:]\s*["']?([^\s"',;&<>(){}]{8,})"#,
);
static SHORT: Pattern = pattern!(
    r#"(?i)(?:^|[\s"'{,(;&?:])((?:tenant|client|application)[_ .-]?(?:id|secret)|tenant)["']?\s*[=:]\s*["']?([^\s"',;&<>(){}]{8,})"#,
);

/// The settings that a text shows. `None` where it shows none that tells something.
pub(super) fn read(text: &str) -> Option<Credential> {
    let mut values: [Option<&str>; 3] = [None, None, None];
    for found in SETTING.captures_iter(text).chain(SHORT.captures_iter(text)) {
        let (Some(name), Some(value)) = (found.get(1), found.get(2)) else { continue };
        let place = &mut values[index(name.as_str())];
        let kind = Form::of(value.as_str()).kind;
        if place.is_none() && (kind == Kind::Guid || kind == Kind::Domain) {
            *place = Some(value.as_str());
        }
    }
    // An id in place of a secret is no secret; of anything else nothing is told.
    let [tenant, client_id, secret] = values;
    let secret = secret.filter(|value| Form::of(value).kind == Kind::Guid);
    let all = [(Field::Tenant, tenant), (Field::ClientId, client_id), (Field::ClientSecret, secret)];
    let seen = |field: Field| {
        let value = all.iter().find(|(other, _)| *other == field)?.1?;
        let same = |other: &&(Field, Option<&str>)| {
            other.0 != field && other.1.is_some_and(|other| other.eq_ignore_ascii_case(value))
        };
        let same_as: Vec<Field> = all.iter().filter(same).map(|(other, _)| *other).collect();
        Some(Seen {
            given: true,
            value: (field != Field::ClientSecret).then(|| value.to_owned()),
            kind: Some(Form::of(value).kind),
            same_as: (!same_as.is_empty()).then_some(same_as),
            ..Seen::default()
        })
    };
    let credential = Credential {
        tenant: seen(Field::Tenant),
        client_id: seen(Field::ClientId),
        secret: seen(Field::ClientSecret),
        ..Credential::default()
    };
    (credential != Credential::default()).then_some(credential)
}

fn index(name: &str) -> usize {
    let name = name.to_ascii_lowercase();
    if name.ends_with("secret") { 2 } else { usize::from(!name.contains("tenant")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "11111111-2222-4333-8444-555555555555";
    const OTHER: &str = "61111111-2222-4333-8444-555555555555";

    #[test]
    fn ids_beside_a_failure_are_read() {
        for text in [
            format!("AZURE_TENANT_ID={ONE}\nAZURE_CLIENT_ID={OTHER}"),
            format!("{{\"tenantId\": \"{ONE}\", \"clientId\": \"{OTHER}\"}}"),
            format!("tenant_id = '{ONE}'\nclient_id = '{OTHER}'"),
        ] {
            let credential = read(&text).expect("settings");
            let value = |seen: &Option<Seen>| seen.as_ref().and_then(|seen| seen.value.clone());
            assert_eq!(value(&credential.tenant).as_deref(), Some(ONE), "{text}");
            assert_eq!(value(&credential.client_id).as_deref(), Some(OTHER), "{text}");
            assert!(credential.secret.is_none());
        }
    }

    #[test]
    fn of_a_secret_only_the_form_of_an_id_is_told() {
        let credential = read(&format!("CLIENT_SECRET = \"{ONE}\"")).expect("settings");
        let secret = credential.secret.expect("a secret");
        assert_eq!((secret.kind, secret.value), (Some(Kind::Guid), None));
        for text in ["client_secret=hidden-value", "client_id: ********", "tenant: <your tenant>", "no settings"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn one_value_in_two_places_is_told() {
        let credential = read(&format!("client_id={ONE}\nclient_secret={ONE}")).expect("settings");
        assert_eq!(credential.client_id.and_then(|seen| seen.same_as), Some(vec![Field::ClientSecret]));
    }
}
