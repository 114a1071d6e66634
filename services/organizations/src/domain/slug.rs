//! The unique short name of an organization.

use std::ops::RangeInclusive;

use crate::domain::look::look_of;

const LENGTH: RangeInclusive<usize> = 2..=40;
/// Room that a stem leaves for a hyphen and a suffix.
const LONGEST_STEM: usize = 31;

/// Words that would be mistaken for a part of the product.
const RESERVED: [&str; 34] = [
    "about",
    "account",
    "admin",
    "api",
    "app",
    "auth",
    "billing",
    "blog",
    "dashboard",
    "dev",
    "docs",
    "guildhall",
    "health",
    "help",
    "invitations",
    "invite",
    "login",
    "logout",
    "mail",
    "me",
    "new",
    "openapi",
    "orgs",
    "organizations",
    "root",
    "security",
    "settings",
    "signup",
    "static",
    "status",
    "support",
    "system",
    "webhooks",
    "www",
];

/// `[a-z0-9-]`, 2 to 40 characters, no hyphen at an edge, not shaped like a UUID, not reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

/// The text is not a slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlugProblem {
    /// Wrong length or characters.
    #[error("must be 2 to 40 lower-case letters, digits and hyphens, with no hyphen at either end")]
    Form,
    /// It would be mistaken for an id.
    #[error("must not look like a UUID")]
    LikeAnId,
    /// It would be mistaken for a part of the product.
    #[error("is a reserved word or looks like one; choose another")]
    Reserved,
}

impl Slug {
    /// Reads a slug as it stands; nothing is trimmed or repaired.
    pub fn parse(text: &str) -> Result<Self, SlugProblem> {
        WantedSlug::parse(text)?.unless_reserved()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// A slug that somebody wants for an organization. It may be reserved: words become so, and whoever has one keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSlug(String);

impl WantedSlug {
    /// Reads a slug as it stands; nothing is trimmed or repaired.
    pub fn parse(text: &str) -> Result<Self, SlugProblem> {
        let is_in_alphabet =
            text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !LENGTH.contains(&text.len()) || !is_in_alphabet || text.starts_with('-') || text.ends_with('-') {
            return Err(SlugProblem::Form);
        }
        if uuid::Uuid::try_parse(text).is_ok() {
            return Err(SlugProblem::LikeAnId);
        }
        Ok(Self(text.to_owned()))
    }

    /// The slug of an organization that has had this one until now.
    pub fn in_place_of(self, held: &str) -> Result<Slug, SlugProblem> {
        if self.0 == held { Ok(Slug(self.0)) } else { self.unless_reserved() }
    }

    fn unless_reserved(self) -> Result<Slug, SlugProblem> {
        let look = look_of(&self.0);
        if RESERVED.into_iter().any(|reserved| look_of(reserved) == look) {
            return Err(SlugProblem::Reserved);
        }
        Ok(Slug(self.0))
    }
}

/// What slugs made from a name or an address begin with.
#[derive(Clone, Debug)]
pub struct SlugStem(String);

impl SlugStem {
    /// Keeps ASCII letters and digits of `text`, or uses `fallback` when fewer than two are left.
    pub fn of(text: &str, fallback: &str) -> Self {
        let mut stem = String::new();
        for character in text.chars().flat_map(char::to_lowercase) {
            if character.is_ascii_alphanumeric() {
                stem.push(character);
            } else if !stem.is_empty() && !stem.ends_with('-') {
                stem.push('-');
            }
            if stem.len() == LONGEST_STEM {
                break;
            }
        }
        let stem = stem.trim_end_matches('-');
        Self(if stem.len() < *LENGTH.start() { fallback.to_owned() } else { stem.to_owned() })
    }

    /// The stem itself, unless it is no slug by itself.
    pub fn alone(&self) -> Option<Slug> {
        Slug::parse(&self.0).ok()
    }

    /// The stem and letters or digits that make it differ.
    pub fn with(&self, suffix: &str) -> Option<Slug> {
        Slug::parse(&format!("{}-{suffix}", self.0)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_have_one_narrow_form() {
        for good in ["ab", "acme-2", "0-0", &"a".repeat(40)] {
            assert_eq!(Slug::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "a", "-ab", "ab-", "Acme", "ac me", "ac_me", "ärzte", "a\0b", &"a".repeat(41)] {
            assert_eq!(Slug::parse(bad), Err(SlugProblem::Form), "{bad:?}");
        }
    }

    #[test]
    fn slugs_are_never_mistaken_for_ids_or_for_the_product() {
        assert_eq!(Slug::parse("01890a5d-ac96-774b-bcce-b302099a8057"), Err(SlugProblem::LikeAnId));
        assert_eq!(Slug::parse("01890a5dac96774bbcceb302099a8057"), Err(SlugProblem::LikeAnId));
        for reserved in ["admin", "adm1n", "ad-min", "0penapi", "we8hooks", "rnail"] {
            assert_eq!(Slug::parse(reserved), Err(SlugProblem::Reserved), "{reserved}");
        }
    }

    #[test]
    fn a_reserved_slug_stays_with_whoever_has_it_and_goes_to_nobody_else() {
        let wanted = |text| WantedSlug::parse(text).unwrap();
        assert_eq!(wanted("adm1n").in_place_of("adm1n").unwrap().as_str(), "adm1n");
        for held in ["acme", "admin", "ad-min"] {
            assert_eq!(wanted("adm1n").in_place_of(held), Err(SlugProblem::Reserved), "{held}");
        }
        assert_eq!(wanted("acme").in_place_of("adm1n").unwrap().as_str(), "acme");
    }

    #[test]
    fn stems_keep_what_slugs_may_hold() {
        assert_eq!(SlugStem::of("  Acme & Söhne GmbH! ", "team").alone().unwrap().as_str(), "acme-s-hne-gmbh");
        assert_eq!(SlugStem::of("東京", "team").alone().unwrap().as_str(), "team");
        assert_eq!(SlugStem::of("Admin", "team").alone(), None);
        assert_eq!(SlugStem::of("Admin", "team").with("x7k2").unwrap().as_str(), "admin-x7k2");
    }

    #[test]
    fn a_long_stem_leaves_room_for_its_suffix() {
        for length in 28..=40 {
            let stem = SlugStem::of(&format!("{} b", "a".repeat(length)), "team");
            assert!(stem.with("abcdefgh").is_some());
        }
    }
}
