//! Errors of the tool itself: what, why, and what to do.

use std::path::PathBuf;

use miette::Diagnostic;

use crate::exit;

/// Everything that a user can cause and that is no finding.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum Error {
    /// A setting cannot be used.
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    /// A settings file cannot be used.
    #[error("the settings file {} can't be used", path.display())]
    SettingsFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[help]
        why: String,
    },
    /// A file of variables has lines that set none.
    #[error("the variables file {} can't be used: line {lines} isn't NAME=VALUE", path.display())]
    #[diagnostic(help(
        "the lines aren't shown, because they could contain a secret; put a value that spans several lines in quotes"
    ))]
    EnvFile {
        /// The file.
        path: PathBuf,
        /// The numbers of the lines.
        lines: String,
    },
    /// There is no such profile.
    #[error("there is no profile \"{name}\": {known}{near}")]
    UnknownProfile {
        /// The name.
        name: String,
        /// Which the settings file has, in words.
        known: String,
        /// What may be meant.
        near: String,
    },
    /// A settings file without profiles was to be run with all of them.
    #[error("there are no profiles: neither this folder nor one above it has a pbiauth.toml with [profiles.NAME]")]
    NoProfiles,
    /// Several profiles where one is meant.
    #[error("use --profile only once here")]
    SeveralProfiles,
    /// A part of the profiles that the environment does not say.
    #[error("{variable} doesn't say which part this is: {why}")]
    #[diagnostic(help("write --partition I/N, such as 0/8; in a Kubernetes Indexed Job, /N is enough"))]
    Partition {
        /// The variable.
        variable: &'static str,
        /// Why not.
        why: String,
    },
    /// A run that goes on cannot be made like this.
    #[error("--every can't be used here: {why}")]
    #[diagnostic(help("{help}"))]
    Every {
        /// Why not.
        why: String,
        /// What to do.
        help: &'static str,
    },
    /// A file that is merged is no report.
    #[error("{} is not a report: {why}", path.display())]
    #[diagnostic(help("a report is what `pbiauth doctor --format json` writes; nothing was merged"))]
    NoReport {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: crate::report::merge::NoReport,
    },
    /// Two profiles whose bundles would be one file.
    #[error("the bundles of the profiles {one} and {other} would both be written to {}", path.display())]
    #[diagnostic(help("run the profiles separately: --profile {one}, then --profile {other}"))]
    SameBundle {
        /// A profile.
        one: String,
        /// Another.
        other: String,
        /// The file.
        path: PathBuf,
    },
    /// A profile's settings cannot be used.
    #[error("the profile {name} can't be used")]
    Profile {
        /// Its name.
        name: String,
        /// Why.
        #[help]
        why: String,
    },
    /// A page would be served to others than this machine.
    #[error("{at} isn't a loopback address: the page contains a token, so only this machine may open it")]
    #[diagnostic(help("use --listen 127.0.0.1:PORT"))]
    NotLoopback {
        /// The address.
        at: std::net::SocketAddr,
    },
    /// The browser cannot be had as the options say.
    #[error("{why}")]
    #[diagnostic(help("{help}"))]
    NoBrowser {
        /// The option, and why not.
        why: String,
        /// What to do.
        help: &'static str,
    },
    /// An option is of embed tokens, and the run has none.
    #[error("{option} can't be used to embed for your organization: no embed token is created")]
    #[diagnostic(help(
        "leave it out: each user's own access token determines what they see and for how long; to embed for customers, use --for embed-customers"
    ))]
    WithoutEmbedToken {
        /// The option.
        option: &'static str,
    },
    /// The configuration of a page cannot be used.
    #[error("--page-config {}: {why}", path.display())]
    #[diagnostic(help(
        "pass the object that your page gives to powerbi.embed, as JSON or JavaScript, without its accessToken"
    ))]
    PageConfig {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A port cannot be had.
    #[error("can't listen on {at}: {why}")]
    #[diagnostic(help("choose another port with --listen, or 0 for any free port"))]
    Port {
        /// The address.
        at: std::net::SocketAddr,
        /// Why not.
        why: std::io::Error,
    },
    /// A file cannot be read.
    #[error("{} can't be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A text was given where a file is meant.
    #[error("there is no file \"{start}\": this looks like the error itself")]
    #[diagnostic(help("{help}"))]
    TextForFile {
        /// The beginning of the text.
        start: String,
        /// What to type.
        help: String,
    },
    /// There is no such scenario.
    #[error("there is no scenario \"{name}\"")]
    #[diagnostic(help("{help}"))]
    UnknownScenario {
        /// What was asked for.
        name: String,
        /// The names that may be meant, and where the others are.
        help: String,
    },
    /// A file is larger than is read.
    #[error("{} is larger than {} MiB, the limit for this command", path.display(), most / (1024 * 1024))]
    #[diagnostic(help("cut out the part around the failure and diagnose that"))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read, in bytes.
        most: u64,
    },
    /// A file cannot be written.
    #[error("{} can't be written: {why}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// Two forms of a report would go to one file.
    #[error("two formats of the report would be written to {}", path.display())]
    #[diagnostic(help("give each --format its own --output"))]
    OneFile {
        /// The file.
        path: PathBuf,
    },
    /// A file would be written over what it is made from.
    #[error("{} is the input file, and the output would overwrite it", path.display())]
    #[diagnostic(help("choose another file with --output"))]
    OverInput {
        /// The file.
        path: PathBuf,
    },
    /// A folder that would be replaced holds a file that is not the tool's.
    #[error("{} contains {}, which isn't part of a runbook, so nothing was written", folder.display(), file.display())]
    #[diagnostic(help("choose a folder that is empty, doesn't exist yet, or contains only a runbook"))]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// The file.
        file: PathBuf,
    },
    /// A file is no bundle.
    #[error("{} isn't a bundle: {why}", path.display())]
    #[diagnostic(help("`pbiauth doctor --bundle FILE` saves a bundle; use `pbiauth diagnose` for any other file"))]
    NoBundle {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A bundle cannot be read or written.
    #[error(transparent)]
    Bundle(#[from] crate::bundle::BundleError),
    /// A file of tenant settings has another form.
    #[error("{} contains no tenant settings", path.display())]
    #[diagnostic(help(
        "ask a Fabric administrator to call GET https://api.fabric.microsoft.com/v1/admin/tenantsettings, and save the response unchanged"
    ))]
    NoTenantSettings {
        /// The file.
        path: PathBuf,
    },
    /// A user's rules cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Rules(#[from] crate::rule::problem::BadRules),
    /// The network cannot be used as it is set up.
    #[error(transparent)]
    Http(#[from] crate::transport::http::HttpError),
    /// A scenario cannot be used.
    #[error(transparent)]
    Scenario(#[from] crate::sim::scenario::ScenarioError),
    /// The simulated tenant cannot be served.
    #[error(transparent)]
    Serve(#[from] crate::sim::serve::ServeError),
    /// Nobody can be asked.
    #[error("there is no terminal to ask questions on")]
    #[diagnostic(help("pass what you know with --fact PATH=VALUE, and the input as a file"))]
    NoTerminal,
    /// A stream has a form of its own.
    #[error("--stream writes its findings only as lines of JSON to standard output")]
    #[diagnostic(help(
        "leave out --format and --output; a summary (--summary) also has --format human; redirect standard output to a file"
    ))]
    FormOfStream,
    /// What started the server for assistants is no assistant.
    #[error("standard input doesn't begin with a Model Context Protocol message")]
    #[diagnostic(help("`pbiauth mcp` is started by an assistant; see `pbiauth mcp --help` for its configuration"))]
    NoAssistant,
    /// A run for an assistant would need a person to sign in.
    #[error("these settings need a person to sign in ({0}), which a run for an assistant can't wait for")]
    #[diagnostic(help("run `pbiauth doctor` in a terminal, and give the assistant its report"))]
    AsksAPerson(&'static str),
    /// The system has no room for what a run needs.
    #[error("the run can't be started: {0}")]
    NoRoom(std::io::Error),
}

