//! Looks names up as the system does, and remembers how that went: a failure tells which address it met.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::trace;

/// At most so many addresses of a name are told.
const MOST_TOLD: usize = 4;

/// The addresses of a name, as somebody finds them.
pub(super) type Finding = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// The names that were looked up.
#[derive(Debug, Clone)]
pub(super) struct Names {
    find: fn(String) -> Finding,
    found: Arc<Mutex<BTreeMap<String, LookUp>>>,
}

/// How the last look-up of a name went.
#[derive(Debug, Clone)]
struct LookUp {
    took: Duration,
    /// Empty when it has none.
    addresses: Vec<IpAddr>,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let begun = Instant::now();
            trace::looks_up();
            let found = (names.find)(name.as_str().to_owned()).await;
            let addresses = found.iter().flatten().copied().collect();
            names.remember(name.as_str(), LookUp { took: begun.elapsed(), addresses });
            let found = found?;
            trace::found();
            Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// As the system looks names up.
fn by_system(name: String) -> Finding {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) })
}

impl Default for Names {
    fn default() -> Self {
        Self::new(by_system)
    }
}

impl Names {
    /// No name yet. `find`: who looks them up.
    pub(super) fn new(find: fn(String) -> Finding) -> Self {
        Self { find, found: Arc::default() }
    }

    fn remember(&self, name: &str, look_up: LookUp) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), look_up);
    }

    /// How a name was found, in words. `None` for one that was not looked up: an address, or a name behind a proxy.
    pub(super) fn told(&self, name: &str) -> Option<String> {
        let names = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let LookUp { took, addresses } = names.get(name)?;
        let ms = took.as_millis();
        if addresses.is_empty() {
            return Some(format!("looking up {name} took {ms} ms"));
        }
        let alone = if addresses.iter().all(IpAddr::is_ipv6) { ": no IPv4 address" } else { "" };
        let mut told: Vec<String> = addresses.iter().take(MOST_TOLD).map(IpAddr::to_string).collect();
        if let Some(more @ 1..) = addresses.len().checked_sub(MOST_TOLD) {
            told.push(format!("{more} more"));
        }
        Some(format!("{name} was found in {ms} ms at {}{alone}", told.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_up_to_a_bound() {
        let names = Names::default();
        assert_eq!(names.told("a.example"), None);
        let addresses = (1..=6).map(|last| IpAddr::from([192, 0, 2, last])).collect();
        names.remember("a.example", LookUp { took: Duration::from_millis(3), addresses });
        let told = names.told("a.example").expect("words");
        assert_eq!(told, "a.example was found in 3 ms at 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 2 more");
        let addresses = vec![IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])];
        names.remember("b.example", LookUp { took: Duration::ZERO, addresses });
        let told = names.told("b.example").expect("words");
        assert_eq!(told, "b.example was found in 0 ms at 2001:db8::1: no IPv4 address");
    }
}
