//! An organization and something of each kind inside it.

use serde_json::json;

use crate::harness::{Person, Team, random_id, unique};

/// Ids that go together.
#[derive(Clone)]
pub struct House {
    pub organization: String,
    /// A member, for the calls that do something to one.
    pub user: String,
    /// A custom role that nobody holds.
    pub role: String,
    pub invitation: String,
    pub link: String,
}

impl House {
    /// A team of this owner with one thing of each kind.
    pub async fn furnished(owner: &Person, team: &Team, user: &str) -> Self {
        let mut house = Self { user: user.to_owned(), ..Self::of_nothing(&team.id) };
        house.renew_role(owner).await;
        house.renew_invitation(owner).await;
        house.renew_link(owner).await;
        house
    }

    /// The organization alone: everything else does not exist.
    pub fn of_nothing(organization: &str) -> Self {
        let [user, role, invitation, link] = [(); 4].map(|()| random_id());
        Self { organization: organization.to_owned(), user, role, invitation, link }
    }

    /// The same things asked for under another organization's id.
    pub fn under(&self, organization: &str) -> Self {
        Self { organization: organization.to_owned(), ..self.clone() }
    }

    pub async fn renew_role(&mut self, owner: &Person) {
        let body = json!({ "code": format!("r{}", unique()), "name": "Readers", "permission_codes": ["org:read"] });
        self.role = self.make(owner, "roles", body).await;
    }

    pub async fn renew_invitation(&mut self, owner: &Person) {
        let body = json!({ "email": format!("guest.{}@example.com", unique()) });
        self.invitation = self.make(owner, "invitations", body).await;
    }

    pub async fn renew_link(&mut self, owner: &Person) {
        self.link = self.make(owner, "invite-links", json!({})).await;
    }

    async fn make(&self, owner: &Person, kind: &str, body: serde_json::Value) -> String {
        let made = owner.post(&format!("/orgs/{}/{kind}", self.organization), body).await.expect(201);
        made["id"].as_str().expect("an id").to_owned()
    }
}
