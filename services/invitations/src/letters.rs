//! The mails of this service.

use std::path::PathBuf;
use std::sync::Arc;

use mail::{Mail, TemplateError, Templates};
use serde::Serialize;

use crate::domain::{Invitation, Role};

const BUILT_IN: [(&str, &str); 3] = [
    ("invitation.subject.txt", include_str!("../templates/invitation.subject.txt")),
    ("invitation.txt", include_str!("../templates/invitation.txt")),
    ("invitation.html", include_str!("../templates/invitation.html")),
];

/// Renders mails. Cheap to clone.
#[derive(Clone)]
pub struct Letters(Arc<Templates>);

#[derive(Serialize)]
struct InvitationLetter<'a> {
    organization_name: &'a str,
    /// Empty when there is none.
    inviter_name: &'a str,
    /// `owner` or `member`.
    role: &'a str,
    url: &'a str,
    /// Day and time in UTC.
    expires: String,
}

impl Letters {
    /// The built-in templates, or those of the same name in this folder.
    pub fn new(overrides: Option<PathBuf>) -> Result<Self, TemplateError> {
        Ok(Self(Arc::new(Templates::new(&BUILT_IN)?.with_overrides(overrides)?)))
    }

    /// The mail that brings an invitation and its secret link.
    pub fn invitation(&self, invitation: &Invitation, inviter_name: &str, url: &str) -> Result<Mail, TemplateError> {
        let expires = invitation.expires.to_rfc3339();
        let letter = InvitationLetter {
            organization_name: &invitation.organization_name,
            inviter_name,
            role: match invitation.role() {
                Role::Owner => "owner",
                Role::Member => "member",
            },
            url,
            expires: expires.get(..16).unwrap_or(&expires).replace('T', " "),
        };
        let rendered = self.0.render("invitation", letter)?;
        // Names the mail to the mail server, so that each sending is a mail of its own and a repeated try is not.
        let id = match invitation.generation {
            0 => format!("invitation-{}", invitation.id),
            generation => format!("invitation-{}-{generation}", invitation.id),
        };
        Ok(rendered.into_mail(invitation.email.clone(), id))
    }
}
