//! The caller's side of a scenario: what an application was given to work with.

mod files;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::Moment;
use super::clock::Span;
use super::embed::token::Pass;
use super::entra;
use super::fabric::settings_of;
use super::identity::IDENTITY_PATH;
use super::keys::Keys;
use super::scenario::Scenario;
use super::token::{self, Grant, Proof, SignedIn};
use super::world::{Platform, exchange};
use crate::cloud::Cloud;

pub use files::{CallersFile, Holding};

/// What the caller was given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// Environment variables.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Environment variables that the base has and this scenario has not.
    #[serde(default)]
    pub unset: Vec<String>,
    /// A token that was handed over. Absent: there is none.
    #[serde(default)]
    pub token: Option<HandedOver>,
    /// The tenant whose settings an administrator exported. Absent: nobody did.
    #[serde(default)]
    pub tenant_settings: Option<String>,
    /// The certificate whose file, with its key, the caller has. Absent: there is none.
    #[serde(default)]
    pub certificate: Option<String>,
    /// What that file holds.
    #[serde(default)]
    pub certificate_file: Holding,
    /// The token of another identity provider that the caller has in a file. Absent: there is none.
    #[serde(default)]
    pub federated: Option<External>,
    /// A refresh token that the caller kept. Absent: there is none.
    #[serde(default)]
    pub refresh_token: Option<Kept>,
    /// What stands behind the login host in the caller's settings, with its slash in front. Empty: nothing.
    #[serde(default)]
    pub authority_path: String,
    /// What the caller embeds. Absent: the report that the environment names.
    #[serde(default)]
    pub embed: Embeds,
}

/// What a caller embeds, and in what page: the options of `pbiauth embed`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Embeds {
    /// A dashboard, by id or name.
    #[serde(default)]
    pub dashboard: Option<String>,
    /// Whether the report is a paginated one.
    #[serde(default)]
    pub paginated: bool,
    /// The effective identity: the user name, and after a colon the roles.
    #[serde(default)]
    pub identity: Option<String>,
    /// What the caller's page gives to powerbi-client in place of what the API returns.
    #[serde(default)]
    pub page_config: serde_json::Map<String, Value>,
    /// The Content-Security-Policy of the caller's page. Absent: none.
    #[serde(default)]
    pub page_policy: Option<String>,
}

/// A token of an identity provider outside of Entra.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Who issued it.
    pub issuer: String,
    /// Whom it speaks of.
    pub subject: String,
    /// Whom it speaks to.
    #[serde(default = "exchange")]
    pub audience: String,
    /// How long ago it was issued.
    #[serde(default)]
    pub age: Span,
    /// When it ends, relative to now.
    pub ends: Span,
    /// How many characters of it are left. Absent: all.
    #[serde(default)]
    pub cut: Option<usize>,
}

/// A refresh token from an earlier sign-in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The application that the token was issued to.
    pub application: String,
    /// The tenant that issued it.
    pub tenant: String,
    /// The user who signed in.
    pub user: String,
    /// The platform of the redirect URI. Absent: there was none, as with a device code.
    #[serde(default)]
    pub platform: Option<Platform>,
    /// How long ago it was issued, and not used since.
    #[serde(default)]
    pub age: Span,
    /// How many characters of it are left. Absent: all.
    #[serde(default)]
    pub cut: Option<usize>,
}

/// Where managed identities are asked for when nothing is served.
pub(super) const MACHINE: &str = "http://127.0.0.1";

/// A token that somebody got earlier and handed over.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOver {
    /// What it is.
    pub kind: TokenKind,
    /// The application that the token was issued to.
    pub application: String,
    /// The tenant that issued it.
    pub tenant: String,
    /// The user on whose behalf it was issued. Absent: the application got it for itself.
    #[serde(default)]
    pub user: Option<String>,
    /// The delegated permissions of a user's token.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Its `aud` claim. An embed token has none.
    #[serde(default = "power_bi")]
    pub audience: String,
    /// How long ago it was issued.
    #[serde(default)]
    pub age: Span,
    /// Whether its signature was altered after it was issued.
    #[serde(default)]
    pub altered: bool,
    /// Whether somebody else signed it, with a key of their own.
    #[serde(default)]
    pub foreign_key: bool,
    /// How many characters of it are left. Absent: all.
    #[serde(default)]
    pub cut: Option<usize>,
}

