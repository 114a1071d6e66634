//! The services that this one calls, reduced to what it asks of them.

mod mailer;
mod organizations;
mod sign_ups;
mod users;

pub use mailer::SentMails;
pub use organizations::{Organizations, Outage};
pub use sign_ups::SignUps;
pub use users::Users;
