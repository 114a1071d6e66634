//! What the composition root decides for this service.

use std::path::PathBuf;
use std::sync::Arc;

use mail::Mailer;
use service_kit::database::DatabaseSettings;
use service_kit::{Clock, Entropy, MasterKey, Metrics};

use crate::link_pages::LinkPages;

/// Everything that varies between deployments and tests.
pub struct Settings {
    /// Where the data is.
    pub database: DatabaseSettings,
    /// The deployment's secret: tokens in mails are derived from it, so a changed one voids mails that
    /// were not sent yet.
    pub master_key: MasterKey,
    /// Where the links in mails and shared links lead.
    pub pages: LinkPages,
    /// How mails leave.
    pub mailer: Arc<dyn Mailer>,
    /// Whether invitations, links and tries with tokens are counted and refused when they are too many; off for load
    /// tests alone.
    pub throttles: bool,
    /// A folder with templates to use instead of the built-in ones of the same name.
    pub mail_templates: Option<PathBuf>,
    /// The present.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// What operators are told.
    pub metrics: Metrics,
}
