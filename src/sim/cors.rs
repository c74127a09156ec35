//! What lets a page of another origin call Power BI with `fetch` (Fetch Standard, section 3.2).
//!
//! That pages may is what Microsoft's own samples do
//! (<https://github.com/microsoft/PowerBI-Developer-Samples>, React-TS). Of its headers, Power BI shows them the request's
//! id alone (<https://github.com/MicrosoftDocs/powerbi-docs/issues/5067>). Of Fabric nothing is known.

use super::{Moment, SimRequest, reply};
use crate::record::Service;
use crate::wire::WireReply;

/// More is in no list of a browser, in bytes.
const MOST: usize = 1024;

/// The answer to a browser that asks whether a page may send a request. `None` for other requests.
pub(super) fn preflight(request: &SimRequest, moment: &Moment) -> Option<WireReply> {
    let asks = request.method == "OPTIONS" && request.service() == Service::PowerBi;
    let method = request.header("access-control-request-method").filter(|_| asks && is_of_page(request))?;
    let mut answer = reply::of_service(200, Service::PowerBi, moment);
    allow(request, &mut answer);
    // The wildcard covers no Authorization header: what is asked for is named.
    let asked = [("methods", Some(method)), ("headers", request.header("access-control-request-headers"))];
    for (of, names) in asked {
        if let Some(names) = names.filter(|names| is_list(names)) {
            reply::header(&mut answer, &format!("access-control-allow-{of}"), names);
        }
    }
    Some(answer)
}

/// Lets the page that sent a request read the answer of Power BI.
pub(super) fn allow(request: &SimRequest, answer: &mut WireReply) {
    if is_of_page(request) && request.service() == Service::PowerBi {
        reply::header(answer, "access-control-allow-origin", "*");
        reply::header(answer, "access-control-expose-headers", "RequestId");
    }
}

fn is_of_page(request: &SimRequest) -> bool {
    request.header("origin").is_some()
}

/// Whether these are names of methods or headers (RFC 9110, section 5.6.2).
fn is_list(names: &str) -> bool {
    names.len() <= MOST && names.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_, ".contains(&byte))
}
