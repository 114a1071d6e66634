//! Ids as the product makes them, without randomness: two runs fill the same data.

use uuid::{Builder, Uuid};

/// When the first thing of a world happened: 2025-01-01T00:00:00Z.
pub const BEGINNING: i64 = 1_735_689_600_000;

/// What an id is for, so that no two kinds share one.
#[derive(Clone, Copy)]
pub enum Kind {
    Organization,
    Membership,
    User,
}

/// The UUIDv7 of the thing with this number, made at this instant.
pub fn id(kind: Kind, number: u64, millis: i64) -> Uuid {
    let mut random = [0; 10];
    random[1] = kind as u8;
    random[2..].copy_from_slice(&number.to_be_bytes());
    Builder::from_unix_timestamp_millis(millis.unsigned_abs(), &random).into_uuid()
}

/// Users sign up in another order than they join, so their rows lie scattered.
pub fn user(number: u64) -> Uuid {
    const SCATTER: u64 = 0x9E37_79B9_7F4A_7C15;
    let scattered = number.wrapping_mul(SCATTER) >> 34;
    id(Kind::User, number, BEGINNING + i64::try_from(scattered).unwrap_or_default())
}
