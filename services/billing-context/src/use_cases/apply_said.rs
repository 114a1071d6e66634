//! Makes an organization's subscription stand as its provider says. Whatever happened on the way there, and in which order
//! it was told, the same reading has the same outcome.

use std::collections::BTreeSet;

use service_kit::{Id, Timestamp, WriteTransaction};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{
    Incident, OrganizationId, ProviderKind, Record, Said, SaidPlans, SaidSubscription, SetAside, Step, StepAction,
    StripeCustomer, Subscription, Trail, When,
};
use crate::error::BillingError;
use crate::store::stripe::{customers, events, periods, prices};
use crate::store::subscriptions;
use crate::use_cases::expire_checkouts::intend_expiry;
use crate::use_cases::give_what_was_paid_for::give_what_was_paid_for;
use crate::use_cases::intend_step::write_step_down;
use crate::use_cases::settle::settle;
use crate::use_cases::take_position::take_position;
use crate::use_cases::tell_widened::note_widened;
use crate::use_cases::write_change::record_of;
use crate::use_cases::write_record::write_record;

/// One transaction in which what was said is applied.
struct Applying<'a> {
    context: &'a Context,
    transaction: &'a WriteTransaction,
    customer: &'a StripeCustomer,
    organization: OrganizationId,
    now: Timestamp,
    /// Whether something was taken away that tokens speak of.
    narrowed: bool,
    /// Whether something was given that tokens do not speak of yet.
    widened: bool,
    /// What this reading has told the operator: it counts once, however often it is come upon.
    told: BTreeSet<String>,
}

/// Applies what was read for the customer's latest reason, unless something newer has been applied meanwhile.
pub async fn apply_said(context: &Context, customer: &StripeCustomer, said: Said) -> Result<(), BillingError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    if !customers::advance(&transaction, customer, customer.wanted, now).await? {
        return Ok(());
    }
    let was_missing = SetAside::CustomerMissing.id_about(&customer.customer_id);
    events::end_dismissal(&transaction, &was_missing, now).await?;
    let organization = customer.organization_id;
    let mut applying = Applying {
        context,
        transaction: &transaction,
        customer,
        organization,
        now,
        narrowed: false,
        widened: false,
        told: BTreeSet::new(),
    };
    match settle(context, &transaction, organization, now).await {
        Ok(settled) => {
            applying.narrowed = settled.narrowed;
            applying.apply(&said, settled.present).await?;
        }
        Err(BillingError::OrganizationNotFound) => applying.end_all(&said).await?,
        Err(error) => return Err(error),
    }
    let (narrowed, widened) = (applying.narrowed, applying.widened);
    // Last, as it holds up everybody: the counter is one for all organizations.
    if widened {
        note_widened(&transaction, organization, now).await?;
    }
    take_position(&transaction, organization, narrowed, now).await?;
    transaction.commit().await?;
    Ok(())
}

