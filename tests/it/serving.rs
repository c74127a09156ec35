//! `pbiauth sim` as its user ends it: nothing is left behind.

#[cfg(target_os = "linux")]
#[test]
fn the_temporary_folder_goes_however_the_tenant_is_ended() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    for signal in ["-INT", "-TERM", "-HUP"] {
        let folder = tempfile::tempdir().expect("a folder");
        let left = || std::fs::read_dir(folder.path()).expect("the folder").count();
        // Under `nohup` the tests ignore that their terminal is closed, and what they start would too.
        let mut sim = Command::new("env");
        sim.args(["--default-signal=HUP", env!("CARGO_BIN_EXE_pbiauth"), "sim"])
            .env_clear()
            .env("TMPDIR", folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut sim = sim.spawn().expect("the command starts");
        let out = BufReader::new(sim.stdout.take().expect("standard output"));
        assert!(out.lines().map_while(Result::ok).any(|line| line == "READY"), "it serves");
        assert_eq!(left(), 1, "its files are in a folder");
        assert!(Command::new("kill").args([signal, &sim.id().to_string()]).status().expect("kill").success());
        assert_eq!(sim.wait().expect("an end").code(), Some(0), "{signal}");
        assert_eq!(left(), 0, "{signal}");
    }
}
