//! What a person sees while a run goes on: a line for each check that has judged, and what is waited for.

use std::collections::BTreeMap;

use super::progress::Progress;
use super::show::{detail, on_screen};
use super::terminal::Terminal;
use super::{print, tell};
use crate::cli::Output;
use crate::drive::Event;
use crate::report::human::{Detail, check_line};
use crate::report::{Format, build};

/// A run that is watched.
pub(super) struct Watch {
    /// How checks are told. Absent where nobody watches.
    lines: Option<Detail>,
    progress: Progress,
    /// The services that have not answered yet, with the number of requests to each.
    open: BTreeMap<&'static str, usize>,
    answers: usize,
}

impl Watch {
    /// Begins to watch, where a person reads the report as it comes.
    pub(super) fn start(output: &Output) -> Self {
        let terminal = Terminal::here();
        let reads = terminal.out && !output.quiet && on_screen(output, terminal) == Some(Format::Human);
        terminal.colours(output.color, false);
        Self {
            lines: reads.then(|| detail(output, terminal)),
            progress: Progress::start("starting", terminal.progress() && !output.quiet),
            open: BTreeMap::new(),
            answers: 0,
        }
    }

    /// Something happened.
    pub(super) fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Wanted(words) => self.progress.aside(|| tell(words)),
            Event::Sent(request) => *self.open.entry(request.service.name()).or_default() += 1,
            Event::Answered(exchange) => {
                self.answers += 1;
                let name = exchange.request.service.name();
                if let Some(open) = self.open.get_mut(name) {
                    *open = open.saturating_sub(1);
                }
            }
            Event::Judged(result) => {
                if let Some(detail) = self.lines {
                    let line = check_line(&build::check_entry(result), detail);
                    // What cannot be printed is told by what is printed at the end.
                    self.progress.aside(|| drop(print(&line)));
                }
            }
        }
        let open: Vec<&str> = self.open.iter().filter(|(_, open)| **open > 0).map(|(name, _)| *name).collect();
        let so_far = if self.answers > 1 { format!(", {} answers so far", self.answers) } else { String::new() };
        self.progress.say(format!("waiting for {}{so_far}", open.join(", ")));
    }

    /// Ends. Returns whether the checks stand on the screen.
    pub(super) fn end(self) -> bool {
        self.lines.is_some()
    }
}
