//! `pbiauth embed`: everything that `doctor` checks for embedding, then the item in a real browser.

mod page;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::access::{Prepared, interrupted, prepare};
use super::doctor::{again, keep_options, looked_at};
use super::watch::Watch;
use super::write::writable;
use super::{SMALL, read_bounded, ready, rules, show};
use crate::bundle;
use crate::cli::embed::{Embed, Identity};
use crate::drive::{Event, watched};
use crate::error::Error;
use crate::intent::Intent;
use crate::record::{Embedding, Field, HostPage, Inputs, Item};
use crate::report::{Report, build};
use crate::secret::Secret;
use crate::settings::Sources;
use crate::shell::with_options;
use crate::sim::Scenario;
use crate::transport::Transport;
use crate::transport::embed::{Options, Show};

/// What is embedded for, unless somebody says otherwise.
const USUAL_INTENT: &str = "embed-customers";
/// The checks that are opt-in elsewhere, and what this command is for.
const PROBES: [&str; 3] = ["embed-token", "embed-load", "embed-render"];
/// A person looks at a browser for longer than a run takes.
const OF_A_PERSON: Duration = Duration::from_mins(5);

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the settings cannot be used, the port cannot be had, or the report cannot be written.
pub fn run(options: &Embed) -> Result<u8, Error> {
    let doctor = &options.doctor;
    ready(&doctor.output)?;
    usable(options)?;
    let rules = rules(&doctor.rules)?;
    if doctor.is_of_several() {
        return Err(Error::SeveralProfiles);
    }
    if doctor.fleet.every.is_some() {
        return Err(Error::Every {
            why: "the item is shown only once".to_owned(),
            help: "use pbiauth doctor --every, with --probe embed-token to create an embed token in each round",
        });
    }
    let chosen = chosen(options)?;
    let look = embedding(&chosen, looked_at(doctor, &rules)?);
    let mut prepared =
        prepare(doctor.sim.as_deref(), &doctor.who, &doctor.network, doctor.tenant_settings.as_deref(), look)?;
    of_embed_tokens(&chosen, &prepared.settings.inputs)?;
    prepared.settings.inputs.notes.extend(options.lifetime.and_then(rounded));
    let asks = !options.headless && doctor.sim.is_none();
    let usual = if asks { OF_A_PERSON } else { Duration::ZERO };
    let deadline = doctor.network.deadline.unwrap_or(doctor.network.deadline(prepared.asks_a_person()).max(usual));
    let shown = with_show(&mut prepared, options, Instant::now() + deadline)?;
    let mut watch = Watch::start(&doctor.output);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let Prepared { settings, transport } = prepared;
    let run = runtime.block_on(async {
        if let Some(shown) = &shown {
            shown.start_ahead().await;
        }
        watched(settings.inputs, &transport, deadline, interrupted(), &mut |event: Event<'_>| watch.see(&event)).await
    });
    let seen = watch.end();
    let saved = doctor.bundle.as_deref().map_or(Ok(()), |path| bundle::write(&run.record, path));
    let mut report = build::of_run(&run, &rules, false, doctor.output.fail_on);
    keep_options(&mut report, doctor, None);
    report.command = Some(command(options));
    let exit = show(&report, &doctor.output, seen)?;
    if let Some(shown) = shown.filter(|_| run.record.cut.is_none()) {
        runtime.block_on(async {
            tokio::select! {
                () = shown.finish(in_words(&report)) => {}
                () = interrupted() => {}
            }
        });
    }
    // A look-up of a name that hangs must not hold the process up.
    runtime.shutdown_background();
    saved?;
    Ok(exit)
}

/// Whether what the options name can be used: told before a run, so that none is made in vain.
fn usable(options: &Embed) -> Result<(), Error> {
    if !options.listen.ip().is_loopback() {
        return Err(Error::NotLoopback { at: options.listen });
    }
    if options.doctor.sim.is_some() {
        return without_browser(options);
    }
    options.screenshot.as_deref().map_or(Ok(()), writable)
}

/// In process nothing is shown: options about the browser would do nothing.
fn without_browser(options: &Embed) -> Result<(), Error> {
    let given = [
        ("--screenshot", options.screenshot.is_some()),
        ("--browser", options.browser.is_some()),
        ("--powerbi-client", options.powerbi_client.is_some()),
        ("--headless", options.headless),
    ];
    given.iter().find(|(_, given)| *given).map_or(Ok(()), |(name, _)| {
        Err(Error::NoBrowser {
            why: format!(
                "{name} can't be used with --sim: the simulated tenant answers in process, and no browser is opened"
            ),
            help: "leave it out, or serve the scenario with `pbiauth sim` and embed from there without --sim",
        })
    })
}

/// What is embedded: what the options name, else what the scenario's caller embeds.
struct Chosen<'o> {
    options: &'o Embed,
    dashboard: Option<String>,
    paginated: bool,
    identity: Option<Identity>,
    page: Option<HostPage>,
}

