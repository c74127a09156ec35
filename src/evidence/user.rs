//! The user who signs in: what Entra tells of the name, and what people can see where the tool cannot look.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::network::{Replier, replier};
use crate::record::{Record, Reply};

/// The question who checks the password of the user's domain.
pub const REALM: &str = "user-realm";

/// The user who signs in. Except for the domain, only a person can answer this, with `--fact`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct User {
    /// Whether a browser's sign-in page accepts the same user name and password.
    pub signs_in_in_browser: Option<bool>,
    /// Who checks passwords for the user's domain.
    pub domain: Option<Domain>,
    /// Whether the user's password hash is synchronized from the on-premises directory to Entra.
    pub password_hash_is_synced: Option<bool>,
    /// Whether the user belongs to a different tenant from the one you requested the token from.
    pub home_is_another_tenant: Option<bool>,
    /// Whether the signed-in account is the one you meant.
    pub is_the_one_meant: Option<bool>,
    /// Whether the password was changed or reset, or the sessions were revoked, since the sign-in.
    pub password_changed: Option<bool>,
}

/// The types of domain that a user name can end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Domain {
    /// Entra checks the password.
    Managed,
    /// Another identity provider, such as AD FS, checks it.
    Federated,
    /// Entra doesn't know the domain.
    Unknown,
}

/// Reads who checks the password, as Entra told. `None` where it was not asked or did not tell.
#[must_use]
pub fn domain(record: &Record) -> Option<Domain> {
    let exchange = record.answer(REALM)?;
    let service = exchange.request.service;
    let reply = exchange.reply().filter(|reply| reply.is_success() && replier(service, reply) == Replier::Service)?;
    of_account_type(reply)
}

fn of_account_type(reply: &Reply) -> Option<Domain> {
    match reply.json()?.get("account_type").and_then(Value::as_str)?.to_ascii_lowercase().as_str() {
        "managed" => Some(Domain::Managed),
        "federated" => Some(Domain::Federated),
        "unknown" => Some(Domain::Unknown),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::record::Body;

    #[test]
    fn who_checks_the_password_stands_in_the_account_type() {
        let read = |body| of_account_type(&Reply { status: 200, headers: BTreeMap::new(), body });
        let of = |kind: &str| read(Body::Json(json!({ "account_type": kind })));
        assert_eq!(of("Managed"), Some(Domain::Managed));
        assert_eq!(of("federated"), Some(Domain::Federated));
        assert_eq!(of("Unknown"), Some(Domain::Unknown));
        for body in [Body::Json(json!({"account_type": "Another"})), Body::Json(json!([])), Body::Empty] {
            assert_eq!(read(body), None);
        }
    }
}
