//! The one way in which owners and members cease to be what they are: every exit goes through here.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::acting::Somebody;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::denial::Denial;
use crate::domain::described::Described;
use crate::domain::effect::{Effect, Narrowed, Widened};
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::member::Member;
use crate::domain::organization::Organization;
use crate::domain::record::Record;
use crate::domain::role_book::RoleBook;
use crate::domain::scene::Scene;
use crate::domain::standing::Standing;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_to_change;
use crate::use_cases::take_position::{take_position, tell_widened};
use crate::use_cases::write_record::write_record;

/// To whom something is to happen, and where.
#[derive(Clone, Copy)]
pub struct Subject {
    /// Where.
    pub organization_id: OrganizationId,
    /// To whom.
    pub target_id: UserId,
}

/// Who wants a change.
#[derive(Clone, Copy)]
pub enum WantedBy<'caller> {
    /// Whoever calls, as far as they may.
    Caller(&'caller Caller),
    /// Whoever runs the deployment, who is above every role.
    Operator,
    /// Nobody: it follows from the end of the target's account.
    Nobody,
}

/// What has been written.
pub struct Changed {
    /// The organization as it was when it was locked.
    pub organization: Organization,
    /// Whose tokens say too much now.
    pub narrowed: Narrowed,
    /// Whose tokens say too little now.
    pub widened: Widened,
}

/// A member after a change.
pub struct ChangedMember {
    /// The member as it stands.
    pub member: Member,
    /// Position at which older tokens end; 0 when nothing was taken away, the latest when nothing changed.
    pub position: i64,
}

/// Locks the organization, reads everything that the decision rests on again, decides, writes.
pub async fn change_membership(
    context: &Context,
    transaction: &WriteTransaction,
    subject: Subject,
    wanted_by: WantedBy<'_>,
    change: &MembershipChange,
    trail: &Trail,
) -> Result<Changed, Error> {
    let now = context.clock.now();
    let scene = set_scene(transaction, subject, wanted_by, change).await?;
    let verdict = scene.judge(change)?;
    for record in Record::of_change(&scene, change, &verdict) {
        write_record(context, transaction, subject.organization_id, trail, record, now).await?;
    }
    for effect in verdict.effects {
        write(transaction, &scene.organization, effect, now).await?;
    }
    Ok(Changed { organization: scene.organization, narrowed: verdict.narrowed, widened: verdict.widened })
}

async fn set_scene(
    transaction: &WriteTransaction,
    subject: Subject,
    wanted_by: WantedBy<'_>,
    change: &MembershipChange,
) -> Result<Scene, Error> {
    let Subject { organization_id, target_id } = subject;
    let (organization, actor) = match wanted_by {
        WantedBy::Caller(caller) => {
            let Standing { organization, somebody } = enter_to_change(transaction, caller, organization_id).await?;
            (organization, somebody)
        }
        WantedBy::Operator => (lock(transaction, organization_id).await?, Somebody::BackOffice),
        WantedBy::Nobody => (lock(transaction, organization_id).await?, Somebody::User(None)),
    };
    Ok(Scene {
        organization,
        actor,
        target: store::members::find(transaction, organization_id, target_id).await?,
        active_owners: store::owners::two_active(transaction, organization_id).await?,
        has_other_members: store::members::has_others(transaction, organization_id, target_id).await?,
        heir: match change {
            MembershipChange::DepartHandingOver => {
                store::members::longest_active(transaction, organization_id, target_id).await?
            }
            _ => None,
        },
        book: match change {
            MembershipChange::HoldRoles(codes) => store::roles::by_codes(transaction, organization_id, codes).await?,
            _ => RoleBook::default(),
        },
    })
}

async fn lock(transaction: &WriteTransaction, organization_id: OrganizationId) -> Result<Organization, Error> {
    let organization = store::organizations::lock(transaction, organization_id).await?;
    organization.ok_or_else(|| Denial::OrganizationNotFound.into())
}

async fn write(
    transaction: &WriteTransaction,
    organization: &Organization,
    effect: Effect,
    now: Timestamp,
) -> Result<(), Error> {
    match effect {
        Effect::HoldRoles(user_id, roles) => {
            store::member_roles::replace(transaction, organization.id, user_id, &roles, now).await?;
        }
        Effect::HaveStatus(user_id, status) => {
            store::members::set_status(transaction, organization.id, user_id, status).await?;
        }
        Effect::EndMembership(user_id) => store::members::delete(transaction, organization.id, user_id).await?,
        Effect::EndOrganization => store::organizations::bury(transaction, organization, now).await?,
    }
    Ok(())
}

/// Carries out a change that ends a membership or an organization; answers its position.
pub async fn end(context: &Context, caller: &Caller, subject: Subject, change: MembershipChange) -> Result<i64, Error> {
    let transaction = context.database.begin_write().await?;
    let (wanted_by, trail) = (WantedBy::Caller(caller), Trail::of(caller));
    let position = end_within(context, &transaction, wanted_by, subject, change, &trail).await?;
    transaction.commit().await?;
    Ok(position)
}

/// The same as the last step of a transaction.
pub async fn end_within(
    context: &Context,
    transaction: &WriteTransaction,
    wanted_by: WantedBy<'_>,
    subject: Subject,
    change: MembershipChange,
    trail: &Trail,
) -> Result<i64, Error> {
    let changed = change_membership(context, transaction, subject, wanted_by, &change, trail).await?;
    take_position(transaction, subject.organization_id, changed.narrowed, context.clock.now()).await
}

/// Carries out a change after which the member still belongs.
pub async fn change_member(
    context: &Context,
    caller: &Caller,
    subject: Subject,
    change: MembershipChange,
) -> Result<Described<ChangedMember>, Error> {
    let transaction = context.database.begin_write().await?;
    let trail = Trail::of(caller);
    let changed = change_membership(context, &transaction, subject, WantedBy::Caller(caller), &change, &trail).await?;
    let member = store::members::find(&transaction, subject.organization_id, subject.target_id)
        .await?
        .ok_or(Denial::MemberNotFound)?;
    let catalog = store::catalog::read(&transaction).await?;
    let now = context.clock.now();
    tell_widened(&transaction, subject.organization_id, changed.widened, now).await?;
    let position = take_position(&transaction, subject.organization_id, changed.narrowed, now).await?;
    transaction.commit().await?;
    Ok(Described { what: ChangedMember { member, position }, catalog })
}
