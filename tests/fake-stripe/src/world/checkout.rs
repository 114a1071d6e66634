//! Checkout and portal sessions.

use crate::objects::{CheckoutSession, Metadata, PortalSession};
use crate::problem::Problem;
use crate::world::World;

/// A checkout session lives for a day, and can be told to live shorter.
const CHECKOUT_SECONDS: i64 = 86_400;
const SHORTEST_CHECKOUT_SECONDS: i64 = 1800;

/// What a new checkout session is for.
pub struct NewCheckout {
    pub customer: String,
    pub price: String,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub client_reference_id: Option<String>,
    pub metadata: Metadata,
    pub subscription_metadata: Metadata,
    pub trial_period_days: Option<i64>,
    pub expires_at: Option<i64>,
}

/// What came of a try to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paid {
    /// There is a subscription; this is its id.
    Yes(String),
    /// The card was declined; the session stays open.
    Declined,
    /// The session was completed or has expired before.
    Closed,
}

impl World {
    pub fn add_checkout(&mut self, new: NewCheckout, base_url: &str) -> Result<CheckoutSession, Problem> {
        self.customer(&new.customer)?;
        self.price(&new.price, "line_items[0][price]")?;
        let now = self.now();
        // Whoever calls does not know how far this account's time is ahead.
        let ahead = self.ahead();
        let expires_at = new.expires_at.map_or(now + CHECKOUT_SECONDS, |asked| asked + ahead);
        if !(now + SHORTEST_CHECKOUT_SECONDS..=now + CHECKOUT_SECONDS).contains(&expires_at) {
            let message = "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from now.";
            return Err(Problem::invalid(message).with("parameter_invalid", "expires_at"));
        }
        let id = self.id(if self.livemode { "cs_live" } else { "cs_test" });
        let session = CheckoutSession {
            object: "checkout.session",
            cancel_url: new.cancel_url,
            client_reference_id: new.client_reference_id,
            created: now,
            customer: new.customer,
            expires_at,
            livemode: self.livemode,
            metadata: new.metadata,
            mode: "subscription",
            payment_status: "unpaid",
            status: "open",
            subscription: None,
            success_url: new.success_url,
            url: Some(format!("{base_url}/pay/{id}")),
            price: new.price,
            subscription_metadata: new.subscription_metadata,
            trial_period_days: new.trial_period_days,
            id,
        };
        self.checkouts.insert(session.id.clone(), session.clone());
        Ok(session)
    }

    /// The customer pays on the page of a session.
    pub fn complete_checkout(&mut self, session_id: &str) -> Option<Paid> {
        let session = self.checkouts.get(session_id)?.clone();
        if session.status != "open" || session.expires_at <= self.now() {
            return Some(Paid::Closed);
        }
        if session.trial_period_days.is_none() && self.declined.contains(&session.customer) {
            return Some(Paid::Declined);
        }
        let (metadata, trial) = (session.subscription_metadata, session.trial_period_days);
        let subscription = self.subscribe(&session.customer, &session.price, metadata, trial);
        let session = self.checkouts.get_mut(session_id)?;
        (session.status, session.payment_status, session.url) = ("complete", "paid", None);
        session.subscription = Some(subscription.clone());
        let session = session.clone();
        self.happened("checkout.session.completed", &session);
        Some(Paid::Yes(subscription))
    }

    /// Ends a session that nobody completed.
    pub fn expire_checkout(&mut self, session_id: &str) -> Result<CheckoutSession, Problem> {
        let session = self
            .checkouts
            .get_mut(session_id)
            .ok_or_else(|| Problem::missing("checkout.session", session_id, "session"))?;
        if session.status != "open" {
            return Err(Problem::invalid("Only Checkout Sessions with a status in [\"open\"] can be expired."));
        }
        (session.status, session.url) = ("expired", None);
        let session = session.clone();
        self.happened("checkout.session.expired", &session);
        Ok(session)
    }

    pub fn add_portal(&mut self, customer: &str, return_url: String, base: &str) -> Result<PortalSession, Problem> {
        self.customer(customer)?;
        if !self.has_portal {
            let message = "No configuration provided and your default configuration has not been created. Provide a \
                configuration or create your default by saving your customer portal settings.";
            return Err(Problem::invalid(message));
        }
        let id = self.id("bps");
        let session = PortalSession {
            object: "billing_portal.session",
            created: self.now(),
            customer: customer.to_owned(),
            livemode: self.livemode,
            return_url,
            url: format!("{base}/portal/{id}"),
            id,
        };
        self.portals.insert(session.id.clone(), session.clone());
        Ok(session)
    }
}
