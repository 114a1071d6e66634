//! What members say about their organization.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::profile_field::ProfileField;

/// Largest JSON encoding of the metadata, in bytes.
const LARGEST_METADATA: usize = 16 * 1024;
/// Levels below the object itself. Messages nest three times as deep, whoever reads one gives up at 100, and
/// an organization that cannot be read takes the lists of all its members with it.
const DEEPEST_METADATA: usize = 16;

/// The fields that are set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Text fields; one that is not set is absent.
    pub texts: BTreeMap<ProfileField, String>,
    /// A JSON object of the organization's own.
    pub metadata: Option<Metadata>,
}

/// A JSON object of at most 16 kB when encoded, not nested deeper than 16 levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(Map<String, Value>);

/// The object is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataProblem {
    /// Its encoding is too long.
    #[error("must be at most 16 kB when encoded as JSON")]
    TooLarge,
    /// It holds objects or arrays in too many others.
    #[error("must not be nested deeper than 16 levels")]
    TooDeep,
}

impl Metadata {
    /// Accepts an object that is small and flat enough.
    pub fn new(object: Map<String, Value>) -> Result<Self, MetadataProblem> {
        if object.values().any(|value| !fits_into(value, DEEPEST_METADATA)) {
            return Err(MetadataProblem::TooDeep);
        }
        let object = Value::Object(object);
        let size = object.to_string().len();
        match object {
            Value::Object(object) if size <= LARGEST_METADATA => Ok(Self(object)),
            _ => Err(MetadataProblem::TooLarge),
        }
    }

    /// The object.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// Whether the value with all that is in it takes no more than so many levels.
fn fits_into(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else { return false };
    match value {
        Value::Array(elements) => elements.iter().all(|element| fits_into(element, below)),
        Value::Object(object) => object.values().all(|value| fits_into(value, below)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Fields to change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProfileChange {
    /// Texts to set; an empty one clears its field.
    pub texts: BTreeMap<ProfileField, String>,
    /// Replaces the metadata whole; an empty object clears it.
    pub metadata: Option<Metadata>,
}

impl Profile {
    /// The profile after the change.
    #[must_use]
    pub fn changed(mut self, change: ProfileChange) -> Self {
        self.texts.extend(change.texts);
        self.texts.retain(|_, text| !text.is_empty());
        if let Some(metadata) = change.metadata {
            self.metadata = Some(metadata).filter(|metadata| !metadata.0.is_empty());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(entries: &[(ProfileField, &str)]) -> BTreeMap<ProfileField, String> {
        entries.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
    }

    fn metadata(value: Value) -> Metadata {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_change_sets_what_it_names_and_keeps_the_rest() {
        let before = Profile {
            texts: texts(&[(ProfileField::City, "Bern"), (ProfileField::Country, "CH")]),
            metadata: Some(metadata(json!({ "a": 1 }))),
        };
        let change =
            ProfileChange { texts: texts(&[(ProfileField::City, ""), (ProfileField::State, "BE")]), metadata: None };
        let after = before.changed(change);
        assert_eq!(after.texts, texts(&[(ProfileField::State, "BE"), (ProfileField::Country, "CH")]));
        assert_eq!(after.metadata, Some(metadata(json!({ "a": 1 }))));
    }

    #[test]
    fn metadata_is_replaced_whole_and_cleared_by_an_empty_object() {
        let before = Profile { metadata: Some(metadata(json!({ "a": 1 }))), ..Profile::default() };
        let change = ProfileChange { metadata: Some(metadata(json!({ "b": 2 }))), ..ProfileChange::default() };
        let after = before.changed(change);
        assert_eq!(after.metadata, Some(metadata(json!({ "b": 2 }))));
        let change = ProfileChange { metadata: Some(metadata(json!({}))), ..ProfileChange::default() };
        assert_eq!(after.changed(change).metadata, None);
    }

    #[test]
    fn metadata_is_bounded_as_encoded() {
        let fits = Map::from_iter([("k".to_owned(), json!("x".repeat(LARGEST_METADATA - 8)))]);
        assert!(Metadata::new(fits).is_ok());
        let escaped = Map::from_iter([("k".to_owned(), json!("\"".repeat(LARGEST_METADATA / 2)))]);
        assert_eq!(Metadata::new(escaped), Err(MetadataProblem::TooLarge));
    }

    #[test]
    fn metadata_is_bounded_in_depth() {
        let nested = |levels| {
            let inner = (1..levels)
                .fold(json!(0), |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({ "k": inner }) });
            Metadata::new(Map::from_iter([("k".to_owned(), inner)])).map(|_| ())
        };
        assert_eq!(nested(16), Ok(()));
        assert_eq!(nested(17), Err(MetadataProblem::TooDeep));
    }
}
