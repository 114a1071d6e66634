//! The one way in which owners and members cease to be what they are: every exit goes through here.

use serde_json::json;
use service_kit::{Timestamp, WriteTransaction, positions};

use crate::context::Context;
use crate::domain::change::MembershipChange;
use crate::domain::denial::Denial;
use crate::domain::effect::{Effect, Narrowed};
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::member::Member;
use crate::domain::organization::Organization;
use crate::domain::scene::Scene;
use crate::error::Error;
use crate::store;

/// Who wants something to happen to whom, and where.
#[derive(Clone, Copy)]
pub struct Subject {
    /// Where.
    pub organization_id: OrganizationId,
    /// Who wants it.
    pub actor_id: UserId,
    /// To whom.
    pub target_id: UserId,
}

/// What has been written.
pub struct Changed {
    /// The organization as it was when it was locked.
    pub organization: Organization,
    /// Whose tokens say too much now.
    pub narrowed: Narrowed,
}

/// A member after a change.
pub struct ChangedMember {
    /// The member as it stands.
    pub member: Member,
    /// Position at which older tokens end; 0 when nothing was taken away.
    pub position: i64,
}

/// Locks the organization, reads everything that the decision rests on again, decides, writes.
pub async fn change_membership(
    transaction: &WriteTransaction,
    subject: Subject,
    change: &MembershipChange,
    now: Timestamp,
) -> Result<Changed, Error> {
    let Subject { organization_id, actor_id, target_id } = subject;
    let organization =
        store::organizations::lock(transaction, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    let target = store::members::find(transaction, organization_id, target_id).await?;
    let actor = if actor_id == target_id {
        target.clone()
    } else {
        store::members::find(transaction, organization_id, actor_id).await?
    };
    let scene = Scene {
        organization,
        actor,
        target,
        active_owners: store::owners::two_active(transaction, organization_id).await?,
        has_other_members: store::members::has_others(transaction, organization_id, target_id).await?,
        heir: match change {
            MembershipChange::DepartHandingOver => {
                store::members::longest_active(transaction, organization_id, target_id).await?
            }
            _ => None,
        },
    };

    let verdict = scene.judge(change)?;
    for effect in verdict.effects {
        write(transaction, organization_id, effect, now).await?;
    }
    Ok(Changed { organization: scene.organization, narrowed: verdict.narrowed })
}

async fn write(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    effect: Effect,
    now: Timestamp,
) -> Result<(), Error> {
    match effect {
        Effect::HoldRoles(user_id, roles) => {
            store::member_roles::replace(transaction, organization_id, user_id, &roles, now).await?;
        }
        Effect::HaveStatus(user_id, status) => {
            store::members::set_status(transaction, organization_id, user_id, status).await?;
        }
        Effect::EndMembership(user_id) => store::members::delete(transaction, organization_id, user_id).await?,
        Effect::EndOrganization => store::organizations::bury(transaction, organization_id, now).await?,
    }
    Ok(())
}

/// Numbers what was taken away; 0 when nothing was. Comes last in a transaction.
pub async fn take_position(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    narrowed: Narrowed,
    now: Timestamp,
) -> Result<i64, Error> {
    let organization_id = organization_id.to_string();
    let (kind, subject) = match narrowed {
        Narrowed::Nobody => return Ok(0),
        Narrowed::Member(user_id) => {
            ("membership", json!({ "user_id": user_id.to_string(), "organization_id": organization_id }))
        }
        Narrowed::Everybody => ("organization", json!({ "organization_id": organization_id })),
    };
    Ok(positions::advance(transaction, kind, subject, now).await?)
}

/// Carries out a change that ends a membership or an organization; answers its position.
pub async fn end(context: &Context, subject: Subject, change: MembershipChange) -> Result<i64, Error> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let changed = change_membership(&transaction, subject, &change, now).await?;
    let position = take_position(&transaction, subject.organization_id, changed.narrowed, now).await?;
    transaction.commit().await?;
    Ok(position)
}

/// Carries out a change after which the member still belongs.
pub async fn change_member(
    context: &Context,
    subject: Subject,
    change: MembershipChange,
) -> Result<ChangedMember, Error> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let changed = change_membership(&transaction, subject, &change, now).await?;
    let member = store::members::find(&transaction, subject.organization_id, subject.target_id)
        .await?
        .ok_or(Denial::MemberNotFound)?;
    let position = take_position(&transaction, subject.organization_id, changed.narrowed, now).await?;
    transaction.commit().await?;
    Ok(ChangedMember { member, position })
}
