//! Identity with everything around it that a test may touch.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::identity::v1 as proto;
use contracts::identity::v1::account_service_client::AccountServiceClient;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::key_service_client::KeyServiceClient;
use contracts::identity::v1::password_service_client::PasswordServiceClient;
use contracts::identity::v1::session_service_client::SessionServiceClient;
use contracts::identity::v1::user_administration_service_client::UserAdministrationServiceClient;
use contracts::identity::v1::user_service_client::UserServiceClient;
use identity::{
    Apps, Enumeration, FirstAdmin, Operator, PasswordSettings, Registration, SessionLifetimes, Settings, Upstreams,
};
use mail::{Cause, Mail, Mailer, SendError};
use sea_orm::{ConnectionTrait, Statement};
use service_kit::call_origin::tell_origin;
use service_kit::database::DatabaseSettings;
use service_kit::refusal::reason_of;
use service_kit::{
    CallOrigin, Channel, Clock, Database, Entropy, ErrorReason, MasterKey, Metrics, Microservice, Trust,
};
use test_kit::{AUDIENCE, ISSUER, bearer, service_secrets};
use token_verification::{Caller, Freshness, KeyStore};
use tonic::{Request, Status};

use crate::changes_told::ChangesTold;
use crate::stand_ins::{Billing, Organizations};

pub const PASSWORD: &str = "seven lanterns by the harbour";
pub const OTHER_APP: &str = "desk";

/// Keeps mails instead of sending them.
#[derive(Clone, Default)]
pub struct SentMails {
    mails: Arc<Mutex<Vec<Mail>>>,
    loses_answers: Arc<AtomicBool>,
}

#[tonic::async_trait]
impl Mailer for SentMails {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        self.mails.lock().unwrap().push(mail.clone());
        if self.loses_answers.load(Ordering::SeqCst) {
            return Err(SendError::Transient(Cause::TimedOut));
        }
        Ok(())
    }
}

impl SentMails {
    pub fn all(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// From now on mails leave but nobody hears of it.
    pub fn lose_answers(&self, loses: bool) {
        self.loses_answers.store(loses, Ordering::SeqCst);
    }

    /// The token in the latest mail with a link.
    pub fn last_token(&self) -> String {
        self.last_token_to("")
    }

    /// The token in the latest mail with a link to this address.
    pub fn last_token_to(&self, email: &str) -> String {
        let to = |mail: &&Mail| email.is_empty() || mail.to.canonical() == email;
        let mails = self.all();
        let links = mails.iter().rev().filter(to).filter_map(|mail| mail.text.split("?token=").nth(1));
        links.flat_map(str::split_whitespace).next().expect("a mail with a link").to_owned()
    }

    /// The token in the latest mail that sets a new password.
    pub fn last_reset_token(&self) -> String {
        let mails = self.all();
        let links = mails.iter().rev().filter_map(|mail| mail.text.split("/reset-password?token=").nth(1));
        links.flat_map(str::split_whitespace).next().expect("a mail with a link").to_owned()
    }

    /// The subjects of the mails to this address, in order.
    pub fn subjects_to(&self, email: &str) -> Vec<String> {
        self.all().into_iter().filter(|mail| mail.to.canonical() == email).map(|mail| mail.subject).collect()
    }
}

pub struct World {
    pub database: DatabaseSettings,
    pub clock: Clock,
    pub organizations: Organizations,
    pub billing: Billing,
    pub told_by_organizations: ChangesTold,
    pub told_by_billing: ChangesTold,
    pub mails: SentMails,
    pub trust: Trust,
    pub identity: Microservice,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// A fresh identity with settings changed at will.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = test_kit::fresh_database("identity").await;
        identity::migrate(&database).await.expect("the schema");
        let clock = test_kit::clock();
        let (organizations, billing, mails) = (Organizations::default(), Billing::default(), SentMails::default());
        let trust = trust(&clock);
        let mut settings = settings(&database, &clock, &mails);
        change(&mut settings);
        let (told_by_organizations, told_by_billing) = (ChangesTold::default(), ChangesTold::default());
        let upstreams = Upstreams {
            organizations: organizations.channel(&trust, &told_by_organizations),
            billing: billing.channel(&trust, &told_by_billing),
        };
        let identity = identity::build(settings, &trust, upstreams).await.expect("identity starts");
        Self { database, clock, organizations, billing, told_by_organizations, told_by_billing, mails, trust, identity }
    }

    /// With tries counted, as in production.
    pub async fn throttling() -> Self {
        Self::with(|settings| settings.throttles = true).await
    }

