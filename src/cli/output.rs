//! How and where a report is shown.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum, value_parser};

use crate::report::{FailOn, Format};

/// How a report is shown.
#[derive(Debug, Clone, Args)]
pub struct Output {
    /// The forms of the report, and where each goes.
    #[command(flatten)]
    pub targets: Targets,
    /// Which findings make the exit code nonzero.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t, help_heading = "Output")]
    pub fail_on: FailOn,
    /// Base URL of your published runbook (`rules docs --format html`): causes link to their pages there.
    #[arg(long, value_name = "URL", value_parser = base, help_heading = "Output")]
    pub runbook: Option<String>,
    /// When to use colors.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, help_heading = "Output")]
    pub color: Color,
    /// Show more detail: every check, evidence paths, ruled-out causes, settings, requests; twice: headers and bodies.
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
    /// Show only the diagnosis and the verdict.
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or TERM is dumb.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The forms in which one report is shown. Never empty; at most one goes to standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets(Vec<Target>);

/// One form of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The form. Absent when none was named: then it depends on who reads.
    pub format: Option<Format>,
    /// The file. Absent for standard output.
    pub file: Option<PathBuf>,
}

impl Targets {
    /// The targets in the order in which they were named.
    pub fn iter(&self) -> impl Iterator<Item = &Target> {
        self.0.iter()
    }

    /// The first form, on standard output.
    #[must_use]
    pub fn on_screen(&self) -> Self {
        Self(self.0.iter().take(1).map(|target| Target { format: target.format, file: None }).collect())
    }

    /// Pairs each format with the file that follows it. One format and one file belong together in either order.
    ///
    /// # Errors
    /// A sentence, when a file has no format, or several formats would go to standard output.
    fn pair(formats: Vec<(usize, Format)>, files: Vec<(usize, PathBuf)>) -> Result<Self, String> {
        if formats.len() <= 1 && files.len() <= 1 {
            let format = formats.into_iter().next().map(|(_, format)| format);
            let file = files.into_iter().next().map(|(_, file)| file);
            return Ok(Self(vec![Target { format, file: file.filter(|file| is_file(file)) }]));
        }
        let mut targets: Vec<Target> = Vec::new();
        let mut files = files.into_iter().peekable();
        let mut formats = formats.into_iter().peekable();
        while let Some((at, format)) = formats.next() {
            if let Some((_, file)) = files.next_if(|(place, _)| *place < at) {
                return Err(no_format(&file));
            }
            let end = formats.peek().map_or(usize::MAX, |(next, _)| *next);
            let file = files.next_if(|(place, _)| *place < end).map(|(_, file)| file);
            targets.push(Target { format: Some(format), file: file.filter(|file| is_file(file)) });
        }
        if let Some((_, file)) = files.next() {
            return Err(no_format(&file));
        }
        if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
            return Err("more than one --format would go to standard output: give each its --output FILE".to_owned());
        }
        Ok(Self(targets))
    }
}

/// The address of a folder, without a slash at its end.
fn base(text: &str) -> Result<String, String> {
    match url::Url::parse(text) {
        Ok(url) if url.scheme() == "https" && url.query().is_none() && url.fragment().is_none() => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("write the address of a folder, such as https://runbook.contoso.example/pbiauth".to_owned()),
    }
}

fn no_format(file: &Path) -> String {
    format!("--output {} needs a --format before it", file.display())
}

/// `-` is standard output.
fn is_file(file: &Path) -> bool {
    file.as_os_str() != "-"
}

impl FromArgMatches for Targets {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let formats = placed(matches, "format");
        let files = placed(matches, "output");
        Self::pair(formats, files).map_err(|why| clap::Error::raw(ErrorKind::ArgumentConflict, why))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The values of an option with their places on the command line.
fn placed<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<(usize, T)> {
    let values = matches.get_many::<T>(name).into_iter().flatten().cloned();
    matches.indices_of(name).into_iter().flatten().zip(values).collect()
}

impl Args for Targets {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                Arg::new("format")
                    .long("format")
                    .value_name("FORMAT")
                    .value_parser(value_parser!(Format))
                    .action(ArgAction::Append)
                    .help_heading("Output")
                    .help("The format of the report. Repeatable, each with the --output that follows it")
                    .long_help(
                        "The format of the report. Repeatable, each with the --output that follows it. Default: \
                         github in GitHub Actions and azure in Azure DevOps, unless the output is a terminal; human \
                         elsewhere.",
                    ),
            )
            .arg(
                Arg::new("output")
                    .long("output")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .action(ArgAction::Append)
                    .help_heading("Output")
                    .help("Write the --format before it to this file instead of standard output"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command as Verb};

    type Named = Vec<(Option<Format>, Option<PathBuf>)>;

    fn targets(args: &str) -> Result<Named, String> {
        let words = ["pbiauth", "doctor"].into_iter().chain(args.split_whitespace());
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        let Verb::Doctor(doctor) = cli.command else { unreachable!("doctor was parsed") };
        Ok(doctor.output.targets.iter().map(|target| (target.format, target.file.clone())).collect())
    }

    #[test]
    fn each_format_has_the_output_that_follows_it() {
        let file = |name: &str| Some(PathBuf::from(name));
        assert_eq!(targets(""), Ok(vec![(None, None)]));
        assert_eq!(targets("--output a"), Ok(vec![(None, file("a"))]));
        assert_eq!(targets("--output a --format json"), Ok(vec![(Some(Format::Json), file("a"))]));
        assert_eq!(targets("--format json --output -"), Ok(vec![(Some(Format::Json), None)]));
        assert_eq!(
            targets("--format junit --output a --format human --format sarif --output b"),
            Ok(vec![(Some(Format::Junit), file("a")), (Some(Format::Human), None), (Some(Format::Sarif), file("b"))])
        );
    }

    #[test]
    fn what_has_no_place_is_refused() {
        for args in ["--format json --format short", "--output a --output b", "--output a --format json --output b"] {
            let why = targets(args).expect_err(args);
            assert!(why.contains("--output") && why.contains("--help"), "{why}");
        }
    }
}
