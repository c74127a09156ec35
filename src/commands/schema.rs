//! `pbiauth schema`: the JSON schemas of what people and programs write and read.

use super::{json, print};
use crate::cli::explain::{Schema, SchemaOf};
use crate::error::Error;
use crate::exit;
use crate::report;
use crate::rule::written;
use crate::settings;
use crate::stream;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the schema cannot be written.
pub fn run(options: &Schema) -> Result<u8, Error> {
    let schema = match options.of {
        SchemaOf::Report => json(&report::schema()),
        SchemaOf::Reports => json(&report::several::schema()),
        SchemaOf::Rule => json(&written::schema()),
        SchemaOf::Config => json(&settings::schema::schema()),
        SchemaOf::Finding => json(&stream::schema()),
        SchemaOf::Summary => json(&stream::summary_schema()),
    };
    print(&schema)?;
    Ok(exit::DONE)
}
