//! How the guest comes in.

use contracts::invitations::v1 as proto;
use tonic::Status;

use crate::house::House;
use crate::scene::{Offer, Scene};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::enum_variant_names, reason = "read as in the names of the calls")]
pub enum Entry {
    ByToken,
    ById,
    ByLink,
}

impl Entry {
    pub const fn needs_link(self) -> bool {
        matches!(self, Self::ByLink)
    }

    pub async fn attempt(self, house: &House, scene: &Scene) -> Result<(), Status> {
        let guest = &scene.cast.guest;
        match (self, &scene.offer) {
            (Self::ByToken, Offer::Invitation { token, .. }) => {
                let message = proto::AcceptInvitationByTokenRequest { token: token.clone() };
                let call = guest.call(message);
                house.invitations().accept_invitation_by_token(call).await.map(|_| ())
            }
            (Self::ById, Offer::Invitation { id, .. }) => {
                let message = proto::AcceptInvitationRequest { invitation_id: id.clone() };
                house.invitations().accept_invitation(guest.call(message)).await.map(|_| ())
            }
            (Self::ByLink, Offer::Link { token, .. }) => {
                let message = proto::JoinViaInviteLinkRequest { token: token.clone() };
                house.links().join_via_invite_link(guest.call(message)).await.map(|_| ())
            }
            _ => panic!("{self:?} is no way to take up this offer"),
        }
    }
}