    /// Another process over the same database.
    pub async fn start_again(&self, change: impl FnOnce(&mut Settings)) -> Result<Microservice, identity::BuildError> {
        let mut settings = settings(&self.database, &self.clock, &self.mails);
        change(&mut settings);
        let upstreams = Upstreams {
            organizations: self.organizations.channel(&self.trust, &self.told_by_organizations),
            billing: self.billing.channel(&self.trust, &self.told_by_billing),
        };
        identity::build(settings, &trust(&self.clock), upstreams).await
    }

    pub fn authentication(&self) -> AuthenticationServiceClient<Channel> {
        AuthenticationServiceClient::new(self.identity.in_process())
    }

    pub fn account(&self) -> AccountServiceClient<Channel> {
        AccountServiceClient::new(self.identity.in_process())
    }

    pub fn passwords(&self) -> PasswordServiceClient<Channel> {
        PasswordServiceClient::new(self.identity.in_process())
    }

    /// As the gateway calls, which says where its callers are.
    pub fn as_gateway(&self) -> AuthenticationServiceClient<Channel> {
        AuthenticationServiceClient::new(self.identity.in_process().with_credential(&service_secrets()))
    }

    pub fn sessions(&self) -> SessionServiceClient<Channel> {
        SessionServiceClient::new(self.identity.in_process())
    }

    pub fn keys(&self) -> KeyServiceClient<Channel> {
        KeyServiceClient::new(self.identity.in_process())
    }

    pub fn user_administration(&self) -> UserAdministrationServiceClient<Channel> {
        UserAdministrationServiceClient::new(self.identity.in_process())
    }

    /// What whoever runs the deployment holds.
    pub async fn operator(&self) -> Operator {
        Operator::open(&self.database, self.clock.clone(), Entropy::system(), CallOrigin::of_command("root"))
            .await
            .expect("the database")
    }

    /// Somebody who has signed up and holds a platform role, with tokens that say so.
    pub async fn administrator(&self, email: &str, role: &str) -> Person {
        self.administrator_by(&self.operator().await, email, role).await
    }

    /// The same, by an operator who is there already.
    pub async fn administrator_by(&self, operator: &Operator, email: &str, role: &str) -> Person {
        let mut person = self.vouched(email).await;
        assert!(operator.grant(&address(email), role).await.expect("the role"));
        person.tokens = self.log_in(email, PASSWORD).await.expect("tokens").tokens.expect("tokens");
        person
    }

    /// Somebody whose address is proven, with the mail still on its way.
    pub async fn vouched(&self, email: &str) -> Person {
        let person = self.person(email).await;
        self.prove_by_hand(email).await;
        person
    }

    /// The address is proven without a mail: those that are on their way stay so.
    pub async fn prove_by_hand(&self, email: &str) {
        let database = Database::open(&self.database, "identity").await.expect("the database");
        let transaction = database.begin_write().await.expect("a transaction");
        let update = format!("UPDATE users SET email_verified = TRUE WHERE email = '{email}'");
        transaction.execute_unprepared(&update).await.expect("the update");
        transaction.commit().await.expect("the commit");
    }

    /// As another service of the deployment calls.
    pub fn users(&self) -> UserServiceClient<Channel> {
        UserServiceClient::new(self.identity.in_process().with_credential(&service_secrets()))
    }

    pub async fn register(&self, email: &str) -> Result<proto::RegisterResponse, Status> {
        self.authentication().register(sign_up(email)).await.map(tonic::Response::into_inner)
    }

    /// Somebody who has signed up.
    pub async fn person(&self, email: &str) -> Person {
        let answer = self.register(email).await.expect("a new account");
        let user = answer.user.expect("a user");
        Person {
            id: user.id,
            personal_organization: answer.access.expect("access").organization.expect("an organization").id,
            tokens: answer.tokens.expect("tokens"),
        }
    }

    /// Somebody who has signed up and proven the address.
    pub async fn proven(&self, email: &str) -> Person {
        let person = self.person(email).await;
        self.run_relay(1).await;
        let request = proto::VerifyEmailRequest { token: self.mails.last_token_to(email) };
        self.account().verify_email(request).await.expect("the address is proven");
        person
    }

    pub async fn log_in(&self, email: &str, password: &str) -> Result<proto::LoginResponse, Status> {
        self.authentication().login(sign_in(email, password)).await.map(tonic::Response::into_inner)
    }

    pub async fn refresh(&self, token: &str) -> Result<proto::RefreshResponse, Status> {
        self.refresh_into(token, "").await
    }

    pub async fn refresh_into(&self, token: &str, organization_id: &str) -> Result<proto::RefreshResponse, Status> {
        let request = proto::RefreshRequest {
            refresh_token: token.to_owned(),
            organization_id: organization_id.to_owned(),
            ..Default::default()
        };
        self.authentication().refresh(request).await.map(tonic::Response::into_inner)
    }

