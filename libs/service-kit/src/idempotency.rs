//! Calls under a key of the caller's are carried out once; the same call again gets the first answer.
//!
//! A call is claimed by one guarded insert before it runs, and its answer is recorded when it has. Every transaction
//! that it commits meanwhile says so in the claim's row, as its last statement: after a crash the row tells whether
//! something was done, and a run whose claim another has taken over commits nothing any more. Answers are sealed under a
//! key that takes both the deployment's key and the caller's, so neither the database nor an operator can open one.

mod answer;
mod call;
mod claims;
mod key;
mod layer;
mod methods;
mod pass_on;
mod run;
mod sweep;
mod table;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tonic::Status;

use crate::clock::Clock;
use crate::database::Database;
use crate::entropy::Entropy;
use crate::keys::{DerivedKey, MasterKey};
use crate::metrics::Count;
use crate::rates::Rate;
use crate::server_key::ServerKeySecret;
use crate::service_numbers::ServiceNumbers;

pub use self::key::{IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED, IdempotencyKey};
pub use self::methods::Methods;
pub(crate) use self::methods::Repetition;
pub use self::pass_on::pass_on;
pub use self::table::{CountMismatches, CreateIdempotencyKeys};

pub(crate) use self::layer::answer_once;
pub(crate) use self::pass_on::PassedOn;

/// New keys that one caller may use; more are RATE_LIMITED. It makes no more than 10,000 in any 24 hours, for which answers
/// are kept. Callers who are not signed in share them by call and network: an IPv4 address, or an IPv6 network of 64 bits.
pub const KEYS: Rate = Rate::new(6_000, Duration::from_millis(21_600));

/// What a service needs to give first answers again. Cheap to clone.
#[derive(Clone)]
pub struct Idempotency {
    database: Database,
    secret: DerivedKey,
    clock: Clock,
    entropy: Entropy,
    methods: Methods,
    keys: Rate,
    key_stands: Option<KeyStands>,
    too_many: Count,
}

/// Whether a server API key is still good; the refusal when it is not.
type KeyStands = Arc<dyn Fn(ServerKeySecret) -> Pin<Box<dyn Future<Output = Result<(), Status>> + Send>> + Send + Sync>;

impl Idempotency {
    /// Keeps answers in this database, which needs `CreateRates`, `CreateIdempotencyKeys` and `CountMismatches` among its
    /// migrations. `descriptors` is the
    /// encoded descriptor set of the service's protos: their `idempotency_level` says which calls only read, for which
    /// a key means nothing, and which may run again when the answer of the first run was lost. What it does not say, or
    /// cannot be read, is a call that never runs again.
    pub fn new(
        database: &Database,
        master_key: &MasterKey,
        clock: &Clock,
        entropy: &Entropy,
        descriptors: &[u8],
    ) -> Self {
        Self {
            database: database.clone(),
            secret: master_key.derive("idempotency keys"),
            clock: clock.clone(),
            entropy: entropy.clone(),
            methods: Methods::of(descriptors),
            keys: KEYS,
            key_stands: None,
            too_many: Count::default(),
        }
    }

    /// Asks this of the server API key of a call before it is given a first answer again: one that has been revoked since is
    /// told so instead. The service behind answers it for calls that run.
    #[must_use]
    pub fn while_key_stands<F>(mut self, stands: impl Fn(ServerKeySecret) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Status>> + Send + 'static,
    {
        self.key_stands = Some(Arc::new(move |key| Box::pin(stands(key))));
        self
    }

    /// Counts from now on how often somebody has used too many new keys.
    pub(crate) fn count_limited(&mut self, numbers: &ServiceNumbers) {
        self.too_many = numbers.limited("idempotency_keys");
    }

    /// Another rate of new keys than `KEYS`.
    #[must_use]
    pub const fn keys(mut self, keys: Rate) -> Self {
        self.keys = keys;
        self
    }
}
