//! Sends somebody to where a plan is taken.

use access_policy::Permission;
use service_kit::Id;

use crate::context::Context;
use crate::domain::{
    Caller, ORDER_STANDS_FOR, Order, OrganizationId, PlanType, ProviderKind, Record, ReturnUrl, Subscription,
    SubscriptionRefusal, Trail,
};
use crate::error::BillingError;
use crate::store::{orders, plans, subscriptions};
use crate::use_cases::settle::settle;
use crate::use_cases::take_position::take_position;
use crate::use_cases::write_record::write_record;

/// Orders of an organization that can still be confirmed.
const MOST_OPEN: u64 = 100;

pub struct StartCheckout {
    pub organization_id: OrganizationId,
    pub plan_code: String,
    pub success_url: ReturnUrl,
    pub cancel_url: ReturnUrl,
}

/// Answers the address; the order is written down before the provider hears of it.
pub async fn start_checkout(
    context: &Context,
    caller: &Caller,
    command: StartCheckout,
) -> Result<String, BillingError> {
    let organization = command.organization_id;
    context.organizations.authorize(caller.user_id, organization, Permission::BillingManage).await?;
    let seller = context.providers.seller();
    if seller == ProviderKind::Manual {
        context.providers.manual().require_pages()?;
    }

    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let settled = settle(context, &transaction, organization, now).await?;
    let plan = plans::find_on_offer(&transaction, &command.plan_code).await?.ok_or(BillingError::PlanNotFound)?;
    // What has no periods no payment provider can bill.
    let has_periods = seller == ProviderKind::Manual || plan.terms.months_per_period().is_some();
    if plan.terms.plan_type == PlanType::Sales || !has_periods {
        return Err(BillingError::SoldByPeople);
    }
    may_buy(settled.present.as_ref(), &plan, seller)?;
    if orders::count_open(&transaction, organization, now, MOST_OPEN).await? >= usize::try_from(MOST_OPEN).unwrap_or(0)
    {
        return Err(BillingError::TooManyOrders);
    }
    let trial_days = if subscriptions::had_trial(&transaction, organization, context.providers.is_live()).await? {
        0
    } else {
        plan.terms.trial_days
    };
    let order = Order {
        id: Id::generate(&context.entropy, now),
        organization_id: organization,
        user_id: caller.user_id,
        provider: seller,
        plan,
        trial_days,
        success_url: command.success_url,
        cancel_url: command.cancel_url,
        created: now,
        expires: now.plus(ORDER_STANDS_FOR),
        confirmed: None,
    };
    let secret = context.providers.manual().secret_of(order.id.uuid());
    orders::insert(&transaction, &order, &secret).await?;
    let record = Record::checkout_started(&order);
    write_record(context, &transaction, Some(organization), &Trail::of(caller), record, now).await?;
    take_position(&transaction, organization, settled.narrowed, now).await?;
    transaction.commit().await?;

    Ok(context.providers.of(seller)?.start_checkout(&order).await?)
}

/// What was granted gives way to what is paid for; what is paid for is changed at the portal, so that nothing is paid
/// for twice.
fn may_buy(
    present: Option<&Subscription>,
    plan: &crate::domain::PlanVersion,
    seller: ProviderKind,
) -> Result<(), SubscriptionRefusal> {
    match present {
        Some(present) if present.provider != ProviderKind::Manual => Err(SubscriptionRefusal::AlreadyPays),
        Some(present) if seller == ProviderKind::Manual && present.is_simply_on(plan) => {
            Err(SubscriptionRefusal::AlreadyOnPlan)
        }
        _ => Ok(()),
    }
}
