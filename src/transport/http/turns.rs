//! When a request may go out. What one run learns of a service's limits, all runs of the process keep to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::transport::retry::LONGEST_WAIT;

/// So many tenants in a row were refused: it is the host that is busy, and not their own share that is used up.
const IN_A_ROW: usize = 3;

/// The turns of all requests of a process. A copy is the same.
#[derive(Debug, Clone)]
pub(super) struct Turns {
    /// A request under way holds one.
    permits: Arc<Semaphore>,
    services: Arc<Mutex<BTreeMap<String, Service>>>,
}

/// What a service asked for.
#[derive(Debug, Default)]
struct Service {
    /// Until when the runs of a tenant wait.
    until: BTreeMap<String, Instant>,
    /// The tenants that were refused since it last took a request.
    refused: BTreeSet<String>,
}

impl Turns {
    /// Turns for so many requests at once.
    pub(super) fn new(at_once: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(at_once)), services: Arc::default() }
    }

    /// Waits until a request of a tenant to a service may go out. A wait that is longer than one is made is not: the
    /// service refuses again, and the report says so.
    pub(super) async fn take(&self, service: &str, tenant: &str) -> Option<SemaphorePermit<'_>> {
        loop {
            let permit = self.permits.acquire().await.ok();
            let until = self.until(service, tenant).filter(|until| *until <= Instant::now() + LONGEST_WAIT);
            let Some(until) = until else { return permit };
            // Others go first in the meantime.
            drop(permit);
            sleep_until(until).await;
        }
    }

    /// Whether one more request could go out now.
    pub(super) fn are_free(&self) -> bool {
        self.permits.available_permits() > 0
    }

    /// A service answered a tenant. `wait`: how long it asks to be left alone; absent where it took the request.
    pub(super) fn answered(&self, service: &str, tenant: &str, wait: Option<Duration>) {
        let mut services = self.lock();
        let Some(wait) = wait else {
            if let Some(service) = services.get_mut(service) {
                service.refused.clear();
            }
            return;
        };
        let now = Instant::now();
        let service = services.entry(service.to_owned()).or_default();
        service.until.retain(|_, until| *until > now);
        service.refused.insert(tenant.to_owned());
        // A wait without an end is none that can be kept.
        if let Some(end) = now.checked_add(wait) {
            let until = service.until.entry(tenant.to_owned()).or_insert(end);
            *until = end.max(*until);
        }
    }

    /// Until when requests of a tenant to a service wait. `None` where they need not.
    fn until(&self, service: &str, tenant: &str) -> Option<Instant> {
        self.lock().get(service).and_then(|service| service.until(tenant))
    }

    /// Until when some request of a tenant waits, whatever the service. `None` where none needs to.
    pub(super) fn of_tenant(&self, tenant: &str) -> Option<Instant> {
        self.lock().values().filter_map(|service| service.until(tenant)).max()
    }

    /// A thread that failed while it held the waits left them whole: each stands for itself.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Service>> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    fn until(&self, tenant: &str) -> Option<Instant> {
        let now = Instant::now();
        let all = (self.refused.len() >= IN_A_ROW).then(|| self.refused.iter()).into_iter().flatten();
        let waits = all.map(String::as_str).chain([tenant]).filter_map(|tenant| self.until.get(tenant));
        waits.copied().filter(|until| *until > now).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Option<Duration> = Some(Duration::from_mins(1));

    #[tokio::test(start_paused = true)]
    async fn a_tenant_waits_and_others_do_not() {
        let turns = Turns::new(1);
        turns.answered("Power BI", "contoso", MINUTE);
        turns.answered("Power BI", "contoso", Some(Duration::from_secs(1)));
        assert!(turns.until("Power BI", "contoso").is_some() && turns.of_tenant("contoso").is_some());
        assert!(turns.until("Fabric", "contoso").is_none(), "another service");
        assert!(turns.until("Power BI", "fabrikam").is_none() && turns.of_tenant("fabrikam").is_none());
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(turns.until("Power BI", "contoso").is_some(), "the longer wait counts");
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(turns.until("Power BI", "contoso").is_none(), "it is over");
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_refuses_everybody_is_left_alone_by_everybody() {
        let turns = Turns::new(1);
        let refuse = |tenants: [&str; 3]| tenants.iter().for_each(|one| turns.answered("Entra", one, MINUTE));
        refuse(["a", "b", "a"]);
        assert!(turns.until("Entra", "other").is_none(), "two tenants only");
        refuse(["a", "b", "c"]);
        assert!(turns.until("Entra", "other").is_some());
        turns.answered("Entra", "other", None);
        assert!(turns.until("Entra", "other").is_none(), "it takes requests of others");
        assert!(turns.until("Entra", "a").is_some(), "its own wait stays");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_waits_for_its_turn_and_not_for_longer_than_waits_are() {
        let turns = Turns::new(1);
        let waited = async |tenant: &str| {
            let begun = Instant::now();
            drop(turns.take("Fabric", tenant).await);
            begun.elapsed().as_secs()
        };
        turns.answered("Fabric", "contoso", Some(Duration::from_secs(7)));
        let (contoso, fabrikam) = tokio::join!(waited("contoso"), waited("fabrikam"));
        assert_eq!((contoso, fabrikam), (7, 0), "another tenant's request goes first");
        turns.answered("Fabric", "contoso", MINUTE);
        assert_eq!(waited("contoso").await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_without_an_end_is_none() {
        let turns = Turns::new(1);
        turns.answered("Entra", "a", Some(Duration::MAX));
        assert!(turns.until("Entra", "a").is_none());
    }
}
