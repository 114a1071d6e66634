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
use crate::use_cases::tell_losers::tell_losers;

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
    let held = going_from_roles(&transaction, &difference, is_forced).await?;
    let trail = Trail::of(caller);
    tell_losers(context, &transaction, &trail, &registration.service, &held, now).await?;
    store::catalog::take_away(&transaction, &held).await?;
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
        audit::append(&transaction, trail.entry(None, record, &context.entropy, now)).await?;
    }
    // The holders may be anywhere, and owners hold all that is pruned, so everybody's tokens are made anew.
    let is_narrowing = !difference.pruned.is_empty() || !held.is_empty();
    let position = match (is_narrowing, is_changing) {
        (true, _) => positions::advance(&transaction, "all", serde_json::json!({}), now).await?,
        (false, true) => 0,
        (false, false) => positions::current(&transaction).await?,
    };
    transaction.commit().await?;
    Ok(Registered { definitions: registration.definitions.into_values().collect(), difference, position })
}

/// What custom roles hold and may no longer hold; refused unless it is wanted that they lose it.
async fn going_from_roles(
    transaction: &WriteTransaction,
    difference: &Difference,
    is_forced: bool,
) -> Result<BTreeSet<PermissionCode>, Error> {
    let going: Vec<PermissionCode> = difference.pruned.iter().chain(&difference.withdrawn).cloned().collect();
    let held = store::catalog::held(transaction, &going).await?;
    if !held.is_empty() && !is_forced {
        return Err(Denial::PermissionsHeld(held.into_iter().collect()).into());
    }
    Ok(held)
}
