//! The display name of an organization.

use service_kit::shown_text::{can_be_seen, stays_in_its_place};

const LONGEST: usize = 100;

/// 1 to 100 characters, trimmed. It is put into mails to strangers, so it can be seen and does not disturb what
/// stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationName(String);

/// The text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 100 characters that can be seen, without control characters")]
pub struct NotAName;

impl OrganizationName {
    /// Trims and reads a name.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let text = text.trim();
        let is_short_enough = text.chars().count() <= LONGEST;
        if !is_short_enough || !can_be_seen(text) || !stays_in_its_place(text) {
            return Err(NotAName);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_counted_in_characters() {
        assert_eq!(OrganizationName::parse("  Ärzte \u{a0}").unwrap().as_str(), "Ärzte");
        assert!(OrganizationName::parse(&"ä".repeat(100)).is_ok());
        assert_eq!(OrganizationName::parse(&"ä".repeat(101)), Err(NotAName));
        assert_eq!(OrganizationName::parse("   "), Err(NotAName));
    }

    #[test]
    fn names_hold_no_control_characters() {
        assert_eq!(OrganizationName::parse("Ac\0me"), Err(NotAName));
        assert_eq!(OrganizationName::parse("Ac\u{1b}[31mme"), Err(NotAName));
    }

    #[test]
    fn names_can_be_seen_and_leave_the_mail_around_them_as_it_is() {
        for name in ["\u{200b}", "\u{3164}", "Acme\u{202e}exe", "Acme\u{2028}Bcc: b"] {
            assert_eq!(OrganizationName::parse(name), Err(NotAName), "{name:?}");
        }
        assert!(OrganizationName::parse("שלום \u{200f}ltd").is_ok());
    }
}
