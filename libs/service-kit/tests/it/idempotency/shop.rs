//! A service that makes a thing with every call, and tells which.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use contracts::billing::v1::{ListPlansRequest, ListPlansResponse};
use http_body_util::BodyExt;
use prost::Message;
use prost_types::method_options::IdempotencyLevel;
use prost_types::{FileDescriptorSet, MethodDescriptorProto};
use service_kit::database::DatabaseSettings;
use service_kit::idempotency::{IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED};
use service_kit::policy::Requirement;
use service_kit::{Channel, Clock, Database, Entropy, Idempotency, MasterKey, Microservice, Refusal};
use test_kit::TestIssuer;
use tonic::{Request, Response, Status};
use tower::{Service, ServiceExt};

use crate::store;
use crate::stub::{RPC, Stub, message};

/// The service's counter of things.
pub const SALES: i64 = 1;

/// Everything that a test may turn.
pub struct Shop {
    pub database: Database,
    pub clock: Clock,
    pub issuer: TestIssuer,
    runs: Arc<AtomicI64>,
}

impl Shop {
    /// A shop with a database of its own. To be called on the test's own thread.
    pub async fn open() -> Self {
        Self::at(&test_kit::fresh_database("kit").await, test_kit::clock()).await
    }

    /// The shop at this database.
    pub async fn at(settings: &DatabaseSettings, clock: Clock) -> Self {
        let database = store::open(settings).await;
        if store::read(database.reader(), SALES).await.unwrap().is_none() {
            let transaction = database.begin_write().await.unwrap();
            store::insert(&transaction, SALES, 0).await.unwrap();
            transaction.commit().await.unwrap();
        }
        Self { database, issuer: TestIssuer::new(&clock), clock, runs: Arc::default() }
    }

    /// What the shop needs to answer once, when its call is such one.
    pub fn idempotency(&self, level: IdempotencyLevel) -> Idempotency {
        self.idempotency_of(|method| method.options.get_or_insert_default().set_idempotency_level(level))
    }

    /// The same for a call whose descriptor is changed so.
    pub fn idempotency_of(&self, change: impl Fn(&mut MethodDescriptorProto)) -> Idempotency {
        let descriptors = descriptors(change);
        let master_key = MasterKey::from_bytes([7; 32]);
        Idempotency::new(&self.database, &master_key, &self.clock, &Entropy::system(), &descriptors)
    }

    /// The shop with a call that sells, and must not do so twice.
    pub fn selling(&self) -> Microservice {
        self.doing(self.sell(), self.idempotency(IdempotencyLevel::IdempotencyUnknown))
    }

    /// The shop with this call, which is open to anybody.
    pub fn doing(&self, stub: Stub, idempotency: Idempotency) -> Microservice {
        stub.behind(&self.issuer.trust(), |_| Some(Requirement::Public)).idempotency(idempotency).build()
    }

    /// A call that sells one thing more and answers how many that makes.
    pub fn sell(&self) -> Stub {
        let (database, runs) = (self.database.clone(), Arc::clone(&self.runs));
        Stub::new(move |_| {
            let (database, runs) = (database.clone(), Arc::clone(&runs));
            async move {
                runs.fetch_add(1, Ordering::SeqCst);
                sell_one(&database).await
            }
        })
    }

    /// How often the call of `sell` ran.
    pub fn runs(&self) -> i64 {
        self.runs.load(Ordering::SeqCst)
    }

    /// How many things are sold.
    pub async fn sold(&self) -> i64 {
        store::read(self.database.reader(), SALES).await.unwrap().unwrap()
    }

    /// How many keys are kept.
    pub async fn keys(&self) -> i64 {
        store::count(self.database.reader(), "idempotency_keys", None).await
    }
}

/// Sells one thing more in a transaction.
pub async fn sell_one(database: &Database) -> Result<String, Status> {
    let transaction = database.begin_write().await.map_err(Refusal::from)?;
    let sold = store::read(&transaction, SALES).await.map_err(Refusal::from)?.unwrap_or_default() + 1;
    store::write(&transaction, SALES, sold).await.map_err(Refusal::from)?;
    transaction.commit().await.map_err(Refusal::from)?;
    Ok(format!("sale {sold}"))
}

/// The contracts' descriptors, with the stub's call changed.
fn descriptors(change: impl Fn(&mut MethodDescriptorProto)) -> Vec<u8> {
    let mut set = FileDescriptorSet::decode(contracts::FILE_DESCRIPTOR_SET).unwrap();
    let methods = set.file.iter_mut().flat_map(|file| &mut file.service).flat_map(|service| &mut service.method);
    methods.filter(|method| RPC.ends_with(&format!("PlanService/{}", method.name()))).for_each(change);
    set.encode_to_vec()
}

/// The request under this key.
pub fn under(key: &str, mut request: Request<ListPlansRequest>) -> Request<ListPlansRequest> {
    request.metadata_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

/// A message with this text under this key.
pub fn keyed(key: &str, text: &str) -> Request<ListPlansRequest> {
    under(key, message(text))
}

/// Whether an answer is a first one given again.
pub fn is_replay(answer: &Result<Response<ListPlansResponse>, Status>) -> bool {
    let metadata = match answer {
        Ok(answer) => answer.metadata(),
        Err(status) => status.metadata(),
    };
    metadata.contains_key(IDEMPOTENT_REPLAYED.as_str())
}

/// All that the wire carries of an answer, but for what belongs to the request alone.
pub async fn bytes_of(channel: &Channel, key: &str, text: &str) -> (http::HeaderMap, Vec<u8>, Option<http::HeaderMap>) {
    let message = message(text).into_inner().encode_to_vec();
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let frame = [&[0][..], &length, &message].concat();
    let request = http::Request::post(format!("http://stub{RPC}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header(IDEMPOTENCY_KEY, key)
        .body(tonic::body::Body::new(http_body_util::Full::from(frame)))
        .unwrap();
    let (mut parts, body) = channel.clone().ready().await.unwrap().call(request).await.unwrap().into_parts();
    for name in ["x-request-id", "date", IDEMPOTENT_REPLAYED.as_str()] {
        parts.headers.remove(name);
    }
    let body = body.collect().await.unwrap();
    let trailers = body.trailers().cloned();
    (parts.headers, body.to_bytes().to_vec(), trailers)
}
