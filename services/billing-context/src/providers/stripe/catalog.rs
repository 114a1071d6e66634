//! Prices at Stripe: one for each version of a plan, made when it is first sold.

use crate::domain::{Interval, Plan, PlanVersion};
use crate::providers::ProviderError;
use crate::providers::stripe::Stripe;
use crate::providers::stripe::answers::{List, Price};
use crate::providers::stripe::client::StripeError;
use crate::providers::stripe::customers::unavailable;
use crate::store::stripe::prices;

impl Stripe {
    /// The price of a version of a plan, made when there is none yet.
    pub(super) async fn price_of(&self, plan: &PlanVersion) -> Result<String, ProviderError> {
        match prices::find(self.database.reader(), plan, self.is_live).await.map_err(unavailable)? {
            Some(price) => Ok(price),
            None => self.make_price(plan, "").await,
        }
    }

    /// Another one, when Stripe does not have this one any more.
    pub(super) async fn price_in_place_of(&self, plan: &PlanVersion, gone: &str) -> Result<String, ProviderError> {
        match self.client.get::<Price>(&format!("/v1/prices/{gone}"), &[]).await {
            Ok(_) => return Ok(gone.to_owned()),
            Err(error) if error.is_missing() => {}
            Err(error) => return Err(error.into()),
        }
        let transaction = self.database.begin_write().await.map_err(unavailable)?;
        prices::forget(&transaction, gone).await.map_err(unavailable)?;
        transaction.commit().await.map_err(unavailable)?;
        self.make_price(plan, &format!("/after/{gone}")).await
    }

    /// The price is found again by a name that holds its terms, also when the key is older than Stripe remembers.
    async fn make_price(&self, plan: &PlanVersion, occasion: &str) -> Result<String, ProviderError> {
        let terms = &plan.terms;
        let (interval, count) = recurrence(terms)?;
        let name = format!(
            "guildhall/{}/{}/{}-{}-{count}-{interval}",
            terms.code, plan.number, terms.price_cents, terms.currency
        );
        let form = [
            ("currency", terms.currency.clone()),
            ("unit_amount", terms.price_cents.to_string()),
            ("recurring[interval]", interval.to_owned()),
            ("recurring[interval_count]", count.to_string()),
            ("product_data[name]", terms.name.clone()),
            ("lookup_key", name.clone()),
            ("metadata[plan_code]", terms.code.clone()),
            ("metadata[plan_version]", plan.number.to_string()),
        ];
        let key = format!("price/{name}{occasion}");
        let made: Result<Price, StripeError> = self.client.post("/v1/prices", &form, &key).await;
        let price = match made {
            Ok(price) => price,
            // Most likely there is one of this name: made before, or by this very call.
            Err(refused @ (StripeError::Refused { status: 400, .. } | StripeError::KeySpent(_))) => {
                match (self.named(&name).await?, refused) {
                    (Some(price), _) => price,
                    // That call made none: selling must not wait for a day. Names are unique, so two at once make one.
                    (None, StripeError::KeySpent(_)) => {
                        let key = format!("{key}/at/{}", self.clock.now().seconds());
                        self.client.post("/v1/prices", &form, &key).await?
                    }
                    (None, refused) => return Err(refused.into()),
                }
            }
            Err(error) => return Err(error.into()),
        };
        let is_meant = |price: &Price| {
            let rhythm = price.recurring.as_ref();
            price.currency == terms.currency
                && price.unit_amount == Some(terms.price_cents)
                && rhythm.is_some_and(|rhythm| rhythm.interval == interval && rhythm.interval_count == count)
        };
        if !is_meant(&price) {
            return Err(ProviderError::Refused(format!("the price named {name} was changed at Stripe")));
        }
        let transaction = self.database.begin_write().await.map_err(unavailable)?;
        let now = self.clock.now();
        let kept = prices::keep(&transaction, plan, self.is_live, &price.id, now).await.map_err(unavailable)?;
        transaction.commit().await.map_err(unavailable)?;
        Ok(kept)
    }

    async fn named(&self, name: &str) -> Result<Option<Price>, StripeError> {
        let found: List<Price> = self.client.get("/v1/prices", &[("lookup_keys[]", name.to_owned())]).await?;
        Ok(found.data.into_iter().next())
    }
}

/// Stripe's words for how often a plan is paid.
fn recurrence(terms: &Plan) -> Result<(&'static str, i32), ProviderError> {
    match terms.interval {
        Interval::Monthly => Ok(("month", terms.interval_count)),
        Interval::Yearly => Ok(("year", terms.interval_count)),
        Interval::Custom => {
            Err(ProviderError::Refused(format!("the plan {} has no periods that Stripe could bill", terms.code)))
        }
    }
}
