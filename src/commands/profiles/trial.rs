//! What is known of a profile before it is run: its settings, but for its secrets.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;

use super::super::access::{Surroundings, connections, plain_options};
use super::super::doctor;
use crate::cli::Doctor;
use crate::error::Error;
use crate::record::{Auth, Field, Inputs, World};
use crate::rule::RuleSet;
use crate::settings::{Settings, Sources, resolve};
use crate::transport::http::Connections;

/// A profile, or the settings without one, before the run.
#[derive(Debug)]
pub(in crate::commands) struct Trial {
    /// The profile's name. Empty where there is none.
    pub(super) name: String,
    /// The tenant's id or domain, as it is given.
    pub(super) tenant: String,
    /// Tells the settings from others: 16 hexadecimal digits. No secret is in it.
    pub(super) mark: String,
    /// How a token is obtained.
    pub(in crate::commands) auth: Auth,
    /// Whether all services are on this machine.
    pub(in crate::commands) is_local: bool,
}

/// Reads the settings of every profile, so that a wrong one is told before anything is sent. Returns the connections
/// too, which all have in common.
///
/// # Errors
/// When a profile's settings cannot be used.
pub(super) fn all(
    options: &Doctor,
    rules: &RuleSet,
    surroundings: &Surroundings,
    names: &[String],
) -> Result<(Vec<Trial>, Connections), Error> {
    let mut trials = Vec::with_capacity(names.len());
    let mut shared = None;
    for name in names {
        let told = |error: Error| Error::Profile { name: name.clone(), why: error.to_string() };
        let settings = settings(options, rules, surroundings, Some(name)).map_err(told)?;
        if shared.is_none() {
            shared = Some(connections(&settings, options.network.timeout)?);
        }
        trials.push(Trial::of(&settings.inputs));
    }
    Ok((trials, shared.ok_or(Error::NoProfiles)?))
}

/// The settings of a run, but for its secrets.
///
/// # Errors
/// When they cannot be used.
#[expect(clippy::disallowed_methods, reason = "a live run begins here: at this time")]
pub(in crate::commands) fn settings(
    options: &Doctor,
    rules: &RuleSet,
    surroundings: &Surroundings,
    profile: Option<&str>,
) -> Result<Settings, Error> {
    Ok(resolve(surroundings.trial(profile, look(options, rules)?)?, World::Live, Timestamp::now())?)
}

/// What every profile is asked to look at, and how.
pub(super) fn look(options: &Doctor, rules: &RuleSet) -> Result<Sources, Error> {
    let mut look = doctor::looked_at(options, rules)?;
    look.options.extend(plain_options(&options.who, &options.network));
    look.auth.clone_from(&options.who.auth);
    Ok(look)
}

impl Trial {
    pub(in crate::commands) fn of(inputs: &Inputs) -> Self {
        let hosts = [Some(&inputs.hosts.authority), Some(&inputs.hosts.api), inputs.hosts.fabric.as_ref()];
        Self {
            name: inputs.profile.clone().unwrap_or_default(),
            tenant: inputs.text(Field::Tenant).unwrap_or_default().to_owned(),
            mark: mark(inputs),
            auth: inputs.auth(),
            is_local: hosts.into_iter().flatten().all(|host| is_local(host)),
        }
    }
}

fn is_local(address: &str) -> bool {
    match url::Url::parse(address).ok().as_ref().and_then(url::Url::host) {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// What a run asks, in a few digits: whatever changes its report, but for secrets and what differs at every run.
fn mark(inputs: &Inputs) -> String {
    let given: Vec<(&Field, &Option<String>)> =
        inputs.given.iter().map(|(field, given)| (field, &given.text)).collect();
    let asked = serde_json::json!([
        inputs.profile,
        given,
        inputs.auth().name(),
        inputs.sign_in.certificate,
        inputs.hosts,
        inputs.scopes,
        inputs.intent.as_ref().map(|intent| &intent.name),
        inputs.probes,
        inputs.only,
        inputs.facts,
        inputs.tenant_settings,
        inputs.expected,
    ]);
    let digest = digest(&SHA256, asked.to_string().as_bytes());
    let first = digest.as_ref().iter().take(8).fold(0_u64, |first, byte| first << 8 | u64::from(*byte));
    format!("{first:016x}")
}
