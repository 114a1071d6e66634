//! The roles that open the back office.

/// A platform role. What each may do is said in `administrator.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlatformRole {
    /// Everything but granting platform roles and what concerns system administrators.
    SuperAdmin,
    /// Everything.
    SystemAdmin,
}

impl PlatformRole {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::SuperAdmin, Self::SystemAdmin];

    /// The stable word for it, in tokens, answers and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super_admin",
            Self::SystemAdmin => "system_admin",
        }
    }

    /// The role of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}
