//! `guildhall config …`

use std::path::Path;

use serde_json::{Value, json};
use service_kit::Entropy;
use service_kit::settings::{Origin, RawSettings, in_full};
use service_kit::traces::STANDARD_VARIABLES;

use crate::CommandError;
use crate::command_line::{ConfigCommand, Output, Served};
use crate::compose::{self, Parts};
use crate::say::say;
use crate::settings::{CATALOG, Environment, Settings};

pub fn run(settings_file: Option<&Path>, command: ConfigCommand, output: Output) -> Result<(), CommandError> {
    match command {
        ConfigCommand::Check { what } => check(settings_file, what, output),
        ConfigCommand::Print => print(settings_file, output),
    }
}

fn check(settings_file: Option<&Path>, what: Served, output: Output) -> Result<(), CommandError> {
    let mut settings = Settings::read(settings_file, Environment::Production)?;
    if settings.environment == Environment::Dev {
        settings.assume_dev(settings.http_listen, &Entropy::system())?;
    }
    compose::check(&settings, &Parts::new(&settings)?, what)?;
    match output {
        Output::Json => say!("{}", json!({ "usable": true })),
        Output::Text => say!("the settings can be used"),
    }
    Ok(())
}

/// Settings that cannot be used are shown all the same: that is when somebody looks at them.
fn print(settings_file: Option<&Path>, output: Output) -> Result<(), CommandError> {
    let written = Settings::written(settings_file)?;
    let known = CATALOG.iter().map(|known| (known.name, known.default, known.is_secret));
    let unknown = written.rest().filter(|(name, _, _)| CATALOG.iter().all(|known| known.name != *name));
    let unknown: Vec<_> = unknown.map(|(name, _, _)| (name, "", true)).collect();
    for (name, default, is_secret) in known.chain(unknown.iter().copied()) {
        let set = written.rest().find(|(other, _, _)| *other == name);
        let is_unknown = unknown.iter().any(|(other, _, _)| *other == name);
        let origin = match set {
            _ if is_unknown => "unknown setting".to_owned(),
            Some((_, _, origin)) => in_words(origin, name, settings_file),
            None => "default".to_owned(),
        };
        let shown = match set {
            Some(_) if is_secret => None,
            Some((_, value, _)) => Some(value),
            None => Some(default),
        };
        match output {
            Output::Json => {
                let value = shown.map_or(Value::Null, Value::from);
                say!(
                    "{}",
                    json!({ "setting": in_full(name), "value": value, "hidden": shown.is_none(), "origin": origin })
                );
            }
            Output::Text => say!("{:42}  {}  ({origin})", in_full(name), one_line(shown.unwrap_or("(hidden)"))),
        }
    }
    print_standard(&written, output);
    Ok(())
}

/// Variables that do not begin with our name.
fn print_standard(written: &RawSettings, output: Output) {
    for (name, default, may_be_shown) in STANDARD_VARIABLES {
        let set = written.standard(name);
        let origin = if set.is_some() { name } else { "default" };
        let shown = set.map_or(Some(default), |value| may_be_shown.then_some(value));
        match output {
            Output::Json => {
                say!("{}", json!({ "setting": name, "value": shown, "hidden": shown.is_none(), "origin": origin }));
            }
            Output::Text => say!("{name:42}  {}  ({origin})", one_line(shown.unwrap_or("(hidden)"))),
        }
    }
}

fn in_words(origin: &Origin, name: &str, settings_file: Option<&Path>) -> String {
    match origin {
        Origin::SettingsFile => settings_file.unwrap_or(Path::new("")).display().to_string(),
        Origin::Variable => in_full(name),
        Origin::FileOfItsOwn(path) => path.display().to_string(),
    }
}

/// The first line of a value, such as a certificate's, and that there are more.
fn one_line(value: &str) -> String {
    match value.split_once('\n') {
        Some((first, _)) => format!("{first} …"),
        None => value.to_owned(),
    }
}
