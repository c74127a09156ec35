//! What every scenario's verdict says: the retry shows the same failure as long as nothing is mended, and what is known
//! is said.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use super::support::{causes, files, pbiauth};

/// Words for a value that the user has to fill in.
const PLACEHOLDERS: [&str; 8] =
    ["CLOUD", "WORKSPACE", "WORKSPACE_ID", "TOKEN_FILE", "FILE", "INTENT", "TENANT_ID", "CLIENT_ID"];
/// Options whose value a retry may bring in place of a wrong one.
const MENDING: [&str; 3] = ["--workspace", "--cloud", "--report"];

/// What a run of a scenario shows.
struct Shown {
    scenario: String,
    /// As people read it.
    text: String,
    report: Value,
}

impl Shown {
    fn retry(&self) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("  Retry: "))
    }

    fn first(&self) -> Option<String> {
        causes(&self.report).into_iter().next()
    }

    /// The lines after the last empty one.
    fn verdict(&self) -> &str {
        self.text.trim_end().rsplit("\n\n").next().unwrap_or_default()
    }

    /// The value of a setting that isn't secret.
    fn setting(&self, name: &str) -> Option<&str> {
        let settings = self.report["settings"].as_array()?;
        settings.iter().find(|setting| setting["name"] == name)?["value"].as_str()
    }
}

/// Runs a command, and reads what it says in both forms.
fn shown(scenario: &str, command: &mut Command) -> Shown {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    command.args(["--color", "never", "--format", "human", "--format", "json", "--output"]).arg(&file);
    let output = command.output().expect("output");
    let json = std::fs::read(&file).unwrap_or_else(|why| panic!("{scenario}: {why}: {output:?}"));
    Shown {
        scenario: scenario.to_owned(),
        text: String::from_utf8(output.stdout).expect("text"),
        report: serde_json::from_slice(&json).expect("a report"),
    }
}

/// Does something for each item, on two threads.
fn each<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (left, right) = items.split_at(items.len() / 2);
    let half = |items: &[T]| items.iter().map(&make).collect::<Vec<R>>();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(right));
        let mut all = half(left);
        all.extend(other.join().expect("no panic"));
        all
    })
}

/// Every scenario, run once.
static ALL: LazyLock<Vec<Shown>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios");
    let name = |file: &Path| {
        let path = file.strip_prefix(&folder).expect("a file beneath it").with_extension("");
        path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    let names: Vec<String> = files(&folder).iter().map(|file| name(file)).collect();
    each(&names, |name| {
        let command = if name.starts_with("embed/") { "embed" } else { "doctor" };
        shown(name, pbiauth().args([command, "--sim", name]))
    })
});

/// Whether a retry brings another value than the run had.
fn mends(run: &Shown, retry: &str) -> bool {
    let value = |option: &str| retry.split_once(&format!("{option} ")).map(|(_, rest)| rest.trim_start_matches('\''));
    MENDING.iter().any(|option| {
        let had = run.setting(option.trim_start_matches("--")).unwrap_or("nothing");
        value(option).is_some_and(|value| !value.starts_with(had))
    })
}

#[cfg(unix)]
#[test]
fn a_retry_shows_the_same_failure_until_it_is_mended() {
    let failed: Vec<&Shown> = ALL.iter().filter(|run| run.report["outcome"] != "healthy").collect();
    let problem = |run: &&Shown| {
        let Some(retry) = run.retry() else { return Some(format!("{}: no retry", run.scenario)) };
        let line = retry.replacen("pbiauth", &format!("exec '{}'", env!("CARGO_BIN_EXE_pbiauth")), 1);
        let mut command = Command::new("sh");
        command.env_clear().current_dir(std::env::temp_dir()).args(["-c", &format!("{line} \"$@\""), "sh"]);
        let again = shown(&run.scenario, &mut command);
        let holds = again.first() == run.first() || mends(run, retry);
        (!holds).then(|| format!("{}: {retry}: {:?}, then {:?}", run.scenario, run.first(), again.first()))
    };
    let problems: Vec<String> = each(&failed, problem).into_iter().flatten().collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_retry_can_be_run_as_it_stands() {
    let is_placeholder = |word: &str| PLACEHOLDERS.contains(&word);
    let runs = ALL.iter().filter_map(|run| Some((run, run.retry()?)));
    let open: Vec<String> = runs
        .filter(|(_, retry)| retry.split_whitespace().any(is_placeholder))
        .map(|(run, retry)| format!("{}: {retry}", run.scenario))
        .collect();
    assert!(open.is_empty(), "{}", open.join("\n"));
}

#[test]
fn a_scenario_of_embedding_names_its_command() {
    let run = shown("embed/viewer", pbiauth().args(["doctor", "--sim", "embed/viewer"]));
    let text = run.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("pbiauth embed --sim embed/viewer"), "{text}");
}

