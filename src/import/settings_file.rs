//! A file of settings as Microsoft's samples for embedding have it: `appsettings.json`, `web.config`, `config.json` and
//! `config.py`. It is read as what a run is given, and judged as that.
//!
//! Names: <https://github.com/microsoft/PowerBI-Developer-Samples>. No secret is kept, only what it looks like.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{lenient_json, piece, token};
use crate::evidence::cloud::Clouds;
use crate::evidence::{Evidence, cloud, credential};
use crate::pattern::{Pattern, pattern};
use crate::record::{Auth, Field, Given, Inputs, Record};
use crate::secret::{Form, Kind};

/// A file with more settings than these is none of a sample.
const MOST: usize = 500;
/// Sections within sections are looked through down to here.
const DEEPEST: usize = 4;

static COMMENT: Pattern = pattern!(r"(?s)<!--.*?-->");
static ADD: Pattern = pattern!(r#"<add\s+key\s*=\s*["']([^"'<>]+)["']\s+value\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')"#);
static ASSIGNED: Pattern = pattern!(r#"(?m)^[ \t]*([A-Z][A-Z_]+)[ \t]*=[ \t]*\[?[ \t]*(?:'([^'\n]*)'|"([^"\n]*)")"#);

/// What a setting of a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Whether the application signs in as itself or as a user.
    Mode,
    /// The login host, with the tenant or a name for any.
    Authority,
    /// A value that a run is given as well.
    Of(Field),
}

/// The names of the samples, without their section, case and underscores.
const NAMES: [(&str, Part); 23] = [
    ("authenticationmode", Part::Mode),
    ("authenticationtype", Part::Mode),
    ("authorityurl", Part::Authority),
    ("clientid", Part::Of(Field::ClientId)),
    ("applicationid", Part::Of(Field::ClientId)),
    ("clientsecret", Part::Of(Field::ClientSecret)),
    ("applicationsecret", Part::Of(Field::ClientSecret)),
    ("tenantid", Part::Of(Field::Tenant)),
    ("tenant", Part::Of(Field::Tenant)),
    ("scopebase", Part::Of(Field::Scope)),
    ("scope", Part::Of(Field::Scope)),
    ("scopes", Part::Of(Field::Scope)),
    ("powerbiapiurl", Part::Of(Field::ApiUrl)),
    ("apiurl", Part::Of(Field::ApiUrl)),
    ("pbiusername", Part::Of(Field::Username)),
    ("powerbiuser", Part::Of(Field::Username)),
    ("pbipassword", Part::Of(Field::Password)),
    ("powerbipass", Part::Of(Field::Password)),
    ("workspaceid", Part::Of(Field::Workspace)),
    ("groupid", Part::Of(Field::Workspace)),
    ("reportid", Part::Of(Field::Report)),
    ("username", Part::Of(Field::Username)),
    ("password", Part::Of(Field::Password)),
];

/// A setting as it is written.
#[derive(Debug, PartialEq, Eq)]
struct Setting {
    name: String,
    value: String,
}

/// What a file of settings comes to.
#[derive(Debug)]
pub(super) struct Settings {
    /// The facts.
    pub(super) evidence: Evidence,
    /// What was looked at, or why that is not possible.
    pub(super) note: String,
    /// Whether the settings can't be used, in a way that the note alone tells.
    pub(super) unusable: bool,
}

/// Reads the settings of a sample. `None` for any other text.
pub(super) fn read(raw: &str) -> Option<Settings> {
    let mut known: BTreeMap<Part, Setting> = BTreeMap::new();
    for setting in written(raw) {
        if let Some(part) = part_of(&setting.name) {
            known.entry(part).or_insert(setting);
        }
    }
    let has = |part: Part| known.contains_key(&part);
    if !has(Part::Of(Field::ClientId)) || !has(Part::Authority) || known.len() < 5 {
        return None;
    }
    let mode = known.get(&Part::Mode).map(|setting| setting.value.trim().to_ascii_lowercase());
    let auth = match mode.as_deref() {
        Some("serviceprincipal") => Auth::ClientSecret,
        Some("masteruser") => Auth::Password,
        // The sample for an organization signs its users in.
        None => Auth::AuthorizationCode,
        Some(_) => return Some(of_unknown_mode(&known[&Part::Mode])),
    };
    let record = Record::new(inputs(&known, auth));
    let clouds = cloud::of_settings(&record.inputs);
    let mut evidence = Evidence {
        credential: Some(credential::read(&record, 0)),
        clouds: Some(Clouds { set_mixed: clouds.mixed, ..clouds }),
        text: Some(piece::not_pasted()),
        ..Evidence::default()
    };
    evidence.whole.extend(["credential", "token", "api"].map(str::to_owned));
    for path in ["credential", "clouds"] {
        evidence.note_source(path, "the settings in the text");
    }
    let faults = faults(&known);
    let note = if faults.is_empty() { compared(&known, auth) } else { faults.join(" ") };
    Some(Settings { evidence, note, unusable: !faults.is_empty() })
}

/// What no cause has a name for, in sentences: an ID of an item that is none, and a scope of another API.
fn faults(known: &BTreeMap<Part, Setting>) -> Vec<String> {
    let value = |field: Field| known.get(&Part::Of(field)).filter(|setting| !setting.value.trim().is_empty());
    let is_id = |setting: &&Setting| Form::of(&setting.value).kind == Kind::Guid;
    let items = [Field::Workspace, Field::Report].into_iter().filter_map(value).filter(|setting| !is_id(setting));
    let items =
        items.map(|setting| format!("{} isn't a GUID: copy the ID from the address bar of the portal.", setting.name));
    let is_ours = |setting: &&Setting| {
        let scope = setting.value.to_ascii_lowercase();
        scope.contains("powerbi") || scope.contains("fabric.microsoft") || Form::of(&setting.value).is_secret()
    };
    let scope = value(Field::Scope).filter(|setting| !is_ours(setting));
    let scope = scope.map(|setting| {
        let name = &setting.name;
        format!("{name} is for another API: Power BI's is https://analysis.windows.net/powerbi/api/.default.")
    });
    items.chain(scope).collect()
}

fn of_unknown_mode(mode: &Setting) -> Settings {
    let written = if Form::of(&mode.value).is_secret() { "a value" } else { mode.value.trim() };
    let note = format!(
        "{} is \"{written}\", but Microsoft's samples accept only ServicePrincipal and MasterUser. Use one of these. The other \
         settings weren't checked.",
        mode.name
    );
    let evidence = Evidence { text: Some(piece::not_pasted()), ..Evidence::default() };
    Settings { evidence, note, unusable: true }
}

/// What was looked at, in a sentence.
fn compared(known: &BTreeMap<Part, Setting>, auth: Auth) -> String {
    let names: Vec<&str> = known.values().map(|setting| setting.name.as_str()).collect();
    format!(
        "These are the settings of an application that gets a token with {}: {}. pbiauth checked whether a required setting is \
         missing, the format of each value, and whether the login host, scope and API belong to the same cloud. Only Entra \
         knows whether the values are right.",
        auth.words(),
        names.join(", ")
    )
}

fn part_of(name: &str) -> Option<Part> {
    let bare: String = name.rsplit(':').next()?.chars().filter(|c| *c != '_').collect();
    let bare = bare.to_ascii_lowercase();
    NAMES.iter().find(|(known, _)| *known == bare).map(|(_, part)| *part)
}

/// The settings in a text, in the order in which they stand.
fn written(raw: &str) -> Vec<Setting> {
    let text = raw.trim().trim_start_matches('\u{feff}');
    let of_pair = |found: crate::pattern::Captures<'_>| {
        let value = found.get(2).or_else(|| found.get(3))?.as_str();
        Some(Setting { name: found.get(1)?.as_str().to_owned(), value: value.to_owned() })
    };
    if text.contains("<appSettings") {
        let live = COMMENT.without(text);
        let unescaped = |setting: Setting| Setting { value: without_entities(&setting.value), ..setting };
        return ADD.captures_iter(&live).filter_map(of_pair).map(unescaped).take(MOST).collect();
    }
    let assigned: Vec<Setting> = ASSIGNED.captures_iter(text).filter_map(of_pair).take(MOST).collect();
    if assigned.is_empty() { of_json(text) } else { assigned }
}

