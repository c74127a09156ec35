//! Where reports go: several forms in one run, files that are whole or not there, build servers, closed pipes.

use std::path::Path;

use clap::ValueEnum as _;
use pbiauth::report::Format;

use super::formats::word;
use super::support::pbiauth;

fn run(args: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let output = pbiauth().args(args).current_dir(folder).output().expect("output");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code(), stdout, stderr)
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_form_in_one_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut args = vec!["doctor".to_owned(), "--sim".to_owned(), "token/secret-expired".to_owned()];
    for format in Format::value_variants() {
        let word = word(*format);
        args.extend(["--format".to_owned(), word.clone(), "--output".to_owned(), format!("report.{word}")]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (code, stdout, stderr) = run(&args, folder.path());
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(1), "", ""));
    for format in Format::value_variants() {
        let one = run(&["doctor", "--sim", "token/secret-expired", "--format", &word(*format)], folder.path());
        let file = std::fs::read_to_string(folder.path().join(format!("report.{}", word(*format)))).expect("a file");
        assert_eq!((one.0, one.1), (Some(1), file), "{format:?}");
    }
    assert_eq!(names(folder.path()).len(), Format::value_variants().len(), "nothing is left behind");
}

#[test]
fn the_exit_code_is_one_in_every_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = [("healthy", "error", 0), ("network/unreachable", "error", 4), ("token/secret-expired", "never", 0)];
    for (scenario, fail_on, wanted) in runs {
        for format in Format::value_variants() {
            let word = word(*format);
            let args = ["doctor", "--sim", scenario, "--fail-on", fail_on, "--format", &word];
            assert_eq!(run(&args, folder.path()).0, Some(wanted), "{scenario} {format:?}");
        }
    }
}

#[test]
fn two_forms_have_two_places() {
    let folder = tempfile::tempdir().expect("a folder");
    let same = ["doctor", "--sim", "--format", "json", "--output", "a", "--format", "short", "--output", "./a"];
    let (code, stdout, stderr) = run(&same, folder.path());
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("two formats") && stderr.contains("--output"), "{stderr}");
    let (code, _, stderr) = run(&["doctor", "--sim", "--format", "json", "--format", "short"], folder.path());
    assert_eq!(code, Some(2));
    assert!(stderr.contains("standard output"), "{stderr}");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    for place in [".", "no-such-folder/report.json"] {
        let (code, stdout, stderr) = run(&["doctor", "--sim", "--format", "json", "--output", place], folder.path());
        assert_eq!((code, stdout.as_str()), (Some(4), ""));
        assert!(stderr.contains("can't be written"), "{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = folder.path().join("report.html");
    std::fs::write(&old, "old").expect("a file");
    // A file may have no more than one block of the shell's.
    let line = format!(
        "trap '' XFSZ; ulimit -f 1; exec '{}' doctor --sim --format html --output report.html --format short",
        env!("CARGO_BIN_EXE_pbiauth")
    );
    let output =
        std::process::Command::new("sh").args(["-c", &line]).current_dir(folder.path()).output().expect("output");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("report.html can't be written"), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("pbiauth: "), "the other form is shown all the same");
    assert_eq!(std::fs::read_to_string(&old).expect("the file"), "old");
    assert_eq!(names(folder.path()), ["report.html"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_told() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    for format in Format::value_variants() {
        let output =
            pbiauth().args(["doctor", "--sim", "--format", &word(*format)]).stdout(full()).output().expect("output");
        assert_eq!(output.status.code(), Some(4), "{format:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("standard output can't be written"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    for option in ["--output", "--bundle"] {
        let (code, _, stderr) = run(&["doctor", "--sim", option, "/dev/full"], folder.path());
        assert_eq!(code, Some(4), "{option}: {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_a_link_and_a_folder_as_the_place_of_a_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let made = std::process::Command::new("mkfifo").arg(place("pipe")).status().expect("mkfifo");
    assert!(made.success());
    let read = {
        let pipe = place("pipe");
        std::thread::spawn(move || std::fs::read_to_string(pipe).expect("a report"))
    };
    let (code, _, stderr) = run(&["doctor", "--sim", "--format", "short", "--output", "pipe"], folder.path());
    assert_eq!(code, Some(0), "{stderr}");
    assert!(read.join().expect("the reader ends").starts_with("pbiauth: "), "a pipe gets the report and stays one");
    std::fs::write(place("kept"), "old").expect("a file");
    std::os::unix::fs::symlink(place("kept"), place("link")).expect("a link");
    let (code, ..) = run(&["doctor", "--sim", "--format", "short", "--output", "link"], folder.path());
    assert_eq!(code, Some(0));
    assert!(std::fs::read_to_string(place("kept")).expect("the file").starts_with("pbiauth: "));
    assert!(std::fs::symlink_metadata(place("link")).expect("the link").is_symlink());
    let (code, _, stderr) = run(&["doctor", "--sim", "--output", "."], folder.path());
    assert_eq!(code, Some(4), "{stderr}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    for format in Format::value_variants() {
        let mut child = pbiauth()
            .args(["doctor", "--sim", "-vv", "--format", &word(*format)])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the command ends");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{format:?}");
    }
}

#[test]
fn a_program_gets_its_form_when_the_run_could_not_be_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let args = ["diagnose", "no-such-file", "--format", "junit", "--output", "junit.xml", "--format", "human"];
    let (code, stdout, stderr) = run(&args, folder.path());
    assert_eq!((code, stdout.as_str()), (Some(4), ""));
    assert_eq!(stderr.matches("no-such-file").count(), 1, "{stderr}");
    let xml = std::fs::read_to_string(folder.path().join("junit.xml")).expect("a file");
    assert!(xml.contains("errors=\"1\"") && xml.contains("no-such-file can&#39;t be read"), "{xml}");
}

#[test]
fn build_servers_are_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "# Before\n\n").expect("a file");
    let shown = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = pbiauth();
        command.args(["doctor", "--sim", "token/secret-expired"]).args(args).envs(variables.iter().copied());
        String::from_utf8(command.output().expect("output").stdout).expect("text")
    };
    let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary.to_str().expect("a path"))];
    let text = shown(&github, &[]);
    assert!(text.contains("::error title=pbiauth%3A The client secret has expired"), "{text}");
    let text = std::fs::read_to_string(&summary).expect("the summary");
    assert!(text.starts_with("# Before\n\n# The client secret has expired"), "{text}");
    assert!(shown(&[("TF_BUILD", "True")], &[]).contains("##vso[task.logissue type=error;code=client-secret-expired]"));
    let named = shown(&github, &["--format", "human"]);
    assert!(!named.contains("::error"), "a form that is named is the one that is shown: {named}");
    assert_eq!(std::fs::read_to_string(&summary).expect("the summary"), text);
}

