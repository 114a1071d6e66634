//! The one rule behind every exit: who may change whose membership, and that an active owner remains.

use access_policy::Permission;

use crate::domain::acting::{Acting, Somebody};
use crate::domain::change::MembershipChange;
use crate::domain::denial::Denial;
use crate::domain::effect::{Effect, Narrowed, Verdict, Widened};
use crate::domain::ids::UserId;
use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::Organization;
use crate::domain::role_book::RoleBook;
use crate::domain::roles::Roles;

/// An organization's state as far as a change depends on it, read while the organization is locked.
pub struct Scene {
    /// The organization.
    pub organization: Organization,
    /// Whoever wants the change.
    pub actor: Somebody,
    /// Whom it is about, if a member.
    pub target: Option<Member>,
    /// Active owners whose accounts are in use; two of them are enough to know that one remains.
    pub active_owners: Vec<UserId>,
    /// Whether anybody besides the target belongs to the organization.
    pub has_other_members: bool,
    /// The member besides the target who has been able to act for the organization longest.
    pub heir: Option<Member>,
    /// The organization's own roles, as far as the change names them.
    pub book: RoleBook,
}

impl Scene {
    /// What the change does, or why it is not done.
    pub fn judge(&self, change: &MembershipChange) -> Result<Verdict, Denial> {
        // What becomes of an account is decided elsewhere; nobody acts for the organization then.
        match change {
            MembershipChange::Depart => return self.depart(),
            MembershipChange::DepartHandingOver => return self.depart_handing_over(),
            MembershipChange::StopCounting => return self.stop_counting(),
            _ => {}
        }
        let actor = self.actor.acting(&self.organization)?;
        match change {
            MembershipChange::BecomeOwner => self.make_owner(&actor),
            MembershipChange::CeaseToBeOwner => self.make_member(&actor),
            MembershipChange::HoldRoles(codes) => self.set_roles(&actor, codes),
            MembershipChange::HaveStatus(status) => self.set_status(&actor, *status),
            MembershipChange::BeRemoved => self.remove(&actor),
            MembershipChange::Leave
            | MembershipChange::Depart
            | MembershipChange::DepartHandingOver
            | MembershipChange::StopCounting => self.leave(&actor),
            MembershipChange::TakeOver => self.transfer(&actor),
            MembershipChange::EndOrganization => self.end(&actor),
        }
    }

    fn make_owner(&self, actor: &Acting) -> Result<Verdict, Denial> {
        actor.require_ownership()?;
        let target = self.target()?;
        Ok(Verdict::roles(target.user_id, &target.roles, target.roles.with_owner()))
    }

    fn make_member(&self, actor: &Acting) -> Result<Verdict, Denial> {
        actor.require_ownership()?;
        let target = self.target()?;
        if !target.roles.make_owner() {
            return Ok(Verdict::nothing());
        }
        self.let_owner_go(target)?;
        Ok(Verdict::roles(target.user_id, &target.roles, target.roles.without_owner()))
    }

    fn set_roles(&self, actor: &Acting, codes: &[String]) -> Result<Verdict, Denial> {
        actor.require(Permission::MembersUpdate)?;
        let target = self.target()?;
        actor.require_reach_over(&target.roles)?;
        let roles = Roles::by_codes(codes.iter().map(String::as_str), &self.book)?;
        actor.require_reach_over(&roles)?;
        if !roles.make_owner() {
            self.let_owner_go(target)?;
        }
        Ok(Verdict::roles(target.user_id, &target.roles, roles))
    }

    fn set_status(&self, actor: &Acting, status: MemberStatus) -> Result<Verdict, Denial> {
        actor.require(Permission::MembersUpdate)?;
        let target = self.target()?;
        actor.require_reach_over(&target.roles)?;
        if status == MemberStatus::Suspended {
            self.let_owner_go(target)?;
        }
        if actor.is(target) {
            return Err(Denial::OwnStatus);
        }
        if target.status == status {
            return Ok(Verdict::nothing());
        }
        let narrowed = match status {
            MemberStatus::Suspended => Narrowed::Member(target.user_id),
            MemberStatus::Active => Narrowed::Nobody,
        };
        Ok(Verdict::taking(vec![Effect::HaveStatus(target.user_id, status)], narrowed))
    }

