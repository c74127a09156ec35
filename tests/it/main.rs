//! The one integration-test binary.

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod bundle;
mod clouds;
mod contributing;
mod embed;
mod expect;
mod explain;
mod exports;
mod fleet;
mod flows;
mod formats;
mod hostile;
mod layers;
mod mcp;
mod network;
mod observed;
mod output;
mod pages;
mod pairs;
mod peers;
mod profiles;
mod questions;
mod ranker;
mod reports;
mod rule_commands;
mod rule_files;
mod rules;
mod run;
mod secrecy;
mod secret_reports;
mod secrets;
mod serving;
mod stream;
mod style;
mod token;
mod verdicts;
mod watch;
