//! Logs as Microsoft exports them: Entra's sign-ins from the portal, Microsoft Graph, diagnostic settings or a query in
//! Log Analytics, the activity events of Power BI, and the tables of Fabric's workspace monitoring.
//!
//! Names of columns and members are data (`fields.tsv`). A record is an [`Entry`]: what happened, which decides what is
//! diagnosed ([`What`]), and whose it is ([`Identity`]), which doesn't.

mod document;
mod fields;
mod json;
mod monitoring;
mod page;
mod sign_in;
mod table;
mod time;

pub(super) use document::begins;
pub use document::{of_line, read};
pub use monitoring::failures_in;
pub use sign_in::SignIn;
pub use table::{Columns, Whole};
pub use time::hour;

use crate::cloud;
use crate::evidence::Evidence;
use crate::evidence::api::{Api, Call};
use crate::powerbi::route::Route;
use crate::record::Service;

use fields::Fields;

/// One record of an exported log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose it is, and when it happened.
    pub identity: Identity,
    /// What happened.
    pub what: What,
}

/// Whose a record is, and when it happened. Nothing of this decides a diagnosis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The record's own ID: a record that is exported twice has the same one.
    pub id: Option<String>,
    /// The time, as it is written.
    pub time: Option<String>,
    /// Whether the time is one of a zone that isn't known: whoever exported the table chose a local one.
    pub is_local: bool,
    /// The application (client) ID.
    pub application: Option<String>,
    /// The user: the object ID, or the name where there's no ID.
    pub user: Option<String>,
    /// What was signed in to: the application ID of the API, or its name where there's no ID.
    pub resource: Option<Resource>,
    /// The correlation ID of a sign-in, or the request ID of an activity.
    pub correlation: Option<String>,
}

/// What was signed in to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource {
    /// Its application ID, or its name where there's no ID.
    pub name: String,
    /// Whether it's Power BI or Fabric.
    pub is_power_bi: bool,
}

/// What a record tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A sign-in or token request that failed.
    Failed(Box<SignIn>),
    /// An activity in Power BI or Fabric that failed. The log doesn't say why.
    FailedActivity(Option<Route>),
    /// A job in Fabric that failed. The log doesn't say why, and most such failures are of another field.
    FailedJob,
    /// What a service said of something that failed: see [`failures_in`].
    Message(String),
    /// Something that succeeded, or a step of something that goes on.
    Succeeded,
    /// Another record: it is read as text.
    Other,
}

/// The name that the logs show for Power BI's API.
const POWER_BI: &str = "Power BI Service";

impl Entry {
    /// Reads a line that is a JSON object.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn of_json(line: &str) -> Result<Self, serde_json::Error> {
        Ok(Self::of(&json::read(line)?))
    }

    fn of(fields: &Fields<'_>) -> Self {
        let other = || monitoring::what(fields).unwrap_or_else(|| sign_in::what(fields));
        let what = if is_activity(fields) { activity(fields) } else { other() };
        Self { identity: Identity::of(fields), what }
    }

    /// The evidence of a failure that the record itself tells. `None` for what is none, and for what is read as text.
    #[must_use]
    pub fn evidence(&self) -> Option<Evidence> {
        match &self.what {
            What::Failed(sign_in) => Some(sign_in.evidence(&self.identity)),
            What::FailedActivity(route) => Some(failed_activity(*route, &self.identity)),
            What::FailedJob | What::Message(_) | What::Succeeded | What::Other => None,
        }
    }
}

impl Identity {
    fn of(fields: &Fields<'_>) -> Self {
        let owned = |fact: &str| fields.get(fact).map(str::to_owned);
        let id = |fact: &str| fields.get(fact).filter(|text| is_guid(text)).map(str::to_owned);
        Self {
            id: owned("id"),
            time: owned("time"),
            is_local: false,
            application: id("application"),
            user: owned("user").or_else(|| owned("user-name")),
            resource: Resource::of(fields),
            correlation: owned("correlation").or_else(|| owned("request")),
        }
    }
}

impl Resource {
    fn of(fields: &Fields<'_>) -> Option<Self> {
        if let Some(id) = fields.get("resource").filter(|text| is_guid(text)) {
            return Some(Self { name: id.to_ascii_lowercase(), is_power_bi: cloud::is_power_bi(id) });
        }
        if fields.get("workload").is_some_and(|workload| workload.eq_ignore_ascii_case("PowerBI")) {
            return Some(Self { name: POWER_BI.to_owned(), is_power_bi: true });
        }
        let name = fields.get("resource-name").filter(|name| !name.eq_ignore_ascii_case("Microsoft.aadiam"))?;
        Some(Self { name: name.to_owned(), is_power_bi: name.eq_ignore_ascii_case(POWER_BI) })
    }
}

fn is_activity(fields: &Fields<'_>) -> bool {
    fields.get("workload").is_some_and(|workload| workload.eq_ignore_ascii_case("PowerBI"))
}

fn activity(fields: &Fields<'_>) -> What {
    match fields.get("success") {
        Some(word) if ["false", "Failed"].iter().any(|failed| word.eq_ignore_ascii_case(failed)) => {
            What::FailedActivity(fields.get("operation").and_then(super::route_named))
        }
        _ => What::Succeeded,
    }
}

fn failed_activity(route: Option<Route>, identity: &Identity) -> Evidence {
    let call = Call {
        service: Some(Service::PowerBi),
        route,
        request_id: identity.correlation.clone(),
        source: SOURCE.to_owned(),
        ..Call::default()
    };
    let mut evidence = Evidence { text: Some(super::piece::not_pasted()), ..Evidence::default() };
    evidence.api = Some(Api { calls: Some(vec![call]), ..Api::default() });
    evidence.note_source("api", SOURCE);
    evidence
}

/// Where the facts of a record were read from, as a report says it.
const SOURCE: &str = "the log record";

/// Whether a text is a GUID in its usual form.
pub(crate) fn is_guid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let fits = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    bytes.len() == 36 && bytes.iter().enumerate().all(fits)
}

#[cfg(test)]
mod tests;
