//! The pages at which people answer: their addresses with a secret token in them.

use std::sync::Arc;

use service_kit::SecretToken;

/// The address of a page, but for the secret token that stands in it. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPage {
    before: Arc<str>,
    after: Arc<str>,
}

impl LinkPage {
    /// A page whose address holds the token between these two parts.
    pub fn around(before: &str, after: &str) -> Self {
        Self { before: before.into(), after: after.into() }
    }

    /// The address for whoever holds this token. Tokens are base64url, which needs no escaping anywhere in a URL.
    pub fn with(&self, token: &SecretToken) -> String {
        format!("{}{}{}", self.before, token.expose(), self.after)
    }
}

/// Where links lead. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPages {
    /// Where an invited person answers.
    pub invitation: LinkPage,
    /// Where whoever holds a link joins.
    pub join: LinkPage,
}

impl LinkPages {
    /// The gateway's own pages at the URL where people reach the product.
    pub fn of_the_gateway(public_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/');
        let page = |name: &str| LinkPage::around(&format!("{public_url}/{name}/"), "");
        Self { invitation: page("invitations"), join: page("join") }
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Entropy;

    use super::*;

    #[test]
    fn the_token_stands_where_the_page_wants_it() {
        let token = SecretToken::generate(&Entropy::seeded(1));
        let secret = token.expose();
        let own = LinkPages::of_the_gateway("https://guildhall.test/");
        assert_eq!(own.invitation.with(&token), format!("https://guildhall.test/invitations/{secret}"));
        assert_eq!(own.join.with(&token), format!("https://guildhall.test/join/{secret}"));
        let app = LinkPage::around("https://app.example/join#", "&from=mail");
        assert_eq!(app.with(&token), format!("https://app.example/join#{secret}&from=mail"));
    }
}
