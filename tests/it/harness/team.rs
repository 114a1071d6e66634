//! Team organizations, made over HTTP.

use serde_json::{Value, json};

use super::{Person, eventually, unique};

#[derive(Clone)]
pub struct Team {
    pub id: String,
    pub slug: String,
}

impl Team {
    /// A new team of this owner, who must have a proven address if others are to join.
    pub async fn of(owner: &Person) -> Self {
        let slug = format!("acme-{}", unique());
        let made = owner.post("/me/orgs", json!({ "name": "Acme", "slug": slug })).await.expect(201);
        Self { id: made["id"].as_str().expect("an id").to_owned(), slug }
    }

    /// `/orgs/{id}` and what follows.
    pub fn path(&self, rest: &str) -> String {
        format!("/orgs/{}{rest}", self.id)
    }

    /// The secret of a new link.
    pub async fn link(&self, owner: &Person, max_uses: usize) -> String {
        let made = owner.post(&self.path("/invite-links"), json!({ "max_uses": max_uses })).await.expect(201);
        made["token"].as_str().expect("a token").to_owned()
    }

    /// Lets people in, each as an ordinary member.
    pub async fn admit(&self, owner: &Person, newcomers: &[&Person]) {
        let token = self.link(owner, newcomers.len()).await;
        for newcomer in newcomers {
            newcomer.post_bare(&format!("/invite-links/{token}/join")).await.expect(200);
        }
    }

    /// Makes a member an owner or an ordinary member.
    pub async fn make(&self, owner: &Person, member: &Person, role: &str) {
        let path = self.path(&format!("/members/{}/role", member.user_id));
        owner.put(&path, json!({ "role": role })).await.expect(200);
    }

    /// Every member as this one sees them.
    pub async fn members(&self, reader: &Person) -> Vec<Value> {
        let answer = reader.get(&self.path("/members?page_size=200")).await.expect(200);
        assert_eq!(answer["next_page_token"], "");
        answer["members"].as_array().expect("a list of members").clone()
    }

    /// The pending invitations as this member sees them, once their mails have left.
    pub async fn mailed_invitations(&self, reader: &Person) -> Vec<Value> {
        eventually("the mails are sent", async || {
            let listed = reader.get(&self.path("/invitations")).await.expect(200);
            let invitations = listed["invitations"].as_array().expect("a list of invitations").clone();
            invitations.iter().all(|invitation| invitation["mail"]["status"] == "sent").then_some(invitations)
        })
        .await
    }

    /// Ids of the active owners as this member sees them.
    pub async fn owners(&self, reader: &Person) -> Vec<String> {
        let mut members = self.members(reader).await;
        members.retain(|member| member["role"] == "owner" && member["status"] == "active");
        user_ids(&members)
    }
}

/// The users behind memberships.
pub fn user_ids(members: &[Value]) -> Vec<String> {
    members.iter().map(|member| member["user_id"].as_str().expect("a user id").to_owned()).collect()
}
