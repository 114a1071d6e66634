//! An offer, and how it and the team stand.

use crate::harness::{Person, Team, eventually, user_ids};

/// A team with an offer to the guest.
pub struct Scene {
    pub team: Team,
    /// The id of the role that is offered.
    pub role: String,
    pub offer_id: String,
    pub token: String,
    pub is_by_link: bool,
}

/// What everybody can read of a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// User ids in the order of joining.
    pub members: Vec<String>,
    pub offer: Offer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    Invitation(&'static str),
    Link { uses: u64, is_active: bool },
}

const STATUSES: [&str; 5] = ["pending", "accepted", "declined", "revoked", "expired"];

impl Scene {
    /// Where the offer is for those who made it.
    pub fn offer_path(&self) -> String {
        let kind = if self.is_by_link { "invite-links" } else { "invitations" };
        self.team.path(&format!("/{kind}/{}", self.offer_id))
    }

    pub async fn state(&self, alice: &Person) -> State {
        // The offer first: a membership that it tells of must be there when the members are read.
        let offer = if self.is_by_link { self.link(alice).await } else { self.invitation(alice).await };
        State { members: user_ids(&self.team.members(alice).await), offer }
    }

    async fn link(&self, alice: &Person) -> Offer {
        let links = alice.get(&self.team.path("/invite-links")).await.expect(200);
        let link = &links["invite_links"][0];
        assert_eq!(link["id"], self.offer_id.as_str());
        Offer::Link {
            uses: link["uses"].as_u64().expect("a number"),
            is_active: link["is_active"].as_bool().expect("a boolean"),
        }
    }

    async fn invitation(&self, alice: &Person) -> Offer {
        let mut found = None;
        // One that is answered meanwhile is in two of these lists; it is what the later one says.
        for status in STATUSES {
            let path = self.team.path(&format!("/invitations?status={status}"));
            let listed = alice.get(&path).await.expect(200);
            for invitation in listed["invitations"].as_array().expect("invitations") {
                assert_eq!(invitation["id"], self.offer_id.as_str());
                found = Some(status);
            }
        }
        Offer::Invitation(found.expect("the invitation in one of the lists"))
    }

    /// Waits until things stand so, and never like something that cannot be.
    pub async fn becomes(&self, expected: &State, alice: &Person, what: &str) {
        eventually(&format!("{what}: {expected:?}"), async || {
            let state = self.state(alice).await;
            state.check(what);
            (state == *expected).then_some(())
        })
        .await;
    }

    /// Waits until organizations keeps the role of the offer no more, so that it can be deleted.
    pub async fn role_goes(&self, alice: &Person, what: &str) {
        let path = self.team.path(&format!("/roles/{}", self.role));
        eventually(&format!("{what}: the role is offered no more"), async || {
            let answer = alice.delete(&path).await;
            if answer.code() == "ROLE_IN_USE" { None } else { Some(answer.expect(204)) }
        })
        .await;
    }
}

impl State {
    /// What must hold at every instant.
    fn check(&self, what: &str) {
        let mut once = self.members.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), self.members.len(), "{what}: twice a member: {self:?}");
        if self.offer == Offer::Invitation("accepted") {
            assert_eq!(self.members.len(), 2, "{what}: accepted without a membership: {self:?}");
        }
    }
}
