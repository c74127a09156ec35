//! `pbiauth explain`: what a word of the field means, offline.

use super::{glossary, json, prepare, put, rules};
use crate::cli::explain::{Explain, Form, Show};
use crate::error::Error;
use crate::exit;
use crate::explain::{Catalogue, human, markdown};

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When a rule cannot be read, or the explanation cannot be written.
pub fn run(options: &Explain) -> Result<u8, Error> {
    let Show { format, output, rules: folders, color } = &options.show;
    let (rules, glossary) = (rules(folders)?, glossary(folders)?);
    let catalogue = Catalogue::new(&rules, &glossary);
    let width = prepare(*color, output.as_deref());
    let words = options.term.join(" ");
    let (text, found) = if options.list {
        let listing = catalogue.list(&words);
        let text = match format {
            Form::Human => human::list(&listing, width),
            Form::Json => json(&listing),
            Form::Markdown => markdown::list(&listing),
        };
        (text, !listing.terms.is_empty())
    } else {
        let answer = catalogue.find(&words);
        let text = match format {
            Form::Human => human::answer(&answer, width),
            Form::Json => json(&answer),
            Form::Markdown => markdown::answer(&answer),
        };
        (text, answer.known)
    };
    put(&text, output.as_deref())?;
    Ok(if found { exit::DONE } else { exit::FOUND })
}
