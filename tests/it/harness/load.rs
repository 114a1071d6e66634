//! People who use the product all the time, over HTTP and gRPC, and repeat what the documentation says can be repeated.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use contracts::billing::v1::GetBalanceRequest;
use contracts::billing::v1::credit_service_client::CreditServiceClient;
use contracts::identity::v1::GetMeRequest;
use contracts::identity::v1::account_service_client::AccountServiceClient;
use contracts::invitations::v1::ListInvitationsRequest;
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use contracts::organizations::v1::{CreateOrganizationRequest, GetOrganizationRequest, UpdateOrganizationRequest};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use super::{Answer, Api, Ask, Person, Rpc, Team, signed, unique};

/// The client repeats a call so often.
const REPEATS: u32 = 2;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Who is told to wait for longer does not.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What came of it.
#[derive(Default)]
pub struct Tally {
    /// Calls that were answered.
    pub answered: AtomicUsize,
    /// Attempts that had to be repeated.
    pub repeated: AtomicUsize,
    /// What the documented retry did not help.
    pub failed: Mutex<Vec<String>>,
    /// Ids of the teams whose creation was answered.
    pub teams: Mutex<Vec<(Person, String)>>,
    /// Ids of invitations that were answered, each with the team.
    pub invitations: Mutex<Vec<(Person, String, String)>>,
    /// The slowest call.
    slowest: Mutex<(Duration, String)>,
    is_over: AtomicBool,
}

/// People at work.
pub struct Load {
    pub tally: Arc<Tally>,
    workers: Vec<JoinHandle<()>>,
}

impl Load {
    /// So many people over HTTP, and as many over gRPC, each with a team of their own.
    pub async fn begin(api: &Api, rpc: &Arc<Rpc>, people: usize) -> Self {
        Self::of(api, Some(rpc), people).await
    }

    /// The same over HTTP alone.
    pub async fn over_http(api: &Api, people: usize) -> Self {
        Self::of(api, None, people).await
    }

    async fn of(api: &Api, rpc: Option<&Arc<Rpc>>, people: usize) -> Self {
        let tally = Arc::<Tally>::default();
        let mut workers = Vec::new();
        for _ in 0..people {
            for rpc in [None, rpc].into_iter().take(1 + usize::from(rpc.is_some())) {
                let person = Person::verified(api, "busy").await;
                let team = Team::of(&person).await;
                let worker = Worker { person, team, tally: Arc::clone(&tally) };
                workers.push(match rpc {
                    None => tokio::spawn(worker.use_http()),
                    Some(rpc) => tokio::spawn(worker.use_grpc(Arc::clone(rpc))),
                });
            }
        }
        Self { tally, workers }
    }

    /// Lets them finish what they are at.
    pub async fn end(self) -> Arc<Tally> {
        self.tally.is_over.store(true, Ordering::Relaxed);
        for worker in self.workers {
            worker.await.expect("nobody panics");
        }
        self.tally
    }
}

impl Tally {
    /// How many calls were answered.
    pub fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }

    /// In one line.
    pub fn line(&self) -> String {
        let (took, what) = self.slowest.lock().expect("the slowest").clone();
        format!(
            "{} answered, {} repeated, {} failed; the slowest took {took:?}: {what}",
            self.answered(),
            self.repeated.load(Ordering::Relaxed),
            self.failed.lock().expect("failures").len(),
        )
    }

    fn note(&self, what: &str, began: Instant, failure: Option<String>) {
        match failure {
            None => {
                self.answered.fetch_add(1, Ordering::Relaxed);
            }
            Some(why) => self.failed.lock().expect("failures").push(format!("{what}: {why}")),
        }
        let mut slowest = self.slowest.lock().expect("the slowest");
        if began.elapsed() > slowest.0 {
            *slowest = (began.elapsed(), what.to_owned());
        }
    }

    /// Waits before another attempt, if there is to be one.
    async fn pause(&self, attempt: u32, told: Option<Duration>) -> bool {
        if attempt >= REPEATS || told.is_some_and(|wait| wait > LONGEST_WAIT) {
            return false;
        }
        self.repeated.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(told.unwrap_or_default() + FIRST_PAUSE * 2_u32.pow(attempt) * 3 / 4).await;
        true
    }
}

struct Worker {
    person: Person,
    team: Team,
    tally: Arc<Tally>,
}

impl Worker {
    fn is_over(&self) -> bool {
        self.tally.is_over.load(Ordering::Relaxed)
    }

