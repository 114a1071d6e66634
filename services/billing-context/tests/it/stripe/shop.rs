//! A world that sells through a fake Stripe.

use std::time::Duration;

use billing_context::{ProviderSettings, StripeSettings, WebhookSecrets};
use contracts::billing::v1::checkout_service_client::CheckoutServiceClient;
use contracts::billing::v1::quarantine_service_client::QuarantineServiceClient;
use contracts::billing::v1::webhook_service_client::WebhookServiceClient;
use contracts::billing::v1::{
    DismissEventRequest, DismissEventResponse, ListQuarantineRequest, OpenPortalRequest, Plan, PlanInterval,
    QuarantinedEvent, ReceiveStripeEventRequest, ReplayEventRequest, ReplayEventResponse, StartCheckoutRequest,
    Subscription, WebhookOutcome,
};
use fake_stripe::{Account, FakeStripe, Paid, sign};
use secrecy::SecretString;
use serde_json::Value;
use tonic::Status;
use uuid::Uuid;

use crate::world::{World, feature, plan};

pub const DAY: Duration = Duration::from_secs(86_400);
pub const SECRET: &str = "whsec_shop";

pub struct Shop {
    pub world: World,
    pub stripe: FakeStripe,
    is_live: bool,
}

fn settings(stripe: &FakeStripe, is_live: bool) -> ProviderSettings {
    let account = if is_live { &stripe.live } else { &stripe.test };
    let secrets = WebhookSecrets::parse(&SecretString::from(SECRET)).unwrap();
    let key = SecretString::from(account.secret_key());
    ProviderSettings::Stripe(Box::new(StripeSettings::read(&key, secrets, Some(stripe.base_url()), None).unwrap()))
}

impl Shop {
    /// Sells a cheap and a dear plan by the month, and one by the year.
    pub async fn open() -> Self {
        let clock = test_kit::clock();
        let stripe = FakeStripe::start(0, clock.clone(), "shop").await.unwrap();
        let world = World::at(clock, settings(&stripe, false)).await;
        stripe.test.hold_webhooks();
        stripe.live.hold_webhooks();
        let shop = Self { world, stripe, is_live: false };
        shop.world.offer(vec![cheap(), dear(), yearly()]).await;
        shop
    }

    /// Starts anew with a key of this mode.
    pub async fn restart_in_mode(&mut self, is_live: bool) {
        self.world.restart_with(settings(&self.stripe, is_live)).await;
        self.is_live = is_live;
    }

    /// Another account at Stripe, which knows nothing of this one.
    pub async fn another_account(&self) -> FakeStripe {
        FakeStripe::start(0, self.world.clock.clone(), "another").await.unwrap()
    }

    /// Starts anew without Stripe.
    pub async fn restart_without_stripe(&mut self) {
        self.world.restart_with(ProviderSettings::Manual { pages: None }).await;
    }

    /// The account in the mode that the shop sells in.
    pub fn account(&self) -> &Account {
        if self.is_live { &self.stripe.live } else { &self.stripe.test }
    }

    /// Starts a checkout and answers where the buyer is sent.
    pub async fn checkout(&self, user: Uuid, organization: Uuid, plan_code: &str) -> Result<String, Status> {
        let request = StartCheckoutRequest {
            organization_id: organization.to_string(),
            plan_code: plan_code.to_owned(),
            success_url: "https://app.example/done".to_owned(),
            cancel_url: "https://app.example/back".to_owned(),
        };
        let request = self.world.signed(user, request);
        let answer = CheckoutServiceClient::new(self.world.public()).start_checkout(request).await?;
        Ok(answer.into_inner().checkout_url)
    }

    pub async fn portal(&self, user: Uuid, organization: Uuid) -> Result<String, Status> {
        let return_url = "https://app.example/billing".to_owned();
        let request = OpenPortalRequest { organization_id: organization.to_string(), return_url };
        let request = self.world.signed(user, request);
        Ok(CheckoutServiceClient::new(self.world.public()).open_portal(request).await?.into_inner().url)
    }