/// The settings of the object with most of them: a text may stand around it.
fn of_json(text: &str) -> Vec<Setting> {
    let settings = lenient_json::objects(text).take(MOST).map(|(_, json)| {
        let mut settings = Vec::new();
        collect(&json, "", 0, &mut settings);
        settings
    });
    settings.max_by_key(Vec::len).unwrap_or_default()
}

fn without_entities(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

fn collect(json: &Value, section: &str, depth: usize, settings: &mut Vec<Setting>) {
    let Some(members) = json.as_object().filter(|_| depth < DEEPEST) else { return };
    for (name, value) in members {
        if settings.len() == MOST {
            return;
        }
        let name = if section.is_empty() { name.clone() } else { format!("{section}:{name}") };
        match value {
            Value::Object(_) => collect(value, &name, depth + 1, settings),
            Value::String(text) => settings.push(Setting { name, value: text.clone() }),
            Value::Null => settings.push(Setting { name, value: String::new() }),
            Value::Array(items) => {
                let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                settings.push(Setting { name, value: texts.join(" ") });
            }
            _ => {}
        }
    }
}

/// The settings as what a run is given.
fn inputs(known: &BTreeMap<Part, Setting>, auth: Auth) -> Inputs {
    let mut inputs = token::nothing_given();
    inputs.sign_in.auth = Some(auth);
    for (part, setting) in known {
        match part {
            Part::Of(field) => drop(inputs.given.insert(*field, given(*field, setting))),
            Part::Authority => {
                let origin = Setting { name: setting.name.clone(), value: origin(&setting.value) };
                inputs.hosts.authority.clone_from(&origin.value);
                inputs.given.insert(Field::AuthorityHost, given(Field::AuthorityHost, &origin));
            }
            Part::Mode => {}
        }
    }
    if let Some(setting) = known.get(&Part::Of(Field::ApiUrl)) {
        inputs.hosts.api = origin(&setting.value);
    }
    let scopes = known.get(&Part::Of(Field::Scope)).map(|setting| setting.value.split_whitespace());
    inputs.scopes = scopes.into_iter().flatten().map(str::to_owned).collect();
    // A user is found in whatever tenant the authority names.
    let tenant = inputs.get(Field::Tenant);
    if auth != Auth::ClientSecret && tenant.is_none_or(|given| given.form.kind == Kind::Empty) {
        let setting = &known[&Part::Authority];
        let value = tenant_in(&setting.value).unwrap_or("organizations").to_owned();
        let named = Setting { name: setting.name.clone(), value };
        inputs.given.insert(Field::Tenant, given(Field::Tenant, &named));
    }
    note_same(&mut inputs.given, known);
    inputs
}

fn given(field: Field, setting: &Setting) -> Given {
    let form = Form::of(&setting.value);
    let hidden = matches!(field, Field::ClientSecret | Field::Password | Field::Username) || form.is_secret();
    let text = (!hidden).then(|| setting.value.clone());
    Given { text, form, from: setting.name.clone(), same_as: Vec::new(), line: None }
}

/// Marks the fields that hold one value.
fn note_same(given: &mut BTreeMap<Field, Given>, known: &BTreeMap<Part, Setting>) {
    let fields = [Field::Tenant, Field::ClientId, Field::ClientSecret];
    let value = |field: Field| {
        let value = known.get(&Part::Of(field))?.value.trim().to_lowercase();
        (!value.is_empty()).then_some(value)
    };
    for field in fields {
        let twins = fields.into_iter().filter(|other| *other != field && value(*other) == value(field));
        if let (Some(given), Some(_)) = (given.get_mut(&field), value(field)) {
            given.same_as = twins.collect();
        }
    }
}

/// An address without its path.
fn origin(address: &str) -> String {
    let parsed = url::Url::parse(address.trim()).ok();
    parsed.map_or_else(|| address.trim().to_owned(), |url| url.origin().ascii_serialization())
}

/// The tenant, or the name for any, in the path of an authority.
fn tenant_in(address: &str) -> Option<&str> {
    let path = address.trim().split_once("://")?.1.split_once('/')?.1;
    path.split('/').find(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "7b7b7b7b-2222-4222-8222-bbbbbbbbbbbb";
    const TENANT: &str = "0f0f0f0f-1111-4111-8111-aaaaaaaaaaaa";

    fn forms(mode: &str, id: &str, secret: &str, tenant: &str) -> [String; 3] {
        let authority = "https://login.microsoftonline.com/organizations/";
        let scope = "https://analysis.windows.net/powerbi/api/.default";
        [
            format!(
                r#"{{"AzureAd": {{"AuthenticationMode": "{mode}", "AuthorityUrl": "{authority}", "ClientId": "{id}", "TenantId": "{tenant}", "ScopeBase": ["{scope}"], "PbiUsername": "", "PbiPassword": "", "ClientSecret": "{secret}"}}}}"#
            ),
            format!(
                "<configuration><appSettings>\n<!-- <add key=\"applicationId\" value=\"old\" /> --><add key=\"authenticationType\" value=\"{mode}\" /><add key=\"applicationId\" value=\"{id}\" /><add key=\"authorityUrl\" value=\"{authority}\" /><add key=\"scopeBase\" value=\"{scope}\" /><add key=\"applicationSecret\" value=\"{secret}\" /><add key=\"tenant\" value=\"{tenant}\" /></appSettings></configuration>"
            ),
            format!(
                "class BaseConfig(object):\n    AUTHENTICATION_MODE = '{mode}'\n    TENANT_ID = '{tenant}'\n    CLIENT_ID = '{id}'\n    CLIENT_SECRET = '{secret}'\n    SCOPE_BASE = ['{scope}']\n    AUTHORITY_URL = '{authority}'\n"
            ),
        ]
    }

    fn credential_of(text: &str) -> credential::Credential {
        read(text).expect("settings").evidence.credential.expect("a credential")
    }

    #[test]
    fn every_form_of_the_samples_is_read() {
        for text in forms("ServicePrincipal", ID, "made-up-secret", TENANT) {
            let credential = credential_of(&text);
            assert_eq!(credential.auth, Some(Auth::ClientSecret));
            assert_eq!(credential.client_id.and_then(|seen| seen.value).as_deref(), Some(ID), "{text}");
            assert_eq!(credential.tenant.and_then(|seen| seen.value).as_deref(), Some(TENANT), "{text}");
            assert_eq!((credential.unset, credential.missing), (None, None), "{text}");
            assert_eq!(credential.secret.and_then(|seen| seen.value), None, "{text}");
        }
    }

    #[test]
    fn what_is_empty_is_told_by_its_own_name() {
        let names = ["AzureAd:ClientSecret", "applicationSecret", "CLIENT_SECRET"];
        for (text, name) in forms("ServicePrincipal", ID, "", TENANT).iter().zip(names) {
            assert_eq!(credential_of(text).unset, Some(vec![name.to_owned()]), "{text}");
        }
        for text in forms("MasterUser", ID, "", "") {
            let credential = credential_of(&text);
            let lacks = credential.unset.unwrap_or_default().len() + credential.missing.unwrap_or_default().len();
            assert_eq!(lacks, 2, "a name and a password: {text}");
        }
    }

    #[test]
    fn a_mode_or_an_api_that_is_not_meant_is_told() {
        let wrong = &forms("ServicePrincipal", ID, "made-up-secret", TENANT)[0];
        let wrong = wrong.replace("analysis.windows.net/powerbi/api", "graph.microsoft.com");
        assert!(read(&wrong).is_some_and(|settings| settings.unusable && settings.note.contains("another API")));
        for text in forms("ServicePrinciple", ID, "made-up-secret", TENANT) {
            let settings = read(&text).expect("settings");
            assert!(settings.unusable && settings.note.contains("\"ServicePrinciple\""), "{}", settings.note);
        }
    }

    #[test]
    fn another_text_holds_none() {
        for text in
            ["AADSTS7000215 for client_id", "{\"clientId\": \"a\", \"tenantId\": \"b\"}", "<appSettings></appSettings>"]
        {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
