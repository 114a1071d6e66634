//! Everything that an offer rests on is asked again when it is taken up, and what is void says why.

use serde_json::{Value, json};

use crate::harness::{PASSWORD, Person, Product, Team, eventually, unique};

/// A manager's offers, of an owner's team, to a guest: by mail and by link, of the same role.
struct Offers {
    owner: Person,
    manager: Person,
    guest: Person,
    team: Team,
    role: Value,
    invitation: Value,
    link: String,
}

impl Offers {
    async fn made() -> Self {
        let api = Product::shared().await.api();
        let (owner, manager, guest) = tokio::join!(
            Person::verified(&api, "owner"),
            Person::verified(&api, "manager"),
            Person::verified(&api, "guest")
        );
        let team = Team::of(&owner).await;
        team.admit(&owner, &[&manager]).await;
        let roles = team.path(&format!("/members/{}/roles", manager.user_id));
        owner.put(&roles, json!({ "role_codes": ["org_manager"] })).await.expect(200);
        let role = json!({ "code": format!("r{}", unique()), "name": "Readers", "permission_codes": ["org:read"] });
        let role = owner.post(&team.path("/roles"), role).await.expect(201);
        let body = json!({ "email": guest.email, "role_ids": [role["id"]] });
        let invitation = manager.post(&team.path("/invitations"), body).await.expect(201);
        let made = manager.post(&team.path("/invite-links"), json!({ "role_ids": [role["id"]] })).await.expect(201);
        let link = made["token"].as_str().unwrap().to_owned();
        Self { owner, manager, guest, team, role, invitation, link }
    }

    fn of_manager(&self, rest: &str) -> String {
        self.team.path(&format!("/members/{}{rest}", self.manager.user_id))
    }

    async fn accept(&self) -> crate::harness::Answer {
        self.guest.post("/invitations/accept", json!({ "token": self.invitation["token"] })).await
    }

    async fn join(&self) -> crate::harness::Answer {
        self.guest.post_bare(&format!("/invite-links/{}/join", self.link)).await
    }

    /// Both are void for this cause, now and to whoever asks later, and nobody has come in.
    async fn are_void(&self, cause: &str) {
        for _ in 0..2 {
            for answer in [self.accept().await, self.join().await] {
                assert_eq!(answer.refused("INVITE_REVOKED", 410)["cause"], cause);
            }
        }
        let preview = format!("/invitations/{}", self.invitation["token"].as_str().unwrap());
        for preview in [preview, format!("/invite-links/{}", self.link)] {
            assert_eq!(self.guest.api.get(&preview).await.refused("INVITE_REVOKED", 410)["cause"], cause);
        }
        assert!(!self.guest.organizations().await.iter().any(|each| each["organization"]["id"] == self.team.id));
    }

