//! Evidence: typed facts, read from a record or from what somebody pasted.

pub mod jwt;