impl Error {
    /// Whether it kept the run from being made at all, so that no report was shown.
    #[must_use]
    pub const fn prevents_the_run(&self) -> bool {
        use crate::bundle::BundleError::{Damaged, Newer};
        matches!(
            self,
            Self::Unreadable { .. }
                | Self::TooLarge { .. }
                | Self::NoBundle { .. }
                | Self::Port { .. }
                | Self::Http(_)
                | Self::Bundle(Newer(_) | Damaged(_))
        )
    }

    /// The exit code that it means.
    #[must_use]
    pub const fn exit(&self) -> u8 {
        match self {
            Self::Settings(_)
            | Self::SettingsFile { .. }
            | Self::EnvFile { .. }
            | Self::UnknownProfile { .. }
            | Self::NoProfiles
            | Self::SeveralProfiles
            | Self::SameBundle { .. }
            | Self::Partition { .. }
            | Self::Every { .. }
            | Self::Profile { .. }
            | Self::NoTenantSettings { .. }
            | Self::OneFile { .. }
            | Self::OverInput { .. }
            | Self::NoTerminal
            | Self::FormOfStream
            | Self::NoAssistant
            | Self::AsksAPerson(_)
            | Self::NotLoopback { .. }
            | Self::NoBrowser { .. }
            | Self::PageConfig { .. }
            | Self::WithoutEmbedToken { .. }
            | Self::Rules(_)
            | Self::Serve(crate::sim::serve::ServeError::NotLoopback(_))
            | Self::Scenario(_)
            | Self::UnknownScenario { .. }
            | Self::TextForFile { .. } => exit::USAGE,
            _ => exit::NOT_DONE,
        }
    }
}
