//! A secret that a program prints: a password manager, a vault's command line.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A program is not waited for longer than this.
const LONGEST: Duration = Duration::from_secs(30);
/// The most that is read of what it prints, in bytes.
const MOST: u64 = 64 * 1024;

/// What a command line prints, without the line end at the end. It gets no standard input; what it complains of is not
/// kept, as it may hold the secret.
///
/// # Errors
/// Why there is nothing, in words that show nothing of what was printed.
pub(super) fn printed(words: &[String]) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("the command line is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{program} can't be run: {error}"))?;
    let bytes = read(&mut child, LONGEST);
    if bytes.is_err() {
        // It may have ended in this moment: then there is nothing to stop.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| format!("{program}: {error}"))?;
    let bytes = bytes.map_err(|why| format!("{program} {why}"))?;
    if !status.success() {
        return Err(format!("{program} failed: {status}"));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{program} printed something that isn't UTF-8 text"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn read(child: &mut Child, longest: Duration) -> Result<Vec<u8>, String> {
    let out = child.stdout.take().ok_or("has no output")?;
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = out.take(MOST + 1).read_to_end(&mut bytes).map(|_| bytes);
        // Nobody listens when the time was up.
        let _ = ended.send(read);
    });
    match end.recv_timeout(longest) {
        Ok(Ok(bytes)) if bytes.len() as u64 > MOST => {
            Err("printed more than 64 KiB, which is too long for a secret".to_owned())
        }
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(format!("can't be read: {error}")),
        Err(_) => Err(format!("didn't finish within {} s", longest.as_secs())),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn said(words: &[&str]) -> Result<String, String> {
        printed(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_program_prints_a_secret_or_is_told_by_name() {
        assert_eq!(said(&["echo", "a secret "]).as_deref(), Ok("a secret "));
        assert!(
            said(&["sh", "-c", "echo hunter2; exit 3"]).is_err_and(|why| why.contains('3') && !why.contains("hunter2"))
        );
        assert!(said(&["no-such-program-here"]).is_err_and(|why| why.contains("no-such-program-here")));
        assert!(said(&["head", "-c", "100000", "/dev/zero"]).is_err_and(|why| why.contains("more than")));
    }

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let mut child = Command::new("sleep").arg("60").stdout(Stdio::piped()).spawn().expect("a child");
        assert!(read(&mut child, Duration::from_millis(50)).is_err());
        child.kill().expect("killed");
        child.wait().expect("ended");
    }
}
