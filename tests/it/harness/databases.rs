//! The databases of a product that nobody has started.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::Storage;
use super::launch::{Ending, guildhall, run_to_its_end};
use super::product::usual_settings;

pub struct Databases {
    settings: BTreeMap<String, String>,
    _folder: TempDir,
}

impl Databases {
    /// None is there yet.
    pub fn unmade() -> Self {
        let folder = tempfile::Builder::new().prefix("guildhall-acceptance-").tempdir().expect("a temporary folder");
        let mut settings = usual_settings(&folder);
        settings.insert("GUILDHALL_ENVIRONMENT".to_owned(), "dev".to_owned());
        Self { settings, _folder: folder }
    }

    /// Runs one of the operator's commands over them, with settings of its own.
    pub async fn operate(&self, arguments: &[&str], own: &[(&str, &str)]) -> Ending {
        let settings = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        run_to_its_end(arguments, &settings.chain(own.iter().copied()).collect::<Vec<_>>()).await
    }

    /// The same, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let settings = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut command = guildhall(arguments, settings);
        command.stdin(Stdio::null());
        command
    }

    /// What a service has stored.
    pub async fn storage(&self, service: &str) -> Storage {
        Storage::of(&self.settings, service).await
    }
}

/// The lines of JSON among what was said.
pub fn json_lines(said: &str) -> Vec<Value> {
    said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
