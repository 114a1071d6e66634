//! The services, composed as the product composes them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::subscription_administration_service_client::SubscriptionAdministrationServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::identity::v1::account_service_client::AccountServiceClient;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::session_service_client::SessionServiceClient;
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::invitations::v1::invite_link_service_client::InviteLinkServiceClient;
use contracts::organizations::v1::access_service_client::AccessServiceClient;
use contracts::organizations::v1::membership_service_client::MembershipServiceClient;
use contracts::organizations::v1::organization_administration_service_client::OrganizationAdministrationServiceClient;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use contracts::organizations::v1::role_service_client::RoleServiceClient;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use identity::{Apps, Enumeration, FirstAdmin, PasswordSettings, Registration, SessionLifetimes};
use mail::{Address, Mail, Mailer, SendError};
use service_kit::database::DatabaseSettings;
use service_kit::fail_points::FailPoints;
use service_kit::{Channel, Clock, Entropy, MasterKey, Metrics, Microservice, Trust};
use test_kit::{AUDIENCE, ISSUER, fresh_database, service_secrets};
use token_verification::{Freshness, KeyStore};
use tokio_util::sync::CancellationToken;

use crate::person::PASSWORD;

/// The address of whoever administers the platform, whose password is everybody's.
pub const ADMINISTRATOR: &str = "administrator@guildhall.test";
const PUBLIC_URL: &str = "https://guildhall.test";
/// Longer than anything left for later may wait.
const LATER: Duration = Duration::from_secs(75);

/// Keeps mails instead of sending them.
#[derive(Clone, Default)]
pub struct SentMails(Arc<Mutex<Vec<Mail>>>);

#[tonic::async_trait]
impl Mailer for SentMails {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

impl SentMails {
    /// The secret of the link in the mail to this address, if it was sent.
    pub fn secret_to(&self, email: &str) -> Option<String> {
        let mails = self.0.lock().unwrap();
        let mail = mails.iter().rfind(|mail| mail.to.canonical() == email)?;
        let rest = mail.text.split("?token=").nth(1)?;
        rest.split_whitespace().next().map(str::to_owned)
    }
}

/// All services over fresh databases. Time stands still; relays deliver when they are told to.
pub struct House {
    pub mails: SentMails,
    pub points: FailPoints,
    clock: Clock,
    identity: Microservice,
    organizations: Microservice,
    invitations: Microservice,
    billing: Microservice,
}

impl House {
    pub async fn new() -> Self {
        Self::with_connections(None).await
    }

    /// With so many connections to each database, or the usual number.
    pub async fn with_connections(connections: Option<u32>) -> Self {
        let clock = test_kit::clock();
        let (mails, points) = (SentMails::default(), FailPoints::default());
        let (keys, freshness) = (KeyStore::empty(), Freshness::UntilExpiry);
        let audiences = [AUDIENCE.to_owned()];
        let trust = Trust::lazy(ISSUER, &audiences, keys, freshness, service_secrets(), clock.clone()).unwrap();
        let organizations = organizations(connections, &trust, &clock).await.fail_at(&points);
        let to_organizations = inside(&organizations);
        let billing = billing(connections, &trust, &clock, &to_organizations).await.fail_at(&points);
        let upstreams = identity::Upstreams { organizations: to_organizations.clone(), billing: inside(&billing) };
        let identity = identity(connections, &trust, &clock, &mails, upstreams).await.fail_at(&points);
        let upstreams = invitations::Upstreams { organizations: to_organizations, identity: inside(&identity) };
        let invitations = invitations(&trust, &clock, &mails, upstreams).await.fail_at(&points);
        Self { mails, points, clock, identity, organizations, invitations, billing }
    }

    /// What the services do all the time while they are served: following their records, and identity everybody's.
    pub fn continuous_work(&self, stop: &CancellationToken) -> Vec<BoxFuture<'static, ()>> {
        let services = [&self.identity, &self.organizations, &self.billing];
        let tails = services.into_iter().filter_map(|service| service.changes().cloned());
        let tails = tails.map(|tail| tail.run(stop.clone()).boxed());
        tails.chain(self.identity.continuous().iter().map(|work| work.run(stop.clone()).boxed())).collect()
    }

    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Delivers what is due, until nothing is.
    pub async fn deliver(&self) {
        for service in [&self.identity, &self.invitations] {
            let relay = service.relay().expect("a relay");
            while relay.run_once().await > 0 {}
        }
    }

    /// Delivers what was left for later, too.
    pub async fn deliver_later(&self) {
        self.clock.advance(LATER);
        self.deliver().await;
    }

    pub fn authentication(&self) -> AuthenticationServiceClient<Channel> {
        AuthenticationServiceClient::new(self.identity.in_process())
    }

    /// As verifiers call.
    pub fn identity_for_services(&self) -> Channel {
        inside(&self.identity)
    }

    pub fn sessions(&self) -> SessionServiceClient<Channel> {
        SessionServiceClient::new(self.identity.in_process())
    }

    pub fn account(&self) -> AccountServiceClient<Channel> {
        AccountServiceClient::new(self.identity.in_process())
    }

