//! Invites many addresses to the same roles.

use std::collections::HashSet;
use std::time::Duration;

use mail::Address;
use service_kit::request_scope::RequestScope;

use crate::context::Context;
use crate::domain::{Invitation, Offering, Refused, UserId};
use crate::error::InvitationError;
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
    caller: UserId,
    command: CreateInvitations,
) -> Result<Vec<Result<CreatedInvitation, InvitationError>>, InvitationError> {
    let inviter = Inviter::admit(context, caller, command.terms).await?;
    let mut seen = HashSet::new();
    let planned: Vec<Result<Invitation, Refused>> = command
        .emails
        .into_iter()
        .map(|email| {
            let email = email?;
            if seen.insert(email.clone()) { inviter.invitation(context, email) } else { Err(Refused::NamedTwice) }
        })
        .collect();
    let offerings: Vec<Offering> = planned.iter().flatten().map(Invitation::offering).collect();
    open_offers(context, &offerings).await?;

    let mut outcomes = Vec::with_capacity(planned.len());
    for invitation in planned {
        outcomes.push(match invitation {
            Ok(invitation) if is_time_left() => make(context, invitation).await,
            Ok(_) => Err(Refused::TookTooLong.into()),
            Err(refused) => Err(refused.into()),
        });
    }
    Ok(outcomes)
}

async fn make(context: &Context, invitation: Invitation) -> Result<CreatedInvitation, InvitationError> {
    let transaction = begin_offered(context, &invitation.offering()).await?;
    make_invitation(context, transaction, invitation).await
}

fn is_time_left() -> bool {
    RequestScope::current().is_none_or(|scope| scope.time_left() > KEPT_FOR_THE_ANSWER)
}
