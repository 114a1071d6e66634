//! The identity service: who people are, and accounts for those who were invited.

use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::user_service_client::UserServiceClient;
use contracts::identity::v1::{GetUsersRequest, User, UserStatus};
use mail::Address;
use service_kit::{Channel, Refusal};

use crate::domain::{Person, Refused, UserId};
use crate::error::InvitationError;
use crate::upstreams::registration::not_registered;
use crate::upstreams::{Registered, Registration, failed};

#[derive(Clone)]
pub struct Identity {
    users: UserServiceClient<Channel>,
    authentication: AuthenticationServiceClient<Channel>,
}

impl Identity {
    pub fn new(channel: Channel) -> Self {
        Self {
            users: UserServiceClient::new(channel.clone()),
            authentication: AuthenticationServiceClient::new(channel),
        }
    }

    /// The caller's account as it is now, not as a token says it was.
    pub async fn person(&self, id: UserId) -> Result<Person, InvitationError> {
        let user = self.find(id).await?.ok_or(Refused::AccountGone)?;
        if user.status() == UserStatus::Suspended {
            return Err(Refused::AccountSuspended.into());
        }
        let address = Address::parse(&user.email)
            .map_err(|error| InvitationError::Unanswered(Refusal::internal(error).into()))?;
        Ok(Person { id, address, is_verified: user.email_verified })
    }

    /// Makes an account for somebody who was invited; `Upstream` tells for certain that there is none by this call.
    pub async fn register(&self, registration: Registration) -> Result<Registered, InvitationError> {
        let answer = self.authentication.clone().register(registration.of_an_invitee()).await;
        Ok(Registered::new(answer.map_err(not_registered)?.into_inner()))
    }

    /// The name to show for a user; empty when there is none.
    pub async fn name_of(&self, id: UserId) -> Result<String, InvitationError> {
        let Some(user) = self.find(id).await? else { return Ok(String::new()) };
        if let Some(display_name) = user.display_name {
            return Ok(display_name);
        }
        let names: Vec<String> = user.first_name.into_iter().chain(user.last_name).collect();
        Ok(names.join(" "))
    }

    async fn find(&self, id: UserId) -> Result<Option<User>, InvitationError> {
        let request = GetUsersRequest { user_ids: vec![id.to_string()] };
        let users = self.users.clone().get_users(request).await.map_err(failed)?.into_inner().users;
        Ok(users.into_iter().next())
    }
}
