//! Settings for tests that make a process die at a chosen place and start another one later. Only builds with debug
//! assertions know them; to a release build they are unknown settings.

use service_kit::settings::{RawSettings, SettingsError};
use service_kit::{Clock, Microservice};

#[cfg(debug_assertions)]
use {service_kit::fail_points::FailPoints, service_kit::settings::invalid, std::time::Duration};

/// How this run differs from a real one.
pub struct Rehearsal {
    #[cfg(debug_assertions)]
    fail_points: Option<FailPoints>,
    #[cfg(debug_assertions)]
    clock_ahead: Option<Duration>,
}

#[cfg(debug_assertions)]
impl Rehearsal {
    pub fn read(raw: &mut RawSettings) -> Result<Self, SettingsError> {
        let clock_ahead = raw.parse("clock_ahead_seconds")?.map(Duration::from_secs);
        Ok(Self { fail_points: raw.parse("fail_point")?, clock_ahead })
    }

    /// Refused where people rely on the product.
    pub fn check(&self, is_production: bool) -> Result<(), SettingsError> {
        match self {
            Self { fail_points: Some(_), .. } if is_production => Err(invalid("fail_point", "is for dev alone")),
            Self { clock_ahead: Some(_), .. } if is_production => {
                Err(invalid("clock_ahead_seconds", "is for dev alone"))
            }
            _ => Ok(()),
        }
    }

    pub fn clock(&self) -> Clock {
        self.clock_ahead.map_or_else(Clock::system, Clock::ahead)
    }

    /// Work of a command, as a call of this name.
    pub async fn around<F: Future>(&self, call: String, work: F) -> F::Output {
        match &self.fail_points {
            Some(points) => points.clone().run(call, work).await,
            None => work.await,
        }
    }

    /// The service as it is to be served.
    pub fn of(&self, service: Microservice) -> Microservice {
        match &self.fail_points {
            Some(points) => service.fail_at(points),
            None => service,
        }
    }
}

#[cfg(not(debug_assertions))]
impl Rehearsal {
    pub fn read(_: &mut RawSettings) -> Result<Self, SettingsError> {
        Ok(Self {})
    }

    pub fn check(&self, _: bool) -> Result<(), SettingsError> {
        Ok(())
    }

    pub fn clock(&self) -> Clock {
        Clock::system()
    }

    pub async fn around<F: Future>(&self, _: String, work: F) -> F::Output {
        work.await
    }

    pub fn of(&self, service: Microservice) -> Microservice {
        service
    }
}
