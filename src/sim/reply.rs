//! Replies, as the services build them.

use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;

use super::Moment;
use crate::record::Service;
use crate::wire::WireReply;

/// A reply without a body and with the clock of whoever answers.
pub(super) fn empty(status: u16, moment: &Moment) -> WireReply {
    let mut reply = WireReply { status, headers: Vec::new(), body: Some(Vec::new()) };
    if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&moment.now) {
        header(&mut reply, "date", date);
    }
    reply
}

/// A reply without a body that bears the request id of a service.
pub(super) fn of_service(status: u16, service: Service, moment: &Moment) -> WireReply {
    let mut reply = empty(status, moment);
    match service {
        Service::Entra => {
            header(&mut reply, "x-ms-request-id", moment.trace.to_string());
            header(&mut reply, "cache-control", "no-store, no-cache");
            header(&mut reply, "pragma", "no-cache");
        }
        Service::PowerBi | Service::Fabric => header(&mut reply, "requestid", moment.trace.to_string()),
        Service::ManagedIdentity | Service::TokenIssuer | Service::AzureCli => {}
    }
    reply
}

/// A reply of a service with a JSON body.
pub(super) fn json(status: u16, service: Service, moment: &Moment, body: &Value) -> WireReply {
    let mut reply = of_service(status, service, moment);
    put_json(&mut reply, body);
    reply
}

/// Gives a reply a JSON body.
pub(super) fn put_json(reply: &mut WireReply, body: &Value) {
    reply.body = Some(body.to_string().into_bytes());
    header(reply, "content-type", "application/json; charset=utf-8");
}

/// Adds a header; its name is in lower case.
pub(super) fn header(reply: &mut WireReply, name: &str, value: impl Into<String>) {
    reply.headers.push((name.to_owned(), value.into()));
}
