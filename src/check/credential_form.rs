//! Looks at what was given before anything is sent.

use super::words::looks_like;
use super::{Check, Stage, Step, sign_in};
use crate::entra::is_sendable_tenant;
use crate::evidence::cloud::{self, Member};
use crate::evidence::credential::{self, Auth, Credential, is_unset, needed};
use crate::evidence::network::host_of;
use crate::evidence::service_time;
use crate::record::{Field, Given, Inputs, Record};
use crate::secret::Kind;

pub(super) const CHECK: Check = Check {
    id: "credential-form",
    title: "The credentials are well-formed",
    stage: Stage::Credential,
    after: &[],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let read = credential::read(record, service_time(record));
    let mut faults = faults(record, &read);
    faults.extend(sign_in::faults(&read));
    faults.extend(mixture(&record.inputs));
    faults.extend(path_behind_host(&record.inputs));
    if !faults.is_empty() {
        return Step::failed(faults.join("; "));
    }
    let mut doubts = doubts(record);
    doubts.extend(sign_in::doubts(&read));
    if !doubts.is_empty() {
        return Step::warned(doubts.join("; "));
    }
    Step::passed(in_order(&record.inputs, &read))
}

/// What was given, when nothing is wrong with it.
fn in_order(inputs: &Inputs, read: &Credential) -> String {
    let length = |field: Field| inputs.get(field).map_or(0, |given| given.form.length);
    match inputs.auth() {
        Auth::AccessToken => "an access token is set".to_owned(),
        Auth::ClientSecret => {
            format!("tenant, client ID and a client secret of {} characters are set", length(Field::ClientSecret))
        }
        Auth::RefreshToken => {
            format!("tenant, client ID and a refresh token of {} characters are set", length(Field::RefreshToken))
        }
        Auth::DeviceCode | Auth::AuthorizationCode => {
            "tenant and client ID are set; a user signs in during the run".to_owned()
        }
        Auth::AzureCli => "the token comes from the Azure CLI's sign-in".to_owned(),
        _ => sign_in::in_order(read),
    }
}

/// What cannot work, or cannot be sent.
fn faults(record: &Record, read: &Credential) -> Vec<String> {
    if read.none_found == Some(true) {
        return vec!["no credential was found".to_owned()];
    }
    let halves = credential::halves(record);
    let mut faults: Vec<String> = read.missing.iter().flatten().map(|name| missing(name, &halves)).collect();
    let auth = record.inputs.auth();
    faults.extend(looked_at(record).into_iter().filter_map(|(field, name, given)| fault(field, name, given, auth)));
    faults
}

/// Hosts and scope of two clouds: which member does not fit, where that can be told.
fn mixture(inputs: &Inputs) -> Option<String> {
    let clouds = cloud::of_settings(inputs);
    clouds.mixed.filter(|mixed| *mixed)?;
    let name = |cloud: Option<cloud::Cloud>| cloud.map_or("unknown", cloud::Cloud::name);
    let misfit = clouds.misfit.map(|member| match member {
        Member::Authority => ("login host", host_of(&inputs.hosts.authority), clouds.authority),
        Member::Resource => ("scope", inputs.scopes.join(" "), clouds.resource),
        Member::Api => ("API host", host_of(&inputs.hosts.api), clouds.api),
        Member::Fabric => {
            ("Fabric host", inputs.hosts.fabric.as_deref().map(host_of).unwrap_or_default(), clouds.fabric)
        }
        Member::Embed => ("host of the embed URL", clouds.embed_host.unwrap_or_default(), clouds.embed),
    });
    Some(match (misfit, clouds.named) {
        (Some((what, value, of)), Some(named)) => {
            format!("the {what} {value} belongs to the cloud {}, but you chose {}", name(of), named.name())
        }
        (Some((what, value, of)), None) => {
            format!("the {what} {value} belongs to the cloud {}, but the other hosts don't", name(of))
        }
        (None, _) => format!(
            "hosts and scope belong to different clouds: login host {}, scope {}, API host {}. --cloud sets all of them",
            name(clouds.authority),
            name(clouds.resource),
            name(clouds.api)
        ),
    })
}

