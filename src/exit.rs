//! Exit codes that do not come from a report.

/// Done.
pub const DONE: u8 = 0;
/// Wrong usage, or a wrong settings file.
pub const USAGE: u8 = 2;
/// It could not be done: a file that cannot be read or written, a port that cannot be opened.
pub const NOT_DONE: u8 = 4;
/// Something wrong was found: a term that is not known, a rule that misses its fixture.
pub const FOUND: u8 = 1;
