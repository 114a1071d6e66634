//! The routes by which somebody comes to hold something.

use contracts::organizations::v1 as proto;
use proto::{MemberStatus, OrgRole};

use super::{Chance, OWNERSHIP, Power, Team, draw_permissions};
use crate::world::{Answer, Person, World, new_id, refused, role_id};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    SetRoles,
    MakeOwner,
    HandOver,
    Reactivate,
    CreateRole,
    UpdateRole,
    /// An offer is opened, and taken up at once.
    OpenOffer,
    /// An offer is taken up that was never opened, as those of old were not.
    AddMember,
}

impl Route {
    pub const ALL: [Self; 8] = [
        Self::SetRoles,
        Self::MakeOwner,
        Self::HandOver,
        Self::Reactivate,
        Self::CreateRole,
        Self::UpdateRole,
        Self::OpenOffer,
        Self::AddMember,
    ];
}

#[derive(Debug)]
pub struct Attempt {
    pub route: Route,
    pub by: usize,
    target: usize,
    codes: Vec<String>,
    permissions: Vec<&'static str>,
    role: usize,
    code_of_new_role: String,
}

impl Attempt {
    pub fn draw(chance: &Chance, team: &Team) -> Self {
        let route = chance.pick(&Route::ALL);
        // Those who may have the right most often, or else hardly anything is ever granted.
        let is_for_the_mighty = !matches!(route, Route::SetRoles | Route::OpenOffer | Route::AddMember);
        let by = if is_for_the_mighty && chance.one_in(3) { 0 } else { chance.below(team.people.len()) };
        Self {
            route,
            by,
            target: 1 + chance.below(5),
            codes: team.draw_roles(chance),
            permissions: draw_permissions(chance),
            role: chance.below(team.custom.len()),
            code_of_new_role: format!("role-{}", team.custom.len()),
        }
    }

    /// Whose power afterwards is by this grant alone.
    pub fn target_alone(&self) -> Option<usize> {
        matches!(self.route, Route::SetRoles | Route::MakeOwner | Route::HandOver | Route::Reactivate)
            .then_some(self.target)
    }

    /// Suspends whoever is to be reactivated; answers whether that did anything.
    pub async fn prepare(&self, world: &World, team: &Team) -> bool {
        let (owner, target) = (&team.people[0], &team.people[self.target]);
        self.route == Route::Reactivate
            && world.set_status(owner, &team.id, target, MemberStatus::Suspended).await.is_ok()
    }

    /// Answers what was given.
    pub async fn make(&self, world: &World, team: &mut Team) -> Result<Power, &'static str> {
        let (by, target) = (team.people[self.by].clone(), team.people[self.target].clone());
        let codes: Vec<&str> = self.codes.iter().map(String::as_str).collect();
        let answer: Answer<Power> = match self.route {
            Route::SetRoles => {
                world.set_roles(&by, &team.id, &target, &codes).await.map(|(member, _)| held_by(&member.roles))
            }
            Route::MakeOwner => {
                world.set_role(&by, &team.id, &target, OrgRole::Owner).await.map(|(member, _)| held_by(&member.roles))
            }
            Route::HandOver => {
                world.transfer(&by, &team.id, &target).await.map(|_| Power::from([OWNERSHIP.to_owned()]))
            }
            Route::Reactivate => world
                .set_status(&by, &team.id, &target, MemberStatus::Active)
                .await
                .map(|(member, _)| held_by(&member.roles)),
            Route::CreateRole => {
                let made = world.create_role(&by, &team.id, &self.code_of_new_role, &self.permissions).await;
                made.map(|role| {
                    team.custom.push(role.clone());
                    held_by(&[role])
                })
            }
            Route::UpdateRole => {
                let role = team.custom[self.role].clone();
                world.update_role(&by, &role, &self.permissions).await.map(|(role, _)| held_by(&[role]))
            }
            Route::OpenOffer => self.open_and_take(world, team, &by).await,
            Route::AddMember => {
                let newcomer = world.person("newcomer").await;
                self.take(world, team, &by, &newcomer, new_id()).await
            }
        };
        if answer.is_ok() { Ok(answer.unwrap_or_default()) } else { Err(refused(answer)) }
    }

    fn grant(&self, team: &Team) -> proto::RoleGrant {
        let id = |code: &String| {
            let custom = team.custom.iter().find(|role| role.code == *code);
            custom.map_or_else(|| role_id(code), |role| role.id.clone())
        };
        proto::RoleGrant { role_ids: self.codes.iter().map(id).collect(), role: 0 }
    }

    /// Whoever may open the offer may have it taken up as long as nothing has changed.
    async fn open_and_take(&self, world: &World, team: &mut Team, by: &Person) -> Answer<Power> {
        let offer_id = new_id();
        let message = proto::OpenOfferRequest {
            offer_id: offer_id.clone(),
            user_id: by.id.clone(),
            organization_id: team.id.clone(),
            grant: Some(self.grant(team)),
            expires_at: None,
            more_offer_ids: Vec::new(),
        };
        let offered = held_by(&world.access().open_offer(message).await?.into_inner().granted_roles);
        let newcomer = world.person("newcomer").await;
        let taken = self.take(world, team, by, &newcomer, offer_id).await;
        let taken = taken.unwrap_or_else(|refusal| panic!("{self:?} may be offered and not taken: {refusal}"));
        assert_eq!(offered, taken);
        Ok(taken)
    }

    async fn take(&self, world: &World, team: &Team, by: &Person, newcomer: &Person, join_id: String) -> Answer<Power> {
        let message = proto::AddMemberRequest {
            join_id,
            organization_id: team.id.clone(),
            user_id: newcomer.id.clone(),
            grant: Some(self.grant(team)),
            granted_by: by.id.clone(),
        };
        let joined = held_by(&world.add(message).await?.member.unwrap().roles);
        let holds = super::power(world, team, newcomer).await;
        assert_eq!(joined, holds, "a newcomer holds what the answer says");
        Ok(holds)
    }
}

fn held_by(roles: &[proto::Role]) -> Power {
    let permissions = roles.iter().flat_map(|role| role.permissions.iter().map(|permission| permission.code.clone()));
    let owns = roles.iter().any(|role| role.code == "org_owner");
    permissions.chain(owns.then(|| OWNERSHIP.to_owned())).collect()
}
