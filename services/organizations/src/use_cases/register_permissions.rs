//! Filling a service's slice of the permission catalog.

use std::collections::BTreeSet;

use service_kit::{WriteTransaction, audit, positions};

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::denial::Denial;
use crate::domain::permission::{Definition, PermissionCode};
use crate::domain::record::Record;
use crate::domain::registration::{Difference, Registration};
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_back_office;

/// What to register.
pub struct RegisterPermissions {
    /// The slice as it is to be.
    pub registration: Registration,
    /// Whether custom roles may lose what is pruned or withdrawn.
    pub is_forced: bool,
}

/// The slice is as it is to be.
pub struct Registered {
    /// Everything in it, by code.
    pub definitions: Vec<Definition>,
    /// What was changed.
    pub difference: Difference,
    /// Position at which older tokens end; 0 when nothing was taken away, the latest when nothing changed.
    pub position: i64,
}

/// Reconciles the slice in one transaction. Repeating it changes nothing and tells nobody.
pub async fn register_permissions(
    context: &Context,
    caller: &Caller,
    command: RegisterPermissions,
) -> Result<Registered, Error> {
    let RegisterPermissions { registration, is_forced } = command;
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    enter_back_office(&transaction, caller).await?.require_system_admin()?;
    let registered = store::catalog::lock_registered(&transaction).await?;
    // Asked again: the role may have gone while this waited.
    enter_back_office(&transaction, caller).await?.require_system_admin()?;
    let difference = registration.compare(&registered)?;
    let is_narrowing = take_away(&transaction, &difference, is_forced).await?;
    for code in difference.added.iter().chain(&difference.changed) {
        let Some(definition) = registration.definitions.get(code) else { continue };
        if !store::catalog::write(&transaction, &registration.service, definition).await? {
            return Err(Denial::PermissionTaken(code.clone()).into());
        }
    }
    store::catalog::remove(&transaction, &difference.pruned).await?;

    let is_changing = difference != Difference::default();
    if is_changing {
        let record = Record::permissions_registered(&registration.service, &difference, is_forced);
        audit::append(&transaction, Trail::of(caller).entry(None, record, &context.entropy, now)).await?;
    }
    // The holders may be anywhere, so everybody's tokens are made anew.
    let position = match (is_narrowing, is_changing) {
        (true, _) => positions::advance(&transaction, "all", serde_json::json!({}), now).await?,
        (false, true) => 0,
        (false, false) => positions::current(&transaction).await?,
    };
    transaction.commit().await?;
    Ok(Registered { definitions: registration.definitions.into_values().collect(), difference, position })
}

/// Takes from custom roles what they may no longer hold, if that is wanted. Whether tokens say too much now: those of
/// owners do when anything is pruned.
async fn take_away(transaction: &WriteTransaction, difference: &Difference, is_forced: bool) -> Result<bool, Error> {
    let going: Vec<PermissionCode> = difference.pruned.iter().chain(&difference.withdrawn).cloned().collect();
    let held: BTreeSet<PermissionCode> = store::catalog::held(transaction, &going).await?;
    if !held.is_empty() && !is_forced {
        return Err(Denial::PermissionsHeld(held.into_iter().collect()).into());
    }
    store::catalog::take_away(transaction, &held).await?;
    Ok(!difference.pruned.is_empty() || !held.is_empty())
}
