//! Makes the given plans the whole offer.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Caller, Plan, PlanVersion, Record, Trail};
use crate::error::BillingError;
use crate::store;
use crate::use_cases::write_record::write_record;

pub struct ApplyPlans {
    /// Each code once.
    pub plans: Vec<Plan>,
    /// Whether nothing is to be changed, only told.
    pub check_only: bool,
}

/// The offer as it stands after it.
pub struct AppliedPlans {
    /// By display order and code.
    pub plans: Vec<PlanVersion>,
    /// Codes whose terms are new.
    pub changed: Vec<String>,
    /// Plans that are offered no more.
    pub withdrawn: u64,
}

/// The same for somebody of the back office.
pub async fn replace_plans(
    context: &Context,
    caller: &Caller,
    command: ApplyPlans,
) -> Result<AppliedPlans, BillingError> {
    context.organizations.authorize_back_office(caller.user_id).await?;
    apply_plans(context, &Trail::of_back_office(caller), command).await
}

/// Terms that a code has already make no new version, so applying the same plans again changes nothing.
pub async fn apply_plans(context: &Context, trail: &Trail, command: ApplyPlans) -> Result<AppliedPlans, BillingError> {
    let now = context.clock.now();
    let ApplyPlans { plans, check_only } = command;
    let codes: Vec<&str> = plans.iter().map(|plan| plan.code.as_str()).collect();

    let transaction = context.database.begin_write().await?;
    store::plans::lock_offer(&transaction).await?;
    let withdrawn = store::plans::withdraw_all_but(&transaction, &codes, now).await?;
    let (mut versions, mut made) = (Vec::new(), Vec::new());
    for plan in &plans {
        let (version, is_new) = put_on_offer(&transaction, plan, now).await?;
        if is_new {
            made.push(version.clone());
        }
        versions.push(version);
    }
    if !made.is_empty() || withdrawn > 0 {
        let record = Record::plans_applied(&made, versions.len(), withdrawn);
        write_record(context, &transaction, None, trail, record, now).await?;
    }
    if !check_only {
        transaction.commit().await?;
    }

    versions.sort_by(|one, other| {
        (one.terms.display_order, &one.terms.code).cmp(&(other.terms.display_order, &other.terms.code))
    });
    let changed = made.into_iter().map(|version| version.terms.code).collect();
    Ok(AppliedPlans { plans: versions, changed, withdrawn })
}

async fn put_on_offer(
    transaction: &WriteTransaction,
    plan: &Plan,
    now: Timestamp,
) -> Result<(PlanVersion, bool), BillingError> {
    let newest = store::plans::find_newest(transaction, &plan.code).await?;
    let number = newest.as_ref().map_or(0, |newest| newest.number);
    let has_terms = newest.is_some_and(|newest| newest.terms.has_terms_of(plan));
    let number = if has_terms { number } else { number + 1 };
    let version = PlanVersion { number, terms: plan.clone() };
    if !has_terms {
        store::plans::add_version(transaction, &version, now).await?;
    }
    store::plans::put_on_offer(transaction, &version, now).await?;
    Ok((version, !has_terms))
}
