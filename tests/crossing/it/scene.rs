//! A team with an offer to a guest, and how the two stand.

use access_policy::BuiltInRole;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use uuid::Uuid;

use crate::house::House;
use crate::person::Person;

/// Who plays.
#[derive(Clone)]
pub struct Cast {
    /// Owns every team.
    pub alice: Person,
    /// Invites, unless the owner has to.
    pub bob: Person,
    /// Is invited.
    pub guest: Person,
}

/// A team that offers the guest to become an ordinary member.
#[derive(Clone)]
pub struct Scene {
    pub cast: Cast,
    pub team: String,
    pub inviter: Person,
    pub offer: Offer,
}

#[derive(Clone)]
pub enum Offer {
    Invitation { id: String, token: String },
    Link { id: String, token: String },
}

impl Cast {
    pub async fn of(house: &House) -> Self {
        let alice = Person::of(house, "alice").await;
        let bob = Person::of(house, "bob").await;
        Self { alice, bob, guest: Person::of(house, "guest").await }
    }
}

/// A new team of this owner.
pub async fn team(house: &House, owner: &Person) -> String {
    let message = organizations::CreateOrganizationRequest { name: "Acme".to_owned(), slug: None };
    let made = house.organizations().create_organization(owner.call(message)).await.unwrap();
    made.into_inner().organization.unwrap().id
}

/// The link's id and secret.
pub async fn link(house: &House, team: &str, by: &Person, max_uses: i32) -> (String, String) {
    let message = invitations::CreateInviteLinkRequest {
        organization_id: team.to_owned(),
        max_uses: Some(max_uses),
        ..Default::default()
    };
    let made = house.links().create_invite_link(by.call(message)).await.unwrap().into_inner();
    (made.invite_link.unwrap().id, made.token)
}

/// The invitation's id and secret.
pub async fn invitation(house: &House, team: &str, by: &Person, email: &str) -> (String, String) {
    let message = invitations::CreateInvitationRequest {
        organization_id: team.to_owned(),
        email: email.to_owned(),
        ..Default::default()
    };
    let made = house.invitations().create_invitation(by.call(message)).await.unwrap().into_inner();
    (made.invitation.unwrap().id, made.token)
}

impl Scene {
    /// A team in which Bob may invite, or only Alice, who is alone then.
    pub async fn set(house: &House, cast: &Cast, has_link: bool, is_alone: bool) -> Self {
        let team = team(house, &cast.alice).await;
        let inviter = if is_alone { &cast.alice } else { &cast.bob };
        if !is_alone {
            let grant = organizations::RoleGrant { role_ids: vec![BuiltInRole::Manager.id().to_string()], role: 0 };
            let message = organizations::AddMemberRequest {
                join_id: Uuid::new_v4().to_string(),
                organization_id: team.clone(),
                user_id: cast.bob.id.clone(),
                grant: Some(grant),
                granted_by: cast.alice.id.clone(),
            };
            house.access().add_member(message).await.unwrap();
        }
        let offer = if has_link {
            let (id, token) = link(house, &team, inviter, 1).await;
            Offer::Link { id, token }
        } else {
            let (id, token) = invitation(house, &team, inviter, &cast.guest.email).await;
            Offer::Invitation { id, token }
        };
        Self { cast: cast.clone(), team, inviter: inviter.clone(), offer }
    }

    /// Whether the guest belongs, and how the offers stand, that of the scene first.
    pub async fn state(&self, house: &House) -> String {
        let Some(members) = members(house, &self.team, &self.cast.alice).await else { return "no team".to_owned() };
        let times = members.iter().filter(|id| **id == self.cast.guest.id).count();
        assert!(times <= 1, "twice a member");
        let offers = match &self.offer {
            Offer::Link { .. } => links(house, &self.team, &self.cast.alice).await,
            Offer::Invitation { id, .. } => statuses(house, &self.team, &self.cast.alice, id).await,
        };
        format!("{}: {}", if times == 1 { "member" } else { "nobody" }, offers.join(", "))
    }
}

/// The users who belong; `None` when there is no such team.
pub async fn members(house: &House, team: &str, reader: &Person) -> Option<Vec<String>> {
    let message =
        organizations::ListMembersRequest { organization_id: team.to_owned(), page_size: 200, ..Default::default() };
    match house.memberships().list_members(reader.call(message)).await {
        Ok(answer) => Some(answer.into_inner().members.into_iter().map(|member| member.user_id).collect()),
        Err(status) if reason_of(&status) == Some(ErrorReason::OrganizationNotFound) => None,
        Err(status) => panic!("{status:?}"),
    }
}

/// How the team's links stand.
pub async fn links(house: &House, team: &str, reader: &Person) -> Vec<String> {
    let message = invitations::ListInviteLinksRequest { organization_id: team.to_owned(), ..Default::default() };
    let listed = house.links().list_invite_links(reader.call(message)).await.unwrap().into_inner();
    let state = |link: invitations::InviteLink| format!("{} {}", if link.is_active { "on" } else { "off" }, link.uses);
    listed.invite_links.into_iter().rev().map(state).collect()
}

async fn statuses(house: &House, team: &str, reader: &Person, first: &str) -> Vec<String> {
    use invitations::InvitationStatus as Status;
    let mut found = Vec::new();
    for status in [Status::Pending, Status::Accepted, Status::Declined, Status::Revoked, Status::Expired] {
        let message = invitations::ListInvitationsRequest {
            organization_id: team.to_owned(),
            status: status.into(),
            ..Default::default()
        };
        let listed = house.invitations().list_invitations(reader.call(message)).await.unwrap().into_inner();
        let name = status.as_str_name().trim_start_matches("INVITATION_STATUS_").to_lowercase();
        found.extend(listed.invitations.into_iter().map(|invitation| (invitation.id, name.clone())));
    }
    // Time stands still, so their ids have no order.
    found.sort_by_key(|(id, _)| id != first);
    found.into_iter().map(|(_, name)| name).collect()
}
