//! Names that people give themselves.

const LONGEST: usize = 100;

/// A given, family or display name: trimmed, 1 to 100 characters, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

/// The text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// More than 100 characters.
    #[error("must have at most 100 characters")]
    TooLong,
    /// A line break, a NUL or the like.
    #[error("must not contain control characters")]
    ControlCharacter,
}

impl PersonName {
    /// Reads a name; blank text is no name, which is fine.
    pub fn parse(text: &str) -> Result<Option<Self>, NotAName> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(NotAName::ControlCharacter);
        }
        if text.chars().count() > LONGEST {
            return Err(NotAName::TooLong);
        }
        Ok(Some(text).filter(|text| !text.is_empty()).map(|text| Self(text.to_owned())))
    }

    /// The name, for a column.
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_blank_ones_are_none() {
        assert_eq!(PersonName::parse("  Zoë  "), Ok(Some(PersonName("Zoë".to_owned()))));
        assert_eq!(PersonName::parse("   "), Ok(None));
    }

    #[test]
    fn names_have_at_most_a_hundred_characters_and_no_control_character() {
        assert!(PersonName::parse(&"ß".repeat(100)).is_ok());
        assert_eq!(PersonName::parse(&"ß".repeat(101)), Err(NotAName::TooLong));
        assert_eq!(PersonName::parse("a\0b"), Err(NotAName::ControlCharacter));
    }
}
