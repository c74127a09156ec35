//! Names that must exist: checks, probes, intents and the paths of facts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{SettingsError, Sources};
use crate::cloud::Cloud;
use crate::facts;
use crate::intent::Intent;
use crate::record::{Expected, Field, Given};
use crate::rule::suggestion;

pub(super) fn check_names(only: &[String]) -> Result<(), SettingsError> {
    let unknown = only.iter().find(|name| crate::check::find(name).is_none());
    unknown.map_or(Ok(()), |name| {
        let known: Vec<&str> = crate::check::CHECKS.iter().map(|check| check.id).collect();
        Err(SettingsError::UnknownCheck(name.clone(), listed(name, &known)))
    })
}

pub(super) fn check_cloud(given: &BTreeMap<Field, Given>) -> Result<(), SettingsError> {
    let Some(name) = given.get(&Field::Cloud).and_then(|given| given.text.as_deref()) else { return Ok(()) };
    if Cloud::find(name).is_some() {
        return Ok(());
    }
    let known = Cloud::ALL.map(Cloud::name);
    let called = Cloud::ALL.into_iter().filter(|cloud| cloud.is_called(name)).map(Cloud::name);
    let called = called.collect::<Vec<_>>().join(" or ");
    let known =
        if called.is_empty() { listed(name, &known) } else { format!("{}; {name} is {called}", known.join(", ")) };
    Err(SettingsError::UnknownCloud(name.to_owned(), known))
}

pub(super) fn read_probes(sources: &Sources) -> Result<Vec<String>, SettingsError> {
    let variable = sources.variable("PBIAUTH_PROBE").map_or("", String::as_str);
    let of_variable = variable.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned);
    let asked: Vec<String> = sources.probes.iter().cloned().chain(of_variable).collect();
    let unknown = asked.iter().find(|name| !crate::check::probes().any(|known| known == name.as_str()));
    let known: Vec<&str> = crate::check::probes().collect();
    let refused = |name: &String| Err(SettingsError::UnknownProbe(name.clone(), listed(name, &known)));
    unknown.map_or(Ok(()), refused).map(|()| asked)
}

pub(super) fn read_intent(sources: &Sources) -> Result<Option<Intent>, SettingsError> {
    let variable = sources.variable("PBIAUTH_FOR").cloned();
    let of_expected = || read_expected(sources).into_iter().find_map(|expected| expected.intent);
    let usual = || sources.usual_intent.map(str::to_owned);
    let named = sources.intent.clone().or(variable).or_else(of_expected).or_else(usual);
    let Some(name) = named else { return Ok(None) };
    let known = || listed(&name, &sources.intents.keys().map(String::as_str).collect::<Vec<_>>());
    sources.intents.get(&name).cloned().map(Some).ok_or_else(|| SettingsError::UnknownIntent(name.clone(), known()))
}

/// The values that are known, and those that an unknown one may stand for.
pub(super) fn listed(name: &str, known: &[&str]) -> String {
    let longer: Vec<&str> = known.iter().filter(|known| name.len() > 2 && known.contains(name)).copied().collect();
    let near = match longer.as_slice() {
        [] => suggestion(name, known),
        longer => format!("; did you mean \"{}\"?", longer.join("\" or \"")),
    };
    format!("{}{near}", known.join(", "))
}

/// What is expected: by a known-good run, and by the settings file.
pub(super) fn read_expected(sources: &Sources) -> Vec<Expected> {
    sources.expected.iter().chain(&sources.layers.expected).cloned().collect()
}

/// The checks that were asked for, and with them the one that holds them against what is expected.
pub(super) fn with_expectation(only: &[String], expected: &[Expected]) -> Vec<String> {
    let judges = !only.is_empty() && !expected.is_empty();
    only.iter().cloned().chain(judges.then(|| "expectation".to_owned())).collect()
}

pub(super) fn read_facts(sources: &Sources) -> Result<BTreeMap<String, Value>, SettingsError> {
    let variable = sources.variable("PBIAUTH_FACTS").map_or("", String::as_str);
    let of_variable = variable.split([';', '\n']).map(str::trim).filter(|fact| !fact.is_empty()).map(str::to_owned);
    let all: Vec<String> = sources.facts.iter().cloned().chain(of_variable).collect();
    Ok(facts::read(&all)?)
}
