//! The one integration-test binary.

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod flows;
mod layers;
mod observed;
mod pairs;
mod questions;
mod reports;
mod rules;
mod run;
mod secrecy;
mod token;
