//! What every use case needs.

use std::sync::Arc;

use mail::{Address, Mailer, TemplateError};
use service_kit::pages::PageTokens;
use service_kit::{Clock, Database, DerivedKey, Entropy, SecretToken};

use crate::domain::{Invitation, InviteLinkId};
use crate::letters::Letters;
use crate::link_pages::LinkPages;
use crate::numbers::Numbers;
use crate::settings::Settings;
use crate::upstreams::{Identity, Organizations, Upstreams};

/// Handed to each use case. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub database: Database,
    pub clock: Clock,
    pub entropy: Entropy,
    pub page_tokens: PageTokens,
    pub organizations: Organizations,
    pub identity: Identity,
    pub mailer: Arc<dyn Mailer>,
    pub letters: Letters,
    /// Whether invitations, links and tries are counted.
    pub throttles: bool,
    pub numbers: Numbers,
    rate_names: DerivedKey,
    invitation_tokens: DerivedKey,
    sign_up_names: DerivedKey,
    pages: LinkPages,
}

impl Context {
    pub fn new(settings: Settings, database: Database, upstreams: Upstreams) -> Result<Self, TemplateError> {
        Ok(Self {
            database,
            clock: settings.clock,
            entropy: settings.entropy,
            page_tokens: PageTokens::new(settings.master_key.derive("invitations/page-tokens")),
            organizations: Organizations::new(upstreams.organizations),
            identity: Identity::new(upstreams.identity),
            mailer: settings.mailer,
            letters: Letters::new(settings.mail_templates)?,
            throttles: settings.throttles,
            numbers: Numbers::of(&settings.metrics),
            rate_names: settings.master_key.derive("invitations/rates"),
            invitation_tokens: settings.master_key.derive("invitations/invitation-tokens"),
            sign_up_names: settings.master_key.derive("invitations/sign-up-names"),
            pages: settings.pages,
        })
    }

    /// The secret that an invitation has since it was last sent: derived, so that the mail can say it though it is not
    /// stored.
    pub fn invitation_token(&self, invitation: &Invitation) -> SecretToken {
        let id = invitation.id.uuid();
        let derive = |parts: &[&[u8]]| SecretToken::derive(&self.invitation_tokens, parts);
        match invitation.generation {
            0 => derive(&[b"invitation", id.as_bytes()]),
            generation => derive(&[b"invitation", id.as_bytes(), &generation.to_be_bytes()]),
        }
    }

    /// Names, without telling the address, that somebody signs up with it by the link.
    pub fn sign_up_name(&self, link: InviteLinkId, email: &Address) -> [u8; 32] {
        self.sign_up_names.authenticate(&[link.uuid().as_bytes(), email.canonical().as_bytes()])
    }

    /// Names a count: the table of counts tells neither addresses nor networks.
    pub fn rate_name(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.rate_names.authenticate(parts)
    }

    /// Where the invited person answers.
    pub fn invitation_url(&self, token: &SecretToken) -> String {
        self.pages.invitation.with(token)
    }

    /// Where whoever holds a link joins.
    pub fn join_url(&self, token: &SecretToken) -> String {
        self.pages.join.with(token)
    }
}
