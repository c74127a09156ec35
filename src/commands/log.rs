//! Reads the file of a long log: two threads look it through in turn, and a scanner reads where they found something.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::import::log::Scanner;
use crate::import::sieve::{Block, Mesh, REACH, start_of_block};
use crate::import::{Codes, Reading};

/// The size of a block, in bytes: it fits into the cache of a core.
const BLOCK: usize = 512 * 1024;
const THREADS: usize = 2;
/// How many blocks a thread may be ahead.
const AHEAD: usize = 4;

type Sifted = io::Result<Block<'static>>;

/// Reads a file of this length in UTF-8; its first bytes, up to `mark`, are no text. Returns what was read, and whether
/// some bytes of it are no text.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn read(path: &Path, length: u64, mark: usize, codes: &Codes) -> io::Result<(Reading, bool)> {
    let wide = AtomicBool::new(false);
    let count = length.div_ceil(BLOCK as u64);
    std::thread::scope(|scope| {
        let sifters: Vec<Receiver<Sifted>> = (0..THREADS as u64)
            .map(|first| {
                let (sender, receiver) = sync_channel(AHEAD);
                let wide = &wide;
                scope.spawn(move || sift(path, (first..count).step_by(THREADS), mark, wide, &sender));
                receiver
            })
            .collect();
        collect(path, &sifters, mark, &wide, codes)
    })
}

/// Looks some of the blocks through, until nobody wants them any more.
fn sift(path: &Path, blocks: impl Iterator<Item = u64>, mark: usize, wide: &AtomicBool, sender: &SyncSender<Sifted>) {
    let mut file = match Blocks::open(path, mark) {
        Ok(file) => file,
        Err(why) => return drop(sender.send(Err(why))),
    };
    for index in blocks {
        let mesh = if wide.load(Ordering::Relaxed) { Mesh::Wide } else { Mesh::Narrow };
        if sender.send(file.sift(index, mesh)).is_err() {
            return;
        }
    }
}

/// Reads the blocks in their order.
fn collect(
    path: &Path,
    sifters: &[Receiver<Sifted>],
    mark: usize,
    wide: &AtomicBool,
    codes: &Codes,
) -> io::Result<(Reading, bool)> {
    let mut scanner = Scanner::new(codes);
    let mut again: Option<Blocks> = None;
    let mut lost = false;
    for index in 0.. {
        let Ok(block) = sifters[index % THREADS].recv() else { break };
        let mut block = block?;
        if scanner.mesh() == Mesh::Wide && block.mesh == Mesh::Narrow {
            // It was looked through before there was a failure that a success in it could end.
            let file = again.take().map_or_else(|| Blocks::open(path, mark), Ok)?;
            block = again.insert(file).sift(index as u64, Mesh::Wide)?;
        }
        lost |= block.lost;
        scanner.add(&block);
        wide.store(scanner.mesh() == Mesh::Wide, Ordering::Relaxed);
    }
    Ok((scanner.finish(), lost))
}

/// A file as blocks of whole lines.
struct Blocks {
    file: File,
    buffer: Vec<u8>,
    mark: usize,
}

impl Blocks {
    fn open(path: &Path, mark: usize) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, buffer: Vec::with_capacity(BLOCK + REACH), mark })
    }

    /// The block at this place in their order. Its first line is the first that begins in it, its last may end behind it.
    fn sift(&mut self, index: u64, mesh: Mesh) -> Sifted {
        self.file.seek(SeekFrom::Start(index * BLOCK as u64))?;
        self.buffer.clear();
        self.file.by_ref().take((BLOCK + REACH) as u64).read_to_end(&mut self.buffer)?;
        let bytes = self.buffer.as_slice();
        let start = if index == 0 { self.mark } else { start_of_block(bytes) };
        let end = bytes.get(BLOCK..).map_or(bytes.len(), |next| BLOCK + start_of_block(next));
        Ok(Block::of_bytes(&bytes[start.min(end)..end], mesh))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// The reading of a log of so many lines, and of the same text in one piece.
    fn both(text: &str) -> [String; 2] {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("a log");
        let codes = Codes::new(["7000222"]);
        let (reading, lost) = read(file.path(), text.len() as u64, 0, &codes).expect("a reading");
        assert!(!lost);
        let mut scanner = Scanner::new(&codes);
        scanner.push(text);
        let told = |reading: Reading| {
            let failures: Vec<_> =
                reading.failures.iter().map(|f| (f.count, f.lines.clone(), f.first.clone(), f.last.clone())).collect();
            format!("{failures:?} {:?}", reading.notes)
        };
        [told(reading), told(scanner.finish())]
    }

    fn log(lines: usize, failures: impl Fn(usize) -> bool) -> String {
        let mut text = String::new();
        for n in 0..lines {
            let time = format!("2026-10-05T{:02}:{:02}:{:02}Z", n / 3600 % 24, n / 60 % 60, n % 60);
            let _ = if failures(n) {
                writeln!(
                    text,
                    "{time} ERROR AADSTS7000222: The provided client secret keys are expired.\n  Trace ID: x"
                )
            } else {
                writeln!(text, "{time} INFO café {n} is open")
            };
        }
        text
    }

    #[test]
    fn threads_read_what_one_reads() {
        for every in [3, 1000, 30_000] {
            let [threads, one] = both(&log(60_000, |n| n % every == every - 1));
            assert_eq!(threads, one, "each {every}");
        }
    }

    #[test]
    fn a_success_in_a_block_that_was_looked_through_too_early_counts() {
        let mut text = log(40_000, |n| n == 10);
        text.push_str("2026-10-06T00:00:00Z INFO token acquired\n");
        let [threads, one] = both(&text);
        assert_eq!(threads, one);
        assert!(threads.contains("AADSTS7000222"), "{threads}");
    }

    #[test]
    fn a_line_without_end_is_read() {
        let text = format!("{}AADSTS7000222: The provided client secret keys are expired.", "é ".repeat(900_000));
        let [threads, one] = both(&text);
        assert_eq!(threads, one);
    }
}
