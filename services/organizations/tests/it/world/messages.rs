//! What is sent, and how answers are read.

use std::collections::HashMap;

use contracts::organizations::v1 as proto;
use tonic::Status;
use tonic_types::StatusExt;
use uuid::Uuid;

use super::{Answer, Person};

#[allow(clippy::disallowed_methods, reason = "tests take ids that no one else has")]
pub fn new_id() -> String {
    Uuid::now_v7().to_string()
}

pub fn profile(person: &Person, version: i64) -> proto::UserProfile {
    proto::UserProfile {
        user_id: person.id.clone(),
        email: person.email.clone(),
        display_name: None,
        version,
        is_active: true,
        platform_roles: Vec::new(),
    }
}

pub fn offer(organization_id: &str, by: &Person, user: &Person, role_codes: &[&str]) -> proto::AddMemberRequest {
    proto::AddMemberRequest {
        join_id: new_id(),
        organization_id: organization_id.to_owned(),
        user_id: user.id.clone(),
        grant: Some(grant(role_codes)),
        granted_by: by.id.clone(),
    }
}

pub fn grant(role_codes: &[&str]) -> proto::RoleGrant {
    proto::RoleGrant { role_ids: role_codes.iter().map(|code| role_id(code)).collect(), role: 0 }
}

pub fn role_id(code: &str) -> String {
    access_policy::BuiltInRole::from_code(code).unwrap().id().to_string()
}

pub fn codes(roles: &[proto::Role]) -> Vec<&str> {
    roles.iter().map(|role| role.code.as_str()).collect()
}

/// The stable reason of a refusal.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Answer<T>) -> &'static str {
    let status = answer.expect_err("the call is refused");
    service_kit::refusal::reason_of(&status).map_or("no reason", |reason| reason.code())
}

pub fn metadata(status: &Status) -> HashMap<String, String> {
    status.get_error_details().error_info().map(|info| info.metadata.clone()).unwrap_or_default()
}

pub fn violated_fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|request| request.field_violations.clone()).unwrap_or_default();
    violations.into_iter().map(|violation| violation.field).collect()
}
