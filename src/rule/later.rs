//! What is read when it is first asked for.

use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;

use super::embedded::read;

/// A part of the rules in the binary, of which a run needs few: JSON, read when it is first asked for. What somebody
/// else writes is read, and held against its form, at once.
///
/// # Panics
/// Never in a released binary: the tests read every part.
#[derive(Clone)]
pub struct Later<T> {
    json: &'static str,
    read: OnceLock<T>,
}

impl<T> Later<T> {
    pub(super) const fn embedded(json: &'static str) -> Self {
        Self { json, read: OnceLock::new() }
    }
}

/// Nothing yet.
impl<T> Default for Later<T> {
    fn default() -> Self {
        Self::embedded("null")
    }
}

impl<T> From<T> for Later<T> {
    fn from(value: T) -> Self {
        Self { json: "null", read: OnceLock::from(value) }
    }
}

impl<T: DeserializeOwned> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.read.get_or_init(|| read(self.json))
    }
}

impl<T: DeserializeOwned + fmt::Debug> fmt::Debug for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
