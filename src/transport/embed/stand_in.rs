//! Pages that are not where their name says: behind a served simulated tenant, reports of powerbi.com are on this machine.
//!
//! powerbi-client takes no other host, so that the browser is told where the names are, which certificate is theirs, and
//! that no other name exists: nothing of such a run reaches the network.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Url};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::Failed;
use crate::evidence::embed::console::is_power_bi;
use crate::record::Fault;
use crate::transport::http::trust;

/// A connection on this machine takes no longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a page really is. `None`: at no host of Power BI, so that it is nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StandIn(Option<Place>);

#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// The name of the page's host.
    host: String,
    /// Where it is.
    address: String,
    /// The SHA-256 of its key, in base64.
    key: String,
}

/// Where the page of an item is, if the API is on this machine. Its certificate must be one that this tool trusts.
pub(super) async fn find(api: &str, page: &str, ca_file: Option<&[u8]>) -> Result<Option<StandIn>, Failed> {
    let Some((address, true)) = address_of(api) else { return Ok(None) };
    let Some(host) = host_of(page).filter(|host| is_power_bi(host)) else { return Ok(Some(StandIn(None))) };
    let failed = |why: String| {
        let words = format!(
            "the API is on this machine, so the page of the report is expected at {address} as well, and it can't be reached there: {why}"
        );
        (Fault::Refused, words)
    };
    let key = timeout(PATIENCE, key_of(&address, &host, ca_file)).await;
    let key = key.unwrap_or_else(|_| Err("no answer in time".to_owned())).map_err(failed)?;
    Ok(Some(StandIn(Some(Place { host, address, key }))))
}

fn host_of(page: &str) -> Option<String> {
    Url::parse(page).ok()?.host_str().map(str::to_owned)
}

/// Host and port of an address, and whether they are of this machine.
fn address_of(api: &str) -> Option<(String, bool)> {
    let url = Url::parse(api).ok()?;
    let port = url.port_or_known_default()?;
    let own = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(ip) => IpAddr::V4(ip).is_loopback(),
        Host::Ipv6(ip) => IpAddr::V6(ip).is_loopback(),
    };
    Some((format!("{}:{port}", url.host_str()?), own))
}

/// The key of the certificate that is shown for a name there, after it was verified.
async fn key_of(address: &str, host: &str, ca_file: Option<&[u8]>) -> Result<String, String> {
    let config = trust::client_config(ca_file).map_err(|why| why.to_string())?;
    let name = ServerName::try_from(host.to_owned()).map_err(|why| why.to_string())?;
    let stream = TcpStream::connect(address).await.map_err(|why| why.to_string())?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|why| why.to_string())?;
    let leaf = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).ok_or("no certificate")?;
    let (_, leaf) = X509Certificate::from_der(leaf).map_err(|why| why.to_string())?;
    Ok(STANDARD.encode(digest::digest(&digest::SHA256, leaf.public_key().raw)))
}

impl StandIn {
    /// What a browser of the Chromium family has to be told.
    pub(super) fn arguments(&self) -> Vec<String> {
        const NOWHERE: &str = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1";
        let Some(Place { host, address, key }) = &self.0 else {
            return vec![format!("--host-resolver-rules={NOWHERE}")];
        };
        vec![
            format!("--host-resolver-rules=MAP {host} {address}, {NOWHERE}"),
            format!("--ignore-certificate-errors-spki-list={key}"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_of_another_host_is_nowhere() {
        let page = "https://reports.contoso.example/reportEmbed";
        let found = find("https://127.0.0.1:1", page, None).await.expect("found").expect("a stand-in");
        assert_eq!(found.arguments(), ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]);
        assert!(find("https://api.powerbi.com", page, None).await.expect("found").is_none());
    }

    #[test]
    fn this_machine_is_known_by_its_address() {
        let own = |api: &str| address_of(api);
        assert_eq!(own("https://127.0.0.1:9443"), Some(("127.0.0.1:9443".to_owned(), true)));
        assert_eq!(own("https://localhost"), Some(("localhost:443".to_owned(), true)));
        assert_eq!(own("https://api.powerbi.com").map(|(_, own)| own), Some(false));
        assert_eq!(own("nonsense"), None);
    }
}
