//! Fields of a change.

use serde::{Deserialize, Deserializer};

/// A field that is there is set, null to what is empty.
pub(crate) fn null_clears<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::<T>::deserialize(deserializer).map(|value| Some(value.unwrap_or_default()))
}
