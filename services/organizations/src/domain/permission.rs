//! Permissions: what the product's core asks for, and what the deployment's services add.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use access_policy::Permission;
use service_kit::shown_text::{can_be_seen, stays_in_its_place};

const LONGEST_CODE: usize = 100;
const LONGEST_NAME: usize = 100;
const LONGEST_DESCRIPTION: usize = 500;
/// The resource that is the core's own.
const CORE_RESOURCE: &str = "org";

/// The code of a permission: `resource:action`, parts of `[a-z0-9_-]` joined by colons, at most 100 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionCode(Arc<str>);

/// The text is not the code of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a code such as catalog:items:publish, of at most 100 characters")]
pub struct NotAPermissionCode;

impl PermissionCode {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether only the core may define it.
    pub fn is_of_core(&self) -> bool {
        self.0.split(':').next() == Some(CORE_RESOURCE)
    }

    /// A code that was checked when it was stored.
    pub fn stored(text: String) -> Self {
        Self(text.into())
    }
}

impl FromStr for PermissionCode {
    type Err = NotAPermissionCode;

    fn from_str(text: &str) -> Result<Self, NotAPermissionCode> {
        let mut parts = text.split(':');
        let is_code = text.len() <= LONGEST_CODE && text.contains(':') && parts.all(is_word);
        if is_code { Ok(Self(text.into())) } else { Err(NotAPermissionCode) }
    }
}

impl From<Permission> for PermissionCode {
    fn from(permission: Permission) -> Self {
        Self(permission.code().into())
    }
}

impl fmt::Display for PermissionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `[a-z0-9_-]`, at least one.
pub fn is_word(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// What the catalog says of a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its code.
    pub code: PermissionCode,
    /// The name that people see.
    pub name: String,
    /// What it allows.
    pub description: Option<String>,
    /// The heading to show it under.
    pub category: String,
    /// Whether a custom role may hold it.
    pub is_org_assignable: bool,
}

impl Definition {
    /// The text as a name that people see, trimmed.
    pub fn parse_name(text: &str) -> Result<String, &'static str> {
        let text = text.trim();
        let is_name = text.chars().count() <= LONGEST_NAME && can_be_seen(text) && stays_in_its_place(text);
        if is_name { Ok(text.to_owned()) } else { Err("must be 1 to 100 characters that can be seen") }
    }

    /// The text as a description, trimmed; `None` when nothing is left.
    pub fn parse_description(text: &str) -> Result<Option<String>, &'static str> {
        let text = text.trim();
        if text.chars().count() > LONGEST_DESCRIPTION || !stays_in_its_place(text) {
            return Err("must be one line of at most 500 characters");
        }
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }

    /// How many bytes its texts take, the code left aside.
    pub fn text_length(&self) -> usize {
        self.name.len() + self.description.as_ref().map_or(0, String::len) + self.category.len()
    }
}

impl From<Permission> for Definition {
    fn from(permission: Permission) -> Self {
        Self {
            code: permission.into(),
            name: permission.name().to_owned(),
            description: None,
            category: permission.category().to_owned(),
            is_org_assignable: permission.is_org_assignable(),
        }
    }
}

/// Every permission that there is, by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog(BTreeMap<PermissionCode, Definition>);

impl Catalog {
    /// The core's permissions and these.
    pub fn with(registered: impl IntoIterator<Item = Definition>) -> Self {
        let all = Permission::ALL.into_iter().map(Definition::from).chain(registered);
        Self(all.map(|definition| (definition.code.clone(), definition)).collect())
    }

    /// One of them.
    pub fn find(&self, code: &PermissionCode) -> Option<&Definition> {
        self.0.get(code)
    }

    /// All of them, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.0.values()
    }

    /// All codes.
    pub fn codes(&self) -> BTreeSet<PermissionCode> {
        self.0.keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_one_narrow_form() {
        for good in ["catalog:read", "catalog:items:publish", "a:b", "x_1:y-2"] {
            assert_eq!(good.parse::<PermissionCode>().unwrap().as_str(), good);
        }
        let long = format!("a:{}", "b".repeat(99));
        for bad in ["", "catalog", "catalog:", ":read", "a::b", "Catalog:read", "org:*", "*", "a:b ", "ä:b", &long] {
            assert_eq!(bad.parse::<PermissionCode>(), Err(NotAPermissionCode), "{bad:?}");
        }
    }

    #[test]
    fn the_resource_of_the_core_is_its_own() {
        assert!("org:items:read".parse::<PermissionCode>().unwrap().is_of_core());
        assert!(!"organ:read".parse::<PermissionCode>().unwrap().is_of_core());
    }
}
