//! `pbiauth doctor` for several profiles: a run each, at once, over the same connections.

mod finished;
mod line;
pub(super) mod part;
pub(super) mod trial;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::{FutureExt as _, LocalBoxFuture, Shared};

use super::access::{Prepared, Surroundings, interrupted, live};
use super::progress::Progress;
use super::show::show_several;
use super::terminal::Terminal;
use super::{doctor, tell};
use crate::bundle;
use crate::cli::Doctor;
use crate::drive::{Event, watched};
use crate::error::Error;
use crate::record::Cut;
use crate::report::changes::Snapshot;
use crate::report::{Kept, Origin, Report, Several, build};
use crate::rule::RuleSet;
use crate::transport::http::Connections;

use finished::Finished;
use trial::{Trial, look};

/// So many profiles are under way at once: enough to keep every permitted request busy, and few enough that a run gets
/// its answers within its own time when a service is slow.
const AT_ONCE: usize = 12;
/// So many are under way where these leave requests idle.
const MOST_AT_ONCE: usize = 32;

/// Ends when the run is to end. A copy is the same.
pub(super) type Stop = Shared<LocalBoxFuture<'static, ()>>;

/// What earlier rounds know of each profile, by its name.
pub(super) type Known = BTreeMap<String, Snapshot>;

/// What comes of a profile.
pub(super) struct Made {
    pub(super) kept: Kept,
    /// What is known of it now, and what changed. Absent where nobody watches, or nothing is known.
    pub(super) seen: Option<(Snapshot, Vec<String>)>,
}

/// What comes of all.
pub(super) struct Round {
    pub(super) profiles: Vec<Made>,
    /// Why a file beside the report could not be written. Absent where all were.
    pub(super) unsaved: Option<Error>,
}

/// What all profiles share.
struct Plan<'o> {
    options: &'o Doctor,
    rules: &'o RuleSet,
    surroundings: Arc<Surroundings>,
    connections: Connections,
    finished: Option<Finished>,
    /// What earlier rounds know. Absent where nobody watches.
    known: Option<&'o Known>,
    progress: RefCell<Progress>,
    ended: Cell<usize>,
    unwell: Cell<usize>,
    all: usize,
    unsaved: RefCell<Option<Error>>,
}

/// Runs the command for the profiles that were named, or for each. Returns the worst exit code.
///
/// # Errors
/// When a profile's settings cannot be used: told before any request; or when the report cannot be written.
pub(super) fn run(options: &Doctor, rules: &RuleSet) -> Result<u8, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let round = runtime.block_on(make(options, rules, None, &stop()));
    runtime.shutdown_background();
    let Round { profiles, unsaved } = round?;
    // The reports are shown also when a bundle cannot be written.
    let kept = profiles.into_iter().map(|made| made.kept).collect();
    let exit = show_several(&Several::of(kept, options.output.runbook.as_deref()), &options.output)?;
    unsaved.map_or(Ok(exit), Err)
}

/// Ends when somebody interrupts or terminates this process. It listens once it is polled.
pub(super) fn stop() -> Stop {
    interrupted().boxed_local().shared()
}

/// A run for each profile, in their order. `known`: what earlier rounds know, where somebody watches.
///
/// # Errors
/// When a profile's settings cannot be used, or a folder.
pub(super) async fn make(
    options: &Doctor,
    rules: &RuleSet,
    known: Option<&Known>,
    stop: &Stop,
) -> Result<Round, Error> {
    let surroundings = Surroundings::read(&options.who, options.tenant_settings.as_deref())?;
    let names = part::names(options, &surroundings)?;
    let finished = options.fleet.resume.as_deref().map(Finished::open).transpose()?;
    if names.is_empty() {
        tell("This part has no profiles: there are more parts than profiles.");
        return Ok(Round { profiles: Vec::new(), unsaved: None });
    }
    if let Some(file) = &options.bundle {
        apart(file, &names)?;
    }
    let (trials, connections) = trial::all(options, rules, &surroundings, &names)?;
    let terminal = Terminal::here();
    let plan = Plan {
        options,
        rules,
        surroundings: Arc::new(surroundings),
        connections,
        finished,
        known,
        progress: RefCell::new(Progress::start("starting", terminal.progress() && !options.output.quiet)),
        ended: Cell::new(0),
        unwell: Cell::new(0),
        all: names.len(),
        unsaved: RefCell::new(None),
    };
    let profiles = line::run(&plan, &trials, stop).await;
    Ok(Round { profiles, unsaved: plan.unsaved.take() })
}

/// The bundle of a profile beside the others': `run.json` becomes `run.NAME.json`.
fn bundle_of(file: &Path, name: &str) -> PathBuf {
    let mut whole = file.file_stem().unwrap_or_default().to_owned();
    whole.push(format!(".{}", plain(name)));
    if let Some(ending) = file.extension() {
        whole.push(".");
        whole.push(ending);
    }
    file.with_file_name(whole)
}

