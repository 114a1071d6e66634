//! Names that people give themselves.

use service_kit::shown_text::{can_be_seen, stays_in_its_place};

const LONGEST: usize = 100;

/// A given, family or display name: trimmed, 1 to 100 characters, on one line. It is put into mails to strangers, so it may
/// not disturb what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

/// The text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// More than 100 characters.
    #[error("must have at most 100 characters")]
    TooLong,
    /// A line break, a NUL, a change of direction or the like.
    #[error("must not contain control characters")]
    ControlCharacter,
}

impl PersonName {
    /// Reads a name; text of which nothing can be seen is no name, which is fine.
    pub fn parse(text: &str) -> Result<Option<Self>, NotAName> {
        let text = text.trim();
        if !stays_in_its_place(text) {
            return Err(NotAName::ControlCharacter);
        }
        if text.chars().count() > LONGEST {
            return Err(NotAName::TooLong);
        }
        Ok(Some(text).filter(|text| can_be_seen(text)).map(|text| Self(text.to_owned())))
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

    #[test]
    fn a_name_cannot_change_how_the_mail_around_it_reads() {
        for name in ["gnp\u{202e}exe", "a\u{2028}Bcc: b", "a\u{2066}b", "support\u{200b}"] {
            assert_eq!(PersonName::parse(name), Err(NotAName::ControlCharacter), "{name:?}");
        }
        assert_eq!(PersonName::parse("\u{3164}\u{200d}"), Ok(None));
        assert!(PersonName::parse("می\u{200c}خواهم").is_ok());
    }
}
