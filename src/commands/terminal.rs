//! Who reads: a terminal, and what it can, or a program.

use std::io::IsTerminal as _;
use std::path::Path;

use crate::cli::Color;
use crate::report::human::WIDTH;

/// What is known of standard output and standard error.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "what a terminal can is a list of yes and no")]
pub(super) struct Terminal {
    /// Whether standard output is a terminal.
    pub(super) out: bool,
    /// Whether standard error is a terminal.
    pub(super) err: bool,
    /// Whether a terminal does more than print: take a line back, show colours.
    able: bool,
    /// Columns of standard output.
    pub(super) width: usize,
    /// Whether the terminal follows links.
    pub(super) links: bool,
    /// Whether colours were refused.
    plain: bool,
}

impl Terminal {
    /// Looks at this process.
    #[expect(clippy::disallowed_methods, reason = "TERM and NO_COLOR are read where they decide")]
    pub(super) fn here() -> Self {
        let (out, err) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let width = if out { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
        Self {
            out,
            err,
            able: !dumb,
            width: width.unwrap_or(WIDTH),
            links: out && !dumb && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            plain: refused,
        }
    }

    /// Whether what is waited for can be said on standard error, and taken back.
    pub(super) const fn progress(self) -> bool {
        self.err && self.able
    }

    /// Decides for what is written next, to a file or to standard output, whether it has colours.
    pub(super) fn colours(self, color: Color, to_file: bool) {
        let wanted = match color {
            Color::Auto => self.out && !to_file && self.able && !self.plain,
            Color::Always => true,
            Color::Never => false,
        };
        colored::control::set_override(wanted);
    }
}

/// Decides whether colours are used, and returns the columns that there are.
pub(crate) fn prepare(color: Color, file: Option<&Path>) -> usize {
    let terminal = Terminal::here();
    terminal.colours(color, file.is_some());
    if file.is_some() { WIDTH } else { terminal.width }
}
