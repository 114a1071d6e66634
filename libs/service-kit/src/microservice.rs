//! A service, built: its RPCs behind the layers, its relay, and how to tell that it is ready.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use http::Request;
use sea_orm_migration::MigratorTrait;
use token_verification::{FeedState, RevocationFeed};
use tokio::sync::Semaphore;
use tonic::body::Body;
use tonic::server::NamedService;
use tower::{Service, ServiceExt};

use crate::authentication::{Gate, authenticate, screen};
use crate::channel::Channel;
use crate::continuous::ContinuousWork;
use crate::database::{self, Database};
use crate::detached::{detach, read_whole};
#[cfg(debug_assertions)]
use crate::fail_points::{FailPoints, name_call};
use crate::idempotency::{Idempotency, answer_once};
use crate::limits::CALLS_AT_ONCE;
use crate::metrics::{Metrics, RpcCalls, measure};
use crate::ops_port::Schema;
use crate::periodic::PeriodicWork;
use crate::policy::Policy;
use crate::positions::Tail;
use crate::readiness::ReadinessCheck;
use crate::relay::Relay;
use crate::request_scope::enter;
use crate::service_numbers::ServiceNumbers;
use crate::traces::Traces;
use crate::trust::Trust;
use crate::unreadable::name_fault;

/// A service ready to be called in process or to be served.
pub struct Microservice {
    pub(crate) name: &'static str,
    pub(crate) rpc_services: Vec<&'static str>,
    pub(crate) router: Router,
    pub(crate) relay: Option<Relay>,
    pub(crate) periodic: Vec<PeriodicWork>,
    pub(crate) continuous: Vec<ContinuousWork>,
    pub(crate) tail: Option<Tail>,
    pub(crate) readiness: Vec<(&'static str, ReadinessCheck)>,
    pub(crate) schema: Option<Schema>,
    /// Closed once nothing works on it any more.
    pub(crate) database: Option<Database>,
    /// One permit per call that may run at once.
    pub(crate) slots: Arc<Semaphore>,
}

impl Microservice {
    /// Starts a service that believes `trust` and lets in whom `policy` says.
    pub fn builder(name: &'static str, trust: &Trust, policy: Policy) -> MicroserviceBuilder {
        let gate = Gate::new(trust.clone(), policy);
        MicroserviceBuilder {
            gate,
            idempotency: None,
            numbers: None,
            migrations: None,
            built: Self {
                name,
                rpc_services: Vec::new(),
                router: Router::new(),
                relay: None,
                periodic: Vec::new(),
                continuous: Vec::new(),
                tail: None,
                readiness: Vec::new(),
                schema: None,
                database: None,
                slots: Arc::new(Semaphore::new(CALLS_AT_ONCE)),
            },
        }
    }

    fn tell(&mut self, numbers: &ServiceNumbers, gate: &Gate, schema: Option<database::Schema>) {
        gate.waiting_room.tell(&numbers.metrics, numbers.service);
        if let Some(relay) = &mut self.relay {
            self.periodic.push(relay.tell(&numbers.metrics, numbers.service));
        }
        if let Some(database) = &self.database {
            numbers.tell_pools(database);
            self.periodic.extend(schema.map(|schema| numbers.look_at_schema(schema, database)));
        }
        self.periodic.iter_mut().for_each(|work| work.count_failures(|work| numbers.failures(work)));
        self.continuous.iter_mut().for_each(|work| work.count_failures(|work| numbers.failures(work)));
        let calls = Arc::new(RpcCalls::new(&numbers.metrics, numbers.service, gate.policy));
        self.router = std::mem::take(&mut self.router).layer(from_fn_with_state(calls, measure));
    }

    /// A channel that calls this service without a socket, through the same layers.
    pub fn in_process(&self) -> Channel {
        Channel::in_process(self.router.clone())
    }

    /// The same service, whose calls, deliveries and periodic work are told of as spans.
    #[must_use]
    pub fn traced(mut self, traces: &Traces) -> Self {
        self.router = self.router.layer(Extension(traces.clone()));
        self.periodic.iter_mut().for_each(|work| work.traced(self.name, traces));
        self.relay = self.relay.map(|relay| relay.traced(traces));
        self
    }

    /// The same service, whose calls and deliveries pass these fail points.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn fail_at(mut self, points: &FailPoints) -> Self {
        self.router = self.router.layer(Extension(points.clone()));
        self.relay = self.relay.map(|relay| relay.fail_at(points));
        self
    }

    /// Counts the service as ready only once this feed has been heard: whoever is sent here before would be asked to refresh its
    /// token. Not for the feed's sources, nor for what they wait for: these would wait for themselves.
    #[must_use]
    pub fn hears(mut self, feed: &RevocationFeed) -> Self {
        let (feed, was_heard) = (feed.clone(), Arc::new(AtomicBool::new(false)));
        let check: ReadinessCheck = Arc::new(move || {
            // It is no reason to leave that others are silent later on.
            let is_heard = was_heard.load(Relaxed) || feed.state() != FeedState::Blind;
            was_heard.store(is_heard, Relaxed);
            Box::pin(async move { if is_heard { Ok(()) } else { Err("revocations are not heard yet".to_owned()) } })
        });
        self.readiness.push(("revocations", check));
        self
    }

