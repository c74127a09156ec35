//! What is said when the tool itself has a fault.

use std::io::Write as _;
use std::panic::{self, Location};

use crate::exit;

/// From now on a panic says where it happened and nothing of what was in hand, which may be a secret, and the program
/// ends with [`exit::NOT_DONE`].
pub fn hush() {
    panic::set_hook(Box::new(|panic| {
        let _ = writeln!(std::io::stderr(), "{}", message(panic.location()));
        end();
    }));
}

fn message(place: Option<&Location<'_>>) -> String {
    let place = place.map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
    format!(
        "pbiauth {} stopped because of a bug{place}. The data it was working on isn't shown, because it could contain \
         a secret. This says nothing about your tenant. Please report this line and what you did.",
        env!("CARGO_PKG_VERSION"),
    )
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "a panic has nowhere to return to")]
fn end() -> ! {
    std::process::exit(i32::from(exit::NOT_DONE))
}