    /// As `@guildhall/client` does: an answer that says when to come again, and whatever is lost on its way, is asked for
    /// again; every POST has a key.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        self.ask_under(&unique(), method, path, body).await
    }

    /// The same, where a POST has this key.
    async fn ask_under(&self, key: &str, method: Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        let (began, what) = (Instant::now(), format!("{method} {path}"));
        let mut headers = HeaderMap::new();
        if method == Method::POST {
            headers.insert("idempotency-key", key.parse().expect("a header value"));
        }
        let mut attempt = 0;
        loop {
            let bytes = body.map(|body| ("application/json", body.to_string().into_bytes()));
            let ask = Ask { method: method.clone(), path, token: Some(&self.person.access_token), body: bytes };
            let answer = self.person.api.try_ask(ask, headers.clone()).await;
            let (told, why) = match answer {
                Some(answer) if answer.status < 400 => {
                    self.tally.note(&what, began, None);
                    return Some(answer);
                }
                Some(answer) => {
                    let told = answer.header("retry-after").and_then(|wait| wait.parse().ok()).map(Duration::from_secs);
                    let why = format!("{} {}", answer.status, answer.text);
                    if told.is_none() {
                        self.tally.note(&what, began, Some(why));
                        return None;
                    }
                    (told, why)
                }
                None => (None, "no answer".to_owned()),
            };
            if !self.tally.pause(attempt, told).await {
                self.tally.note(&what, began, Some(why));
                return None;
            }
            attempt += 1;
        }
    }

    async fn use_http(mut self) {
        let team = self.team.clone();
        while !self.is_over() {
            let new_team = json!({ "name": "Made under load", "slug": format!("load-{}", unique()) });
            if let Some(made) = self.ask(Method::POST, "/me/orgs", Some(&new_team)).await {
                self.keep_team(made.json["id"].as_str());
            }
            self.ask(Method::GET, "/me/orgs", None).await;
            self.ask(Method::GET, &team.path("/members"), None).await;
            let invited = json!({ "email": format!("guest.{}@example.com", unique()) });
            if let Some(made) = self.ask(Method::POST, &team.path("/invitations"), Some(&invited)).await {
                let id = made.json["id"].as_str().expect("an id").to_owned();
                let kept = (self.person.clone(), team.id.clone(), id);
                self.tally.invitations.lock().expect("invitations").push(kept);
            }
            self.ask(Method::GET, &team.path("/invitations?page_size=5"), None).await;
            self.ask(Method::PUT, &team.path(""), Some(&json!({ "name": format!("Team {}", unique()) }))).await;
            self.ask(Method::GET, "/auth/me", None).await;
            self.ask(Method::GET, "/billing/balance", None).await;
            self.refresh().await;
        }
    }

    /// Goes on asking under one key until it is answered, for as long as there is work: the token may have been exchanged although
    /// the answer was lost, and whoever shows it again under another key is taken for a thief.
    async fn refresh(&mut self) {
        let (key, refresh) = (unique(), json!({ "refresh_token": self.person.refresh_token }));
        while !self.is_over() {
            if let Some(fresh) = self.ask_under(&key, Method::POST, "/auth/refresh", Some(&refresh)).await {
                let text = |name: &str| fresh.json["tokens"][name].as_str().expect("a token").to_owned();
                self.person.access_token = text("access_token");
                self.person.refresh_token = text("refresh_token");
                return;
            }
            tokio::time::sleep(FIRST_PAUSE).await;
        }
    }

    fn keep_team(&self, id: Option<&str>) {
        let id = id.expect("an id").to_owned();
        self.tally.teams.lock().expect("teams").push((self.person.clone(), id));
    }

    /// As gRPC clients may: UNAVAILABLE, and a connection that broke, is asked for again where the proto says that the call reads
    /// or is idempotent, and under a key whatever it is.
    async fn call<T, F>(&self, what: &str, attempt: impl Fn() -> F + Send) -> Option<T>
    where
        F: Future<Output = Result<Response<T>, Status>> + Send,
    {
        let (began, mut attempts) = (Instant::now(), 0);
        loop {
            let status = match attempt().await {
                Ok(answer) => {
                    self.tally.note(what, began, None);
                    return Some(answer.into_inner());
                }
                Err(status) => status,
            };
            let told = status.get_details_retry_info().and_then(|info| info.retry_delay);
            // What this program's own transport made up has a source; what a server said has none.
            let is_lost = status.code() == Code::Unavailable || std::error::Error::source(&status).is_some();
            if !(is_lost || told.is_some()) || !self.tally.pause(attempts, told).await {
                self.tally.note(what, began, Some(format!("{status:?}")));
                return None;
            }
            attempts += 1;
        }
    }

    async fn use_grpc(self, rpc: Arc<Rpc>) {
        let organizations = OrganizationServiceClient::new(rpc.organizations());
        let accounts = AccountServiceClient::new(rpc.identity());
        let credits = CreditServiceClient::new(rpc.billing());
        let invitations = InvitationServiceClient::new(rpc.invitations());
        let (token, organization_id) = (self.person.access_token.clone(), self.team.id.clone());
        while !self.is_over() {
            let key = unique();
            let create = || {
                let name = "Made under load".to_owned();
                let mut request = signed(&token, CreateOrganizationRequest { name, slug: None });
                request.metadata_mut().insert("idempotency-key", key.parse().expect("a header value"));
                let mut client = organizations.clone();
                async move { client.create_organization(request).await }
            };
            if let Some(made) = self.call("CreateOrganization", create).await {
                self.keep_team(made.organization.as_ref().map(|made| made.id.as_str()));
            }
            let read = || {
                let request = signed(&token, GetOrganizationRequest { organization_id: organization_id.clone() });
                let mut client = organizations.clone();
                async move { client.get_organization(request).await }
            };
            self.call("GetOrganization", read).await;
            let update = || {
                let (organization_id, name) = (organization_id.clone(), Some(format!("Team {key}")));
                let request =
                    UpdateOrganizationRequest { organization_id, name, ..UpdateOrganizationRequest::default() };
                let (request, mut client) = (signed(&token, request), organizations.clone());
                async move { client.update_organization(request).await }
            };
            self.call("UpdateOrganization", update).await;
            let me = || {
                let (request, mut client) = (signed(&token, GetMeRequest::default()), accounts.clone());
                async move { client.get_me(request).await }
            };
            self.call("GetMe", me).await;
            let balance = || {
                let request = signed(&token, GetBalanceRequest { organization_id: organization_id.clone() });
                let mut client = credits.clone();
                async move { client.get_balance(request).await }
            };
            self.call("GetBalance", balance).await;
            let list = || {
                let organization_id = organization_id.clone();
                let request = ListInvitationsRequest { organization_id, ..ListInvitationsRequest::default() };
                let (request, mut client) = (signed(&token, request), invitations.clone());
                async move { client.list_invitations(request).await }
            };
            self.call("ListInvitations", list).await;
        }
    }
}
