//! Verifies the token's signature with the keys that its tenant publishes: the API says of one that does not verify that it
//! expired, or what it says of a tenant setting.

use super::entra_reachable::asked_tenant;
use super::items::workspace_pages;
use super::words::{Answer, answer};
use super::{Check, Stage, Step, with_foundations};
use crate::entra::keys;
use crate::evidence::claims::{Audience, TokenKind};
use crate::evidence::signature::KEYS;
use crate::evidence::{api, claims_of};
use crate::record::{Record, Request, Verification};
use crate::secret::{Form, Kind};

pub(super) const CHECK: Check = Check {
    id: "token-signature",
    title: "The token is signed with a key that its tenant publishes",
    stage: Stage::Claims,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let Some(claims) = claims_of(record) else { return Step::Skip("there is no token to check".to_owned()) };
    if claims.kind != Some(TokenKind::Access) {
        return Step::NotNeeded("the value isn't an access token, so there is no signature to check".to_owned());
    }
    if claims.audience_is != Some(Audience::PowerBi) {
        return Step::NotNeeded("the token is for another API, and only that API can check its signature".to_owned());
    }
    let Some(exchange) = record.answer(KEYS) else {
        return request(record).map_or_else(
            || Step::Skip("the tenant is unknown, so its keys can't be read".to_owned()),
            |request| Step::Send(vec![request]),
        );
    };
    match answer(exchange) {
        Answer::NotAsked(reason) | Answer::Nobody(reason) => Step::Skip(reason),
        Answer::Service(reply) if !reply.is_success() => {
            Step::Skip(format!("Entra returned {} for the request for the tenant's keys", reply.status))
        }
        Answer::Service(_) => judge(record),
    }
}

fn judge(record: &Record) -> Step {
    let words = match record.verification {
        None | Some(Verification::NotChecked) => {
            return Step::Skip("the token doesn't name a key, or the tenant publishes no usable key".to_owned());
        }
        Some(Verification::Valid) => {
            return Step::passed("the signature is valid for a key that the tenant publishes");
        }
        Some(Verification::Invalid) => "the signature isn't valid for the tenant's key that the token names",
        Some(Verification::KeyUnknown) => "the tenant publishes no key with the ID in the token",
    };
    // Whether a token is accepted, the API alone decides.
    let pages = workspace_pages(record);
    if !pages.is_empty() {
        return Step::Send(pages);
    }
    match api::read(record).token_accepted {
        Some(true) => Step::passed(format!("{words}, but the API accepts the token")),
        Some(false) => Step::failed(format!("{words}, and the API rejects the token")),
        None => Step::warned(words),
    }
}

/// The request for the keys: of the tenant that was named, else of the one that the token names.
fn request(record: &Record) -> Option<Request> {
    let claimed = claims_of(record).and_then(|claims| claims.tenant).filter(|id| Form::of(id).kind == Kind::Guid);
    let tenant = asked_tenant(&record.inputs).map(str::to_owned).or(claimed)?;
    Some(Request { aside: true, ..keys(&record.inputs.hosts, KEYS, &tenant) })
}

/// The same at the beginning of a run, to go out beside the other requests. `None` where the check is not made.
pub(super) fn early_request(record: &Record) -> Option<Request> {
    let inputs = &record.inputs;
    let is_made = with_foundations(&inputs.only).contains(&CHECK.id) && !inputs.sign_in.none_found;
    request(record).filter(|_| is_made)
}
