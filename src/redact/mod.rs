//! Takes secrets and people out of a file that somebody else wrote: a log, a transcript, a HAR file, a bundle.
//!
//! What stands in a text is a secret by its form (`find`), or by a name. A name is known by its words (`names`, with
//! the words of many languages in `words.tsv`). Its value follows it (`link`, `enclosed`, `expression`), stands beside it
//! in its record (`record`), its list (`lists`) or its frame (`framed`), stands below it (`table`, `heading`), or goes
//! before it in a sentence (`spoken`); a command writes it to a place of that name (`written`), or it stands out on the
//! line (`near`). Arguments and options have no name but their place (`calls`, `commands`, `forms`). What is encoded is
//! read as what it says (`layer`). Then the value itself decides: the looser the tie to the name, the more it has to look
//! like a secret (`plausible`, `terms`), as `the secret is wrong` is none.
//!
//! A file is read twice. First [`Redaction::learn`] sees all of it, so that a value that is known from one place is
//! found wherever else it stands; then [`Redaction::text`] or [`Redaction::json`] writes it anew. What is taken out is
//! replaced by an alias, the same value by the same one: `secret-1`, `cookie-2`, `user-1@redacted.invalid`. Of a token
//! its alias bears what a bundle keeps of one, encoded, so that `diagnose` says of the copy what it said of the file.

mod alias;
mod calls;
mod commands;
mod cursor;
mod enclosed;
mod expression;
mod field;
mod find;
mod forms;
mod framed;
mod heading;
mod json;
mod known;
mod layer;
mod ledger;
mod link;
mod lists;
mod names;
mod near;
mod place;
mod plausible;
mod record;
mod scan;
mod secrets;
mod spoken;
mod table;
mod terms;
mod triggers;
mod words;
mod written;

use crate::secret::Redactor;

pub(crate) use alias::is_alias;
pub use alias::{What, token_of};
pub use ledger::{Entry, Ledger, Place};
pub(crate) use secrets::Secrets;

use alias::Aliases;
use find::Span;
use known::Known;

/// One file that is being redacted. What it remembers is bounded, whatever the size of the file.
#[derive(Debug, Default)]
pub struct Redaction {
    aliases: Aliases,
    known: Known,
    ledger: Ledger,
    /// Lines before the block that is being read.
    lines: usize,
}

impl Redaction {
    /// Reads a block of the file for the values that are to be found elsewhere too.
    pub fn learn(&mut self, block: &str) {
        for span in find::spans(block) {
            self.known.learn(&span);
        }
    }

    /// The same for a whole file that is JSON.
    pub fn learn_json(&mut self, text: &str) {
        json::each_string(text, &mut |string| {
            for span in string.spans() {
                self.known.learn(&span);
            }
        });
    }

    /// A block of the file without secrets and people. Blocks come in order and end with a line.
    #[must_use]
    pub fn text(&mut self, block: &str) -> String {
        let spans = self.known.with(block, find::spans(block));
        let (mut line, mut counted) = (self.lines + 1, 0);
        let mut clean = String::with_capacity(block.len());
        let mut done = 0;
        for span in &spans {
            line += count_lines(&block[counted..span.range.start]);
            counted = span.range.start;
            clean.push_str(&block[done..span.range.start]);
            clean.push_str(&self.replace(block, span, &Place::Line(line)));
            done = span.range.end;
        }
        clean.push_str(&block[done..]);
        self.lines += count_lines(block);
        Redactor::default().redact(&clean)
    }

    /// A whole file that is JSON without secrets and people. All but the strings that change stays as it is. `None`
    /// where the text is no JSON.
    #[must_use]
    pub fn json(&mut self, text: &str) -> Option<String> {
        json::rewrite(text, &mut |string| self.string(string))
    }

    /// What was taken out.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// A string of a JSON document. `None` where nothing changes.
    fn string(&mut self, string: &json::Str<'_>) -> Option<String> {
        if let Some((inner, wrap)) = string.inner() {
            let place = Place::Pointer(string.pointer());
            let clean = json::rewrite(&inner, &mut |deeper| {
                let spans = deeper.spans();
                self.replaced(deeper.text, &spans, &place)
            });
            let clean = clean.unwrap_or_else(|| {
                let spans = find::spans(&inner);
                self.replaced(&inner, &spans, &place).unwrap_or_else(|| inner.clone())
            });
            return (clean != inner).then(|| wrap(&clean));
        }
        self.replaced(string.text, &string.spans(), &Place::Pointer(string.pointer()))
    }

    fn replaced(&mut self, text: &str, spans: &[Span], place: &Place) -> Option<String> {
        let spans = self.known.with(text, spans.to_vec());
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for span in &spans {
            clean.push_str(&text[done..span.range.start]);
            clean.push_str(&self.replace(text, span, place));
            done = span.range.end;
        }
        clean.push_str(&text[done..]);
        let clean = Redactor::default().redact(&clean);
        (clean != text).then_some(clean)
    }

    fn replace(&mut self, text: &str, span: &Span, place: &Place) -> String {
        let alias = self.aliases.of(span.what, &span.plain);
        let raw = &text[span.range.clone()];
        self.ledger.add(&alias, raw.chars().count(), place);
        alias.written(span, raw)
    }
}

fn count_lines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}
