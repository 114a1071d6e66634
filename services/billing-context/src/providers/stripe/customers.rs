//! An organization's customer: made once, found by our own record and never by a name or an address.

use crate::domain::{OrganizationId, StripeCustomer};
use crate::providers::ProviderError;
use crate::providers::stripe::Stripe;
use crate::providers::stripe::answers::Made;
use crate::providers::stripe::client::StripeError;
use crate::store::DbErr;
use crate::store::stripe::customers;

impl Stripe {
    /// The organization's customer, made when it has none yet.
    pub(super) async fn customer_of(&self, organization: OrganizationId) -> Result<StripeCustomer, ProviderError> {
        match customers::find(self.database.reader(), organization, self.is_live).await.map_err(unavailable)? {
            Some(customer) => Ok(customer),
            None => self.make_customer(organization, &format!("customer/{organization}")).await,
        }
    }

    /// Another one, when Stripe does not have this one any more.
    pub(super) async fn customer_in_place_of(&self, gone: &StripeCustomer) -> Result<StripeCustomer, ProviderError> {
        let path = format!("/v1/customers/{}", gone.customer_id);
        match self.client.get::<Made>(&path, &[]).await {
            Ok(customer) if !customer.deleted => return Ok(gone.clone()),
            Ok(_) => {}
            Err(error) if error.is_missing() => {}
            Err(error) => return Err(error.into()),
        }
        let transaction = self.database.begin_write().await.map_err(unavailable)?;
        customers::forget(&transaction, gone.organization_id, &gone.customer_id).await.map_err(unavailable)?;
        transaction.commit().await.map_err(unavailable)?;
        let key = format!("customer/{}/after/{}", gone.organization_id, gone.customer_id);
        self.make_customer(gone.organization_id, &key).await
    }

    /// The key makes two calls at once, or one after a crash, get the same customer.
    async fn make_customer(&self, organization: OrganizationId, key: &str) -> Result<StripeCustomer, ProviderError> {
        let form = [("metadata[organization_id]", organization.to_string())];
        let made: Made = match self.client.post("/v1/customers", &form, key).await {
            // Whatever was made by that call is nobody's and stays empty: buying must not wait for a day.
            Err(StripeError::KeySpent(_)) => {
                let key = format!("{key}/at/{}", self.clock.now().seconds());
                self.client.post("/v1/customers", &form, &key).await?
            }
            made => made?,
        };
        let transaction = self.database.begin_write().await.map_err(unavailable)?;
        let now = self.clock.now();
        let kept = customers::keep(&transaction, organization, self.is_live, &made.id, now).await;
        let kept = kept.map_err(unavailable)?;
        transaction.commit().await.map_err(unavailable)?;
        Ok(kept)
    }
}

/// The database's failures pass, or are seen by everybody else as well.
pub(super) fn unavailable(error: DbErr) -> ProviderError {
    ProviderError::Unavailable(error.to_string())
}
