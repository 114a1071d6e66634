//! Every route of the API, from one table that also makes the OpenAPI document: a handler cannot be served without
//! being documented, nor the other way round. The pages for people stand apart, in `pages`.

mod access;
mod account;
mod admin_api_keys;
mod admin_audit_log;
mod admin_credits;
mod admin_members;
mod admin_organizations;
mod admin_plans;
mod admin_quarantine;
mod admin_users;
mod audit_log;
mod billing;
mod document;
pub(crate) mod email;
mod export;
mod invitations;
mod invite_links;
mod keys;
mod members;
mod my_invitations;
mod my_organizations;
mod my_sessions;
mod organizations;
mod password;
mod permissions;
mod reason;
mod revocations;
mod roles;
mod server_billing;
mod session;
mod sign_in;
mod webhooks;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;

/// All routes but the pages, for people and for developers.
pub(crate) fn all() -> OpenApiRouter<Gateway> {
    OpenApiRouter::default()
        .routes(routes!(keys::signing_keys))
        .routes(routes!(document::openapi))
        .nest("/api/v1", api())
}

fn api() -> OpenApiRouter<Gateway> {
    authentication()
        .merge(of_the_caller())
        .merge(of_an_organization())
        .merge(by_token())
        .merge(of_billing())
        .merge(back_office())
        .routes(routes!(revocations::revocations))
}

fn authentication() -> OpenApiRouter<Gateway> {
    OpenApiRouter::default()
        .routes(routes!(sign_in::register))
        .routes(routes!(sign_in::login))
        .routes(routes!(session::refresh))
        .routes(routes!(session::switch_organization))
        .routes(routes!(session::issue_token))
        .routes(routes!(session::logout))
        .routes(routes!(session::logout_everywhere))
        .routes(routes!(session::session))
        .routes(routes!(my_sessions::list_sessions))
        .routes(routes!(my_sessions::end_session))
        .routes(routes!(account::me, account::update_me))
        .routes(routes!(email::verify_email))
        .routes(routes!(email::resend_verification))
        .routes(routes!(email::request_email_change))
        .routes(routes!(email::confirm_email_change))
        .routes(routes!(password::request_password_reset))
        .routes(routes!(password::reset_password))
        .routes(routes!(password::change_password))
}

fn of_the_caller() -> OpenApiRouter<Gateway> {
    OpenApiRouter::default()
        .routes(routes!(account::delete_account))
        .routes(routes!(export::export))
        .routes(routes!(my_organizations::list_my_organizations, my_organizations::create_organization))
        .routes(routes!(my_organizations::leave_organization))
        .routes(routes!(my_invitations::list_my_invitations))
        .routes(routes!(my_invitations::accept_my_invitation))
        .routes(routes!(my_invitations::decline_my_invitation))
}

fn of_an_organization() -> OpenApiRouter<Gateway> {
    OpenApiRouter::default()
        .routes(routes!(
            organizations::get_organization,
            organizations::update_organization,
            organizations::delete_organization
        ))
        .routes(routes!(organizations::transfer_ownership))
        .routes(routes!(members::list_members))
        .routes(routes!(members::remove_member))
        .routes(routes!(members::set_member_status))
        .routes(routes!(members::set_member_role))
        .routes(routes!(members::set_member_roles))
        .routes(routes!(access::explain_access))
        .routes(routes!(roles::list_roles, roles::create_role))
        .routes(routes!(roles::get_role, roles::update_role, roles::delete_role))
        .routes(routes!(permissions::list_assignable_permissions))
        .routes(routes!(audit_log::list_organization_audit_log))
        .routes(routes!(invitations::list_invitations, invitations::create_invitation))
        .routes(routes!(invitations::revoke_invitation))
        .routes(routes!(invitations::resend_invitation))
        .routes(routes!(invite_links::list_invite_links, invite_links::create_invite_link))
        .routes(routes!(invite_links::set_invite_link_active, invite_links::revoke_invite_link))
}

fn by_token() -> OpenApiRouter<Gateway> {
    OpenApiRouter::default()
        .routes(routes!(invitations::preview_invitation))
        .routes(routes!(invitations::accept_invitation))
        .routes(routes!(invitations::decline_invitation))
        .routes(routes!(invite_links::preview_invite_link))
        .routes(routes!(invite_links::join_by_invite_link))
}

fn of_billing() -> OpenApiRouter<Gateway> {
    OpenApiRouter::default()
        .routes(routes!(billing::list_plans))
        .routes(routes!(billing::get_subscription))
        .routes(routes!(billing::start_checkout))
        .routes(routes!(billing::open_portal))
        .routes(routes!(billing::get_balance))
        .routes(routes!(billing::list_transactions))
        .routes(routes!(webhooks::receive_stripe_event))
        .routes(routes!(server_billing::charge))
        .routes(routes!(server_billing::deposit))
        .routes(routes!(server_billing::get_any_balance))
        .routes(routes!(server_billing::list_any_transactions))
        .routes(routes!(server_billing::get_any_subscription))
}

fn back_office() -> OpenApiRouter<Gateway> {
    OpenApiRouter::default()
        .routes(routes!(admin_users::list_users))
        .routes(routes!(admin_users::get_user))
        .routes(routes!(admin_users::list_user_organizations))
        .routes(routes!(admin_users::set_user_roles))
        .routes(routes!(admin_users::suspend_user))
        .routes(routes!(admin_users::reactivate_user))
        .routes(routes!(admin_users::revoke_user_sessions))
        .routes(routes!(admin_organizations::list_organizations, admin_organizations::create_organization_for))
        .routes(routes!(
            admin_organizations::get_any_organization,
            admin_organizations::update_any_organization,
            admin_organizations::delete_any_organization
        ))
        .routes(routes!(admin_organizations::suspend_organization))
        .routes(routes!(admin_organizations::reactivate_organization))
        .routes(routes!(admin_members::list_any_members, admin_members::add_member))
        .routes(routes!(admin_members::remove_any_member))
        .routes(routes!(admin_members::set_any_member_status))
        .routes(routes!(admin_members::set_any_member_roles))
        .routes(routes!(permissions::register_permissions))
        .routes(routes!(admin_plans::list_offered_plans, admin_plans::replace_plans))
        .routes(routes!(admin_plans::change_subscription))
        .routes(routes!(admin_quarantine::list_quarantine))
        .routes(routes!(admin_quarantine::replay_event))
        .routes(routes!(admin_api_keys::list_api_keys, admin_api_keys::create_api_key))
        .routes(routes!(admin_api_keys::revoke_api_key))
        .routes(routes!(admin_credits::set_overdraft))
        .routes(routes!(admin_audit_log::list_audit_log))
}
