//! The files that the binary carries, as the build script lists them.

#![allow(clippy::unreadable_literal, reason = "what the build script writes is read by no person")]

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
