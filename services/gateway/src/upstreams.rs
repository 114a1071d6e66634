//! The services behind the gateway, and a client for each of their RPC services.

use contracts::billing::v1::billing_audit_administration_service_client::BillingAuditAdministrationServiceClient;
use contracts::billing::v1::billing_audit_service_client::BillingAuditServiceClient;
use contracts::billing::v1::checkout_service_client::CheckoutServiceClient;
use contracts::billing::v1::credit_administration_service_client::CreditAdministrationServiceClient;
use contracts::billing::v1::credit_service_client::CreditServiceClient;
use contracts::billing::v1::manual_provider_service_client::ManualProviderServiceClient;
use contracts::billing::v1::plan_administration_service_client::PlanAdministrationServiceClient;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::quarantine_service_client::QuarantineServiceClient;
use contracts::billing::v1::server_billing_service_client::ServerBillingServiceClient;
use contracts::billing::v1::server_key_service_client::ServerKeyServiceClient;
use contracts::billing::v1::subscription_administration_service_client::SubscriptionAdministrationServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::billing::v1::webhook_service_client::WebhookServiceClient;
use contracts::identity::v1::account_service_client::AccountServiceClient;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::key_service_client::KeyServiceClient;
use contracts::identity::v1::password_service_client::PasswordServiceClient;
use contracts::identity::v1::revocation_service_client::RevocationServiceClient;
use contracts::identity::v1::session_service_client::SessionServiceClient;
use contracts::identity::v1::user_administration_service_client::UserAdministrationServiceClient;
use contracts::invitations::v1::admission_service_client::AdmissionServiceClient;
use contracts::invitations::v1::invitation_audit_administration_service_client::InvitationAuditAdministrationServiceClient;
use contracts::invitations::v1::invitation_audit_service_client::InvitationAuditServiceClient;
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::invitations::v1::invite_link_service_client::InviteLinkServiceClient;
use contracts::organizations::v1::audit_service_client::AuditServiceClient;
use contracts::organizations::v1::membership_administration_service_client::MembershipAdministrationServiceClient;
use contracts::organizations::v1::membership_service_client::MembershipServiceClient;
use contracts::organizations::v1::organization_administration_service_client::OrganizationAdministrationServiceClient;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use contracts::organizations::v1::permission_administration_service_client::PermissionAdministrationServiceClient;
use contracts::organizations::v1::role_service_client::RoleServiceClient;
use service_kit::lanes::Place;
use service_kit::{Channel, Lanes};

/// An export can be larger than the 4 MiB that clients take unless told.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The services that the gateway calls, each with this deployment's credential.
#[derive(Clone)]
pub struct Upstreams {
    /// Users, credentials, sessions, keys.
    pub identity: Channel,
    /// Organizations, memberships, roles.
    pub organizations: Channel,
    /// Invitations and invite links.
    pub invitations: Channel,
    /// Plans, subscriptions, credits.
    pub billing: Channel,
    /// Identity again, for streams that last; there are no more listeners at once than these carry.
    pub revocations: Lanes,
}

impl Upstreams {
    pub(crate) fn authentication(&self) -> AuthenticationServiceClient<Channel> {
        AuthenticationServiceClient::new(self.identity.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn accounts(&self) -> AccountServiceClient<Channel> {
        AccountServiceClient::new(self.identity.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn passwords(&self) -> PasswordServiceClient<Channel> {
        PasswordServiceClient::new(self.identity.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn user_administration(&self) -> UserAdministrationServiceClient<Channel> {
        UserAdministrationServiceClient::new(self.identity.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn membership_administration(&self) -> MembershipAdministrationServiceClient<Channel> {
        MembershipAdministrationServiceClient::new(self.organizations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn organization_administration(&self) -> OrganizationAdministrationServiceClient<Channel> {
        OrganizationAdministrationServiceClient::new(self.organizations.clone())
            .max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn permission_administration(&self) -> PermissionAdministrationServiceClient<Channel> {
        PermissionAdministrationServiceClient::new(self.organizations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn sessions(&self) -> SessionServiceClient<Channel> {
        SessionServiceClient::new(self.identity.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    /// For one stream, and the place that it takes; `None` when all are taken.
    pub(crate) fn revocations(&self) -> Option<(RevocationServiceClient<Channel>, Place)> {
        let (channel, place) = self.revocations.enter()?;
        Some((RevocationServiceClient::new(channel).max_decoding_message_size(LARGEST_ANSWER), place))
    }

    pub(crate) fn keys(&self) -> KeyServiceClient<Channel> {
        KeyServiceClient::new(self.identity.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn organizations(&self) -> OrganizationServiceClient<Channel> {
        OrganizationServiceClient::new(self.organizations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn memberships(&self) -> MembershipServiceClient<Channel> {
        MembershipServiceClient::new(self.organizations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn roles(&self) -> RoleServiceClient<Channel> {
        RoleServiceClient::new(self.organizations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn organization_audit(&self) -> AuditServiceClient<Channel> {
        AuditServiceClient::new(self.organizations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn invitations(&self) -> InvitationServiceClient<Channel> {
        InvitationServiceClient::new(self.invitations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn invitation_audit(&self) -> InvitationAuditServiceClient<Channel> {
        InvitationAuditServiceClient::new(self.invitations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn invitation_audit_administration(&self) -> InvitationAuditAdministrationServiceClient<Channel> {
        InvitationAuditAdministrationServiceClient::new(self.invitations.clone())
            .max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn admissions(&self) -> AdmissionServiceClient<Channel> {
        AdmissionServiceClient::new(self.invitations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn invite_links(&self) -> InviteLinkServiceClient<Channel> {
        InviteLinkServiceClient::new(self.invitations.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn plans(&self) -> PlanServiceClient<Channel> {
        PlanServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn webhooks(&self) -> WebhookServiceClient<Channel> {
        WebhookServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn quarantine(&self) -> QuarantineServiceClient<Channel> {
        QuarantineServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn plan_administration(&self) -> PlanAdministrationServiceClient<Channel> {
        PlanAdministrationServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn subscription_administration(&self) -> SubscriptionAdministrationServiceClient<Channel> {
        SubscriptionAdministrationServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn checkouts(&self) -> CheckoutServiceClient<Channel> {
        CheckoutServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn manual_provider(&self) -> ManualProviderServiceClient<Channel> {
        ManualProviderServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn billing_audit(&self) -> BillingAuditServiceClient<Channel> {
        BillingAuditServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn billing_audit_administration(&self) -> BillingAuditAdministrationServiceClient<Channel> {
        BillingAuditAdministrationServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn subscriptions(&self) -> SubscriptionServiceClient<Channel> {
        SubscriptionServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn credits(&self) -> CreditServiceClient<Channel> {
        CreditServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }
    pub(crate) fn credit_administration(&self) -> CreditAdministrationServiceClient<Channel> {
        CreditAdministrationServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn server_billing(&self) -> ServerBillingServiceClient<Channel> {
        ServerBillingServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }

    pub(crate) fn server_keys(&self) -> ServerKeyServiceClient<Channel> {
        ServerKeyServiceClient::new(self.billing.clone()).max_decoding_message_size(LARGEST_ANSWER)
    }
}