    pub async fn me(&self, access_token: &str) -> Result<proto::User, Status> {
        let answer = self.account().get_me(bearer(proto::GetMeRequest {}, access_token)).await?;
        Ok(answer.into_inner().user.expect("a user"))
    }

    /// What a verifier with nothing but the published keys makes of a token.
    pub fn verified(&self, access_token: &str) -> Caller {
        self.trust.verifier.verify(access_token).expect("a valid token")
    }

    pub async fn run_relay(&self, expected: usize) {
        run_relay(&self.identity, expected).await;
    }

    /// Delivers what is due, whatever that is, until the condition holds.
    pub async fn run_relay_until(&self, mut is_so: impl AsyncFnMut() -> bool) {
        let relay = self.identity.relay().expect("a relay");
        let delivering = async {
            while !is_so().await {
                relay.run_once().await;
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), delivering).await.expect("messages become due");
    }
}

/// Delivers what is due, which must be this many messages. On Postgres a message waits for every older
/// transaction of the cluster, those of other tests included, so one look may be too early.
pub async fn run_relay(identity: &Microservice, expected: usize) {
    let relay = identity.relay().expect("a relay");
    let delivering = async {
        let mut tried = relay.run_once().await;
        while tried < expected {
            tokio::task::yield_now().await;
            tried += relay.run_once().await;
        }
        tried
    };
    let tried = tokio::time::timeout(Duration::from_secs(20), delivering).await.expect("messages become due");
    assert_eq!(tried, expected);
}

impl Person {
    /// The message as this person's call.
    pub fn call<T>(&self, message: T) -> tonic::Request<T> {
        bearer(message, &self.tokens.access_token)
    }
}

/// The number `n` that a query of identity's own tables answers.
pub async fn rows(world: &World, query: &str) -> i64 {
    let database = Database::open(&world.database, "identity").await.expect("the database");
    let reader = database.reader();
    let statement = Statement::from_string(reader.get_database_backend(), query);
    reader.query_one_raw(statement).await.unwrap().expect("a row").try_get("", "n").unwrap()
}

pub struct Person {
    pub id: String,
    pub personal_organization: String,
    pub tokens: proto::Tokens,
}

pub fn sign_up(email: &str) -> proto::RegisterRequest {
    proto::RegisterRequest { email: email.to_owned(), password: PASSWORD.to_owned(), ..Default::default() }
}

pub fn sign_in(email: &str, password: &str) -> proto::LoginRequest {
    proto::LoginRequest { email: email.to_owned(), password: password.to_owned(), ..Default::default() }
}

/// The reason of a refusal.
/// The call as the gateway passes it on from there.
pub fn from<T>(ip_address: &str, user_agent: &str, mut call: Request<T>) -> Request<T> {
    tell_origin(call.metadata_mut(), ip_address, user_agent);
    call
}

pub fn reason<T>(answer: Result<T, Status>) -> ErrorReason {
    let status = answer.err().expect("a refusal");
    reason_of(&status).unwrap_or_else(|| panic!("no reason: {status:?}"))
}

pub fn address(email: &str) -> mail::Address {
    mail::Address::parse(email).expect("an address")
}

pub fn admin(email: &str, password: &str) -> FirstAdmin {
    FirstAdmin { email: address(email), password: password.to_owned().into() }
}

fn trust(clock: &Clock) -> Trust {
    let audiences = [AUDIENCE.to_owned(), OTHER_APP.to_owned()];
    let (keys, freshness) = (KeyStore::empty(), Freshness::UntilExpiry);
    Trust::lazy(ISSUER, &audiences, keys, freshness, service_secrets(), clock.clone()).expect("trust")
}

fn settings(database: &DatabaseSettings, clock: &Clock, mails: &SentMails) -> Settings {
    Settings {
        database: database.clone(),
        master_key: MasterKey::from_bytes([7; 32]),
        issuer: ISSUER.to_owned(),
        apps: Apps::new(AUDIENCE.to_owned(), vec![OTHER_APP.to_owned()]),
        public_url: "https://guildhall.test".to_owned(),
        access_token_lifetime: Duration::from_secs(300),
        // Cheap on purpose: what is tested is not the strength of argon2.
        passwords: PasswordSettings { memory_kib: 8, passes: 1, hashes_waiting: 1000, ..PasswordSettings::default() },
        session_lifetimes: SessionLifetimes::default(),
        registration: Registration::Open,
        enumeration: Enumeration::Friendly,
        // Most tests try more often than people do.
        throttles: false,
        mailer: Arc::new(mails.clone()),
        mail_templates: None,
        first_admin: None,
        clock: clock.clone(),
        entropy: Entropy::system(),
        metrics: Metrics::new(),
    }
}
