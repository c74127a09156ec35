//! Findings of many records, one by one: the core of `diagnose --stream`.
//!
//! A record is diagnosed once for its shape: what is left of it without IDs, times and counts (`mask`). Records of one
//! shape have the same finding, because the shape is what is diagnosed.

mod finder;
mod finding;
mod mask;
mod summary;
mod summary_table;

pub use finder::{Finder, Knowledge, Seen};
pub use finding::{Finding, Named, SCHEMA, schema};
pub use summary::{SUMMARY_SCHEMA, Summary, schema as summary_schema};