    fn remove(&self, actor: &Acting) -> Result<Verdict, Denial> {
        actor.require(Permission::MembersRemove)?;
        let target = self.target()?;
        actor.require_reach_over(&target.roles)?;
        self.let_owner_go(target)?;
        Ok(Verdict::end_of_membership(target.user_id))
    }

    fn leave(&self, actor: &Acting) -> Result<Verdict, Denial> {
        self.refuse_personal()?;
        let member = acting_member(actor)?;
        self.let_owner_go(member)?;
        Ok(Verdict::end_of_membership(member.user_id))
    }

    fn transfer(&self, actor: &Acting) -> Result<Verdict, Denial> {
        actor.require_ownership()?;
        self.refuse_personal()?;
        let (owner, target) = (acting_member(actor)?, self.target()?);
        if actor.is(target) {
            return Err(Denial::OwnTransfer);
        }
        if target.status != MemberStatus::Active || !target.has_active_account {
            return Err(Denial::MemberNotFound);
        }
        let effects = vec![
            Effect::HoldRoles(target.user_id, target.roles.with_owner()),
            Effect::HoldRoles(owner.user_id, owner.roles.without_owner()),
        ];
        // Whoever was an owner before gets nothing that a token would not say.
        let is_new = target.roles != target.roles.with_owner();
        let widened = if is_new { Widened::Member(target.user_id) } else { Widened::Nobody };
        Ok(Verdict { effects, narrowed: Narrowed::Member(owner.user_id), widened })
    }

    fn end(&self, actor: &Acting) -> Result<Verdict, Denial> {
        actor.require_ownership()?;
        self.refuse_personal()?;
        if self.has_other_members && actor.is_member() {
            return Err(Denial::HasOtherMembers);
        }
        Ok(Verdict::end_of_organization())
    }

    fn depart(&self) -> Result<Verdict, Denial> {
        let Some(target) = &self.target else { return Ok(Verdict::nothing()) };
        if self.organization.is_personal() || !self.has_other_members {
            return Ok(Verdict::end_of_organization());
        }
        self.let_owner_go(target)?;
        Ok(Verdict::end_of_membership(target.user_id))
    }

    fn depart_handing_over(&self) -> Result<Verdict, Denial> {
        let (Err(Denial::LastOwner), Some(target)) = (self.depart(), &self.target) else { return self.depart() };
        let Some(heir) = &self.heir else { return Ok(Verdict::end_of_organization()) };
        let mut verdict = Verdict::end_of_membership(target.user_id);
        verdict.effects.insert(0, Effect::HoldRoles(heir.user_id, heir.roles.with_owner()));
        Ok(verdict)
    }

    /// With nobody else in it, the organization waits for its only member.
    fn stop_counting(&self) -> Result<Verdict, Denial> {
        if let Some(target) = &self.target
            && self.has_other_members
        {
            self.let_owner_go(target)?;
        }
        Ok(Verdict::nothing())
    }

    fn target(&self) -> Result<&Member, Denial> {
        self.target.as_ref().ok_or(Denial::MemberNotFound)
    }

    const fn refuse_personal(&self) -> Result<(), Denial> {
        if self.organization.is_personal() { Err(Denial::PersonalOrganization) } else { Ok(()) }
    }

    /// An owner may cease to be one only while another active owner remains. An owner whose account is
    /// suspended counts here as well: the organization can be saved by reactivating the account.
    fn let_owner_go(&self, member: &Member) -> Result<(), Denial> {
        if !member.is_owner_in_force() {
            return Ok(());
        }
        self.refuse_personal()?;
        if self.active_owners.iter().any(|owner| *owner != member.user_id) { Ok(()) } else { Err(Denial::LastOwner) }
    }
}

/// What only a member can do.
const fn acting_member<'scene>(actor: &Acting<'scene>) -> Result<&'scene Member, Denial> {
    match actor {
        Acting::Member(member) => Ok(member),
        Acting::BackOffice => Err(Denial::MemberNotFound),
    }
}

#[cfg(test)]
mod tests;
