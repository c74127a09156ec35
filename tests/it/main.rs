//! The one integration-test binary.

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod bundle;
mod clouds;
mod contributing;
mod expect;
mod explain;
mod flows;
mod formats;
mod hostile;
mod layers;
mod network;
mod observed;
mod output;
mod pages;
mod pairs;
mod profiles;
mod questions;
mod reports;
mod rule_commands;
mod rule_files;
mod rules;
mod run;
mod secrecy;
mod style;
mod token;
