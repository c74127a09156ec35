//! In which order profiles are run. Where a service asked a tenant for patience, other tenants go first.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::{Instant, sleep};

use super::trial::Trial;
use super::{AT_ONCE, MOST_AT_ONCE, Made, Plan, Stop};

/// How often it is looked whether one more profile can be begun.
const LOOK: Duration = Duration::from_millis(50);

/// A profile that has not been run yet.
struct Waiting<'t> {
    at: usize,
    profile: &'t Trial,
    /// Since when it has been held back. Absent where it has not.
    held: Option<Instant>,
}

/// Runs every profile that is not finished, a number of them at once, and gives what comes of all in their order.
pub(super) async fn run(plan: &Plan<'_>, profiles: &[Trial], stop: &Stop) -> Vec<Made> {
    let mut made: Vec<(usize, Made)> = Vec::with_capacity(profiles.len());
    let mut waiting: VecDeque<Waiting<'_>> = VecDeque::new();
    for (at, profile) in profiles.iter().enumerate() {
        match plan.finished(profile) {
            Some(finished) => made.push((at, finished)),
            None => waiting.push_back(Waiting { at, profile, held: None }),
        }
    }
    let mut under_way = FuturesUnordered::new();
    loop {
        // One more at a time: its requests tell whether there is room for another.
        let room = if plan.connections.are_idle() { MOST_AT_ONCE.min(under_way.len() + 1) } else { 0 };
        while under_way.len() < room.max(AT_ONCE)
            && let Some(Waiting { at, profile, .. }) = next(plan, &mut waiting, stop)
        {
            under_way.push(async move { (at, plan.one(profile, stop.clone()).await) });
        }
        let has_room = under_way.len() < MOST_AT_ONCE && !waiting.is_empty();
        tokio::select! {
            ended = under_way.next(), if !under_way.is_empty() => made.extend(ended),
            () = stop.clone(), if has_room && stop.peek().is_none() => {}
            () = sleep(LOOK), if has_room => {}
            else => break,
        }
    }
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

/// The first profile that need not wait. None is held back for longer than a run may take, nor when the run is to end:
/// then each says so in its report.
fn next<'t>(plan: &Plan<'_>, waiting: &mut VecDeque<Waiting<'t>>, stop: &Stop) -> Option<Waiting<'t>> {
    let now = Instant::now();
    let longest = plan.options.network.deadline(false);
    let may_start = |profile: &mut Waiting<'_>| {
        stop.peek().is_some()
            || plan.connections.busy_until(&profile.profile.tenant).is_none()
            || now.duration_since(*profile.held.get_or_insert(now)) >= longest
    };
    let first = waiting.iter_mut().position(may_start)?;
    waiting.remove(first)
}