fn chosen(options: &Embed) -> Result<Chosen<'_>, Error> {
    let of_scenario = options.doctor.sim.as_deref().map(Scenario::load).transpose()?;
    let embeds = of_scenario.map(|scenario| scenario.caller.embed).unwrap_or_default();
    let named = options.dashboard.is_some() || options.paginated || options.doctor.report.is_some();
    let page = page::page(options, &embeds)?;
    let identity = embeds.identity.as_deref().and_then(|text| Identity::read(text).ok());
    Ok(Chosen {
        options,
        dashboard: options.dashboard.clone().or_else(|| embeds.dashboard.filter(|_| !named)),
        paginated: options.paginated || embeds.paginated && !named,
        identity: options.identity.clone().or(identity),
        page,
    })
}

/// What is looked at, with what is embedded.
fn embedding(chosen: &Chosen<'_>, mut look: Sources) -> Sources {
    let options = chosen.options;
    let item = match (&chosen.dashboard, chosen.paginated) {
        (Some(_), _) => Item::Dashboard,
        (None, true) => Item::Paginated,
        (None, false) => Item::Report,
    };
    if let Some(dashboard) = &chosen.dashboard {
        look.options.insert(Field::Dashboard, dashboard.clone());
    }
    look.embedding = Some(Embedding {
        item,
        edit: options.edit,
        minutes: options.lifetime.map(minutes),
        roles: chosen.identity.as_ref().map(|identity| identity.roles.clone()),
        page: chosen.page.clone(),
    });
    look.effective_user = chosen.identity.as_ref().map(|identity| Secret::new(identity.user.clone()));
    look.usual_intent = Some(USUAL_INTENT);
    look.probes.extend(PROBES.map(str::to_owned));
    look
}

/// Whether the options that only an embed token knows are given for a run that has one.
fn of_embed_tokens(chosen: &Chosen<'_>, inputs: &Inputs) -> Result<(), Error> {
    let given = [("--identity", chosen.identity.is_some()), ("--lifetime", chosen.options.lifetime.is_some())];
    let for_users = inputs.intent.as_ref().is_some_and(Intent::embeds_for_users);
    let named = given.iter().find(|(_, given)| *given && for_users);
    named.map_or(Ok(()), |(option, _)| Err(Error::WithoutEmbedToken { option }))
}

/// What is told of a lifetime that is no number of whole minutes.
fn rounded(lifetime: Duration) -> Option<String> {
    let minutes = minutes(lifetime);
    (lifetime != Duration::from_mins(minutes.into())).then(|| {
        format!(
            "Power BI takes the lifetime of an embed token in whole minutes, so --lifetime {lifetime:?} was rounded up to {minutes} {}.",
            if minutes == 1 { "minute" } else { "minutes" }
        )
    })
}

