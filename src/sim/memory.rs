//! What the simulated services remember between requests: codes that were used, requests that count.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// No more codes than these are remembered; then all are forgotten.
const MOST: usize = 10_000;

/// How often each code was presented. Codes themselves say what they stand for.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<String, u32>>);

impl Memory {
    /// Notes that a code is presented. Returns how often it was before.
    pub fn present(&self, code: &str) -> u32 {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        let times = seen.entry(code.to_owned()).or_default();
        *times = times.saturating_add(1);
        *times - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_a_count_of_its_own_and_memory_is_bounded() {
        let memory = Memory::default();
        assert_eq!([memory.present("a"), memory.present("a"), memory.present("b")], [0, 1, 0]);
        for code in 0..MOST {
            memory.present(&format!("code {code}"));
        }
        assert_eq!(memory.present("a"), 0);
    }
}
