//! The calls that an offer and a membership meet in.

use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{Offer, Scene, State};
use crate::harness::{Answer, Person, Team, unique};

/// One way into the crossing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    AcceptByToken,
    AcceptById,
    Join,
    RevokeInvitation,
    RevokeLink,
}

impl Way {
    pub const ALL: [Self; 5] =
        [Self::AcceptByToken, Self::AcceptById, Self::Join, Self::RevokeInvitation, Self::RevokeLink];

    /// The RPC behind it.
    pub const fn rpc(self) -> &'static str {
        match self {
            Self::AcceptByToken => "AcceptInvitationByToken",
            Self::AcceptById => "AcceptInvitation",
            Self::Join => "JoinViaInviteLink",
            Self::RevokeInvitation => "RevokeInvitation",
            Self::RevokeLink => "RevokeInviteLink",
        }
    }

    const fn is_by_link(self) -> bool {
        matches!(self, Self::Join | Self::RevokeLink)
    }

    /// Whether it lets the guest in, and does not keep the guest out.
    pub const fn is_admission(self) -> bool {
        matches!(self, Self::AcceptByToken | Self::AcceptById | Self::Join)
    }

    /// A new team that offers the guest a role of its own, by an invitation or a link for one.
    pub async fn open(self, alice: &Person, guest: &Person) -> Scene {
        let team = Team::of(alice).await;
        let role = json!({ "code": format!("r{}", unique()), "name": "Keeper", "permission_codes": ["org:read"] });
        let role = text(&alice.post(&team.path("/roles"), role).await.expect(201)["id"]);
        let made = if self.is_by_link() {
            alice.post(&team.path("/invite-links"), json!({ "max_uses": 1, "role_ids": [role] })).await.expect(201)
        } else {
            let invitation = json!({ "email": guest.email, "role_ids": [role] });
            alice.post(&team.path("/invitations"), invitation).await.expect(201)
        };
        Scene { team, role, offer_id: text(&made["id"]), token: text(&made["token"]), is_by_link: self.is_by_link() }
    }

    /// Makes the call, as the request of this id; `None` when nobody answers.
    pub async fn call(self, scene: &Scene, alice: &Person, guest: &Person, request_id: &str) -> Option<Answer> {
        let (person, method, path, body) = match self {
            Self::AcceptByToken => {
                let body = json!({ "token": scene.token });
                (guest, Method::POST, "/invitations/accept".to_owned(), Some(body))
            }
            Self::AcceptById => (guest, Method::POST, format!("/me/invitations/{}/accept", scene.offer_id), None),
            Self::Join => (guest, Method::POST, format!("/invite-links/{}/join", scene.token), None),
            Self::RevokeInvitation | Self::RevokeLink => (alice, Method::DELETE, scene.offer_path(), None),
        };
        person.api.try_named(request_id, method, &path, &person.access_token, body.as_ref()).await
    }

    /// How things stand when the call has had its effect, or none.
    pub fn outcome(self, has_happened: bool, alice: &Person, guest: &Person) -> State {
        let mut members = vec![alice.user_id.clone()];
        if has_happened && self.is_admission() {
            members.push(guest.user_id.clone());
        }
        let offer = match (self, has_happened) {
            (Self::AcceptByToken | Self::AcceptById, true) => Offer::Invitation("accepted"),
            (Self::RevokeInvitation, true) => Offer::Invitation("revoked"),
            (Self::AcceptByToken | Self::AcceptById | Self::RevokeInvitation, false) => Offer::Invitation("pending"),
            (Self::Join, _) => Offer::Link { uses: u64::from(has_happened), is_active: true },
            (Self::RevokeLink, _) => Offer::Link { uses: 0, is_active: !has_happened },
        };
        State { members, offer }
    }

    /// Asserts what a repeated call answers: its effect is there, or comes now.
    pub fn check_repeated(self, answer: Answer, scene: &Scene) {
        if self.is_admission() {
            let answer = answer.expect(200);
            assert_eq!(answer["org_id"], scene.team.id);
            assert_eq!(answer["role"], "member");
        } else {
            answer.expect(204);
        }
    }

    /// The way that takes up the same offer.
    pub const fn taking(self) -> Self {
        match self {
            Self::AcceptByToken | Self::AcceptById | Self::RevokeInvitation => Self::AcceptByToken,
            Self::Join | Self::RevokeLink => Self::Join,
        }
    }

    /// The way that withdraws the same offer.
    pub const fn withdrawing(self) -> Self {
        if self.is_by_link() { Self::RevokeLink } else { Self::RevokeInvitation }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}
