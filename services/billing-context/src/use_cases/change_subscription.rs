//! The back office's hand on an organization's subscription.

use service_kit::{Id, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{
    Caller, OrganizationId, PlanVersion, ProviderKind, Step, StepAction, Subscription, SubscriptionRefusal, Trail, When,
};
use crate::error::BillingError;
use crate::store;
use crate::use_cases::carry_out_step::carry_out_step;
use crate::use_cases::grant_subscription::Changed;
use crate::use_cases::intend_step::intend_step;
use crate::use_cases::put_on_plan::put_on_plan;
use crate::use_cases::settle::{Settled, settle};
use crate::use_cases::take_position::take_position;
use crate::use_cases::write_change::write_change;

pub struct ChangeSubscription {
    pub organization_id: OrganizationId,
    pub action: Action,
}

/// What is to be done.
pub enum Action {
    /// Begin anew on a plan, with the built-in provider.
    Grant {
        plan_code: String,
    },
    /// Move to a plan; without a time, when it suits the plan.
    Change {
        plan_code: String,
        when: Option<When>,
    },
    Cancel {
        when: When,
    },
    Reactivate,
    MarkPastDue,
    MarkPaid,
}

/// What is paid for at another provider is changed there, and here once it is read there.
pub async fn change_subscription(
    context: &Context,
    caller: &Caller,
    command: ChangeSubscription,
) -> Result<Changed, BillingError> {
    context.organizations.authorize_back_office(caller.user_id).await?;
    context.organizations.look_up(command.organization_id).await?;
    change(context, &Trail::of_back_office(caller), command).await
}

/// The same for whoever is known to be allowed.
pub async fn change(context: &Context, trail: &Trail, command: ChangeSubscription) -> Result<Changed, BillingError> {
    let ChangeSubscription { organization_id: organization, action } = command;
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let settled = settle(context, &transaction, organization, now).await?;
    let (settled, step) = match action {
        Action::Grant { plan_code } => {
            let plan = on_offer(&transaction, &plan_code).await?;
            (put_on_plan(context, &transaction, organization, settled, plan, trail, now).await?, None)
        }
        action => change_running(context, &transaction, settled, action, trail, now).await?,
    };
    let mut position = take_position(&transaction, organization, settled.narrowed, now).await?;
    transaction.commit().await?;

    if let Some(step) = step {
        let carried_out = carry_out_step(context, &step).await?;
        position = position.max(carried_out.position);
        if carried_out.is_left {
            tracing::warn!(%organization, "a subscription ended here whose provider is not set up; end it there too");
        }
    }
    let latest =
        store::subscriptions::find_latest(context.database.reader(), organization, context.providers.is_live()).await?;
    Ok(Changed { subscription: latest.map(|latest| latest.at(now)), position })
}

async fn on_offer(transaction: &WriteTransaction, code: &str) -> Result<PlanVersion, BillingError> {
    store::plans::find_on_offer(transaction, code).await?.ok_or(BillingError::PlanNotFound)
}

async fn change_running(
    context: &Context,
    transaction: &WriteTransaction,
    settled: Settled,
    action: Action,
    trail: &Trail,
    now: Timestamp,
) -> Result<(Settled, Option<Step>), BillingError> {
    let present = settled.present.ok_or(SubscriptionRefusal::NoneRunning)?;
    let before = present.clone();
    let after = match &action {
        Action::Change { plan_code, when } => {
            let plan = on_offer(transaction, plan_code).await?;
            present.change(plan, *when, now)?
        }
        Action::Cancel { when } => present.cancel(*when, now)?,
        Action::Reactivate => present.reactivate(),
        Action::MarkPastDue | Action::MarkPaid if present.provider != ProviderKind::Manual => {
            return Err(SubscriptionRefusal::ProviderDecides.into());
        }
        Action::MarkPastDue => present.mark_past_due()?,
        Action::MarkPaid => present.mark_paid()?,
        Action::Grant { .. } => present,
    };
    if before.provider == ProviderKind::Manual {
        let written = write_change(context, transaction, before, after, trail, now).await?;
        let narrowed = settled.narrowed || written.narrowed;
        return Ok((Settled { narrowed, ..written }, None));
    }
    let step = ask_provider(context, transaction, &before, wanted(&action, after), trail, now).await?;
    Ok((Settled { present: Some(before), narrowed: settled.narrowed }, step))
}

/// What is to be made good at the provider. It is asked for even where our own row stands so already: something that was asked
/// for before may have taken effect there without our having heard of it, and this is to count in its place.
fn wanted(action: &Action, after: Subscription) -> StepAction {
    match (action, after.pending) {
        (Action::Cancel { when }, _) => StepAction::Cancel { when: *when },
        (Action::Reactivate, _) => StepAction::Reactivate,
        (_, Some(plan)) => StepAction::ChangePlan { plan, when: When::AtPeriodEnd },
        (_, None) => StepAction::ChangePlan { plan: after.plan, when: When::Now },
    }
}

/// Writes down what is to be done at the provider, in place of what was asked for before and has not been done yet. Nothing is
/// shown of it before the provider was read.
async fn ask_provider(
    context: &Context,
    transaction: &WriteTransaction,
    before: &Subscription,
    action: StepAction,
    trail: &Trail,
    now: Timestamp,
) -> Result<Option<Step>, BillingError> {
    let Some(provider_id) = before.provider_id.clone() else { return Ok(None) };
    let step = Step {
        id: Id::generate(&context.entropy, now),
        organization_id: before.organization_id,
        provider: before.provider,
        provider_id,
        is_live: before.is_live,
        action,
    };
    // Where nobody can be asked, nothing is left to be done some day; but what is paid for nowhere can always be ended.
    if !step.is_end() {
        context.providers.of(step.provider)?;
    }
    intend_step(context, transaction, before, &step, trail, now).await?;
    Ok(Some(step))
}
