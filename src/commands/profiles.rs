//! `pbiauth doctor` for several profiles: a run each, at once, over the same connections.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::{FutureExt as _, Shared};
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;

use super::access::{Prepared, Surroundings, connections, interrupted, live, plain_options};
use super::progress::Progress;
use super::show::show_several;
use super::terminal::Terminal;
use super::{doctor, tell};
use crate::bundle::{self, BundleError};
use crate::cli::Doctor;
use crate::drive::{Event, watched};
use crate::error::Error;
use crate::record::World;
use crate::report::{Origin, Report, Reports, build};
use crate::rule::RuleSet;
use crate::settings::{Sources, resolve};
use crate::transport::http::Connections;

/// So many profiles are under way at once: enough to keep every permitted request busy, and few enough that a run gets
/// its answers within its own time when a service is slow.
const AT_ONCE: usize = 12;

/// What all profiles share.
struct Plan<'o> {
    options: &'o Doctor,
    rules: &'o RuleSet,
    surroundings: Arc<Surroundings>,
    connections: Connections,
    progress: RefCell<Progress>,
    ended: Cell<usize>,
    unwell: Cell<usize>,
    all: usize,
    /// Why a bundle could not be written. Absent where all were.
    unsaved: RefCell<Option<BundleError>>,
}

/// Runs the command for the profiles that were named, or for each. Returns the worst exit code.
///
/// # Errors
/// When a profile's settings cannot be used: told before any request; or when the report cannot be written.
pub(super) fn run(options: &Doctor, rules: &RuleSet) -> Result<u8, Error> {
    let surroundings = Surroundings::read(&options.who, options.tenant_settings.as_deref())?;
    let names = names(options, &surroundings)?;
    if let Some(file) = &options.bundle {
        apart(file, &names)?;
    }
    let connections = tried(options, rules, &surroundings, &names)?;
    let terminal = Terminal::here();
    let plan = Plan {
        options,
        rules,
        surroundings: Arc::new(surroundings),
        connections,
        progress: RefCell::new(Progress::start("starting", terminal.progress() && !options.output.quiet)),
        ended: Cell::new(0),
        unwell: Cell::new(0),
        all: names.len(),
        unsaved: RefCell::new(None),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let reports = runtime.block_on(plan.all(&names));
    runtime.shutdown_background();
    let unsaved = plan.unsaved.take();
    drop(plan);
    // The reports are shown also when a bundle cannot be written.
    let exit = show_several(&Reports::of(reports), &options.output)?;
    unsaved.map_or(Ok(exit), |error| Err(error.into()))
}

/// The bundle of a profile beside the others': `run.json` becomes `run.NAME.json`.
fn bundle_of(file: &Path, name: &str) -> PathBuf {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let mut whole = file.file_stem().unwrap_or_default().to_owned();
    whole.push(format!(".{}", name.chars().map(plain).collect::<String>()));
    if let Some(ending) = file.extension() {
        whole.push(".");
        whole.push(ending);
    }
    file.with_file_name(whole)
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

fn names(options: &Doctor, surroundings: &Surroundings) -> Result<Vec<String>, Error> {
    if options.all_profiles {
        let names = surroundings.profiles();
        return if names.is_empty() { Err(Error::NoProfiles) } else { Ok(names) };
    }
    let mut names: Vec<String> = Vec::new();
    for name in &options.who.profile {
        let name = surroundings.known(name)?;
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// Reads every profile's settings but for its secrets, so that a wrong one is told before anything is sent. Returns the
/// connections, which all have in common.
#[expect(clippy::disallowed_methods, reason = "a live run begins here: at this time")]
fn tried(
    options: &Doctor,
    rules: &RuleSet,
    surroundings: &Surroundings,
    names: &[String],
) -> Result<Connections, Error> {
    let mut shared = None;
    for name in names {
        let told = |error: Error| Error::Profile { name: name.clone(), why: error.to_string() };
        let sources = surroundings.trial(Some(name), look(options, rules)?).map_err(told)?;
        let settings = resolve(sources, World::Live, Timestamp::now()).map_err(|error| told(error.into()))?;
        if shared.is_none() {
            shared = Some(connections(&settings, options.network.timeout)?);
        }
    }
    shared.ok_or(Error::NoProfiles)
}

/// What every profile is asked to look at, and how.
fn look(options: &Doctor, rules: &RuleSet) -> Result<Sources, Error> {
    let mut look = doctor::looked_at(options, rules)?;
    look.options.extend(plain_options(&options.who, &options.network));
    look.auth.clone_from(&options.who.auth);
    Ok(look)
}

impl Plan<'_> {
    /// A report for each profile, in their order.
    async fn all(&self, names: &[String]) -> Vec<Report> {
        let stop = interrupted().boxed_local().shared();
        let runs = names.iter().enumerate().map(|(at, name)| {
            let stop = stop.clone();
            async move { (at, self.one(name, stop).await) }
        });
        let mut reports: Vec<(usize, Report)> = stream::iter(runs).buffer_unordered(AT_ONCE).collect().await;
        reports.sort_by_key(|(at, _)| *at);
        reports.into_iter().map(|(_, report)| report).collect()
    }

    async fn one(&self, name: &str, stop: Shared<impl Future<Output = ()>>) -> Report {
        let mut report = match self.prepared(name).await {
            Err(error) => build::of_nothing(Origin::Live, error.to_string()),
            Ok(Prepared { settings, transport }) => {
                let deadline = self.options.network.deadline(settings.inputs.auth().asks_a_person());
                let mut watch = |event: Event<'_>| {
                    if let Event::Wanted(words) = event {
                        self.progress.borrow().aside(|| tell(&format!("{name}: {words}")));
                    }
                };
                let run = watched(settings.inputs, &transport, deadline, stop, &mut watch).await;
                if let Some(file) = &self.options.bundle
                    && let Err(error) = bundle::write(&run.record, &bundle_of(file, name))
                {
                    self.unsaved.borrow_mut().get_or_insert(error);
                }
                let mut report = build::of_run(&run, self.rules, false, self.options.output.fail_on);
                doctor::keep_options(&mut report, self.options, Some(name));
                report
            }
        };
        report.profile = Some(name.to_owned());
        self.tell(&report);
        report
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
            some => format!(", {some} with something wrong"),
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