    /// Those of the team that the owner sees in this status.
    async fn listed(&self, status: &str) -> usize {
        let path = self.team.path(&format!("/invitations?status={status}"));
        self.owner.get(&path).await.expect(200)["invitations"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn an_inviter_who_was_removed_voids_what_they_offered() {
    let offers = Offers::made().await;
    offers.owner.delete(&offers.of_manager("")).await.expect(204);
    offers.are_void("inviter_left").await;
    assert_eq!(offers.listed("revoked").await, 1);
}

#[tokio::test]
async fn an_inviter_who_was_demoted_voids_what_they_offered() {
    let offers = Offers::made().await;
    offers.owner.put(&offers.of_manager("/roles"), json!({ "role_codes": ["seller"] })).await.expect(200);
    offers.are_void("inviter_lost_permission").await;
    offers.owner.put(&offers.of_manager("/roles"), json!({ "role_codes": ["org_manager"] })).await.expect(200);
    offers.are_void("inviter_lost_permission").await;
}

#[tokio::test]
async fn an_inviter_whose_membership_was_suspended_voids_what_they_offered() {
    let offers = Offers::made().await;
    offers.owner.put(&offers.of_manager("/status"), json!({ "status": "suspended" })).await.expect(200);
    offers.are_void("inviter_lost_permission").await;
}

#[tokio::test]
async fn an_inviter_who_deleted_the_account_voids_what_they_offered() {
    let offers = Offers::made().await;
    let body = json!({ "password": PASSWORD, "confirmation": "DELETE" });
    let answer = offers.manager.api.json(
        reqwest::Method::DELETE,
        "/me/account",
        Some(&offers.manager.access_token),
        Some(&body),
    );
    answer.await.expect(204);
    offers.are_void("inviter_left").await;
}

#[tokio::test]
async fn a_role_that_has_grown_above_its_inviter_is_not_given() {
    let offers = Offers::made().await;
    let path = offers.team.path(&format!("/roles/{}", offers.role["id"].as_str().unwrap()));
    offers.owner.put(&path, json!({ "permission_codes": ["org:read", "org:update"] })).await.expect(200);
    offers.are_void("role_above_inviter").await;
    // Whoever may grant it offers it anew; what is void stays void.
    let resend = offers.team.path(&format!("/invitations/{}/resend", offers.invitation["id"].as_str().unwrap()));
    assert_eq!(offers.owner.post_bare(&resend).await.refused("INVITE_REVOKED", 410)["cause"], "role_above_inviter");
    let body = json!({ "email": offers.guest.email, "role_ids": [offers.role["id"]] });
    let made = offers.owner.post(&offers.team.path("/invitations"), body).await.expect(201);
    offers.guest.post("/invitations/accept", json!({ "token": made["token"] })).await.expect(200);
}

#[tokio::test]
async fn an_owner_saves_an_invitation_whose_inviter_has_left_by_sending_it_again() {
    let offers = Offers::made().await;
    offers.owner.delete(&offers.of_manager("")).await.expect(204);
    let resend = offers.team.path(&format!("/invitations/{}/resend", offers.invitation["id"].as_str().unwrap()));
    let again = offers.owner.post_bare(&resend).await.expect(200);
    assert_eq!(again["invited_by"], json!(offers.owner.user_id));
    assert_eq!(offers.accept().await.refused("INVITE_REVOKED", 410)["cause"], "superseded");
    offers.guest.post("/invitations/accept", json!({ "token": again["token"] })).await.expect(200);
}

#[tokio::test]
async fn the_role_of_an_invitation_sent_again_is_kept_until_it_is_answered() {
    let offers = Offers::made().await;
    let role = offers.team.path(&format!("/roles/{}", offers.role["id"].as_str().unwrap()));
    let link = offers.owner.get(&offers.team.path("/invite-links")).await.expect(200);
    let link =
        link["invite_links"].as_array().unwrap().iter().find(|link| link["role_ids"] == json!([offers.role["id"]]));
    let link = offers.team.path(&format!("/invite-links/{}", link.unwrap()["id"].as_str().unwrap()));
    offers.owner.delete(&link).await.expect(204);
    let invitation = offers.team.path(&format!("/invitations/{}", offers.invitation["id"].as_str().unwrap()));
    offers.owner.post_bare(&format!("{invitation}/resend")).await.expect(200);
    offers.owner.delete(&role).await.refused("ROLE_IN_USE", 409);
    offers.owner.delete(&invitation).await.expect(204);
    eventually("the role is let go", async || (offers.owner.delete(&role).await.status == 204).then_some(())).await;
}

#[tokio::test]
async fn a_deleted_organization_voids_what_it_offered() {
    let offers = Offers::made().await;
    let api = &offers.guest.api;
    offers.owner.delete(&offers.of_manager("")).await.expect(204);
    offers.owner.delete(&offers.team.path("")).await.expect(204);
    let preview = format!("/invitations/{}", offers.invitation["token"].as_str().unwrap());
    let shown = api.get(&preview).await.expect(200);
    let fields: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["expires_at", "inviter_name", "organization_name", "role"], "no more than ever");
    offers.are_void("organization_gone").await;
}

#[tokio::test]
async fn a_suspended_organization_voids_nothing() {
    let offers = Offers::made().await;
    let product = Product::shared().await;
    let mut admin = Person::verified(&product.api(), "admin").await;
    product.make_administrator(&mut admin, "super_admin").await;
    let act = |action: &str| format!("/admin/organizations/{}/{action}", offers.team.id);
    eventually("the back office opens", async || (admin.post_bare(&act("suspend")).await.status == 200).then_some(()))
        .await;
    for answer in [offers.accept().await, offers.join().await] {
        answer.refused("ORGANIZATION_SUSPENDED", 403);
    }
    let preview = format!("/invitations/{}", offers.invitation["token"].as_str().unwrap());
    offers.guest.api.get(&preview).await.expect(200);
    admin.post_bare(&act("reactivate")).await.expect(200);
    assert_eq!(offers.listed("pending").await, 1);
    offers.accept().await.expect(200);
}
