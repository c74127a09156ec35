//! Which causes a text is probably about, by its words: a linear model that was trained on `fixtures/corpus`.
//!
//! A rule reads facts and can be certain. A text without a code gives few facts, and its words still tell one cause from
//! another. The ranker puts the causes in an order by them. It makes nothing certain, and it doesn't bring back what the
//! evidence excludes.

mod facts;
mod features;
mod opinion;
mod scores;
mod weights;

pub use facts::facts;
pub use features::{Feature, Kind, features};
pub use opinion::Opinion;
pub use scores::{Phrase, Scores};
pub use weights::{Bad, Weights};

/// The class of texts that show no failure of this field.
pub const NO_FAILURE: &str = "none";

/// More of a text than this isn't read, in bytes: what matters is near the failure.
pub const MOST: usize = 16 * 1024;