    /// As the operator's commands call.
    pub fn plans(&self) -> PlanServiceClient<Channel> {
        PlanServiceClient::new(inside(&self.billing))
    }

    /// As other services call.
    pub fn subscriptions(&self) -> SubscriptionServiceClient<Channel> {
        SubscriptionServiceClient::new(inside(&self.billing))
    }

    pub fn subscription_administration(&self) -> SubscriptionAdministrationServiceClient<Channel> {
        SubscriptionAdministrationServiceClient::new(self.billing.in_process())
    }

    pub fn organization_administration(&self) -> OrganizationAdministrationServiceClient<Channel> {
        OrganizationAdministrationServiceClient::new(self.organizations.in_process())
    }

    pub fn organizations(&self) -> OrganizationServiceClient<Channel> {
        OrganizationServiceClient::new(self.organizations.in_process())
    }

    pub fn roles(&self) -> RoleServiceClient<Channel> {
        RoleServiceClient::new(self.organizations.in_process())
    }

    pub fn memberships(&self) -> MembershipServiceClient<Channel> {
        MembershipServiceClient::new(self.organizations.in_process())
    }

    /// As other services call.
    pub fn access(&self) -> AccessServiceClient<Channel> {
        AccessServiceClient::new(inside(&self.organizations))
    }

    pub fn invitations(&self) -> InvitationServiceClient<Channel> {
        InvitationServiceClient::new(self.invitations.in_process())
    }

    pub fn links(&self) -> InviteLinkServiceClient<Channel> {
        InviteLinkServiceClient::new(self.invitations.in_process())
    }
}

fn inside(service: &Microservice) -> Channel {
    service.in_process().with_credential(&service_secrets())
}

fn master_key() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

async fn database(service: &str, connections: Option<u32>) -> DatabaseSettings {
    let usual = fresh_database(service).await;
    DatabaseSettings { pool_size: connections.unwrap_or(usual.pool_size), ..usual }
}

async fn organizations(connections: Option<u32>, trust: &Trust, clock: &Clock) -> Microservice {
    let database = database("organizations", connections).await;
    organizations::migrate(&database).await.unwrap();
    let (clock, entropy) = (clock.clone(), Entropy::system());
    let settings =
        organizations::Settings { database, master_key: master_key(), clock, entropy, metrics: Metrics::new() };
    organizations::build(settings, trust).await.unwrap()
}

async fn billing(connections: Option<u32>, trust: &Trust, clock: &Clock, organizations: &Channel) -> Microservice {
    let database = database("billing-context", connections).await;
    billing_context::migrate(&database).await.unwrap();
    let (clock, entropy) = (clock.clone(), Entropy::system());
    let settings = billing_context::Settings {
        database,
        master_key: master_key(),
        clock,
        entropy,
        metrics: Metrics::new(),
        provider: billing_context::ProviderSettings::Manual { pages: None },
        return_origins: Vec::new(),
    };
    let upstreams = billing_context::Upstreams { organizations: organizations.clone() };
    billing_context::build(settings, trust, upstreams).await.unwrap()
}

async fn identity(
    connections: Option<u32>,
    trust: &Trust,
    clock: &Clock,
    mails: &SentMails,
    upstreams: identity::Upstreams,
) -> Microservice {
    let database = database("identity", connections).await;
    identity::migrate(&database).await.unwrap();
    let settings = identity::Settings {
        database,
        master_key: master_key(),
        issuer: ISSUER.to_owned(),
        apps: Apps::new(AUDIENCE.to_owned(), Vec::new()),
        public_url: PUBLIC_URL.to_owned(),
        access_token_lifetime: Duration::from_secs(3600),
        // Cheap on purpose: what is tested is not the strength of argon2.
        passwords: PasswordSettings { memory_kib: 8, passes: 1, hashes_waiting: 1000, ..PasswordSettings::default() },
        session_lifetimes: SessionLifetimes::default(),
        registration: Registration::Open,
        enumeration: Enumeration::Friendly,
        throttles: false,
        mailer: Arc::new(mails.clone()),
        mail_templates: None,
        first_admin: Some(FirstAdmin { email: Address::parse(ADMINISTRATOR).unwrap(), password: PASSWORD.into() }),
        clock: clock.clone(),
        entropy: Entropy::system(),
        metrics: Metrics::new(),
    };
    identity::build(settings, trust, upstreams).await.unwrap()
}

async fn invitations(
    trust: &Trust,
    clock: &Clock,
    mails: &SentMails,
    upstreams: invitations::Upstreams,
) -> Microservice {
    let database = fresh_database("invitations").await;
    invitations::migrate(&database).await.unwrap();
    let settings = invitations::Settings {
        database,
        master_key: master_key(),
        pages: invitations::LinkPages::of_the_gateway(PUBLIC_URL),
        mailer: Arc::new(mails.clone()),
        mail_templates: None,
        throttles: false,
        clock: clock.clone(),
        entropy: Entropy::system(),
        metrics: Metrics::new(),
    };
    invitations::build(settings, trust, upstreams).await.unwrap()
}
