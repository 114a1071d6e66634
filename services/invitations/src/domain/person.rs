//! A user as this service knows one: an address, and whether it is proven.

use mail::Address;

use crate::domain::{Refused, UserId};

/// Somebody who invites or is invited.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub address: Address,
    pub is_verified: bool,
}

impl Person {
    /// Refused for the person's own address: nobody invites themselves.
    pub fn check_other(&self, address: &Address) -> Result<(), Refused> {
        if self.address == *address { Err(Refused::AlreadyAMember) } else { Ok(()) }
    }

    /// Refused while the address is only claimed.
    pub const fn check_verified(&self) -> Result<(), Refused> {
        if self.is_verified { Ok(()) } else { Err(Refused::EmailNotVerified) }
    }
}
