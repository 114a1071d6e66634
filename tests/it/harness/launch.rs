//! How the binary is started: nothing from the environment but what is said here.

use std::fs::File;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::eventually;

/// A program of the workspace, which a build puts beside this one.
pub fn program(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("the path of this program");
    let folder = this.parent().and_then(Path::parent).expect("target/<profile>/deps");
    let program = folder.join(name);
    assert!(program.is_file(), "{} is missing: run cargo build first", program.display());
    program
}

#[allow(clippy::disallowed_methods, reason = "the product needs nothing of our environment but this")]
fn path() -> Option<std::ffi::OsString> {
    std::env::var_os("PATH")
}

/// The product's binary with these arguments and exactly these settings.
pub fn guildhall<'a>(arguments: &[&str], settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Command {
    let mut command = Command::new(program("guildhall"));
    command.args(arguments).env_clear().envs(settings);
    if let Some(path) = path() {
        command.env("PATH", path);
    }
    command
}

/// A process that does not outlive its owner.
pub struct Process(pub Child);

impl Deref for Process {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Process {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails when it has ended, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How a run ended that was not meant to last.
pub struct Ending {
    pub code: Option<i32>,
    pub said: String,
}

/// It ended with this code; what it said.
#[track_caller]
pub fn ended(ending: &Ending, code: i32) -> &str {
    assert_eq!(ending.code, Some(code), "{}", ending.said);
    &ending.said
}

/// Runs the product's binary until it ends by itself.
pub async fn run_to_its_end(arguments: &[&str], settings: &[(&str, &str)]) -> Ending {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = folder.path().join("output");
    let file = File::create(&output).expect("a file for the output");
    let data = folder.path().join("data").display().to_string();
    let own = [("GUILDHALL_DATA_DIR", data.as_str())];
    // Settings given take the place of these.
    let child = guildhall(arguments, own.into_iter().chain(settings.iter().copied()))
        .stdin(Stdio::null())
        .stdout(file.try_clone().expect("a second handle"))
        .stderr(file)
        .spawn()
        .expect("the binary starts");
    let mut process = Process(child);
    let status = eventually("the program ends by itself", async || process.try_wait().expect("its status")).await;
    Ending { code: status.code(), said: std::fs::read_to_string(output).expect("its output") }
}
