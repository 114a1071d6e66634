//! How a process is asked about and how it stops.

use std::str::FromStr;
use std::time::Duration;

use service_kit::Trust;
use service_kit::reflection::Reflection;
use service_kit::settings::{RawSettings, SettingsError, invalid};

use super::Environment;

/// Longer than any balancer needs to hear that a process is leaving. Whoever stops it has to allow for 40 seconds beside the delay.
const LONGEST_DELAY: u64 = 60;
/// What Kubernetes needs, usually far less.
const DELAY_IN_PRODUCTION: u64 = 5;

/// Whom gRPC reflection answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReflectionSetting {
    Public,
    Authenticated,
    Off,
}

impl ReflectionSetting {
    pub fn read(raw: &mut RawSettings, environment: Environment) -> Result<Self, SettingsError> {
        let default = match environment {
            Environment::Dev => Self::Public,
            Environment::Production => Self::Authenticated,
        };
        raw.parse_or("reflection", default)
    }

    /// Those who are signed in are those whom `trust` believes.
    pub fn of(self, trust: &Trust) -> Reflection {
        match self {
            Self::Public => Reflection::Public,
            Self::Authenticated => Reflection::Authenticated(trust.clone()),
            Self::Off => Reflection::Off,
        }
    }
}

impl FromStr for ReflectionSetting {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "public" => Ok(Self::Public),
            "authenticated" => Ok(Self::Authenticated),
            "off" => Ok(Self::Off),
            _ => Err("must be public, authenticated or off"),
        }
    }
}

/// How long a process that was told to stop goes on serving, so that whoever sends calls to it hears that none should come.
pub fn shutdown_delay(raw: &mut RawSettings, environment: Environment) -> Result<Duration, SettingsError> {
    const NAME: &str = "shutdown_delay_seconds";
    let default = match environment {
        Environment::Dev => 0,
        Environment::Production => DELAY_IN_PRODUCTION,
    };
    match raw.parse_or(NAME, default)? {
        seconds @ 0..=LONGEST_DELAY => Ok(Duration::from_secs(seconds)),
        _ => Err(invalid(NAME, "must be 0 to 60")),
    }
}
