//! One request to a page: by whom, from where, in whose name the services are asked.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use contracts::identity::v1 as proto;
use http::HeaderMap;
use http::request::Parts;
use service_kit::ErrorReason;
use service_kit::request_scope::RequestScope;
use token_verification::VerifyError;

use super::visitor::{Account, Visitor};
use crate::cookies::{ACCESS, REFRESH, SIGNED_IN};
use crate::extract::ClientOrigin;
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::session_cookies::{Delivery, SetCookies};

/// A request to a page.
pub(super) struct Visit {
    pub(super) gateway: Gateway,
    pub(super) headers: HeaderMap,
    /// Where the visitor is.
    pub(super) client: ClientOrigin,
    /// Whether the visitor was led here because a mail was sent.
    pub(super) is_mail_sent: bool,
}

impl Visit {
    /// The message as a call in nobody's name.
    pub(super) fn public<T>(&self, message: T) -> tonic::Request<T> {
        self.client.call(message)
    }

    /// The message as this account's call.
    pub(super) fn call<T>(&self, account: &Account, message: T) -> tonic::Request<T> {
        let mut request = self.public(message);
        request.metadata_mut().insert("authorization", account.authorization.clone());
        request
    }

    /// Who looks at the page, as identity knows them now. Only cookies count here, and nothing is renewed by looking.
    pub(super) async fn visitor(&self) -> Result<Visitor, HttpError> {
        let mut account = match self.account_in_cookie() {
            Ok(Some(account)) => account,
            Err(VerifyError::Revoked) => return Ok(Visitor::Nobody),
            Ok(None) | Err(_) => return Ok(self.returning_or_nobody()),
        };
        let asking = self.gateway.upstreams.accounts().get_me(self.call(&account, proto::GetMeRequest {})).await;
        match asking.map_err(HttpError::from) {
            Ok(answer) => {
                account.learn(answer.into_inner().user)?;
                Ok(Visitor::Account(account))
            }
            // It is right in itself; the service has heard of a change earlier than the gateway.
            Err(error) if error.reason() == ErrorReason::TokenStale => Ok(self.returning_or_nobody()),
            Err(error) if is_over(&error) => Ok(Visitor::Nobody),
            Err(error) => Err(error),
        }
    }

    /// Who has no access token that is any good.
    fn returning_or_nobody(&self) -> Visitor {
        let may_return = matches!(SIGNED_IN.read(&self.headers), Ok(Some("1")));
        if may_return { Visitor::Returning } else { Visitor::Nobody }
    }

    /// Who sends a form. A session whose access token has run out meanwhile is renewed; the cookies belong to the
    /// answer, whatever it is.
    pub(super) async fn sender(&self) -> Result<(Visitor, SetCookies), HttpError> {
        if let Ok(Some(account)) = self.account_in_cookie() {
            return Ok((Visitor::Account(account), SetCookies::default()));
        }
        let Ok(Some(refresh_token)) = REFRESH.read(&self.headers) else {
            return Ok((Visitor::Nobody, SetCookies::default()));
        };
        let request = proto::RefreshRequest {
            refresh_token: refresh_token.to_owned(),
            organization_id: String::new(),
            app_code: String::new(),
            by_cookie: true,
        };
        let renewing = self.gateway.upstreams.authentication().refresh(self.public(request)).await;
        match renewing.map_err(HttpError::from) {
            Ok(answer) => {
                let answer = answer.into_inner();
                let account = Account::of_tokens(answer.tokens.as_ref(), answer.user)?;
                let (cookies, _) = Delivery::InCookies.hand_over(answer.tokens)?;
                Ok((Visitor::Account(account), cookies))
            }
            // The session is over: a browser need not offer its cookies again.
            Err(error) if is_over(&error) => Ok((Visitor::Nobody, Delivery::InCookies.take_back()?)),
            Err(error) => Err(error),
        }
    }

    fn account_in_cookie(&self) -> Result<Option<Account>, VerifyError> {
        let Some(token) = ACCESS.read(&self.headers).ok().flatten() else { return Ok(None) };
        let caller = self.gateway.verifier.verify(token)?;
        RequestScope::note(|facts| facts.note_caller(&caller));
        Ok(Account::of_caller(caller, token))
    }
}

/// Whether the session or its account has ended.
pub(super) fn is_over(error: &HttpError) -> bool {
    matches!(
        error.reason(),
        ErrorReason::Unauthorized
            | ErrorReason::TokenInvalid
            | ErrorReason::TokenExpired
            | ErrorReason::TokenRevoked
            | ErrorReason::TokenStale
            | ErrorReason::UserNotFound
    )
}

impl FromRequestParts<Gateway> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Infallible> {
        let client = ClientOrigin::from_request_parts(parts, gateway).await?;
        let is_mail_sent = parts.uri.query() == Some("mail=sent");
        Ok(Self { gateway: gateway.clone(), headers: parts.headers.clone(), client, is_mail_sent })
    }
}
