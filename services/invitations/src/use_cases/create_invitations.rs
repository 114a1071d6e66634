//! Invites many addresses to the same roles.

use std::collections::HashSet;
use std::time::Duration;

use mail::Address;
use service_kit::request_scope::RequestScope;

use crate::context::Context;
use crate::domain::{Caller, Counted, Invitation, Offering, Refused, Trail};
use crate::error::InvitationError;
use crate::use_cases::check_room;
use crate::use_cases::make_invitation::{CreatedInvitation, Inviter, Terms, make_invitation};
use crate::use_cases::open_offer::{begin_offered, open_offers};

/// With less time left than that, no further invitation is begun, so that what was made is told before the caller
/// stops waiting.
const KEPT_FOR_THE_ANSWER: Duration = Duration::from_secs(2);

pub struct CreateInvitations {
    pub terms: Terms,
    /// As they were named, or why one is none.
    pub emails: Vec<Result<Address, Refused>>,
}

/// Rights are asked once; then each invitation is made by itself. Answers one outcome for each entry, in order.
pub async fn create_invitations(
    context: &Context,
    caller: &Caller,
    command: CreateInvitations,
) -> Result<Vec<Result<CreatedInvitation, InvitationError>>, InvitationError> {
    let organization_id = command.terms.organization_id;
    let inviter = Inviter::admit(context, caller.user_id, command.terms).await?;
    let mut seen = HashSet::new();
    let planned: Vec<Result<Invitation, Refused>> = command
        .emails
        .into_iter()
        .map(|email| {
            let email = email?;
            if seen.insert(email.clone()) { inviter.invitation(context, email) } else { Err(Refused::NamedTwice) }
        })
        .collect();
    // Asked before offers are opened for nothing; who is refused for the address's sake is found out one by one.
    let planned = match check_room(context, &Counted::inviting(organization_id, caller.user_id)).await {
        Ok(()) => planned,
        Err(InvitationError::Refused(full)) => planned.into_iter().map(|entry| entry.and(Err(full.clone()))).collect(),
        Err(error) => return Err(error),
    };
    let offerings: Vec<Offering> = planned.iter().flatten().map(Invitation::offering).collect();
    open_offers(context, &offerings).await?;

    let trail = Trail::of(caller);
    let mut outcomes = Vec::with_capacity(planned.len());
    for invitation in planned {
        outcomes.push(match invitation {
            Ok(invitation) if is_time_left() => make(context, invitation, &trail).await,
            Ok(_) => Err(Refused::TookTooLong.into()),
            Err(refused) => Err(refused.into()),
        });
    }
    Ok(outcomes)
}

async fn make(context: &Context, invitation: Invitation, trail: &Trail) -> Result<CreatedInvitation, InvitationError> {
    let transaction = begin_offered(context, &invitation.offering()).await?;
    make_invitation(context, transaction, invitation, trail).await
}

fn is_time_left() -> bool {
    RequestScope::current().is_none_or(|scope| scope.time_left() > KEPT_FOR_THE_ANSWER)
}
