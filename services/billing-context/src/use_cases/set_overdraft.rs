//! Says how far below zero charges may take an organization's balance.

use crate::context::Context;
use crate::domain::{Account, OrganizationId, UserId};
use crate::error::BillingError;
use crate::store::ledger;

pub struct SetOverdraft {
    pub organization_id: OrganizationId,
    /// 0 or more.
    pub limit: i64,
}

/// A balance that is lower already stays as it is.
pub async fn set_overdraft(context: &Context, caller: UserId, command: SetOverdraft) -> Result<Account, BillingError> {
    let SetOverdraft { organization_id, limit } = command;
    context.organizations.let_into_back_office(caller).await?;
    context.organizations.look_up(organization_id).await?;
    let transaction = context.database.begin_write().await?;
    let account = ledger::lock_account(&transaction, organization_id).await?;
    ledger::set_overdraft(&transaction, organization_id, limit).await?;
    transaction.commit().await?;
    Ok(Account { overdraft_limit: limit, ..account })
}
