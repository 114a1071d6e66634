//! Tells users all that is kept of them here.

use crate::context::Context;
use crate::domain::{Invitation, InviteLink, UserId};
use crate::error::InvitationError;
use crate::store::{invitations, invite_links};

/// Most entries of each kind.
const MOST: u64 = 1000;

pub struct Export {
    pub received: Vec<Invitation>,
    pub sent: Vec<Invitation>,
    pub links: Vec<InviteLink>,
}

/// Nothing is received while the caller's address is not proven: it may be somebody else's.
pub async fn export_my_invitations(context: &Context, caller: UserId) -> Result<Export, InvitationError> {
    let person = context.identity.person(caller).await?;
    let reader = context.database.reader();
    let received =
        if person.is_verified { invitations::list_received(reader, &person.address, MOST).await? } else { Vec::new() };
    let sent = invitations::list_sent(reader, caller, MOST).await?;
    let links = invite_links::list_created(reader, caller, MOST).await?;
    Ok(Export { received, sent, links })
}
