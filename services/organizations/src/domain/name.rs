//! The display name of an organization.

const LONGEST: usize = 100;

/// 1 to 100 characters without control characters, trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationName(String);

/// The text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 100 characters, without control characters")]
pub struct NotAName;

impl OrganizationName {
    /// Trims and reads a name.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let text = text.trim();
        let is_long_enough = (1..=LONGEST).contains(&text.chars().count());
        if !is_long_enough || text.chars().any(char::is_control) {
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
}
