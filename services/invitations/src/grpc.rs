//! The RPCs: parse, call one use case, answer.

mod admissions;
mod invitations;
mod invite_links;

pub use admissions::Admissions;
pub use invitations::Invitations;
pub use invite_links::InviteLinks;

use service_kit::authentication;
use tonic::{Request, Status};

use crate::domain::UserId;

fn caller<T>(request: &Request<T>) -> Result<UserId, Status> {
    Ok(UserId::from(authentication::caller(request)?.user_id))
}