    /// The relay, for tests that deliver by hand; a service that is served runs it by itself.
    pub const fn relay(&self) -> Option<&Relay> {
        self.relay.as_ref()
    }

    /// The tail, for tests that look by hand; a service that is served does it by itself.
    pub const fn changes(&self) -> Option<&Tail> {
        self.tail.as_ref()
    }

    /// The periodic work, for tests that do it by hand; a service that is served does it by itself.
    pub fn periodic(&self) -> &[PeriodicWork] {
        &self.periodic
    }

    /// The continuous work, for tests that begin and end it by hand; a service that is served does it by itself.
    pub fn continuous(&self) -> &[ContinuousWork] {
        &self.continuous
    }
}

/// Collects what a service consists of.
pub struct MicroserviceBuilder {
    gate: Gate,
    idempotency: Option<Idempotency>,
    numbers: Option<ServiceNumbers>,
    migrations: Option<database::Schema>,
    built: Microservice,
}

impl MicroserviceBuilder {
    /// Adds a generated server. Its RPCs take one message each, of at most `LARGEST_MESSAGE`: a request
    /// is read to its end before the server sees it.
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "servers are added to a service, not summed")]
    pub fn add<S>(mut self, server: S) -> Self
    where
        S: Service<Request<Body>, Response = http::Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        let server = server
            .map_request(|request: Request<axum::body::Body>| request.map(Body::new))
            .map_response(|response: http::Response<Body>| name_fault(response.map(axum::body::Body::new)));
        self.built.router = self.built.router.route_service(&format!("/{}/{{*method}}", S::NAME), server);
        self.built.rpc_services.push(S::NAME);
        self
    }

    /// Runs this relay while the service is served, and removes what it set aside once that means nothing any more.
    #[must_use]
    pub fn relay(mut self, relay: Relay) -> Self {
        self.built.periodic.push(relay.sweep());
        self.built.relay = Some(relay.of(self.built.name));
        self
    }

    /// Does this work from time to time while the service is served.
    #[must_use]
    pub fn periodic(mut self, work: PeriodicWork) -> Self {
        self.built.periodic.push(work);
        self
    }

    /// Does this work all the time while the service is served; it ends before calls under way are waited for.
    #[must_use]
    pub fn continuous(mut self, work: ContinuousWork) -> Self {
        self.built.continuous.push(work);
        self
    }

    /// Follows the record of narrowing changes while the service is served.
    #[must_use]
    pub fn tail(mut self, tail: &Tail) -> Self {
        self.built.tail = Some(tail.clone());
        self
    }

    /// Carries calls under an idempotency key out once, and removes what is kept for that when it is over.
    #[must_use]
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.built.periodic.push(idempotency.sweep());
        self.idempotency = Some(idempotency);
        self
    }

    /// Tells numbers of the service: its calls, database, outbox, and work beside the calls.
    #[must_use]
    pub fn metrics(mut self, metrics: &Metrics) -> Self {
        self.numbers = Some(ServiceNumbers { metrics: metrics.clone(), service: self.built.name });
        self
    }

    /// Counts the service as ready only while this database answers; it is closed when serving ends.
    #[must_use]
    pub fn database(mut self, database: &Database) -> Self {
        self.built.database = Some(database.clone());
        let database = database.clone();
        let check: ReadinessCheck = Arc::new(move || {
            let database = database.clone();
            Box::pin(async move { database.ping().await.map_err(|error| error.to_string()) })
        });
        self.built.readiness.push(("database", check));
        self
    }

    /// Tells operators which schema the service needs: what its last migration is called.
    #[must_use]
    pub fn schema<M: MigratorTrait>(mut self) -> Self {
        self.migrations = Some(database::Schema::of::<M>(self.built.name));
        let migrations = M::migrations();
        let last = migrations.last().map(|last| last.name().to_owned()).unwrap_or_default();
        self.built.schema = Some(Schema { migrations: migrations.len(), last });
        self
    }

    /// Puts the layers around everything.
    pub fn build(self) -> Microservice {
        let mut built = self.built;
        let keys = self.gate.trust.keys.clone();
        let check: ReadinessCheck = Arc::new(move || {
            let is_loaded = keys.is_loaded();
            Box::pin(async move { if is_loaded { Ok(()) } else { Err("no signing key is known yet".to_owned()) } })
        });
        built.readiness.push(("keys", check));
        if let Some(mut idempotency) = self.idempotency {
            if let Some(numbers) = &self.numbers {
                idempotency.count_limited(numbers);
            }
            built.router = built.router.layer(from_fn_with_state(idempotency, answer_once));
        }
        #[cfg(debug_assertions)]
        {
            built.router = built.router.layer(from_fn(name_call));
        }
        // Who calls is asked before a place is taken: whoever waits there for a change takes nobody's. Whom the head of a request
        // refuses already has nothing read.
        built.router = built
            .router
            .layer(from_fn_with_state(Arc::clone(&built.slots), detach))
            .layer(from_fn_with_state(self.gate.clone(), authenticate))
            .layer(from_fn(read_whole))
            .layer(from_fn_with_state(self.gate.clone(), screen))
            .layer(from_fn_with_state(built.name, enter));
        if let Some(numbers) = self.numbers {
            built.tell(&numbers, &self.gate, self.migrations);
        }
        built
    }
}
