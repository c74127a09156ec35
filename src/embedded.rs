//! The files that the binary carries, as the build script lists them.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
