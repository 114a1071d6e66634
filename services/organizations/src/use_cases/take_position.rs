//! Numbering what was taken away from somebody, and what was given.

use serde_json::json;
use service_kit::{Timestamp, WriteTransaction, positions};

use crate::domain::effect::{Narrowed, Widened};
use crate::domain::ids::OrganizationId;
use crate::error::Error;
use crate::store;

/// Numbers what was taken away; 0 when nothing was, the latest number when it was taken away before. Comes last in a
/// transaction.
pub async fn take_position(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    narrowed: Narrowed,
    now: Timestamp,
) -> Result<i64, Error> {
    let organization_id = organization_id.to_string();
    let (kind, subject) = match narrowed {
        Narrowed::Nobody => return Ok(0),
        Narrowed::Earlier => return Ok(positions::current(transaction).await?),
        Narrowed::Member(user_id) => {
            ("membership", json!({ "user_id": user_id.to_string(), "organization_id": organization_id }))
        }
        Narrowed::Holders(code) => ("role", json!({ "role_code": code.as_str(), "organization_id": organization_id })),
        Narrowed::Everybody => ("organization", json!({ "organization_id": organization_id })),
    };
    let position = positions::advance(transaction, kind, subject, now).await?;
    store::endings::number(transaction, position).await?;
    Ok(position)
}

/// Records what was given, so that holders of older tokens can be told to refresh them early. It stands in the same record, but no
/// call answers its number: nobody has to wait for a hint. Comes last but for `take_position`.
pub async fn tell_widened(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    widened: Widened,
    now: Timestamp,
) -> Result<(), Error> {
    let organization_id = organization_id.to_string();
    let (kind, subject) = match widened {
        Widened::Nobody => return Ok(()),
        Widened::Member(user_id) => {
            ("membership_widened", json!({ "user_id": user_id.to_string(), "organization_id": organization_id }))
        }
        Widened::Everybody => ("organization_widened", json!({ "organization_id": organization_id })),
    };
    positions::advance(transaction, kind, subject, now).await?;
    Ok(())
}
