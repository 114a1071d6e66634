//! Pages on which people sign in and to which they come back.

use service_kit::SecretToken;

use super::ACTIONS;

/// Which page a route belongs to; an extension of its requests.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Home,
    Invitation,
    Join,
}

/// A page on which people sign in, with the secret that it is about.
#[derive(Clone)]
pub(super) enum Place {
    /// The first page.
    Home,
    /// Where an invitation is answered.
    Invitation(SecretToken),
    /// Where people join by a link.
    Join(SecretToken),
}

impl Place {
    /// The page's path.
    pub(super) fn path(&self) -> String {
        format!("{}{}", self.path_of_actions(), if matches!(self, Self::Home) { "/" } else { "" })
    }

    /// What the paths of the page's forms begin with.
    pub(super) fn actions(&self) -> String {
        format!("{ACTIONS}{}", self.path_of_actions())
    }

    fn path_of_actions(&self) -> String {
        match self {
            Self::Home => String::new(),
            Self::Invitation(token) => format!("/invitations/{}", token.expose()),
            Self::Join(token) => format!("/join/{}", token.expose()),
        }
    }
}
