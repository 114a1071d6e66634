//! What people and the back office try at the same time.

use contracts::organizations::v1 as proto;
use proto::{MemberStatus, OrgRole};

use super::team::Reason;
use crate::world::{Administrator, Answer, Person, World, refused};

/// Whoever does it first, whomever it is about last.
#[derive(Clone, Debug)]
pub enum Deed {
    Leave(usize),
    Remove(usize, usize),
    MakeMember(usize, usize),
    SetRole(usize, usize, &'static str),
    Suspend(usize, usize),
    HandOver(usize, usize),
    Delete(usize),
    Depart(usize),
    Evict(usize),
    LoseAccount(usize),
    RemoveByOffice(usize),
    SetRoleByOffice(usize, &'static str),
    SuspendByOffice(usize),
    DeleteByOffice,
}

impl Deed {
    pub const KINDS: usize = 14;

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Leave(_) => "leave",
            Self::Remove(..) => "remove",
            Self::MakeMember(..) => "make member",
            Self::SetRole(..) => "set role",
            Self::Suspend(..) => "suspend",
            Self::HandOver(..) => "hand over",
            Self::Delete(_) => "delete",
            Self::Depart(_) => "depart",
            Self::Evict(_) => "evict",
            Self::LoseAccount(_) => "lose account",
            Self::RemoveByOffice(_) => "remove by office",
            Self::SetRoleByOffice(..) => "set role by office",
            Self::SuspendByOffice(_) => "suspend by office",
            Self::DeleteByOffice => "delete by office",
        }
    }

    /// The member who does it.
    pub fn actor(&self) -> Option<usize> {
        match *self {
            Self::Leave(actor) | Self::Delete(actor) => Some(actor),
            Self::Remove(actor, _)
            | Self::MakeMember(actor, _)
            | Self::SetRole(actor, ..)
            | Self::Suspend(actor, _)
            | Self::HandOver(actor, _) => Some(actor),
            _ => None,
        }
    }

    /// Tries it; the reason when it is refused.
    pub async fn attempt(
        &self,
        world: &World,
        team: &str,
        cast: &[Person],
        office: &Administrator,
    ) -> Result<(), Reason> {
        let who = |person: usize| &cast[person];
        let mut memberships = world.membership_administration();
        let organization_id = team.to_owned();
        let answer: Answer<()> = match *self {
            Self::Leave(actor) => world.leave(who(actor), team).await.map(drop),
            Self::Remove(actor, target) => world.remove(who(actor), team, who(target)).await.map(drop),
            Self::MakeMember(actor, target) => {
                world.set_role(who(actor), team, who(target), OrgRole::Member).await.map(drop)
            }
            Self::SetRole(actor, target, code) => {
                world.set_roles(who(actor), team, who(target), &[code]).await.map(drop)
            }
            Self::Suspend(actor, target) => {
                world.set_status(who(actor), team, who(target), MemberStatus::Suspended).await.map(drop)
            }
            Self::HandOver(actor, target) => world.transfer(who(actor), team, who(target)).await.map(drop),
            Self::Delete(actor) => world.delete(who(actor), team).await.map(drop),
            Self::Depart(person) => world.depart(who(person)).await.map(drop),
            Self::Evict(person) => world.evict(who(person)).await.map(drop),
            Self::LoseAccount(person) => world.set_account(who(person), 9, false).await,
            Self::RemoveByOffice(target) => {
                let message = proto::RemoveAnyMemberRequest { organization_id, user_id: who(target).id.clone() };
                memberships.remove_any_member(office.call(message)).await.map(drop)
            }
            Self::SetRoleByOffice(target, code) => {
                let (user_id, role_codes) = (who(target).id.clone(), vec![code.to_owned()]);
                let message = proto::SetAnyMemberRolesRequest { organization_id, user_id, role_codes };
                memberships.set_any_member_roles(office.call(message)).await.map(drop)
            }
            Self::SuspendByOffice(target) => {
                let (user_id, status) = (who(target).id.clone(), MemberStatus::Suspended.into());
                let message = proto::SetAnyMemberStatusRequest { organization_id, user_id, status };
                memberships.set_any_member_status(office.call(message)).await.map(drop)
            }
            Self::DeleteByOffice => {
                let message = proto::DeleteAnyOrganizationRequest { organization_id };
                let answer = world.organization_administration().delete_any_organization(office.call(message)).await;
                answer.map(drop)
            }
        };
        if answer.is_ok() { Ok(()) } else { Err(refused(answer)) }
    }
}
