//! The text fields that members may fill in for their organization, and what each takes.

use mail::Address;
use serde::{Deserialize, Serialize};

/// A text field of an organization's profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileField {
    /// What the organization says of itself; may have several lines.
    Description,
    /// URL of a picture.
    LogoUrl,
    /// URL of its pages.
    Website,
    /// E-mail address.
    ContactEmail,
    /// Telephone number, in any notation.
    ContactPhone,
    /// Street and number.
    Address,
    /// City.
    City,
    /// State or province.
    State,
    /// Country.
    Country,
    /// Postal code.
    PostalCode,
}

impl ProfileField {
    /// Every field.
    pub const ALL: [Self; 10] = [
        Self::Description,
        Self::LogoUrl,
        Self::Website,
        Self::ContactEmail,
        Self::ContactPhone,
        Self::Address,
        Self::City,
        Self::State,
        Self::Country,
        Self::PostalCode,
    ];

    /// Whether it may well name a person.
    pub const fn is_about_people(self) -> bool {
        matches!(self, Self::ContactEmail | Self::ContactPhone | Self::Address)
    }

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::LogoUrl => "logo_url",
            Self::Website => "website",
            Self::ContactEmail => "contact_email",
            Self::ContactPhone => "contact_phone",
            Self::Address => "address",
            Self::City => "city",
            Self::State => "state",
            Self::Country => "country",
            Self::PostalCode => "postal_code",
        }
    }

    const fn longest(self) -> usize {
        match self {
            Self::Description => 1000,
            Self::LogoUrl | Self::Website => 2048,
            Self::ContactEmail => 254,
            Self::ContactPhone => 40,
            Self::Address => 200,
            Self::City | Self::State | Self::Country => 100,
            Self::PostalCode => 20,
        }
    }

    /// Reads what is to stand in the field; empty clears it.
    pub fn parse(self, text: &str) -> Result<String, String> {
        let text = text.trim();
        if text.chars().count() > self.longest() {
            return Err(format!("must have at most {} characters", self.longest()));
        }
        let may_break_lines = self == Self::Description;
        if text.chars().any(|character| character.is_control() && !(may_break_lines && "\n\r\t".contains(character))) {
            return Err("must not contain control characters".to_owned());
        }
        match self {
            _ if text.is_empty() => {}
            Self::LogoUrl | Self::Website if !is_web_address(text) => {
                return Err("must be a URL that begins with https:// or http://".to_owned());
            }
            Self::ContactEmail => {
                Address::parse(text).map_err(|_| "must be an e-mail address such as office@example.com".to_owned())?;
            }
            _ => {}
        }
        Ok(text.to_owned())
    }
}

/// An absolute http(s) URL (RFC 3986) with a host and no user; pages link to it, nothing fetches it.
fn is_web_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return false;
    }
    if rest.chars().any(|character| character.is_whitespace() || r#""<>\^`{|}"#.contains(character)) {
        return false;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let starts_like_a_host = authority.starts_with(|first: char| first.is_alphanumeric() || first == '[');
    starts_like_a_host && !authority.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_linked() {
        for good in ["https://example.com", "HTTP://example.com:8080/a?b=c#d", "https://münchen.example/ä"] {
            assert!(ProfileField::Website.parse(good).is_ok(), "{good}");
        }
        for bad in
            ["example.com", "javascript:alert(1)", "javascript://x\n", "ftp://example.com", "https://", "https:///a"]
        {
            assert!(ProfileField::LogoUrl.parse(bad).is_err(), "{bad}");
        }
        assert!(ProfileField::Website.parse("https://user@example.com").is_err());
        assert!(ProfileField::Website.parse("https://example.com/\"onload").is_err());
    }

    #[test]
    fn fields_are_bounded_in_characters() {
        assert!(ProfileField::Description.parse(&"ä".repeat(1000)).is_ok());
        assert!(ProfileField::Description.parse(&"ä".repeat(1001)).is_err());
        assert!(ProfileField::PostalCode.parse(&"1".repeat(21)).is_err());
    }

    #[test]
    fn only_a_description_has_lines() {
        assert!(ProfileField::Description.parse("one\r\ntwo").is_ok());
        assert!(ProfileField::City.parse("one\ntwo").is_err());
        assert!(ProfileField::Description.parse("nul\0").is_err());
    }

    #[test]
    fn an_empty_text_clears_any_field() {
        assert_eq!(ProfileField::ContactEmail.parse(" ").unwrap(), "");
        assert_eq!(ProfileField::Website.parse("").unwrap(), "");
    }

    #[test]
    fn a_contact_address_is_one_address() {
        assert!(ProfileField::ContactEmail.parse("office@example.com").is_ok());
        assert!(ProfileField::ContactEmail.parse("office").is_err());
        assert!(ProfileField::ContactEmail.parse("a@example.com, b@example.com").is_err());
    }
}
