//! People with accounts and proven addresses.

use contracts::identity::v1 as proto;
use test_kit::bearer;
use tonic::Request;
use uuid::Uuid;

use crate::house::{ADMINISTRATOR, House};

/// Everybody's password.
pub const PASSWORD: &str = "seven lanterns by the harbour";

#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub email: String,
    token: String,
}

impl Person {
    /// Signs up and proves the address.
    pub async fn of(house: &House, name: &str) -> Self {
        let email = format!("{name}.{}@example.com", Uuid::new_v4().simple());
        let sign_up =
            proto::RegisterRequest { email: email.clone(), password: PASSWORD.to_owned(), ..Default::default() };
        let answer = house.authentication().register(sign_up).await.unwrap().into_inner();
        let secret = loop {
            house.deliver().await;
            if let Some(secret) = house.mails.secret_to(&email) {
                break secret;
            }
            // Somebody else is delivering it, or on Postgres an older transaction is still running.
            tokio::task::yield_now().await;
        };
        house.account().verify_email(proto::VerifyEmailRequest { token: secret }).await.unwrap();
        Self { id: answer.user.unwrap().id, email, token: answer.tokens.unwrap().access_token }
    }

    /// Whoever administers the platform, signed in.
    pub async fn administrator(house: &House) -> Self {
        let message = proto::LoginRequest {
            email: ADMINISTRATOR.to_owned(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        let answer = house.authentication().login(message).await.unwrap().into_inner();
        Self {
            id: answer.user.unwrap().id,
            email: ADMINISTRATOR.to_owned(),
            token: answer.tokens.unwrap().access_token,
        }
    }

    /// The message as this person's call.
    pub fn call<T>(&self, message: T) -> Request<T> {
        bearer(message, &self.token)
    }
}
