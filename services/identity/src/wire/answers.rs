//! Answers, from what use cases give.

use contracts::billing::v1::{Subscription, SubscriptionStatus};
use contracts::identity::v1 as proto;
use contracts::organizations::v1 as organizations;
use service_kit::Timestamp;
use token_verification::{OrgRole, SubscriptionClaim};

use crate::domain::session::Session;
use crate::domain::user::{User, UserStatus};
use crate::use_cases::change_password::PasswordChanged;
use crate::use_cases::export_me::Export;
use crate::use_cases::gather_access::ActiveAccess;
use crate::use_cases::mint_access_token::AccessToken;
use crate::use_cases::register::Registered;
use crate::use_cases::{SignedIn, Tokens};

pub fn registered(registered: Registered) -> proto::RegisterResponse {
    let signed_in = match registered {
        Registered::SignedIn(signed_in) => *signed_in,
        Registered::Mailed(user_id) => {
            return proto::RegisterResponse {
                verification_email_sent: true,
                user_id: user_id.map(|id| id.to_string()).unwrap_or_default(),
                ..Default::default()
            };
        }
    };
    let access = active_access(signed_in.access, &signed_in.user);
    proto::RegisterResponse {
        verification_email_sent: !signed_in.user.email_verified,
        device_token: signed_in.device_token,
        user_id: signed_in.user.id.to_string(),
        user: Some(user(signed_in.user)),
        access: Some(access),
        tokens: Some(tokens(signed_in.tokens)),
    }
}

pub fn logged_in(signed_in: SignedIn) -> proto::LoginResponse {
    let access = active_access(signed_in.access, &signed_in.user);
    proto::LoginResponse {
        device_token: signed_in.device_token,
        user: Some(user(signed_in.user)),
        access: Some(access),
        tokens: Some(tokens(signed_in.tokens)),
    }
}

pub fn refreshed(signed_in: SignedIn) -> proto::RefreshResponse {
    let access = active_access(signed_in.access, &signed_in.user);
    proto::RefreshResponse {
        user: Some(user(signed_in.user)),
        access: Some(access),
        tokens: Some(tokens(signed_in.tokens)),
    }
}

pub fn switched(signed_in: SignedIn) -> proto::SwitchOrganizationResponse {
    let access = active_access(signed_in.access, &signed_in.user);
    proto::SwitchOrganizationResponse { tokens: Some(tokens(signed_in.tokens)), access: Some(access) }
}

pub fn issued(token: AccessToken) -> proto::IssueTokenResponse {
    proto::IssueTokenResponse {
        access_token: token.text,
        expires_in: token.lifetime_seconds,
        expires_at: Some(token.expires.into()),
    }
}

pub fn password_changed(changed: PasswordChanged) -> proto::ChangePasswordResponse {
    proto::ChangePasswordResponse {
        tokens: Some(tokens(changed.tokens)),
        position: changed.position,
        device_token: changed.device_token,
    }
}

pub fn user(user: User) -> proto::User {
    let status = match user.status {
        UserStatus::Active => proto::UserStatus::Active,
        // Nobody can use an account that is about to be blocked or to go.
        UserStatus::Suspending | UserStatus::Suspended | UserStatus::Departing => proto::UserStatus::Suspended,
    };
    proto::User {
        id: user.id.to_string(),
        email: user.email,
        email_verified: user.email_verified,
        first_name: user.names.first,
        last_name: user.names.last,
        display_name: user.names.display,
        status: status.into(),
        roles: user.roles,
        created_at: Some(user.created.into()),
        updated_at: Some(user.updated.into()),
        last_login_at: user.last_login.map(Into::into),
    }
}

pub fn exported(export: Export) -> proto::ExportMeResponse {
    let sessions = export.sessions.into_iter().map(session_record).collect();
    proto::ExportMeResponse {
        user: Some(user(export.user)),
        pending_email: export.pending_email,
        sessions,
        actions: export.actions.into_iter().map(Into::into).collect(),
    }
}

fn session_record(session: Session) -> proto::SessionRecord {
    proto::SessionRecord {
        id: session.id.to_string(),
        app_code: session.app_code,
        active_organization_id: session.active_organization_id.to_string(),
        user_agent: session.client.user_agent,
        ip_address: session.client.ip_address,
        is_remembered: session.is_remembered,
        created_at: Some(session.created.into()),
        last_activity_at: Some(session.last_activity.into()),
        expires_at: Some(session.expires.into()),
        ended_at: session.ended.map(Into::into),
        in_cookies: session.in_cookies,
    }
}

fn tokens(tokens: Tokens) -> proto::Tokens {
    proto::Tokens {
        access_token: tokens.access.text,
        refresh_token: tokens.refresh.expose().to_owned(),
        expires_in: tokens.access.lifetime_seconds,
        expires_at: Some(tokens.access.expires.into()),
        session_expires_in: tokens.life.seconds_left,
        is_remembered: tokens.life.is_remembered,
    }
}

fn active_access(active: ActiveAccess, user: &User) -> proto::ActiveAccess {
    let standing = active.access.standing;
    let org_role = match standing.role {
        OrgRole::Owner => organizations::OrgRole::Owner,
        OrgRole::Member => organizations::OrgRole::Member,
    };
    proto::ActiveAccess {
        roles: standing.roles_of(user),
        permissions: standing.permissions,
        org_role: org_role.into(),
        organization: Some(active.access.organization),
        subscription: active.subscription.map(subscription),
    }
}

fn subscription(claim: SubscriptionClaim) -> Subscription {
    let instant = |text: Option<String>| text.and_then(|text| Timestamp::parse_rfc3339(&text)).map(Into::into);
    let name = format!("SUBSCRIPTION_STATUS_{}", claim.status.to_uppercase());
    Subscription {
        status: SubscriptionStatus::from_str_name(&name).unwrap_or_default().into(),
        plan_code: claim.plan_code,
        plan_name: claim.plan_name,
        current_period_end: instant(claim.current_period_end),
        cancel_at_period_end: claim.cancel_at_period_end,
        trial_ends_at: instant(claim.trial_ends_at),
        // Tokens tell of now.
        pending_plan_code: None,
    }
}
