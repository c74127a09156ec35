//! What a user's token may not read need not be asked for where nothing depends on it.

use crate::evidence::{claims, token_of};
use crate::intent::{OF_MICROSOFT_CLIENTS, Principal};
use crate::record::Record;

/// The sentence that says so, where the token is a user's and lacks the permission to read a thing. An application's
/// own token needs none.
pub(super) fn lacks(record: &Record, thing: &str) -> Option<String> {
    let (token, _) = token_of(record)?;
    let claims = claims::read(&token, &record.inputs, 0);
    let scopes = claims.scopes.filter(|_| claims.principal == Some(Principal::User))?;
    let (read, write) = (format!("{thing}.Read.All"), format!("{thing}.ReadWrite.All"));
    let held =
        scopes.iter().any(|scope| [read.as_str(), write.as_str(), OF_MICROSOFT_CLIENTS].contains(&scope.as_str()));
    (!held).then(|| format!("the user's token doesn't have {read} (no other check depends on this)"))
}