    /// An organization that has paid for a plan at Stripe, of which nothing was heard yet: user, organization, and Stripe's
    /// id of the subscription.
    pub async fn buyer(&self, plan_code: &str) -> (Uuid, Uuid, String) {
        let (user, organization) = self.world.organization();
        let url = self.checkout(user, organization, plan_code).await.unwrap();
        (user, organization, self.pay(&url))
    }

    /// Pays on a checkout page; answers the subscription.
    pub fn pay(&self, url: &str) -> String {
        let session = url.rsplit('/').next().unwrap();
        match self.account().complete_checkout(session) {
            Some(Paid::Yes(subscription)) => subscription,
            other => panic!("{other:?}"),
        }
    }

    /// The same as `buyer`, and everything was heard.
    pub async fn subscriber(&self, plan_code: &str) -> (Uuid, Uuid, String) {
        let bought = self.buyer(plan_code).await;
        self.hear_all().await;
        bought
    }

    /// Sends an event as Stripe does.
    pub async fn send(&self, payload: &[u8]) -> Result<WebhookOutcome, Status> {
        let signature = sign(SECRET, self.world.clock.now().seconds(), payload);
        let request = ReceiveStripeEventRequest { payload: payload.to_vec(), signature };
        let answer = WebhookServiceClient::new(self.world.public()).receive_stripe_event(request).await?;
        Ok(answer.into_inner().outcome())
    }

    /// All events of the account so far, as they are sent.
    pub fn events(&self) -> Vec<Vec<u8>> {
        self.account().events().iter().map(|event| serde_json::to_vec(event).unwrap()).collect()
    }

    /// The latest event of this kind, as it is sent.
    pub fn latest(&self, kind: &str) -> Value {
        let events = self.account().events();
        let event = events.iter().rev().find(|event| event.r#type == kind).expect("it happened");
        serde_json::to_value(event).unwrap()
    }

    /// Sends every event that has happened, those that were sent before as well, and lets the service do what follows.
    pub async fn hear_all(&self) {
        for event in self.events() {
            self.send(&event).await.unwrap();
        }
        self.world.relay().await;
    }

    pub async fn subscription(&self, user: Uuid, organization: Uuid) -> Subscription {
        self.world.subscription(user, organization).await
    }

    pub async fn quarantine(&self) -> Vec<QuarantinedEvent> {
        let administrator = self.world.administrator;
        let request = ListQuarantineRequest { page_size: 200, page_token: String::new() };
        let request = self.world.as_official(administrator, request);
        let mut client = QuarantineServiceClient::new(self.world.public());
        client.list_quarantine(request).await.unwrap().into_inner().events
    }

    pub async fn replay(&self, event_id: &str) -> Result<ReplayEventResponse, Status> {
        let administrator = self.world.administrator;
        let request = ReplayEventRequest { event_id: event_id.to_owned() };
        let request = self.world.as_official(administrator, request);
        let mut client = QuarantineServiceClient::new(self.world.public());
        client.replay_event(request).await.map(tonic::Response::into_inner)
    }

    pub async fn dismiss(&self, event_id: &str) -> Result<DismissEventResponse, Status> {
        let request = DismissEventRequest { event_id: event_id.to_owned() };
        let request = self.world.official(request);
        let mut client = QuarantineServiceClient::new(self.world.public());
        client.dismiss_event(request).await.map(tonic::Response::into_inner)
    }
}

pub fn cheap() -> Plan {
    Plan { price_cents: 900, credits_amount: 100, features: vec![feature("reports")], ..plan("cheap") }
}

pub fn dear() -> Plan {
    let features = vec![feature("reports"), feature("sso")];
    Plan { price_cents: 3000, credits_amount: 500, features, ..plan("dear") }
}

pub fn yearly() -> Plan {
    let interval = PlanInterval::Yearly.into();
    Plan { price_cents: 30_000, interval, credits_amount: 6000, ..plan("yearly") }
}
