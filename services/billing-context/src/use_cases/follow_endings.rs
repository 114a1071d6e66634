//! Ending the billing of organizations that have ended.

use service_kit::{Id, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{EndingCursor, OrganizationId, ProviderKind, Step, StepAction, Subscription, Trail, When};
use crate::error::BillingError;
use crate::store::{closed_organizations, ledger, subscriptions};
use crate::use_cases::end_on_purpose::end_on_purpose;
use crate::use_cases::intend_step::intend_step;
use crate::use_cases::take_position::take_position;

/// Endings that are read at once.
const AT_ONCE: i32 = 100;
/// Most that one round reads; the next one goes on.
const PAGES_A_ROUND: usize = 20;

/// Reads organizations' record of endings from where it was read last. What was read is kept only when all of it is done,
/// and doing it again changes nothing.
pub async fn follow_endings(context: &Context) -> Result<(), BillingError> {
    for _ in 0..PAGES_A_ROUND {
        let from = closed_organizations::cursor(context.database.reader()).await?;
        let endings = context.organizations.ended_after(from, AT_ONCE).await?;
        let Some(last) = endings.last().copied() else { return Ok(()) };
        for EndingCursor { organization_id, .. } in &endings {
            close(context, *organization_id).await?;
        }
        let transaction = context.database.begin_write().await?;
        closed_organizations::move_cursor(&transaction, from, last).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Ends the subscription here at once, and at its provider as soon as that answers. The ledger stays as it is.
async fn close(context: &Context, organization: OrganizationId) -> Result<(), BillingError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    ledger::lock_account(&transaction, organization).await?;
    if !closed_organizations::close(&transaction, organization, now).await? {
        return Ok(());
    }
    let mut narrowed = false;
    // Of both modes: nothing of it may go on being paid for.
    for present in subscriptions::find_all_present(&transaction, organization).await? {
        narrowed |= present.counts_in(context.providers.is_live()) && present.standing().is_more_than(None);
        end(context, &transaction, present, now).await?;
    }
    take_position(&transaction, organization, narrowed, now).await?;
    transaction.commit().await?;
    Ok(())
}

async fn end(
    context: &Context,
    transaction: &WriteTransaction,
    present: Subscription,
    now: Timestamp,
) -> Result<(), BillingError> {
    end_on_purpose(context, transaction, present.clone(), &Trail::product(), now).await?;
    if let (true, Some(provider_id)) = (present.provider != ProviderKind::Manual, present.provider_id.clone()) {
        let step = Step {
            id: Id::generate(&context.entropy, now),
            organization_id: present.organization_id,
            provider: present.provider,
            provider_id,
            is_live: present.is_live,
            action: StepAction::Cancel { when: When::Now },
        };
        intend_step(context, transaction, &present, &step, &Trail::product(), now).await?;
    }
    Ok(())
}
