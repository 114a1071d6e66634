//! Somebody with two sessions, who belongs to somebody's team.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::billing::v1 as billing;
use contracts::identity::v1 as identity;
use contracts::organizations::v1 as organizations;
use serde_json::Value;
use test_kit::bearer;
use tonic::{Request, Status};
use uuid::Uuid;

use crate::house::House;
use crate::person::{PASSWORD, Person};
use crate::scene::team;

/// Roles that are exchanged for each other, neither of which holds all of the other.
pub const ROLES: [&str; 2] = ["seller", "buyer"];
const PLAN: &str = "team";
const PERMISSIONS: [&str; 2] = ["org:update", "org:audit:read"];

pub struct Member {
    pub owner: Person,
    pub team: String,
    pub user_id: String,
    /// Which of the two roles is held, beside the own one.
    pub role: usize,
    pub role_id: String,
    /// Which of the two permissions the own role holds.
    pub permission: usize,
    /// Another session, which ends the first.
    pub elsewhere: Person,
    /// Of the platform.
    pub administrator: Person,
    tokens: identity::Tokens,
}

/// Makes one token.
pub enum Minter {
    Issue { access_token: String, team: String },
    Refresh { refresh_token: String, team: String },
}

impl Member {
    /// The role that the team has made.
    pub const OWN_ROLE: &str = "editor";

    pub async fn of(house: &House, lane: u64) -> Self {
        let owner = Person::of(house, &format!("owner{lane}")).await;
        let elsewhere = Person::of(house, &format!("member{lane}")).await;
        let team = team(house, &owner).await;
        let message = organizations::CreateRoleRequest {
            organization_id: team.clone(),
            code: Self::OWN_ROLE.to_owned(),
            name: "Editor".to_owned(),
            description: None,
            permission_codes: vec![PERMISSIONS[0].to_owned()],
        };
        let role = house.roles().create_role(owner.call(message)).await.unwrap().into_inner().role.unwrap();
        let mut member = Self {
            owner,
            team,
            user_id: elsewhere.id.clone(),
            role: 0,
            role_id: role.id,
            permission: 0,
            elsewhere,
            administrator: Person::administrator(house).await,
            tokens: identity::Tokens::default(),
        };
        member.join(house).await;
        member.subscribe(house).await;
        member.sign_in(house).await;
        member
    }

    /// Becomes a member, who holds what the present round needs.
    pub async fn join(&self, house: &House) {
        let message = organizations::AddMemberRequest {
            join_id: Uuid::new_v4().to_string(),
            organization_id: self.team.clone(),
            user_id: self.user_id.clone(),
            grant: Some(organizations::RoleGrant::default()),
            granted_by: self.owner.id.clone(),
        };
        house.access().add_member(message).await.unwrap();
        let message = organizations::SetMemberRolesRequest {
            organization_id: self.team.clone(),
            user_id: self.user_id.clone(),
            role_codes: vec![ROLES[self.role].to_owned(), Self::OWN_ROLE.to_owned()],
        };
        house.memberships().set_member_roles(self.owner.call(message)).await.unwrap();
    }

    /// Puts the team on the plan.
    pub async fn subscribe(&self, house: &House) {
        let (organization_id, plan_code) = (self.team.clone(), PLAN.to_owned());
        let message = billing::GrantSubscriptionRequest { organization_id, plan_code };
        house.subscriptions().grant_subscription(message).await.unwrap();
    }

    /// Begins a session in place of the one that ended.
    pub async fn sign_in(&mut self, house: &House) {
        let message = identity::LoginRequest {
            email: self.elsewhere.email.clone(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        self.tokens = house.authentication().login(message).await.unwrap().into_inner().tokens.unwrap();
    }

    pub fn session_id(&self) -> String {
        claims_of(&self.tokens.access_token)["sid"].as_str().unwrap().to_owned()
    }

    pub const fn permission(&self) -> &'static str {
        PERMISSIONS[self.permission]
    }

    pub const fn other_permission(&self) -> &'static str {
        PERMISSIONS[1 - self.permission]
    }

    /// What the own role holds once the one permission is exchanged for the other.
    pub fn permissions_after(&self) -> organizations::PermissionSet {
        organizations::PermissionSet { codes: vec![self.other_permission().to_owned()] }
    }

    /// Makes a token for the team, by the session's access token or by a refresh token of its own.
    pub fn minter(&self, is_refresh: bool) -> Minter {
        let team = self.team.clone();
        match is_refresh {
            true => Minter::Refresh { refresh_token: self.tokens.refresh_token.clone(), team },
            false => Minter::Issue { access_token: self.tokens.access_token.clone(), team },
        }
    }
}

impl Minter {
    pub async fn mint(self, house: &House) -> Result<String, Status> {
        match self {
            Self::Issue { access_token, team } => {
                let message = identity::IssueTokenRequest { organization_id: team, cookie_refresh_token: None };
                let answer = house.authentication().issue_token(bearer(message, &access_token)).await?;
                Ok(answer.into_inner().access_token)
            }
            Self::Refresh { refresh_token, team } => {
                let message = identity::RefreshRequest { refresh_token, organization_id: team, ..Default::default() };
                let answer = house.authentication().refresh(Request::new(message)).await?;
                Ok(answer.into_inner().tokens.unwrap().access_token)
            }
        }
    }
}

/// Puts the one plan on offer.
pub async fn offer_plan(house: &House) {
    let plan = billing::Plan {
        code: PLAN.to_owned(),
        name: "Team".to_owned(),
        price_cents: 4900,
        currency: "usd".to_owned(),
        interval: billing::PlanInterval::Monthly.into(),
        interval_count: 1,
        plan_type: billing::PlanType::SelfService.into(),
        ..Default::default()
    };
    house.plans().apply_plans(billing::ApplyPlansRequest { plans: vec![plan], check_only: false }).await.unwrap();
}

/// What a token says, read without checking it.
pub fn claims_of(token: &str) -> Value {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}
