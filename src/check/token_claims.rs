//! Reads the token and holds it against what was asked for. Nothing is sent.

use super::{Check, Stage, Step};
use crate::cloud;
use crate::evidence::claims::{Audience, Claims, TokenKind};
use crate::evidence::claims_of;
use crate::intent::Principal;
use crate::record::Record;
use crate::span;

pub(super) const CHECK: Check = Check {
    id: "token-claims",
    title: "The token is for Power BI, for the configured application, and valid now",
    stage: Stage::Claims,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let Some(claims) = claims_of(record) else { return Step::Skip("there is no token".to_owned()) };
    let faults = faults(&claims);
    if !faults.is_empty() {
        return Step::failed(faults.join("; "));
    }
    let doubts = doubts(&claims);
    if !doubts.is_empty() {
        return Step::warned(doubts.join("; "));
    }
    let who = match claims.principal {
        Some(Principal::App) => "app-only token for service principal",
        Some(Principal::User) => "token for user",
        None => "token for",
    };
    let object = claims.object_id.map_or_else(|| " (object ID unknown)".to_owned(), |id| format!(" {id}"));
    let life = claims
        .life_left_seconds
        .map_or_else(String::new, |s| format!("; expires in {}", span::words(s.unsigned_abs())));
    Step::passed(format!("{who}{object}{life}"))
}

fn faults(claims: &Claims) -> Vec<String> {
    match claims.kind {
        Some(TokenKind::Access) | None => {}
        Some(TokenKind::Id) => return vec!["the value is an ID token; APIs don't accept it".to_owned()],
        Some(TokenKind::Embed) => return vec!["the value is an embed token; APIs don't accept it".to_owned()],
        Some(TokenKind::WorkspaceCollection) => {
            return vec!["the token is for the retired workspace collections".to_owned()];
        }
        Some(TokenKind::Malformed) => return vec!["the value isn't a readable JSON Web Token".to_owned()],
    }
    let mut faults = Vec::new();
    if claims.audience_is != Some(Audience::PowerBi) {
        faults.push(foreign(claims));
    }
    if let Some(left) = claims.life_left_seconds.filter(|left| *left <= 0) {
        faults.push(format!("the token expired {} ago", span::words(left.unsigned_abs())));
    }
    if let Some(until) = claims.valid_in_seconds.filter(|until| *until > 0) {
        faults.push(format!("the token isn't valid yet: it becomes valid in {}", span::words(until.unsigned_abs())));
    }
    faults
}

/// What a token is for that isn't for the Power BI of the run.
fn foreign(claims: &Claims) -> String {
    let Some(audience) = claims.audience.as_deref() else {
        return "the token has no audience, so it isn't for Power BI".to_owned();
    };
    if claims.audience_is != Some(Audience::PowerBiOtherCloud) {
        return format!("the token is for {audience}, not for Power BI");
    }
    // Some names are shared by several clouds.
    let of = cloud::of_resource(audience.trim_end_matches('/')).map(cloud::Cloud::words);
    let of = of.unwrap_or("another cloud");
    format!("the token is for Power BI in {of} ({audience}), not in the cloud of this run")
}

fn doubts(claims: &Claims) -> Vec<String> {
    let mut doubts = Vec::new();
    if claims.tenant_is_asked == Some(false) {
        doubts.push("the token was issued by a tenant other than the configured one".to_owned());
    }
    if claims.client_id_is_asked == Some(false) {
        doubts.push("the token was issued to an application other than the configured one".to_owned());
    }
    if let Some(left) = claims.life_left_seconds.filter(|left| (1..300).contains(left)) {
        doubts.push(format!("the token expires in {}", span::words(left.unsigned_abs())));
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(audience: &str, audience_is: Audience) -> String {
        foreign(&Claims { audience: Some(audience.to_owned()), audience_is: Some(audience_is), ..Claims::default() })
    }

    #[test]
    fn power_bi_of_another_cloud_is_power_bi() {
        let high = "https://high.analysis.usgovcloudapi.net/powerbi/api";
        assert_eq!(
            said(high, Audience::PowerBiOtherCloud),
            format!(
                "the token is for Power BI in US Government Community Cloud High ({high}), not in the cloud of this run"
            )
        );
        let shared = "fc4979e5-0aa5-429f-b13a-5d1365be5566";
        assert_eq!(
            said(shared, Audience::PowerBiOtherCloud),
            format!("the token is for Power BI in another cloud ({shared}), not in the cloud of this run")
        );
        let graph = "https://graph.microsoft.com";
        assert_eq!(said(graph, Audience::Graph), format!("the token is for {graph}, not for Power BI"));
        assert_eq!(foreign(&Claims::default()), "the token has no audience, so it isn't for Power BI");
    }
}
