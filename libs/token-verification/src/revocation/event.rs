//! One narrowing change, and the numbers that order them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A service that owns facts which tokens repeat, and numbers the changes that narrow them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OwningService {
    /// Users and sessions; `i` in [`AsOf`](crate::AsOf).
    #[serde(rename = "i")]
    Identity,
    /// Organizations, memberships, roles; `o`.
    #[serde(rename = "o")]
    Organizations,
    /// Plans; `b`.
    #[serde(rename = "b")]
    Billing,
}

impl OwningService {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Organizations, Self::Billing];

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Identity => 0,
            Self::Organizations => 1,
            Self::Billing => 2,
        }
    }

    const fn letter(self) -> &'static str {
        match self {
            Self::Identity => "i",
            Self::Organizations => "o",
            Self::Billing => "b",
        }
    }
}

/// One number for each owning service. A negative number counts as 0, which is before every change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions {
    /// Of identity.
    pub i: i64,
    /// Of organizations.
    pub o: i64,
    /// Of billing.
    pub b: i64,
}

impl Positions {
    /// The number of one service.
    #[must_use]
    pub const fn of(&self, service: OwningService) -> i64 {
        match service {
            OwningService::Identity => self.i,
            OwningService::Organizations => self.o,
            OwningService::Billing => self.b,
        }
    }

    /// Whether no number here is below the other's of the same service.
    #[must_use]
    pub const fn reach(&self, other: &Self) -> bool {
        self.i >= other.i && self.o >= other.o && self.b >= other.b
    }

    pub(crate) fn raise_to(&mut self, other: &Self) {
        self.i = self.i.max(other.i);
        self.o = self.o.max(other.o);
        self.b = self.b.max(other.b);
    }
}

/// The number of one change, as calls that take something away answer it: `o:1234`.
///
/// Whoever made such a call can demand that a verifier knows at least this much, with
/// [`Position::MINIMUM_HEADER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The service that counts.
    pub service: OwningService,
    /// The number, from 0.
    pub number: i64,
}

impl Position {
    /// The response header in which a call tells the number of the change that it made.
    pub const HEADER: &'static str = "guildhall-position";
    /// The request header by which a caller demands that this much is known.
    pub const MINIMUM_HEADER: &'static str = "guildhall-min-position";
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.service.letter(), self.number)
    }
}

/// A text isn't a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A position is a service's letter and a number, such as o:1234; repeat the one that was answered.")]
pub struct PositionUnreadable;

impl FromStr for Position {
    type Err = PositionUnreadable;

    fn from_str(text: &str) -> Result<Self, PositionUnreadable> {
        let (letter, digits) = text.split_once(':').ok_or(PositionUnreadable)?;
        let service = OwningService::ALL.into_iter().find(|service| service.letter() == letter);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PositionUnreadable);
        }
        let number = digits.parse().map_err(|_| PositionUnreadable)?;
        Ok(Self { service: service.ok_or(PositionUnreadable)?, number })
    }
}

/// A change that makes older tokens say too much, or too little.
///
/// As JSON: `{"service":"o","position":12,"kind":"membership","user_id":"…","organization_id":"…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Who owns the changed fact.
    pub service: OwningService,
    /// Its number there, in the epoch of the message that carries it.
    pub position: i64,
    /// Whose tokens no longer say what is so.
    #[serde(flatten)]
    pub subject: Subject,
}

/// Whose tokens say too much after a change, or too little if its name says `Widened`. What has no meaning for its service counts as
/// [`Subject::All`] of that service, but for what widens: that is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// Those of a session, which has ended. Of identity.
    Session {
        /// The session.
        session_id: Uuid,
    },
    /// All tokens of a user. Of identity, or of organizations when the user left them all.
    User {
        /// The user.
        user_id: Uuid,
        /// Whether the user's sessions ended with it, which identity alone can say. If not (an address or a role of the platform changed), tokens are stale
        /// rather than revoked, and a refresh gets a new one. Left out, it counts as `false`, which costs a refresh and
        /// accepts nothing more.
        #[serde(default)]
        ended: bool,
    },
    /// Those of a user that act for one organization. Of organizations.
    Membership {
        /// The user.
        user_id: Uuid,
        /// The organization.
        organization_id: Uuid,
    },
    /// Those that act for an organization. Of organizations.
    Organization {
        /// The organization.
        organization_id: Uuid,
    },
    /// Those that hold a role in an organization. Of organizations.
    Role {
        /// The organization.
        organization_id: Uuid,
        /// The role.
        role_code: String,
    },
    /// Those that tell an organization's plan. Of billing.
    Entitlement {
        /// The organization.
        organization_id: Uuid,
    },
    /// Those of a user that act for one organization say too little: the user may do more. Nothing is refused by it; see
    /// [`TokenVerifier::refresh_hint`](crate::TokenVerifier::refresh_hint). Of organizations.
    MembershipWidened {
        /// The user.
        user_id: Uuid,
        /// The organization.
        organization_id: Uuid,
    },
    /// Those that act for an organization may say too little, as a role or the plan gives more. Of organizations, or of billing.
    OrganizationWidened {
        /// The organization.
        organization_id: Uuid,
    },
    /// All tokens that know less than this number of the service. Also a kind that a later version adds: it isn't understood here,
    /// so everybody's tokens are made anew.
    #[serde(other)]
    All,
}
