//! What a token is looked up by: short hashes, made once for each token and kept beside it in the cache.

use std::hash::{BuildHasher, RandomState};

use uuid::Uuid;

use super::bucket::Kind;
use super::event::OwningService;
use crate::Caller;

/// Makes marks. Keyed by chance, so that nobody can look for ids whose marks collide; where two do nevertheless, one's
/// changes count for the other, which refuses too much and never too little.
#[derive(Default)]
pub(super) struct Marker {
    state: RandomState,
}

impl Marker {
    pub(super) fn of(&self, kind: Kind, one: Uuid, other: Uuid) -> u64 {
        self.state.hash_one((kind, one.as_u128(), other.as_u128())).max(1)
    }

    pub(super) fn epoch(&self, name: &str) -> u64 {
        self.state.hash_one(name).max(1)
    }

    /// One of 64 bits. A token that holds another role with the same bit is refused as stale once, and made anew.
    pub(super) fn role_bit(&self, role_code: &str) -> u64 {
        1 << (self.state.hash_one(role_code) % 64)
    }

    pub(super) fn token(&self, caller: &Caller) -> Marks {
        let organization = caller.organization.as_ref().map(|active| OrganizationMarks {
            membership: self.of(Kind::Membership, caller.user_id, active.id),
            organization: self.of(Kind::Organization, active.id, Uuid::nil()),
            roles: self.of(Kind::Roles, active.id, Uuid::nil()),
            role_bits: caller.roles.iter().fold(0, |bits, role| bits | self.role_bit(role)),
        });
        Marks {
            epoch: self.epoch(&caller.asof.e),
            session: self.of(Kind::Session, caller.session_id, Uuid::nil()),
            user: self.of(Kind::User, caller.user_id, Uuid::nil()),
            organization,
            tells_plan: caller.subscription.is_some(),
            known: OwningService::ALL.map(|service| position(caller.asof.of(service))),
        }
    }
}

/// What is looked up of one token: five marks at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    pub(super) epoch: u64,
    pub(super) session: u64,
    pub(super) user: u64,
    pub(super) organization: Option<OrganizationMarks>,
    /// Without a claim about the plan there is nothing that a change of the plan could contradict.
    pub(super) tells_plan: bool,
    /// The positions that the token has seen, in the order of [`OwningService::index`].
    known: [u64; 3],
}

#[derive(Clone, Copy, Debug)]
pub(super) struct OrganizationMarks {
    pub(super) membership: u64,
    pub(super) organization: u64,
    pub(super) roles: u64,
    pub(super) role_bits: u64,
}

impl Marks {
    pub(super) fn known(&self, service: OwningService) -> u64 {
        self.known[service.index()]
    }
}

/// A position as the table keeps it; a negative one is before every change.
pub(super) fn position(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