/// The kinds of tokens that get mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// An access token of Entra's.
    Access,
    /// An id token of Entra's: it says who signed in.
    Id,
    /// An embed token of Power BI's.
    Embed,
}

fn power_bi() -> String {
    token::POWER_BI.to_owned()
}

impl Scenario {
    /// The caller's environment: what it was given, a token minted with these keys among it.
    ///
    /// `now` is the time of the caller's clock.
    #[must_use]
    pub fn environment(&self, keys: &Keys, now: Timestamp) -> BTreeMap<String, String> {
        let mut env = self.caller.env.clone();
        let mut add = |name: &str, value: String| {
            env.entry(name.to_owned()).or_insert(value);
        };
        for file in self.files(now) {
            add(file.variable, file.name.to_owned());
        }
        if let Some(host) = &self.world.host {
            add("IDENTITY_ENDPOINT", format!("{MACHINE}{IDENTITY_PATH}"));
            add("IDENTITY_HEADER", host.header.clone());
            add("AZURE_POD_IDENTITY_AUTHORITY_HOST", MACHINE.to_owned());
        }
        if !self.caller.authority_path.is_empty() {
            add("AZURE_AUTHORITY_HOST", format!("{}{}", Cloud::Public.authority(), self.caller.authority_path));
        }
        env.retain(|name, _| !self.caller.unset.contains(name));
        if let Some(token) = self.handed_over(keys, now) {
            env.insert("PBIAUTH_ACCESS_TOKEN".to_owned(), token);
        }
        if let Some(token) = self.kept(keys, now) {
            env.insert("PBIAUTH_REFRESH_TOKEN".to_owned(), token);
        }
        env
    }

    /// The tenant settings as an administrator's export holds them. Absent when nobody exported them.
    #[must_use]
    pub fn tenant_settings(&self) -> Option<Value> {
        let tenant = self.world.tenants.get(self.caller.tenant_settings.as_ref()?)?;
        Some(settings_of(&self.world, tenant))
    }

    fn handed_over(&self, keys: &Keys, now: Timestamp) -> Option<String> {
        let given = self.caller.token.as_ref()?;
        let principal = self.world.principal(&given.application, &given.tenant)?;
        let issued = Moment::derived(given.age.before(self.clock.service_time(now)), "the token handed over");
        let keys = if given.foreign_key { Keys::foreign() } else { keys };
        let text = match given.kind {
            TokenKind::Access => {
                let user = given.user.as_ref().and_then(|name| self.world.users.get(name));
                let user = user.map(|user| SignedIn { user, scopes: &given.scopes, second_factor: true });
                let proof = if user.is_some() { Proof::None } else { Proof::Secret };
                token::access(keys, &Grant { principal, proof, user, audience: &given.audience }, &issued)
            }
            TokenKind::Id => {
                let user = self.world.users.get(given.user.as_ref()?)?;
                let authority = format!("https://login.microsoftonline.com/{}/v2.0", principal.tenant.id);
                token::id(keys, &principal, user, &authority, Some(&given.application), &issued)
            }
            TokenKind::Embed => Pass::of_nothing(principal.tenant.id, &issued).text(keys),
        };
        let text = if given.altered { altered(&text) } else { text };
        Some(cut(&text, given.cut))
    }

    fn kept(&self, keys: &Keys, now: Timestamp) -> Option<String> {
        let kept = self.caller.refresh_token.as_ref()?;
        let principal = self.world.principal(&kept.application, &kept.tenant)?;
        let issued = Moment::derived(kept.age.before(self.clock.service_time(now)), "the refresh token");
        let text = entra::refresh_token(keys, &principal, &kept.user, kept.platform, &issued);
        Some(cut(&text, kept.cut))
    }
}

/// The first characters of a text; all of it where no number is given.
fn cut(text: &str, left: Option<usize>) -> String {
    text.chars().take(left.unwrap_or(usize::MAX)).collect()
}

/// The token with the first character of its last part changed, so that the signature does not verify.
fn altered(token: &str) -> String {
    let (front, signature) = token.rsplit_once('.').unwrap_or(("", token));
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let rest: String = signature.chars().skip(1).collect();
    format!("{front}.{other}{rest}")
}
