//! Changing subscriptions at Stripe. Each change is made good from what Stripe says now, so that one which was made
//! already is not made twice.

use crate::domain::{PlanVersion, Step, StepAction, When};
use crate::providers::ProviderError;
use crate::providers::stripe::Stripe;
use crate::providers::stripe::answers::{Price, Subscription};
use crate::providers::stripe::client::StripeError;
use crate::providers::stripe::reading::{NEXT_PRICE, PAID_PRICE, PAID_UNTIL, PUT_OFF_UNTIL, has_ended, paid_price};

type Change = Vec<(&'static str, String)>;

impl Stripe {
    pub(super) async fn change(&self, step: &Step) -> Result<(), ProviderError> {
        let path = format!("/v1/subscriptions/{}", step.provider_id);
        let subscription = match self.client.get::<Subscription>(&path, &[]).await {
            Ok(subscription) if has_ended(&subscription) => return Ok(()),
            Err(error) if error.is_missing() => return Ok(()),
            subscription => subscription?,
        };
        match &step.action {
            StepAction::Cancel { when: When::Now } => match self.client.delete::<Subscription>(&path).await {
                Err(error) if !error.is_missing() => Err(error.into()),
                _ => Ok(()),
            },
            StepAction::Cancel { when: When::AtPeriodEnd } => self.cancel_at_period_end(step, &subscription).await,
            StepAction::Reactivate => self.reactivate(step, &subscription).await,
            StepAction::ChangePlan { plan, when: When::Now } => self.change_now(step, subscription, plan).await,
            StepAction::ChangePlan { plan, when: When::AtPeriodEnd } => {
                self.change_at_period_end(step, &subscription, plan).await
            }
        }
    }

    async fn cancel_at_period_end(&self, step: &Step, subscription: &Subscription) -> Result<(), ProviderError> {
        if subscription.cancel_at_period_end {
            return Ok(());
        }
        let mut change = vec![("cancel_at_period_end", "true".to_owned())];
        // There will be no next period that another plan could begin with.
        change.extend(back_to_paid(subscription)?.unwrap_or_default());
        self.update(step, subscription, "cancel", change).await?;
        Ok(())
    }

    async fn reactivate(&self, step: &Step, subscription: &Subscription) -> Result<(), ProviderError> {
        let change = match (subscription.cancel_at_period_end, subscription.cancel_at) {
            (true, _) => ("cancel_at_period_end", "false".to_owned()),
            (false, Some(_)) => ("cancel_at", String::new()),
            (false, None) => return Ok(()),
        };
        self.update(step, subscription, "reactivate", vec![change]).await?;
        Ok(())
    }

    /// What was paid for is put back first, so that the difference is counted from it.
    async fn change_now(
        &self,
        step: &Step,
        mut subscription: Subscription,
        plan: &PlanVersion,
    ) -> Result<(), ProviderError> {
        let price = self.price_of(plan).await?;
        if let Some(back) = back_to_paid(&subscription)? {
            subscription = self.update(step, &subscription, "back", back).await?;
        }
        let item = item_of(&subscription)?;
        if item.price.id == price {
            return Ok(());
        }
        let change = vec![
            ("items[0][id]", item.id.clone()),
            ("items[0][price]", price),
            ("proration_behavior", "always_invoice".to_owned()),
            // A plan that is not paid for is not to count: without the payment Stripe changes nothing.
            ("payment_behavior", "error_if_incomplete".to_owned()),
        ];
        self.update(step, &subscription, "change", change).await?;
        Ok(())
    }

    /// The next invoice is for the new price, and what was paid for until then is written beside it. A price that is due at
    /// other times would be billed at once, so Stripe is told not to bill before the period's end.
    async fn change_at_period_end(
        &self,
        step: &Step,
        subscription: &Subscription,
        plan: &PlanVersion,
    ) -> Result<(), ProviderError> {
        let price = self.price_of(plan).await?;
        let item = item_of(subscription)?;
        if item.price.id == price {
            return Ok(());
        }
        let paid = paid_price(subscription).unwrap_or(&item.price.id).to_owned();
        if paid == price {
            if let Some(back) = back_to_paid(subscription)? {
                self.update(step, subscription, "back", back).await?;
            }
            return Ok(());
        }
        let next: Price = self.client.get(&format!("/v1/prices/{price}"), &[]).await?;
        let mut change = vec![
            ("items[0][id]", item.id.clone()),
            ("items[0][price]", price.clone()),
            ("proration_behavior", "none".to_owned()),
            (PAID_PRICE, paid),
            (PAID_UNTIL, item.current_period_end.to_string()),
            (NEXT_PRICE, price),
        ];
        if next.recurring != item.price.recurring && subscription.status != "trialing" {
            let end = item.current_period_end.to_string();
            change.extend([("trial_end", end.clone()), (PUT_OFF_UNTIL, end)]);
        }
        self.update(step, subscription, "defer", change).await?;
        Ok(())
    }

    /// A step may take two updates; each has a key of its own, and another one where that stands for a failure that changed
    /// nothing. What did change the subscription after all is seen by the next try of the step.
    async fn update(
        &self,
        step: &Step,
        read: &Subscription,
        part: &str,
        change: Change,
    ) -> Result<Subscription, ProviderError> {
        let path = format!("/v1/subscriptions/{}", step.provider_id);
        let key = format!("step/{}/{part}", step.id);
        match self.client.post(&path, &change, &key).await {
            Err(spent @ StripeError::KeySpent(_)) => {
                if self.client.get::<Subscription>(&path, &[]).await? != *read {
                    return Err(spent.into());
                }
                let key = format!("{key}/at/{}", self.clock.now().seconds());
                Ok(self.client.post(&path, &change, &key).await?)
            }
            updated => Ok(updated?),
        }
    }
}

/// How a change for the period's end is called off; `None` when there is none.
fn back_to_paid(subscription: &Subscription) -> Result<Option<Change>, ProviderError> {
    let Some(paid) = paid_price(subscription) else { return Ok(None) };
    let item = item_of(subscription)?;
    Ok(Some(vec![
        ("items[0][id]", item.id.clone()),
        ("items[0][price]", paid.to_owned()),
        ("proration_behavior", "none".to_owned()),
        (PAID_PRICE, String::new()),
        (NEXT_PRICE, String::new()),
    ]))
}

fn item_of(subscription: &Subscription) -> Result<&super::answers::Item, ProviderError> {
    let items = &subscription.items.data;
    items.first().ok_or_else(|| ProviderError::Refused(format!("the subscription {} has no item", subscription.id)))
}