/// A verdict's words: lines are broken anywhere.
fn verdict_of(scenario: &str) -> String {
    let run = ALL.iter().find(|run| run.scenario == scenario).unwrap_or_else(|| panic!("no scenario {scenario}"));
    run.verdict().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_tenants_cloud_and_only_its_hosts_are_named() {
    let others = ["mil.powerbigov", "powerbi.cn", "app.powerbi.com", "--cloud CLOUD"];
    let hosts = ["login.microsoftonline.us", "https://high.analysis.usgovcloudapi.net/powerbi/api/.default"];
    let shown = verdict_of("token/application-of-government-cloud");
    for words in ["GCC High", "Retry: pbiauth doctor --cloud gcc-high"].iter().chain(&hosts) {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(others.iter().all(|words| !shown.contains(words)), "{shown}");
    let shown = verdict_of("token/tenant-of-government-cloud");
    assert!(
        shown.contains("Another problem was found: the login host isn't in the tenant's cloud (GCC High)"),
        "{shown}"
    );
    let shown = verdict_of("claims/token-of-public-cloud");
    assert!(shown.contains("the tenant's cloud (GCC): https://analysis.usgovcloudapi.net"), "{shown}");
    assert!(!shown.contains("chinacloudapi"), "{shown}");
    let shown = verdict_of("claims/token-of-government-cloud");
    assert!(shown.contains("the tenant's cloud (Public): https://analysis.windows.net"), "{shown}");
}

#[test]
fn what_is_missing_is_named() {
    for (scenario, words) in [
        ("credential/password-unset", "a required value is empty: AZURE_PASSWORD"),
        ("credential/value-unset", "a required value is empty: AZURE_CLIENT_SECRET"),
        ("credential/federated-file-empty", "the federated token file is empty: "),
        ("credential/federated-file-missing", "the federated token file doesn't exist: "),
        ("credential/azure-cli-missing", "the Azure CLI isn't installed"),
        ("credential/machine-without-identities", "no managed identity answers on this host"),
        ("credential/client-id-doubled", "the client ID was pasted twice"),
        ("credential/client-id-quoted", "extra characters around it: quoted"),
        ("credential/client-id-cut", "the client ID has too few characters"),
        ("token/device-code-declined", "the user declined the sign-in"),
        ("token/device-code-expired", "the device code wasn't entered in time"),
        ("token/refresh-token-user-deleted", "the user's account was deleted"),
        ("token/power-bi-disabled", "Power BI itself is disabled in the tenant"),
    ] {
        let shown = verdict_of(scenario);
        assert!(shown.contains(words), "{words}: {shown}");
        let names_all = shown.contains("Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET");
        assert!(!names_all, "{scenario}: {shown}");
    }
}

#[test]
fn what_is_left_to_a_person_is_said() {
    for scenario in ["intent/admin-writes", "intent/admin-reads", "embed/report", "intent/contributor-embeds"] {
        let shown = verdict_of(scenario);
        let asks =
            ["ask a Fabric administrator", "Ask an Entra administrator"].iter().any(|words| shown.contains(words));
        assert!(asks && !shown.contains("Check manually"), "{scenario}: {shown}");
    }
}

#[test]
fn a_warning_says_what_to_do_and_how_to_look_again() {
    let warned = ALL.iter().filter(|run| run.verdict().contains("Healthy, with"));
    let short: Vec<String> = warned
        .filter(|run| {
            run.retry().is_none() || !["admin", "Developer", "User"].iter().any(|who| run.verdict().contains(who))
        })
        .map(|run| format!("{}: {}", run.scenario, run.verdict()))
        .collect();
    assert!(short.is_empty(), "{}", short.join("\n"));
}

/// Causes in which the client ID itself, or the tenant, is in doubt.
const IN_DOUBT: [&str; 11] = [
    "app-not-in-tenant",
    "wrong-tenant",
    "client-id-malformed",
    "ids-swapped",
    "object-id-used-as-client-id",
    "placeholder-value",
    "tenant-not-found",
    "tenant-blocked",
    "tenant-not-specified",
    "authority-url-malformed",
    "value-unset",
];

#[test]
fn what_the_settings_hold_is_said() {
    let places = [
        ("{tenant id}", "tenant"),
        ("{client id}", "client-id"),
        ("{workspace id}", "workspace"),
        ("> your application", "client-id"),
    ];
    let mut open = Vec::new();
    for run in ALL.iter().filter(|run| run.first().is_none_or(|cause| !IN_DOUBT.contains(&cause.as_str()))) {
        let text = run.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = places.iter().filter(|(place, setting)| text.contains(place) && run.setting(setting).is_some());
        open.extend(told.map(|(place, _)| format!("{}: {place}", run.scenario)));
    }
    assert!(open.is_empty(), "{}", open.join("\n"));
}

#[test]
fn a_verdict_is_short() {
    let long: Vec<&str> = ALL.iter().map(Shown::verdict).filter(|shown| shown.lines().count() > 8).collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn a_verdict_points_at_nothing_that_is_not_there() {
    let points = ["this command", "the commands print", "The command asks", "command below", "setting below"];
    let wrong: Vec<&str> =
        ALL.iter().map(Shown::verdict).filter(|shown| points.iter().any(|p| shown.contains(p))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_retry_has_the_value_that_was_meant() {
    for (scenario, value) in [
        ("api/workspace-name-misspelt", "--workspace 'Sales embed'"),
        ("api/report-of-other-workspace", "--workspace f1a9ce00-8888-4188-8188-000000000021"),
    ] {
        let run = ALL.iter().find(|run| run.scenario == scenario).expect("the scenario");
        assert!(run.retry().is_some_and(|retry| retry.contains(value)), "{scenario}: {}", run.verdict());
    }
}
