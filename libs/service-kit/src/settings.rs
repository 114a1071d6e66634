//! Settings as written: from a TOML file and the environment, each with the place it came from.
//! Reading them into typed settings takes them out; what is left over is a mistake.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;

const PREFIX: &str = "GUILDHALL_";
/// Variables that every program reads which sends traces.
const STANDARD: &str = "OTEL_";

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

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The settings file.
    SettingsFile,
    /// A variable of the environment.
    Variable,
    /// This file, which a variable or the settings file names.
    FileOfItsOwn(PathBuf),
}

/// Raw settings by name, without the prefix and in lower case. The environment wins over the file.
pub struct RawSettings {
    values: BTreeMap<String, (String, Origin)>,
    known: Vec<&'static str>,
    standard: BTreeMap<String, String>,
}

impl RawSettings {
    /// Collects the `GUILDHALL_…` variables among `environment`, over the top-level keys of `file`. Either way `…_FILE` names a file
    /// that holds the value; one line break at its end is not part of it. A value given in both ways is refused.
    pub fn collect(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut values = match file {
            Some(path) => resolved(written_in(path)?, &Origin::SettingsFile)?,
            None => BTreeMap::new(),
        };
        let (standard, environment): (Vec<_>, Vec<_>) = environment.partition(|(name, _)| name.starts_with(STANDARD));
        let variables = environment
            .into_iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_lowercase(), value)));
        values.extend(resolved(variables.collect(), &Origin::Variable)?);
        let standard = standard.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        Ok(Self { values, known: Vec::new(), standard })
    }

    /// Every value that nobody has taken out yet, with where it comes from. It may be a secret.
    pub fn rest(&self) -> impl Iterator<Item = (&str, &str, &Origin)> {
        let rest = self.values.iter().filter(|(_, (value, _))| !value.is_empty());
        rest.map(|(name, (value, origin))| (name.as_str(), value.as_str(), origin))
    }

    /// The value of an `OTEL_…` variable, which has no other place than the environment; `None` when it is absent or empty.
    pub fn standard(&self, name: &str) -> Option<&str> {
        self.standard.get(name).map(String::as_str)
    }

    /// The names that were asked for, in that order.
    pub fn known(&self) -> &[&'static str] {
        &self.known
    }

    /// Takes a setting out; `None` when it is absent or empty.
    pub fn take(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        self.values.remove(name).map(|(value, _)| value).filter(|value| !value.is_empty())
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

/// What is written in a settings file.
fn written_in(path: &Path) -> Result<BTreeMap<String, String>, SettingsError> {
    let unreadable = |problem: String| SettingsError::File { file: path.display().to_string(), problem };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| unreadable(error.message().to_owned()))?;
    let mut written = BTreeMap::new();
    for (name, value) in table {
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(_) | toml::Value::Boolean(_) => value.to_string(),
            _ => return Err(invalid(&name, "must be a string, a number or a boolean")),
        };
        written.insert(name.to_lowercase(), value);
    }
    Ok(written)
}

/// The values themselves, where files hold them.
fn resolved(
    written: BTreeMap<String, String>,
    origin: &Origin,
) -> Result<BTreeMap<String, (String, Origin)>, SettingsError> {
    let mut values = BTreeMap::new();
    for (name, value) in &written {
        let Some(of_file) = name.strip_suffix("_file") else {
            values.entry(name.clone()).or_insert_with(|| (value.clone(), origin.clone()));
            continue;
        };
        // Whoever passes every variable on passes on those that are not set as well.
        if value.is_empty() {
            continue;
        }
        if written.get(of_file).is_some_and(|value| !value.is_empty()) {
            return Err(invalid(name, format!("and {} are both set; keep one of them", in_full(of_file))));
        }
        let text = std::fs::read_to_string(value).map_err(|error| invalid(name, error))?;
        let text = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        values.insert(of_file.to_owned(), (text.to_owned(), Origin::FileOfItsOwn(PathBuf::from(value))));
    }
    Ok(values)
}

/// A value that does not fit, named as in the environment.
pub fn invalid(name: &str, problem: impl Display) -> SettingsError {
    SettingsError::Invalid { name: in_full(name), problem: problem.to_string() }
}

/// A setting that is needed, named as in the environment.
pub fn missing(name: &str, why: &str) -> SettingsError {
    SettingsError::Missing { name: in_full(name), why: why.to_owned() }
}

/// The name of a setting in the environment.
pub fn in_full(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}
