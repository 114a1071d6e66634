//! What happens beside the guest's coming in.

use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use tonic::Status;

use crate::house::House;
use crate::person::PASSWORD;
use crate::scene::{Offer, Scene};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rival {
    /// The owner withdraws the offer.
    Withdraw,
    /// The inviter loses the role by which he may invite.
    DemoteInviter,
    RemoveInviter,
    SuspendInviter,
    DeleteOrganization,
    /// The guest's own account.
    DeleteAccount,
    /// The inviter invites the guest again.
    Supersede,
    /// The guest, in another window.
    Decline,
}

impl Rival {
    /// Whether the owner must be alone in the team.
    pub const fn needs_owner_alone(self) -> bool {
        matches!(self, Self::DeleteOrganization)
    }

    /// Whether the guest is gone after it.
    pub const fn uses_the_guest_up(self) -> bool {
        matches!(self, Self::DeleteAccount)
    }

    pub async fn attempt(self, house: &House, scene: &Scene) -> Result<(), Status> {
        let (alice, bob, guest) = (&scene.cast.alice, &scene.cast.bob, &scene.cast.guest);
        let (organization_id, user_id) = (scene.team.clone(), bob.id.clone());
        let mut memberships = house.memberships();
        match self {
            Self::Withdraw => withdraw(house, scene).await,
            Self::DemoteInviter => {
                let role_codes = vec!["org_member".to_owned()];
                let message = organizations::SetMemberRolesRequest { organization_id, user_id, role_codes };
                memberships.set_member_roles(alice.call(message)).await.map(|_| ())
            }
            Self::RemoveInviter => {
                let message = organizations::RemoveMemberRequest { organization_id, user_id };
                memberships.remove_member(alice.call(message)).await.map(|_| ())
            }
            Self::SuspendInviter => {
                let status = organizations::MemberStatus::Suspended.into();
                let message = organizations::SetMemberStatusRequest { organization_id, user_id, status };
                memberships.set_member_status(alice.call(message)).await.map(|_| ())
            }
            Self::DeleteOrganization => {
                let message = organizations::DeleteOrganizationRequest { organization_id };
                house.organizations().delete_organization(alice.call(message)).await.map(|_| ())
            }
            Self::DeleteAccount => {
                let (password, confirmation) = (PASSWORD.to_owned(), "DELETE".to_owned());
                let message = identity::DeleteAccountRequest { password, confirmation };
                house.account().delete_account(guest.call(message)).await.map(|_| ())
            }
            Self::Supersede => {
                let email = guest.email.clone();
                let message = invitations::CreateInvitationRequest { organization_id, email, ..Default::default() };
                let call = scene.inviter.call(message);
                house.invitations().create_invitation(call).await.map(|_| ())
            }
            Self::Decline => {
                let Offer::Invitation { id, .. } = &scene.offer else { panic!("links are not declined") };
                let message = invitations::DeclineInvitationRequest { invitation_id: id.clone() };
                house.invitations().decline_invitation(guest.call(message)).await.map(|_| ())
            }
        }
    }
}

async fn withdraw(house: &House, scene: &Scene) -> Result<(), Status> {
    let (alice, organization_id) = (&scene.cast.alice, scene.team.clone());
    match &scene.offer {
        Offer::Invitation { id, .. } => {
            let message = invitations::RevokeInvitationRequest { organization_id, invitation_id: id.clone() };
            house.invitations().revoke_invitation(alice.call(message)).await.map(|_| ())
        }
        Offer::Link { id, .. } => {
            let message = invitations::RevokeInviteLinkRequest { organization_id, invite_link_id: id.clone() };
            house.links().revoke_invite_link(alice.call(message)).await.map(|_| ())
        }
    }
}