#[test]
fn completions_for_every_shell() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (code, script, _) = run(&["completions", shell], folder.path());
        assert_eq!(code, Some(0));
        assert!(script.contains("--fail-on") || script.contains("-l fail-on"), "{shell}");
    }
}

#[test]
fn a_manual_page_for_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, stdout, stderr) = run(&["man", "man1"], folder.path());
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "", ""));
    let pages = names(&folder.path().join("man1"));
    for page in ["pbiauth.1", "pbiauth-doctor.1", "pbiauth-diagnose.1", "pbiauth-rules-check.1"] {
        assert!(pages.contains(&page.to_owned()), "{pages:?}");
    }
    let doctor = std::fs::read_to_string(folder.path().join("man1/pbiauth-doctor.1")).expect("a page");
    assert!(doctor.contains("Exit codes") || doctor.contains("Examples"), "{doctor}");
}

#[test]
fn help_has_examples_and_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    for (args, words) in [
        (&["--help"][..], &["Examples:", "Exit codes:"][..]),
        (&["doctor", "--help"], &["Examples:", "Sign-in:", "Network:", "Output:"]),
        (&["doctor", "--help"], &["embed-customers:", "managed-identity:", "gcc-high:", "tenant-settings:"]),
        (&["diagnose", "--help"], &["Examples:", "Output:"]),
    ] {
        let (code, help, _) = run(args, folder.path());
        assert_eq!(code, Some(0));
        assert!(words.iter().all(|word| help.contains(word)), "{args:?}: {help}");
    }
}

#[test]
fn the_verdict_is_the_last_thing_on_a_screen() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, shown, _) = run(&["doctor", "--sim", "token/secret-expired", "--color", "never"], folder.path());
    let screen = shown.lines().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" ");
    for words in ["Problem: the client secret has expired (certain).", "App owner, in", "Retry: pbiauth doctor --only"]
    {
        assert!(screen.contains(words), "{words}: {shown}");
    }
    assert!(shown.starts_with("Problem: the client secret has expired"), "{shown}");
    let (_, quiet, _) = run(&["doctor", "--sim", "intent/shared-capacity-embeds", "-q"], folder.path());
    assert!(quiet.contains("Healthy, with 1 warning: the workspace is on shared capacity"), "{quiet}");
}

#[test]
fn a_step_of_nobody_and_a_text_that_shows_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, shown, _) = run(&["doctor", "--sim", "token/secret-just-made"], folder.path());
    assert!(shown.contains("No one needs to act. Wait two minutes") && !shown.contains("Nobody"), "{shown}");
    let (_, told, _) = run(&["doctor", "--sim", "token/secret-expired", "-v"], folder.path());
    assert!(told.contains("token.error.codes is 7000222"), "the path is told with -v: {told}");
}
