//! `pbiauth diagnose --stream`: a record a line in, a finding a line out.
//!
//! One thread reads and cuts the input into batches of whole lines; each core finds out what its batches come to, every
//! n-th one; this thread writes them in their order. Between them a few batches wait and no more: whoever is slow holds
//! the others up, and memory stays flat.

mod batch;
mod source;
mod work;

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write as _};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use serde_json::Value;

use super::terminal::Terminal;
use super::{json, print, rules};
use crate::cli::Diagnose;
use crate::error::Error;
use crate::report::Format;
use crate::stream::{Knowledge, Summary};
use batch::Batch;
use work::Done;

/// How many batches may wait for a core, and how many of it to be written.
const AHEAD: usize = 2;
/// More cores than this don't help: one thread reads for all.
const MOST_CORES: usize = 64;

/// Runs the command. Returns the exit code: that of the worst record.
///
/// # Errors
/// When the input or a rule cannot be read, the form isn't one of a stream, or the findings cannot be written.
#[expect(clippy::disallowed_methods, reason = "a token alone is judged by this machine's clock")]
pub(super) fn run(options: &Diagnose, facts: BTreeMap<String, Value>) -> Result<u8, Error> {
    let form = form(options)?;
    let source = source::open(&options.file)?;
    let rules = rules(&options.rules)?;
    let now = jiff::Timestamp::now().as_second();
    let knowledge = Knowledge::new(rules, facts, options.output.fail_on, options.resource.is_some(), now);
    let mut sink = if options.summary { Sink::Summary(Box::default()) } else { Sink::Lines };
    let exit = pump(source, &knowledge, &mut sink)?;
    if let Sink::Summary(summary) = sink {
        let summary = summary.finish();
        let terminal = Terminal::here();
        let is_table = form == Some(Format::Human) || form.is_none() && terminal.out;
        print(&if is_table { summary.table(terminal.width) } else { json(&summary) })?;
    }
    Ok(exit)
}

/// The form that was asked for. A stream has one, a summary two.
fn form(options: &Diagnose) -> Result<Option<Format>, Error> {
    let mut targets = options.output.targets.iter();
    let Some(first) = targets.next() else { return Ok(None) };
    let known = match first.format {
        None | Some(Format::Json) => true,
        Some(Format::Human) => options.summary,
        Some(_) => false,
    };
    let fits = known && first.file.is_none() && targets.next().is_none();
    if fits { Ok(first.format) } else { Err(Error::FormOfStream) }
}

/// Where findings go.
enum Sink {
    Lines,
    Summary(Box<Summary>),
}

fn pump(source: source::Source, knowledge: &Knowledge, sink: &mut Sink) -> Result<u8, Error> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get).min(MOST_CORES);
    let rendered = matches!(sink, Sink::Lines);
    std::thread::scope(|scope| {
        let mut inputs: Vec<SyncSender<Batch>> = Vec::new();
        let mut outputs: Vec<Receiver<Done>> = Vec::new();
        for _ in 0..cores {
            let (input, batches) = sync_channel(AHEAD);
            let (done, output) = sync_channel(AHEAD);
            scope.spawn(move || work::work(knowledge, rendered, &batches, &done));
            inputs.push(input);
            outputs.push(output);
        }
        scope.spawn(move || {
            for (at, batch) in batch::Batches::new(source).enumerate() {
                if inputs[at % cores].send(batch).is_err() {
                    return;
                }
            }
        });
        collect(&outputs, sink)
    })
}

/// Takes the findings in their order. Ends early, and lets the others end, when nobody reads them any more.
fn collect(outputs: &[Receiver<Done>], sink: &mut Sink) -> Result<u8, Error> {
    let mut exit = 0;
    let mut out = std::io::stdout().lock();
    for at in 0.. {
        let Ok(done) = outputs[at % outputs.len()].recv() else { break };
        exit = exit.max(done.exit);
        match sink {
            Sink::Lines => match out.write_all(&done.text).and_then(|()| out.flush()) {
                Err(why) if why.kind() == ErrorKind::BrokenPipe => break,
                Err(why) => return Err(Error::Unwritable { path: "standard output".into(), why }),
                Ok(()) => {}
            },
            Sink::Summary(summary) => done.count(summary),
        }
    }
    Ok(exit)
}
