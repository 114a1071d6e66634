//! Settings as written: from a TOML file and the environment, each with the place it came from.
//! Reading them into typed settings takes them out; what is left over is a mistake.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

const PREFIX: &str = "GUILDHALL_";

/// A setting cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the settings file {file} cannot be read: {problem}")]
    File {
        /// The file that was named.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// Nobody knows the setting.
    #[error("unknown setting {name}{}", did_you_mean.as_ref().map(|known| format!("; did you mean {known}?")).unwrap_or_default())]
    Unknown {
        /// The name as it was written.
        name: String,
        /// The known name that is most like it.
        did_you_mean: Option<String>,
    },
    /// The value does not fit. The value itself is not repeated: it may be a secret.
    #[error("{name} {problem}")]
    Invalid {
        /// The setting's name.
        name: String,
        /// What is wrong with its value.
        problem: String,
    },
    /// The setting is needed here.
    #[error("{name} is not set: {why}")]
    Missing {
        /// The setting's name.
        name: String,
        /// What it is needed for.
        why: String,
    },
}

/// Raw settings by name, without the prefix and in lower case. The environment wins over the file.
pub struct RawSettings {
    values: BTreeMap<String, String>,
    known: Vec<&'static str>,
}

impl RawSettings {
    /// Collects the `GUILDHALL_…` variables among `environment`, over the top-level keys of `file`. A variable
    /// `GUILDHALL_…_FILE` names a file that holds the value.
    pub fn collect(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut values = BTreeMap::new();
        if let Some(path) = file {
            let unreadable = |problem: String| SettingsError::File { file: path.display().to_string(), problem };
            let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
            let table: toml::Table =
                text.parse().map_err(|error: toml::de::Error| unreadable(error.message().to_owned()))?;
            for (name, value) in table {
                let value = match value {
                    toml::Value::String(text) => text,
                    toml::Value::Integer(_) | toml::Value::Boolean(_) => value.to_string(),
                    _ => return Err(invalid(&name, "must be a string, a number or a boolean")),
                };
                values.insert(name.to_lowercase(), value);
            }
        }
        for (name, value) in environment {
            let Some(name) = name.strip_prefix(PREFIX).map(str::to_lowercase) else { continue };
            match name.strip_suffix("_file") {
                // Secrets are mounted as files; the line break at their end is not part of them.
                Some(of_file) => {
                    let text = std::fs::read_to_string(&value).map_err(|error| invalid(&name, error))?;
                    values.insert(of_file.to_owned(), text.trim_end().to_owned());
                }
                None => {
                    values.insert(name, value);
                }
            }
        }
        Ok(Self { values, known: Vec::new() })
    }

    /// Takes a setting out; `None` when it is absent or empty.
    pub fn take(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        self.values.remove(name).filter(|value| !value.is_empty())
    }

    /// Takes a setting out and parses it.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> Result<Option<T>, SettingsError> {
        self.take(name).map(|value| value.parse().map_err(|problem: T::Err| invalid(name, problem))).transpose()
    }

    /// Takes a setting out and parses it with this function.
    pub fn parse_with<T, E: Display>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, SettingsError> {
        self.take(name).map(|value| parse(&value).map_err(|problem| invalid(name, problem))).transpose()
    }

    /// Takes a setting out, parses it, or uses the default.
    pub fn parse_or<T: FromStr<Err: Display>>(&mut self, name: &'static str, default: T) -> Result<T, SettingsError> {
        Ok(self.parse(name)?.unwrap_or(default))
    }

    /// Refuses whatever nobody took, naming the known setting that is most like it.
    pub fn finish(self) -> Result<(), SettingsError> {
        let Some((unknown, _)) = self.values.into_iter().next() else { return Ok(()) };
        let closest = self
            .known
            .iter()
            .map(|known| (strsim::jaro_winkler(&unknown, known), known))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|(one, _), (other, _)| one.total_cmp(other));
        Err(SettingsError::Unknown { name: in_full(&unknown), did_you_mean: closest.map(|(_, known)| in_full(known)) })
    }
}

/// A value that does not fit, named as in the environment.
pub fn invalid(name: &str, problem: impl Display) -> SettingsError {
    SettingsError::Invalid { name: in_full(name), problem: problem.to_string() }
}

/// A setting that is needed, named as in the environment.
pub fn missing(name: &str, why: &str) -> SettingsError {
    SettingsError::Missing { name: in_full(name), why: why.to_owned() }
}

fn in_full(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}
