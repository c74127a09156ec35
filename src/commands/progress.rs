//! A line on standard error that says what is waited for, once it takes longer than a second.

use std::io::Write as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Shorter waits are not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is renewed.
const TICK: Duration = Duration::from_millis(500);

/// The line. It is gone when this is dropped.
pub(super) struct Progress {
    watcher: Option<(Arc<Shared>, JoinHandle<()>)>,
}

struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

struct State {
    what: String,
    since: Instant,
    shown: bool,
    over: bool,
}

impl Progress {
    /// Begins to wait. `visible`: standard error is a terminal on which a line can be taken back.
    pub(super) fn start(what: &str, visible: bool) -> Self {
        if !visible {
            return Self { watcher: None };
        }
        let state = State { what: what.to_owned(), since: Instant::now(), shown: false, over: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), ended: Condvar::new() });
        let other = Arc::clone(&shared);
        Self { watcher: Some((shared, std::thread::spawn(move || other.watch()))) }
    }

    /// Says what is waited for now.
    pub(super) fn say(&self, what: String) {
        if let Some((shared, _)) = &self.watcher {
            shared.lock().what = what;
        }
    }

    /// Prints something else, with the line out of the way. It comes back where the wait goes on.
    pub(super) fn aside(&self, print: impl FnOnce()) {
        let mut state = self.watcher.as_ref().map(|(shared, _)| shared.lock());
        if let Some(state) = &mut state {
            state.clear();
        }
        // The line must not come back in the middle of what is printed: the state stays locked.
        print();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((shared, thread)) = self.watcher.take() {
            shared.lock().over = true;
            shared.ended.notify_all();
            // The thread only writes to standard error: there is nothing to tell of its end.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// A thread that failed while it held the state left it whole: each of its members stands for itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) {
        let mut state = self.lock();
        let mut wait = PATIENCE;
        while !state.over {
            let waited = self.ended.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
            if !state.over && waited.1.timed_out() {
                state.show();
                wait = TICK;
            }
        }
        state.clear();
    }
}

impl State {
    fn show(&mut self) {
        let seconds = self.since.elapsed().as_secs();
        // A terminal that went away is no reason to end the run.
        let _ = write!(std::io::stderr().lock(), "\r\x1b[K… {} ({seconds} s)", self.what);
        self.shown = true;
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}
