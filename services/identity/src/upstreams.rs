//! What identity asks of organizations and billing, in identity's own words.

mod changes;
mod server_keys;

use std::time::Duration;

use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::billing::v1::{GetEntitlementRequest, Subscription, SubscriptionStatus};
use contracts::organizations::v1 as proto;
use contracts::organizations::v1::access_service_client::AccessServiceClient;
use service_kit::call_origin::tell_origin;
use service_kit::{Channel, Timestamp};
use token_verification::{OrgRole, SubscriptionClaim};
use tonic::Request;

pub use self::changes::Telling;
pub use self::server_keys::is_denied;
use crate::domain::entitlement::Entitlement;
use crate::domain::standing::Standing;
use crate::domain::trail::Trail;
use crate::domain::user::{OrganizationId, User, UserId, UserStatus};
use crate::error::IdentityError;

/// Billing is not worth waiting longer for: a token can be made without it.
const PATIENCE_WITH_BILLING: Duration = Duration::from_secs(1);

/// The services that identity calls.
#[derive(Clone)]
pub struct Upstreams {
    /// Reaches organizations, with the service credential.
    pub organizations: Channel,
    /// Reaches billing, with the service credential.
    pub billing: Channel,
}

/// A user's standing in an organization, and the organization as it is shown to callers.
#[derive(Clone, Debug)]
pub struct Access {
    pub standing: Standing,
    pub organization: proto::Organization,
}

impl Upstreams {
    /// Makes the user's personal organization, or finds it made.
    pub async fn ensure_personal_organization(&self, user: &User) -> Result<(), IdentityError> {
        let request = proto::EnsurePersonalOrganizationRequest {
            organization_id: user.personal_organization_id.to_string(),
            profile: Some(profile_of(user)),
        };
        let answer = self.access().ensure_personal_organization(request).await;
        answer.map(|_| ()).map_err(IdentityError::Upstream)
    }

    /// Records the account as it stands. SOLE_OWNER when it goes out of use and an organization would be left without an
    /// owner.
    pub async fn record_profile(&self, user: &User) -> Result<(), IdentityError> {
        let request = proto::RecordProfileRequest { profile: Some(profile_of(user)) };
        self.access().record_profile(request).await.map(|_| ()).map_err(IdentityError::Upstream)
    }

    /// What the user may do in the organization; refused when nothing.
    pub async fn get_access(&self, user_id: UserId, organization_id: OrganizationId) -> Result<Access, IdentityError> {
        let request =
            proto::GetAccessRequest { user_id: user_id.to_string(), organization_id: organization_id.to_string() };
        let answer = self.access().get_access(request).await.map_err(IdentityError::Upstream)?.into_inner();
        let role = match answer.role() {
            proto::OrgRole::Owner => OrgRole::Owner,
            proto::OrgRole::Member | proto::OrgRole::Unspecified => OrgRole::Member,
        };
        let organization =
            answer.organization.ok_or_else(|| IdentityError::broken("organizations answered without organization"))?;
        Ok(Access {
            standing: Standing {
                organization_id,
                slug: organization.slug.clone(),
                name: organization.name.clone(),
                is_personal: organization.is_personal,
                role,
                role_codes: answer.role_codes,
                permissions: answer.permissions,
                position: answer.position,
            },
            organization,
        })
    }

    /// Takes the user out of every organization; `by` is whoever has it done when that is not the user. SOLE_OWNER when one would be
    /// left without an owner.
    pub async fn depart(&self, user_id: UserId, by: Option<&Trail>) -> Result<(), IdentityError> {
        let request = proto::DepartUserRequest {
            user_id: user_id.to_string(),
            hand_over: false,
            by_operator: by.is_some_and(Trail::is_operator),
        };
        let mut request = Request::new(request);
        if let Some((ip_address, user_agent)) = by.map(Trail::origin) {
            tell_origin(request.metadata_mut(), ip_address, user_agent);
        }
        self.depart_user(request).await
    }

    /// The same for an account that turns out to be nobody's: no organization stands in the way.
    pub async fn evict(&self, user_id: UserId) -> Result<(), IdentityError> {
        let request = proto::DepartUserRequest { user_id: user_id.to_string(), hand_over: true, by_operator: false };
        self.depart_user(Request::new(request)).await
    }

    async fn depart_user(&self, request: Request<proto::DepartUserRequest>) -> Result<(), IdentityError> {
        self.access().depart_user(request).await.map(|_| ()).map_err(IdentityError::Upstream)
    }

    /// What the organization is subscribed to; `None` when billing does not say so in time.
    pub async fn get_entitlement(&self, organization_id: OrganizationId) -> Option<Entitlement> {
        let request = GetEntitlementRequest { organization_id: organization_id.to_string() };
        let mut billing = SubscriptionServiceClient::new(self.billing.clone());
        let answer = match tokio::time::timeout(PATIENCE_WITH_BILLING, billing.get_entitlement(request)).await {
            Ok(Ok(answer)) => answer.into_inner(),
            Ok(Err(status)) => {
                tracing::warn!(code = ?status.code(), "billing did not tell an entitlement");
                return None;
            }
            Err(_) => {
                tracing::warn!("billing did not tell an entitlement in time");
                return None;
            }
        };
        Some(Entitlement { subscription: claim_of(answer.subscription?)?, position: answer.position })
    }

    fn access(&self) -> AccessServiceClient<Channel> {
        AccessServiceClient::new(self.organizations.clone())
    }
}

fn profile_of(user: &User) -> proto::UserProfile {
    proto::UserProfile {
        user_id: user.id.to_string(),
        email: user.email.clone(),
        display_name: user.names.display.clone(),
        version: user.profile_version,
        // Somebody who is about to go counts until organizations lets them go.
        is_active: matches!(user.status, UserStatus::Active | UserStatus::Departing),
        platform_roles: user.roles.clone(),
    }
}

/// The claim that stands for a subscription; `None` for a status that this version does not know.
fn claim_of(subscription: Subscription) -> Option<SubscriptionClaim> {
    let status = match subscription.status() {
        SubscriptionStatus::Unspecified => return None,
        known => known.as_str_name().trim_start_matches("SUBSCRIPTION_STATUS_").to_lowercase(),
    };
    let instant = |instant: Option<prost_types::Timestamp>| instant.map(|it| Timestamp::from(it).to_rfc3339());
    Some(SubscriptionClaim {
        status,
        plan_code: subscription.plan_code,
        plan_name: subscription.plan_name,
        current_period_end: instant(subscription.current_period_end),
        cancel_at_period_end: subscription.cancel_at_period_end,
        trial_ends_at: instant(subscription.trial_ends_at),
    })
}
