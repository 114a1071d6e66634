//! Instants in JSON.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use service_kit::Timestamp;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, filled};

/// RFC 3339 in UTC.
#[derive(Clone, Copy, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub(crate) struct Instant(Timestamp);

impl Instant {
    /// The instant that an answer must hold.
    pub(crate) fn of(field: Option<prost_types::Timestamp>, what: &'static str) -> Result<Self, Incomplete> {
        filled(field, what).map(Self::from)
    }
}

impl From<prost_types::Timestamp> for Instant {
    fn from(instant: prost_types::Timestamp) -> Self {
        Self(instant.into())
    }
}

impl From<Instant> for prost_types::Timestamp {
    fn from(Instant(instant): Instant) -> Self {
        instant.into()
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = Timestamp::parse_rfc3339(&text);
        instant.map(Self).ok_or_else(|| D::Error::custom("must be an instant such as 2030-01-31T12:00:00Z"))
    }
}
