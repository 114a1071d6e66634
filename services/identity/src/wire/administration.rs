//! Back-office requests into commands, and their answers.

use contracts::identity::v1 as proto;
use service_kit::audit::Reason;
use service_kit::pages::Page;
use service_kit::{ErrorReason, Fields, Refusal};
use tonic::Status;

use super::answers;
use super::origin::Origin;
use super::requests::unless_empty;
use crate::domain::platform_role::PlatformRole;
use crate::domain::trail::Circumstances;
use crate::domain::user::{User, UserId, UserStatus};
use crate::domain::user_filter::UserFilter;

/// Most characters of a search: as many as the longest e-mail address has.
const LONGEST_SEARCH: usize = 254;

/// The accounts to list.
pub fn user_filter(request: &proto::ListUsersRequest) -> Result<UserFilter, Refusal> {
    let mut fields = Fields::default();
    let search = request.search.trim();
    if search.chars().count() > LONGEST_SEARCH || search.contains(char::is_control) {
        fields.violation("search", "must be one line of at most 254 characters");
    }
    let out_of_use = [UserStatus::Suspending, UserStatus::Suspended, UserStatus::Departing];
    let statuses = match proto::UserStatus::try_from(request.status) {
        Ok(proto::UserStatus::Unspecified) => Ok([&[UserStatus::Active], &out_of_use[..]].concat()),
        Ok(proto::UserStatus::Active) => Ok(vec![UserStatus::Active]),
        Ok(proto::UserStatus::Suspended) => Ok(out_of_use.to_vec()),
        Err(_) => Err("must be active or suspended"),
    };
    match fields.check("status", statuses) {
        Some(statuses) if fields.is_clean() => {
            Ok(UserFilter { search: unless_empty(search).map(str::to_owned), statuses })
        }
        _ => Err(fields.refuse()),
    }
}

/// Whom an action is about, and what the caller tells beside it.
pub fn action(user_id: &str, reason: Option<&str>, origin: &Origin) -> Result<(UserId, Circumstances), Refusal> {
    let mut fields = Fields::default();
    let user_id = fields.check("user_id", user_id.parse());
    let reason = fields.check("reason", Reason::parse(reason.unwrap_or_default()));
    let (Some(user_id), Some(reason)) = (user_id, reason) else { return Err(fields.refuse()) };
    Ok((user_id, Circumstances { reason, client: origin.client() }))
}

/// The platform roles to hold; refused whole when one of them is none.
pub fn platform_roles(codes: &[String]) -> Result<Vec<PlatformRole>, Status> {
    let mut roles = Vec::new();
    for code in codes {
        let role = PlatformRole::from_code(code).ok_or_else(|| {
            Refusal::new(ErrorReason::RoleNotFound, "A platform role is system_admin or super_admin.")
        })?;
        if roles.contains(&role) {
            let twice = ("role_codes".to_owned(), "must name each role once".to_owned());
            return Err(Refusal::invalid(vec![twice]).into());
        }
        roles.push(role);
    }
    Ok(roles)
}

/// A page of accounts.
pub fn users(page: Page<User>) -> proto::ListUsersResponse {
    let users = page.entries.into_iter().map(answers::user).collect();
    proto::ListUsersResponse { users, next_page_token: page.next_page_token }
}