/// Whole minutes, at least one: the service knows nothing smaller.
fn minutes(lifetime: Duration) -> u32 {
    u32::try_from(lifetime.as_millis().div_ceil(60_000)).unwrap_or(u32::MAX)
}

/// Gives a run against the services a browser. The simulated tenant in process tells without one what would happen.
fn with_show(prepared: &mut Prepared, options: &Embed, deadline: Instant) -> Result<Option<Arc<Show>>, Error> {
    let Transport::Http(http) = &mut prepared.transport else { return Ok(None) };
    let inputs: &Inputs = &prepared.settings.inputs;
    let ca_file = inputs.text(Field::CaFile).map(|path| read_bounded(Path::new(path), SMALL)).transpose()?;
    let how = Options {
        listen: options.listen,
        headless: options.headless,
        screenshot: options.screenshot.clone(),
        browser: options.browser.clone(),
        client: options.powerbi_client.clone(),
        opens: !options.doctor.who.no_browser,
        api: inputs.hosts.api.clone(),
        ca_file,
        deadline,
    };
    how.usable().map_err(|why| Error::NoBrowser {
        why,
        help: "name a program that can be run (--browser) and the file dist/powerbi.min.js (--powerbi-client), or leave the option out",
    })?;
    let listen = options.listen;
    let shown = Show::new(how, http.connections()).map_err(|why| Error::Port { at: listen, why })?;
    let shown = Arc::new(shown);
    http.set_show(Arc::clone(&shown));
    Ok(Some(shown))
}

/// The diagnosis in plain words, for the page.
fn in_words(report: &Report) -> Value {
    let line = |kind: &str, text: String| json!({ "kind": kind, "text": text });
    let mut lines = Vec::new();
    for diagnosis in report.diagnoses.iter().take(3) {
        lines.push(line("title", diagnosis.title.clone()));
        lines.push(line("text", diagnosis.explain.clone()));
        for fix in &diagnosis.fix {
            let place = if fix.place.is_empty() { String::new() } else { format!(" ({})", fix.place) };
            lines.push(line("text", format!("{}{place}: {}", fix.by, fix.action)));
        }
    }
    if lines.is_empty() {
        let failed = report.checks.iter().filter(|check| check.status.is_bad());
        lines.extend(failed.map(|check| line("text", format!("{}: {}", check.title, check.because))));
    }
    if lines.is_empty() {
        lines.push(line("text", "No problems found.".to_owned()));
    }
    json!({ "lines": lines })
}

/// The command that makes this run once more. Whoever is named as the identity is not told.
fn command(options: &Embed) -> String {
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let with_value = [
        ("--dashboard", options.dashboard.clone()),
        ("--identity", options.identity.as_ref().map(|_| "USER".to_owned())),
        ("--lifetime", options.lifetime.map(|lifetime| format!("{}s", lifetime.as_secs()))),
        ("--page-config", path(&options.page_config)),
        ("--page-policy", options.page_policy.clone()),
        ("--screenshot", path(&options.screenshot)),
        ("--browser", path(&options.browser)),
        ("--powerbi-client", options.powerbi_client.clone()),
    ];
    let flags = [("--paginated", options.paginated), ("--edit", options.edit), ("--headless", options.headless)];
    let mut all = again(&options.doctor, None);
    all.extend(with_value.into_iter().filter(|(_, value)| value.is_some()));
    all.extend(flags.into_iter().filter(|(_, given)| *given).map(|(name, _)| (name, None)));
    with_options("pbiauth embed", &all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_rounded_up_to_minutes_and_told() {
        assert_eq!((minutes(Duration::from_mins(1)), rounded(Duration::from_mins(1))), (1, None));
        assert_eq!(minutes(Duration::from_millis(60_001)), 2);
        let told = rounded(Duration::from_secs(90)).expect("a note");
        assert!(told.contains("--lifetime 90s was rounded up to 2 minutes"), "{told}");
    }
}
