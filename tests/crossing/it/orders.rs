//! What two calls may come to: what one after the other comes to, in either order.

use crate::entry::Entry;
use crate::rival::Rival;

/// The guest's answer, the rival's, and how things stand afterwards.
pub type Outcome = (&'static str, &'static str, &'static str);

const OK: &str = "ok";

/// The first is that of the guest who comes first; the second, that of the rival who does. Whatever follows is an outcome
/// in which one of the two is told to try again, and has changed nothing.
pub fn of(entry: Entry, rival: Rival) -> &'static [Outcome] {
    if entry.needs_link() { by_link(rival) } else { by_invitation(rival) }
}

const fn by_invitation(rival: Rival) -> &'static [Outcome] {
    match rival {
        Rival::Withdraw => {
            &[(OK, "INVITE_ALREADY_USED", "member: accepted"), ("INVITE_REVOKED", OK, "nobody: revoked")]
        }
        Rival::DemoteInviter | Rival::RemoveInviter | Rival::SuspendInviter => {
            &[(OK, OK, "member: accepted"), ("INVITE_REVOKED", OK, "nobody: revoked")]
        }
        Rival::DeleteOrganization => {
            &[(OK, "ORGANIZATION_HAS_MEMBERS", "member: accepted"), ("INVITE_REVOKED", OK, "no team")]
        }
        Rival::DeleteAccount => &[
            (OK, OK, "nobody: accepted"),
            ("TOKEN_REVOKED", OK, "nobody: pending"),
            // Neither comes to anything else: the account is told to be out of use while it is on its way out, and an
            // invitation that it is just accepting is void.
            ("USER_SUSPENDED", OK, "nobody: pending"),
            ("TOKEN_REVOKED", OK, "nobody: revoked"),
        ],
        Rival::Supersede => &[
            (OK, OK, "member: accepted, pending"),
            ("INVITE_REVOKED", OK, "nobody: revoked, pending"),
            (OK, "CONFLICT", "member: accepted"),
        ],
        Rival::Decline => {
            &[(OK, "INVITE_ALREADY_USED", "member: accepted"), ("INVITE_ALREADY_USED", OK, "nobody: declined")]
        }
    }
}

fn by_link(rival: Rival) -> &'static [Outcome] {
    match rival {
        Rival::Withdraw => &[(OK, OK, "member: off 1"), ("INVITE_REVOKED", OK, "nobody: off 0")],
        Rival::DemoteInviter | Rival::RemoveInviter | Rival::SuspendInviter => {
            &[(OK, OK, "member: on 1"), ("INVITE_REVOKED", OK, "nobody: off 0")]
        }
        Rival::DeleteOrganization => {
            &[(OK, "ORGANIZATION_HAS_MEMBERS", "member: on 1"), ("INVITE_REVOKED", OK, "no team")]
        }
        Rival::DeleteAccount => &[(OK, OK, "nobody: on 1"), ("TOKEN_REVOKED", OK, "nobody: on 0")],
        Rival::Supersede | Rival::Decline => panic!("{rival:?} is about invitations"),
    }
}
