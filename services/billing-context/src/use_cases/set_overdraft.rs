//! Says how far below zero charges may take an organization's balance.

use crate::context::Context;
use crate::domain::{Account, Caller, OrganizationId, Record, Trail};
use crate::error::BillingError;
use crate::store::ledger;
use crate::use_cases::settle::settle;
use crate::use_cases::take_position::take_position;
use crate::use_cases::write_record::write_record;

pub struct SetOverdraft {
    pub organization_id: OrganizationId,
    /// 0 or more.
    pub limit: i64,
}

/// A balance that is lower already stays as it is.
pub async fn set_overdraft(context: &Context, caller: &Caller, command: SetOverdraft) -> Result<Account, BillingError> {
    let SetOverdraft { organization_id, limit } = command;
    context.organizations.authorize_back_office(caller.user_id).await?;
    context.organizations.look_up(organization_id).await?;
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let settled = settle(context, &transaction, organization_id, now).await?;
    let account = ledger::lock_account(&transaction, organization_id).await?;
    if account.overdraft_limit != limit {
        ledger::set_overdraft(&transaction, organization_id, limit).await?;
        let (trail, record) = (Trail::of_back_office(caller), Record::overdraft_set(account, limit));
        write_record(context, &transaction, Some(organization_id), &trail, record, now).await?;
    }
    take_position(&transaction, organization_id, settled.narrowed, now).await?;
    transaction.commit().await?;
    Ok(Account { overdraft_limit: limit, ..account })
}