impl Applying<'_> {
    async fn apply(&mut self, said: &Said, present: Option<Subscription>) -> Result<(), BillingError> {
        let mut ended: Vec<&SaidSubscription> = said.subscriptions.iter().filter(|said| said.ended.is_some()).collect();
        ended.sort_by_key(|said| (said.created, &said.provider_id));
        for said in ended {
            self.write(said).await?;
        }
        let before = present.as_ref().and_then(|present| present.provider_id.as_deref());
        // One on a price that is no plan's was made by hand, for something else: it neither counts nor is in the way, unless
        // it was a plan's before.
        let mut ours = Said::default();
        for running in said.subscriptions.iter().filter(|said| said.ended.is_none()) {
            let here = self.find(&running.provider_id).await?;
            if here.as_ref().is_some_and(|here| here.ended_here) {
                self.cancel(running).await?;
                continue;
            }
            if self.plans(running).await?.is_some() || here.is_some() {
                ours.subscriptions.push(running.clone());
            }
        }
        if let Some(counting) = ours.running(before) {
            self.write(counting).await?;
            for surplus in ours.surplus(&counting.provider_id) {
                self.cancel_surplus(surplus).await?;
            }
        }
        give_what_was_paid_for(self.context, self.transaction, self.customer, said, self.now).await
    }

    /// The organization is no more: nothing of it may go on being paid for.
    async fn end_all(&mut self, said: &Said) -> Result<(), BillingError> {
        for said in &said.subscriptions {
            if said.ended.is_some() {
                self.note_ended_there(said).await?;
                continue;
            }
            self.cancel(said).await?;
            // One that is known was paid for while there was somebody to use it.
            if self.find(&said.provider_id).await?.is_none() {
                self.set_aside(said, SetAside::OrganizationGone).await?;
            }
        }
        Ok(())
    }

    /// What ended here has ended there too: nobody has to see to it any more.
    async fn note_ended_there(&self, said: &SaidSubscription) -> Result<(), BillingError> {
        events::resolve(self.transaction, &SetAside::LeftRunning.id_about(&said.provider_id), self.now).await?;
        Ok(())
    }

    /// Writes a subscription as it was said, in place of what is here of it.
    async fn write(&mut self, said: &SaidSubscription) -> Result<(), BillingError> {
        let before = self.find(&said.provider_id).await?;
        let plans = match (self.plans(said).await?, &before) {
            (Some(plans), _) => plans,
            // Somebody changed its price by hand. The plan stays until that is put right, and the rest is as it was said.
            (None, Some(before)) => SaidPlans { plan: before.plan.clone(), pending: None },
            (None, None) => return Ok(()),
        };
        let new_id = || Id::generate(&self.context.entropy, self.now);
        let after = said.becomes(self.customer, plans, before.as_ref(), new_id);
        if !self.make_room_for(&after).await? {
            return Ok(());
        }
        let given = periods::given(self.transaction, &said.provider_id, after.period.start).await?;
        let after = Subscription { period_credits: given.max(after.period_credits), ..after };
        let gives = |it: &Subscription| it.ended.is_none() && it.status.counts();
        if gives(&after) && !before.as_ref().is_some_and(gives) {
            intend_expiry(self.transaction, self.customer, said, self.now).await?;
        }
        let record = match &before {
            None => {
                subscriptions::insert(self.transaction, &after).await?;
                let started = Record::subscription_started(&after);
                Some(if after.ended.is_some() { Record::subscription_ended(&after) } else { started })
            }
            Some(before) if *before == after => None,
            Some(before) => {
                self.narrowed |= before.standing().is_more_than(Some(&after.standing()));
                subscriptions::rewrite(self.transaction, &after).await?;
                says_something(before, &after).then(|| record_of(before, &after))
            }
        };
        if let Some(record) = record {
            self.tell(record).await?;
        }
        if after.ended_here {
            self.note_ended_there(said).await?;
        }
        let stood = before.as_ref().map(Subscription::standing);
        self.widened |= after.standing().widens(stood.as_ref());
        Ok(())
    }

    /// What is there gives way to what is paid for; there is one at a time. `false` when it stays, because nothing is paid
    /// for yet.
    async fn make_room_for(&mut self, after: &Subscription) -> Result<bool, BillingError> {
        if after.ended.is_some() {
            return Ok(true);
        }
        let Some(present) =
            subscriptions::find_present(self.transaction, self.organization, self.customer.is_live).await?
        else {
            return Ok(true);
        };
        if present.id == after.id {
            return Ok(true);
        }
        if present.provider == ProviderKind::Manual && !after.status.counts() {
            return Ok(false);
        }
        self.narrowed |= present.standing().is_more_than(Some(&after.standing()));
        let ended = present.ended_at(self.now);
        subscriptions::update(self.transaction, &ended).await?;
        self.tell(Record::subscription_ended(&ended)).await?;
        Ok(true)
    }

    async fn find(&self, provider_id: &str) -> Result<Option<Subscription>, BillingError> {
        let (transaction, organization) = (self.transaction, self.organization);
        Ok(subscriptions::find_at_provider(transaction, organization, ProviderKind::Stripe, provider_id).await?)
    }

    /// The plans that the prices stand for; `None`, and told to the operator, when one of them is no plan's.
    async fn plans(&mut self, said: &SaidSubscription) -> Result<Option<SaidPlans>, BillingError> {
        let next = prices::find_plan(self.transaction, &said.price).await?;
        let paid = match &said.paid_price {
            Some(price) => prices::find_plan(self.transaction, price).await?,
            None => None,
        };
        let plans = match (next, paid, &said.paid_price) {
            (Some(next), Some(paid), _) => SaidPlans { plan: paid, pending: Some(next) },
            (Some(next), None, None) => SaidPlans { plan: next, pending: None },
            _ => {
                self.set_aside(said, SetAside::UnknownPrice).await?;
                return Ok(None);
            }
        };
        let was_unknown = SetAside::UnknownPrice.id_about(&said.provider_id);
        events::end_dismissal(self.transaction, &was_unknown, self.now).await?;
        Ok(Some(plans))
    }

    /// Somebody paid twice, in two tabs perhaps. The operator gives the money back; the subscription must not go on, whether or
    /// not that is known already: what was written down before may have been given up.
    async fn cancel_surplus(&mut self, surplus: &SaidSubscription) -> Result<(), BillingError> {
        self.set_aside(surplus, SetAside::SecondSubscription).await?;
        self.cancel(surplus).await
    }

    /// Writes down that it is to be canceled. The step's id is made of the subscription's, so it is one however often it
    /// is found.
    async fn cancel(&self, said: &SaidSubscription) -> Result<(), BillingError> {
        let name = format!("cancel/{}", said.provider_id);
        let step = Step {
            id: Id::from(Uuid::new_v5(&self.organization.uuid(), name.as_bytes())),
            organization_id: self.organization,
            provider: ProviderKind::Stripe,
            provider_id: said.provider_id.clone(),
            is_live: Some(self.customer.is_live),
            action: StepAction::Cancel { when: When::Now },
        };
        Ok(write_step_down(self.transaction, &step, self.now, self.now).await?)
    }

    /// Tells the operator of a subscription; what was told and is not settled counts up.
    async fn set_aside(&mut self, said: &SaidSubscription, reason: SetAside) -> Result<(), BillingError> {
        let id = reason.id_about(&said.provider_id);
        if !self.told.insert(id.clone()) {
            return Ok(());
        }
        let is_told = events::is_told(self.transaction, &id).await?;
        let incident = Incident {
            id,
            kind: format!("subscription.{}", reason.word()),
            is_live: self.customer.is_live,
            customer_id: Some(self.customer.customer_id.clone()),
            claimed_organization: Some(self.organization.to_string()),
            occurred: said.created,
            received: self.now,
            times: 1,
            last_received: self.now,
            stripe_event_id: None,
            set_aside: Some(reason),
        };
        events::set_aside(self.transaction, &incident).await?;
        if !is_told {
            tracing::warn!(subscription = said.provider_id, reason = reason.word(), "set aside for the operator");
        }
        Ok(())
    }

    async fn tell(&self, record: Record) -> Result<(), BillingError> {
        let trail = Trail::product();
        write_record(self.context, self.transaction, Some(self.organization), &trail, record, self.now).await?;
        Ok(())
    }
}

/// Whether anybody would want to read of it: a period that passes into the next is nothing new.
fn says_something(before: &Subscription, after: &Subscription) -> bool {
    before.plan != after.plan
        || before.pending != after.pending
        || before.status != after.status
        || before.cancel_at_period_end != after.cancel_at_period_end
        || before.ended.is_some() != after.ended.is_some()
}