/// A login host that was given with a path.
fn path_behind_host(inputs: &Inputs) -> Option<String> {
    let path = cloud::authority_path(inputs).filter(|_| inputs.auth() != Auth::AccessToken)?;
    let from = &inputs.get(Field::AuthorityHost)?.from;
    Some(format!(
        "{from} has the path /{path} after the host, and Entra reads the first part of the path as the tenant"
    ))
}

fn missing(name: &str, halves: &[(String, String)]) -> String {
    let half = halves.iter().find(|(_, gone)| gone == name);
    half.map_or_else(|| format!("{name} isn't set"), |(there, gone)| format!("{there} is set without {gone}"))
}

fn fault(field: Field, name: &str, given: &Given, auth: Auth) -> Option<String> {
    let kind = given.form.kind;
    let words = kind.words();
    if is_unset(kind) {
        return Some(if kind == Kind::Empty {
            format!("{name} is empty")
        } else {
            format!("{name} has no value ({words})")
        });
    }
    if kind == Kind::Placeholder {
        return Some(format!("{name} is still the placeholder of a sample"));
    }
    match field {
        Field::Tenant if kind == Kind::TenantAlias && speaks_for_itself(auth) => {
            Some(format!("{name} doesn't name a tenant; an app-only token needs one"))
        }
        Field::AccessToken if kind != Kind::Jwt => Some(format!("{name} is not an access token{}", looks_like(kind))),
        Field::Tenant | Field::ClientId if given.form.is_secret() => {
            let what = if field == Field::Tenant { "tenant" } else { "client ID" };
            Some(format!("{name} is not a {what}: it looks like a secret, so it was not sent"))
        }
        Field::Tenant if !given.text.as_deref().is_some_and(is_sendable_tenant) => {
            Some(format!("{name} is not a valid tenant ID or domain"))
        }
        _ => None,
    }
}

/// Whether an application asks for itself: in a tenant, which an alias does not name.
const fn speaks_for_itself(auth: Auth) -> bool {
    matches!(auth, Auth::ClientSecret | Auth::Certificate | Auth::Federated)
}

/// What looks wrong, and might be right all the same.
fn doubts(record: &Record) -> Vec<String> {
    let mut doubts = Vec::new();
    for (field, name, given) in looked_at(record) {
        let kind = given.form.kind;
        doubts.extend(given.form.mangling.iter().map(|mangling| format!("{name} has {}", mangling.words())));
        if field == Field::ClientSecret && kind == Kind::Guid {
            doubts.push(format!("{name} looks like a secret ID, not a secret value"));
        }
        if !given.same_as.is_empty() {
            doubts.push(format!("{name} has the same value as another setting"));
        }
        if field == Field::ClientId && kind != Kind::Guid && record.inputs.auth() != Auth::ManagedIdentity {
            doubts.push(format!("{name} is not a GUID{}", looks_like(kind)));
        }
        if field == Field::Tenant && !matches!(kind, Kind::Guid | Kind::Domain | Kind::TenantAlias) {
            doubts.push(format!("{name} is neither a GUID nor a domain{}", looks_like(kind)));
        }
    }
    doubts
}

/// The values that the way to get a token takes, where they were given, each with its name.
fn looked_at(record: &Record) -> Vec<(Field, &str, &Given)> {
    let mut fields = needed(record);
    match record.inputs.auth() {
        Auth::ManagedIdentity => fields.push(Field::ClientId),
        Auth::AzureCli => fields.push(Field::Tenant),
        _ => {}
    }
    // A user signs in for any tenant that the application takes; files are looked at by what they hold.
    fields.retain(|field| {
        !matches!(field, Field::CertificatePath | Field::FederatedTokenFile) || is_given_empty(record, *field)
    });
    let inputs = &record.inputs;
    fields.into_iter().filter_map(|field| Some((field, inputs.name_of(field)?, inputs.get(field)?))).collect()
}

fn is_given_empty(record: &Record, field: Field) -> bool {
    record.inputs.get(field).is_some_and(|given| is_unset(given.form.kind))
}
