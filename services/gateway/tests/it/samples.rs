//! What the services might answer.

use contracts::audit::v1::AuditEntry;
use contracts::billing::v1::{Subscription, SubscriptionStatus};
use contracts::identity::v1::{ActiveAccess, Tokens, User, UserStatus};
use contracts::invitations::v1::{Invitation, InvitationStatus, InviteLink};
use contracts::organizations::v1::{
    Member, MemberProfile, MemberStatus, OrgRole, Organization, OrganizationStatus, Permission, Role, RoleType,
};
use prost_types::Timestamp;
use serde_json::{Value, json};

use crate::api::{ORGANIZATION, USER};

pub fn instant() -> Option<Timestamp> {
    Some(Timestamp { seconds: 1_767_268_800, nanos: 250_000_000 })
}

pub const INSTANT: &str = "2026-01-01T12:00:00.25Z";

pub fn user() -> User {
    User {
        id: USER.to_string(),
        email: "alice@example.com".to_owned(),
        display_name: Some("Alice".to_owned()),
        status: UserStatus::Active.into(),
        created_at: instant(),
        updated_at: instant(),
        ..User::default()
    }
}

pub fn user_json() -> Value {
    json!({
        "id": USER, "email": "alice@example.com", "email_verified": false, "display_name": "Alice",
        "status": "active", "roles": [], "created_at": INSTANT, "updated_at": INSTANT,
    })
}

pub fn organization() -> Organization {
    Organization {
        id: ORGANIZATION.to_string(),
        name: "Acme".to_owned(),
        slug: "acme".to_owned(),
        status: OrganizationStatus::Active.into(),
        owner_id: USER.to_string(),
        created_at: instant(),
        updated_at: instant(),
        ..Organization::default()
    }
}

pub fn organization_json() -> Value {
    json!({
        "id": ORGANIZATION, "name": "Acme", "slug": "acme", "is_personal": false, "status": "active",
        "owner_id": USER, "metadata": {}, "created_at": INSTANT, "updated_at": INSTANT,
    })
}

pub fn tokens() -> Tokens {
    Tokens {
        access_token: "access".to_owned(),
        refresh_token: "refresh".to_owned(),
        expires_in: 300,
        expires_at: instant(),
        session_expires_in: 2_592_000,
        is_remembered: false,
    }
}

pub fn tokens_json() -> Value {
    json!({
        "access_token": "access", "refresh_token": "refresh", "token_type": "Bearer", "expires_in": 300,
        "expires_at": INSTANT,
    })
}

pub fn access() -> ActiveAccess {
    ActiveAccess {
        organization: Some(organization()),
        org_role: OrgRole::Owner.into(),
        roles: vec!["org_owner".to_owned()],
        permissions: vec!["org:read".to_owned()],
        subscription: Some(subscription()),
    }
}

pub fn subscription() -> Subscription {
    Subscription {
        status: SubscriptionStatus::PastDue.into(),
        plan_code: Some("pro".to_owned()),
        current_period_end: instant(),
        ..Subscription::default()
    }
}

pub fn subscription_json() -> Value {
    json!({
        "status": "past_due", "plan_code": "pro", "current_period_end": INSTANT, "cancel_at_period_end": false,
    })
}

pub fn role() -> Role {
    Role {
        id: USER.to_string(),
        code: "org_owner".to_owned(),
        name: "Owner".to_owned(),
        r#type: RoleType::System.into(),
        permissions: vec![permission()],
        created_at: instant(),
        updated_at: instant(),
        ..Role::default()
    }
}

pub fn role_json() -> Value {
    json!({
        "id": USER, "code": "org_owner", "name": "Owner", "type": "system", "is_org_role": true,
        "permissions": [permission_json()],
        "created_at": INSTANT, "updated_at": INSTANT,
    })
}

pub fn permission() -> Permission {
    Permission {
        code: "org:read".to_owned(),
        name: "Read".to_owned(),
        resource: "org".to_owned(),
        action: "read".to_owned(),
        category: "organization".to_owned(),
        org_assignable: true,
        ..Permission::default()
    }
}

pub fn permission_json() -> Value {
    json!({
        "code": "org:read", "name": "Read", "resource": "org", "action": "read", "category": "organization",
        "org_assignable": true,
    })
}

pub fn audit_entry() -> AuditEntry {
    AuditEntry {
        id: USER.to_string(),
        created_at: instant(),
        actor: "operator".to_owned(),
        action: "user.roles_set".to_owned(),
        target_kind: "user".to_owned(),
        target_id: USER.to_string(),
        reason: Some("a \"good\" one".to_owned()),
        details_json: r#"{"after":["super_admin"]}"#.to_owned(),
        ip_address: Some("192.0.2.1".to_owned()),
        ..AuditEntry::default()
    }
}

pub fn audit_entry_json() -> Value {
    json!({
        "id": USER, "created_at": INSTANT, "actor": "operator", "action": "user.roles_set", "target_kind": "user",
        "target_id": USER, "reason": "a \"good\" one", "details": { "after": ["super_admin"] },
        "ip_address": "192.0.2.1",
    })
}

pub fn member() -> Member {
    let profile = MemberProfile { id: USER.to_string(), email: "alice@example.com".to_owned(), display_name: None };
    Member {
        id: USER.to_string(),
        user_id: USER.to_string(),
        organization_id: ORGANIZATION.to_string(),
        status: MemberStatus::Suspended.into(),
        role: OrgRole::Member.into(),
        roles: vec![role()],
        joined_at: instant(),
        user: Some(profile),
    }
}

pub fn member_json() -> Value {
    json!({
        "id": USER, "user_id": USER, "organization_id": ORGANIZATION, "status": "suspended", "role": "member",
        "roles": [role_json()], "joined_at": INSTANT, "user": { "id": USER, "email": "alice@example.com" },
    })
}

pub fn invitation() -> Invitation {
    Invitation {
        id: USER.to_string(),
        organization_id: ORGANIZATION.to_string(),
        organization_name: "Acme".to_owned(),
        email: "bob@example.com".to_owned(),
        role: OrgRole::Member.into(),
        status: InvitationStatus::Pending.into(),
        invited_by: USER.to_string(),
        expires_at: instant(),
        created_at: instant(),
        ..Invitation::default()
    }
}

pub fn invitation_json() -> Value {
    json!({
        "id": USER, "organization_id": ORGANIZATION, "organization_name": "Acme", "email": "bob@example.com",
        "role_ids": [], "role": "member", "status": "pending", "invited_by": USER, "expires_at": INSTANT,
        "created_at": INSTANT,
    })
}

pub fn invite_link() -> InviteLink {
    InviteLink {
        id: USER.to_string(),
        organization_id: ORGANIZATION.to_string(),
        role: OrgRole::Member.into(),
        is_active: true,
        max_uses: Some(5),
        created_by: USER.to_string(),
        created_at: instant(),
        ..InviteLink::default()
    }
}

pub fn invite_link_json() -> Value {
    json!({
        "id": USER, "organization_id": ORGANIZATION, "role": "member", "role_ids": [], "is_active": true,
        "is_revoked": false,         "max_uses": 5, "uses": 0, "created_by": USER, "created_at": INSTANT,
    })
}