/// A name as a part of a file's.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect()
}

/// Refuses profiles whose bundles would be one file, also where letter case is not told apart.
fn apart(file: &Path, names: &[String]) -> Result<(), Error> {
    let mut files: BTreeMap<String, &String> = BTreeMap::new();
    for name in names {
        let path = bundle_of(file, name);
        if let Some(one) = files.insert(path.to_string_lossy().to_lowercase(), name) {
            return Err(Error::SameBundle { one: one.clone(), other: name.clone(), path });
        }
    }
    Ok(())
}

impl Plan<'_> {
    /// The report of a profile that is finished already. What cannot be used is told.
    fn finished(&self, profile: &Trial) -> Option<Made> {
        let found = self.finished.as_ref().map_or(Ok(None), |finished| finished.report(profile));
        let mut report = found.unwrap_or_else(|why| {
            self.progress.borrow().aside(|| tell(&why));
            None
        })?;
        report.exit = build::exit_of(&report, self.options.output.fail_on);
        self.tell(&report);
        Some(Made { kept: Kept::of(&report), seen: None })
    }

    async fn one(&self, profile: &Trial, stop: Stop) -> Made {
        let name = profile.name.as_str();
        let (mut report, seen) = match self.prepared(name).await {
            Err(error) => (build::of_nothing(Origin::Live, error.to_string()), None),
            Ok(prepared) => self.run(profile, prepared, stop).await,
        };
        report.profile = Some(name.to_owned());
        self.tell(&report);
        Made { kept: Kept::of(&report), seen }
    }

    async fn run(&self, profile: &Trial, prepared: Prepared, stop: Stop) -> (Report, Option<(Snapshot, Vec<String>)>) {
        let Prepared { settings, transport } = prepared;
        let name = profile.name.as_str();
        let deadline = self.options.network.deadline(settings.inputs.auth().asks_a_person());
        let mut watch = |event: Event<'_>| {
            if let Event::Wanted(words) = event {
                self.progress.borrow().aside(|| tell(&format!("{name}: {words}")));
            }
        };
        let run = watched(settings.inputs, &transport, deadline, stop, &mut watch).await;
        if let Some(file) = &self.options.bundle {
            self.saved(bundle::write(&run.record, &bundle_of(file, name)).map_err(Error::from));
        }
        let mut report = build::of_run(&run, self.rules, false, self.options.output.fail_on);
        doctor::keep_options(&mut report, self.options, Some(name));
        if let Some(finished) = self.finished.as_ref().filter(|_| run.record.cut != Some(Cut::Interrupted)) {
            self.saved(finished.save(profile, &report));
        }
        let seen = self.known.and_then(|known| Snapshot::take(&run, &report, known.get(name)));
        (report, seen)
    }

    /// Of files that cannot be written, the first is told at the end.
    fn saved(&self, written: Result<(), Error>) {
        if let Err(error) = written {
            self.unsaved.borrow_mut().get_or_insert(error);
        }
    }

    /// A secret may come from a program that takes its time: others are not held up.
    async fn prepared(&self, name: &str) -> Result<Prepared, Error> {
        let (surroundings, shared) = (Arc::clone(&self.surroundings), self.connections.clone());
        let look = look(self.options, self.rules)?;
        let opens_browser = !self.options.who.no_browser;
        let name = name.to_owned();
        let read = move || live(&surroundings, Some(&name), look, &|_| Ok(shared.clone()), opens_browser);
        tokio::task::spawn_blocking(read).await.unwrap_or_else(|error| Err(Error::NoRoom(std::io::Error::other(error))))
    }

    fn tell(&self, report: &Report) {
        self.ended.set(self.ended.get() + 1);
        self.unwell.set(self.unwell.get() + usize::from(report.exit != 0));
        let unwell = match self.unwell.get() {
            0 => String::new(),
            some => format!(", {some} with a problem"),
        };
        self.progress.borrow().say(format!("{} of {} profiles{unwell}", self.ended.get(), self.all));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_a_bundle_of_its_own() {
        let of = |file: &str, name: &str| bundle_of(Path::new(file), name).display().to_string();
        assert_eq!(of("run.json", "contoso"), "run.contoso.json");
        assert_eq!(of("saved/run", "contoso"), "saved/run.contoso");
        assert_eq!(of("a.b/run.x.json", "../etc/c d"), "a.b/run.x...-etc-c-d.json");
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(apart(Path::new("run.json"), &names(&["one", "other"])).is_ok());
        for same in [["a/b", "a-b"], ["one", "ONE"]] {
            let error = apart(Path::new("run.json"), &names(&same)).expect_err("one file");
            assert!(error.to_string().contains(same[1]), "{error}");
        }
    }
}
