//! What the suites stand on: the product as a process, its two wires, its mails, and the people who use it.

mod balancer;
mod browser;
mod canaries;
mod certificates;
mod claims;
mod collector;
mod cookie_jar;
mod databases;
mod deployment;
mod eventually;
mod fleet;
mod http;
mod launch;
mod load;
mod mailbox;
mod offline_verifier;
mod page_reader;
mod person;
pub mod ports;
mod product;
mod proxy;
mod rpc;
mod runbook;
mod storage;
mod subscriptions;
mod team;
mod verifiers;

pub use browser::Browser;
pub use canaries::assert_no_canary;
pub use claims::claims_of;
pub use collector::{Collector, Span};
pub use cookie_jar::CookieJar;
pub use databases::{Databases, json_lines};
pub use deployment::Deployment;
pub use eventually::eventually;
pub use fleet::Fleet;
pub use http::{Answer, Api, Ask};
pub use launch::{Ending, ended, run_to_its_end};
pub use load::{Load, Tally};
pub use mailbox::secret_mailed_to;
pub use offline_verifier::Judge;
pub use page_reader::PageReader;
pub use person::{PASSWORD, Person, sign_up};
pub use product::{Product, SERVICE_SECRET, is_five, is_postgres};
pub use proxy::Wire;
pub use rpc::{Rpc, as_service, refused, signed};
pub use runbook::sql_of_the_runbook;
pub use storage::Storage;
pub use subscriptions::{PLAN, deposit, offer_plans, subscribe};
pub use team::{Team, user_ids};
pub use verifiers::{believed, refused_at_once, suspended_at_once, verdicts};

/// Twelve hexadecimal digits that nobody else has.
pub fn unique() -> String {
    uuid::Uuid::new_v4().simple().to_string().split_off(20)
}

/// The id of nothing.
pub fn random_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
