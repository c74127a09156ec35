//! Who called, and which answers failed: what a person has to name when asking somebody else.

use super::{PrincipalEntry, SupportEntry};
use crate::evidence::Evidence;
use crate::evidence::api::Call;
use crate::evidence::token::TokenError;
use crate::intent::Principal;
use crate::record::Service;

/// Who called. `None` without a token that tells.
pub(super) fn principal(evidence: &Evidence) -> Option<PrincipalEntry> {
    let claims = evidence.claims.as_ref()?;
    let entry = PrincipalEntry {
        kind: claims.principal,
        client_id: claims.client_id.clone(),
        object_id: claims.object_id.clone(),
        user: claims.user.clone(),
        tenant: claims.tenant.clone(),
    };
    (entry.client_id.is_some() || entry.object_id.is_some()).then_some(entry)
}

/// The answers that failed and bear an id.
pub(super) fn support(evidence: &Evidence) -> Vec<SupportEntry> {
    let token = evidence.token.as_ref().and_then(|token| Some((token.status, token.error.as_ref()?)));
    let of_token = token.map(|(status, error)| of_entra(status, error));
    let calls = evidence.api.as_ref().and_then(|api| api.calls.as_ref());
    let of_calls = calls.into_iter().flatten().filter(|call| call.status.is_none_or(|status| status >= 400));
    of_token
        .into_iter()
        .chain(of_calls.map(of_call))
        .filter(|entry| entry.request_id.is_some() || entry.correlation_id.is_some())
        .collect()
}

/// A sentence, where an export of the tenant's settings cannot be true of the tenant that answered: of another tenant,
/// or older than a change.
pub(super) fn contradiction(evidence: &Evidence) -> Option<String> {
    let setting = evidence.settings.as_ref()?.service_principals.as_ref()?;
    let is_app = evidence.claims.as_ref()?.principal == Some(Principal::App);
    let taken = evidence.api.as_ref()?.token_accepted == Some(true);
    (is_app && taken && setting.enabled == Some(false)).then(|| {
        format!(
            "In the tenant settings you passed, {} is off, but the API accepts the application's token: the settings are from another tenant or out of date.",
            setting.title.as_deref().unwrap_or("the switch for service principals")
        )
    })
}

fn of_entra(status: Option<u16>, error: &TokenError) -> SupportEntry {
    SupportEntry {
        service: Service::Entra.name().to_owned(),
        asked: "the token request".to_owned(),
        status,
        request_id: error.trace_id.clone(),
        correlation_id: error.correlation_id.clone(),
        time: error.timestamp.clone(),
    }
}

fn of_call(call: &Call) -> SupportEntry {
    SupportEntry {
        service: call.service.map_or("the API", Service::name).to_owned(),
        asked: call.path.clone().unwrap_or_else(|| "the call".to_owned()),
        status: call.status,
        request_id: call.request_id.clone(),
        correlation_id: None,
        time: call.date.clone(),
    }
}
