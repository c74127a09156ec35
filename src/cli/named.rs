//! Options whose values have names: help and completions list them with a word each. Any value is taken here; the
//! settings refuse one that is unknown, wherever it comes from, and say what else it may be called.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use crate::cloud::Cloud;
use crate::intent::Intent;
use crate::record::Auth;

/// Takes any text, and lists the values that are known.
#[derive(Clone, Copy)]
pub(super) struct Named(fn() -> Vec<PossibleValue>);

/// What `--for` takes.
pub(super) const INTENTS: Named = Named(intents);
/// What `--auth` takes.
pub(super) const FLOWS: Named = Named(flows);
/// What `--cloud` takes.
pub(super) const CLOUDS: Named = Named(clouds);
/// What `--probe` takes.
pub(super) const PROBES: Named = Named(probes);

impl TypedValueParser for Named {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter()))
    }
}

static OPERATIONS: LazyLock<BTreeMap<String, Intent>> = LazyLock::new(|| crate::rule::embedded::tables("intents"));

fn intents() -> Vec<PossibleValue> {
    OPERATIONS.iter().map(|(name, intent)| PossibleValue::new(name.as_str()).help(intent.title.as_str())).collect()
}

fn flows() -> Vec<PossibleValue> {
    let auto = PossibleValue::new("auto").help("the first of these that has a credential");
    let known = Auth::ALL.into_iter().map(|auth| PossibleValue::new(auth.name()).help(auth.words()));
    std::iter::once(auto).chain(known).collect()
}

fn clouds() -> Vec<PossibleValue> {
    Cloud::ALL.into_iter().map(|cloud| PossibleValue::new(cloud.name()).help(cloud.words())).collect()
}

fn probes() -> Vec<PossibleValue> {
    let opt_in = crate::check::CHECKS.iter().filter_map(|check| Some((check, check.opt_in?)));
    opt_in.map(|(check, why)| PossibleValue::new(check.id).help(format!("{} ({why})", check.title))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_word() {
        for (named, known) in [(INTENTS, "embed-customers"), (FLOWS, "auto"), (CLOUDS, "gcc-high"), (PROBES, "query")] {
            let values: Vec<PossibleValue> = named.possible_values().expect("values").collect();
            assert!(values.iter().any(|value| value.get_name() == known), "{known}");
            assert!(values.iter().all(|value| value.get_help().is_some()), "{known}");
        }
    }
}
