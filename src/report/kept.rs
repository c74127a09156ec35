//! A report that waits to be shown beside thousands of others: packed, as most of it is the same in each.

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::several::ProfileEntry;
use super::{Origin, Report, build};

/// How hard it is packed, from 0 to 9: more takes longer than it is worth.
const LEVEL: u32 = 3;

/// A packed report.
#[derive(Debug)]
pub struct Kept {
    entry: ProfileEntry,
    /// What a report as a document doesn't have.
    command: Option<String>,
    packed: Vec<u8>,
}

impl Kept {
    /// Packs a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let mut packing = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
        let packed = serde_json::to_writer(&mut packing, report).ok().and_then(|()| packing.finish().ok());
        let packed = packed.unwrap_or_default();
        Self { entry: ProfileEntry::of(report), command: report.command.clone(), packed }
    }

    /// The report, in a line.
    #[must_use]
    pub const fn entry(&self) -> &ProfileEntry {
        &self.entry
    }

    /// Unpacks it.
    #[must_use]
    pub fn report(&self) -> Report {
        let report = serde_json::from_reader(DeflateDecoder::new(self.packed.as_slice()));
        let mut report: Report =
            report.unwrap_or_else(|_| build::of_nothing(Origin::Live, "This report was lost in memory.".to_owned()));
        report.command.clone_from(&self.command);
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_stays_as_it_is() {
        let mut report = build::of_nothing(Origin::Live, "a note".to_owned());
        report.command = Some("pbiauth doctor --profile contoso".to_owned());
        report.profile = Some("contoso \u{1b} é".to_owned());
        let again = Kept::of(&report).report();
        assert_eq!((again.to_json(), again.command), (report.to_json(), report.command));
    }
}
