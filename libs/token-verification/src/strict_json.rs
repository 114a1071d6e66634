//! What serde would let pass in JSON and a verifier must not: `null` for absent, arrays for objects, doubled members.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{CowStrDeserializer, MapAccessDeserializer, UnitDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Reads an optional member that, when present, holds a value.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads an optional member that, when present, holds an object.
pub(crate) fn present_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    object(deserializer).map(Some)
}

/// Reads a struct from an object only; derived implementations would take an array of the fields' values too.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(OnlyObject(PhantomData))
}

/// Like [`parse_object`] in one pass, for a struct whose objects are all read by the functions of this file.
pub(crate) fn parse_claims<'de, T: Deserialize<'de>>(document: &'de [u8]) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(document);
    let value = object(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Parses a document that is one object without a doubled member at any depth.
pub(crate) fn parse_object<'de, T: Deserialize<'de>>(document: &'de [u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice::<WithoutDoubles>(document)?;
    let mut deserializer = serde_json::Deserializer::from_slice(document);
    let value = object(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

struct OnlyObject<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyObject<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let watched = Watched { members: map, latest: Cow::Borrowed(""), ignored: Names::default() };
        T::deserialize(MapAccessDeserializer::new(watched))
    }
}

/// The members of an object on their way to a struct. The struct itself refuses what it knows and finds doubled, so only the
/// names of what it ignores are kept.
struct Watched<'de, A> {
    members: A,
    latest: Cow<'de, str>,
    ignored: Names<'de>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Watched<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some(Name(name)) = self.members.next_key()? else { return Ok(None) };
        self.latest = name.clone();
        seed.deserialize(CowStrDeserializer::new(name)).map(Some)
    }

    /// What takes no room is what the struct ignores (`IgnoredAny`): nobody but us would look inside.
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        if size_of::<V::Value>() > 0 {
            return self.members.next_value_seed(seed);
        }
        self.ignored.add(std::mem::take(&mut self.latest))?;
        self.members.next_value::<WithoutDoubles>()?;
        seed.deserialize(UnitDeserializer::new())
    }
}

/// So many names are faster compared than hashed.
const FEW: usize = 32;

/// The names in one object.
#[derive(Default)]
struct Names<'de> {
    first: Vec<Cow<'de, str>>,
    further: HashSet<Cow<'de, str>>,
}

impl<'de> Names<'de> {
    fn add<E: Error>(&mut self, name: Cow<'de, str>) -> Result<(), E> {
        let is_new = !self.first.contains(&name)
            && if self.first.len() < FEW {
                self.first.push(name);
                true
            } else {
                self.further.insert(name)
            };
        if is_new { Ok(()) } else { Err(E::custom("a member is doubled")) }
    }
}

struct WithoutDoubles;

impl<'de> Deserialize<'de> for WithoutDoubles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member's name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

impl<'de> Visitor<'de> for WithoutDoubles {
    type Value = Self;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON without doubled members")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut seen = Names::default();
        while let Some(Name(name)) = members.next_key()? {
            seen.add(name)?;
            members.next_value::<Self>()?;
        }
        Ok(self)
    }
}
