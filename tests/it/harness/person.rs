//! Somebody who uses the product over HTTP.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};

use super::{Answer, Api, Ask, claims_of, eventually, secret_mailed_to, unique};

/// Everybody's password.
pub const PASSWORD: &str = "seven violet otters carry lanterns";

#[derive(Clone)]
pub struct Person {
    pub api: Api,
    pub email: String,
    pub user_id: String,
    /// The personal organization.
    pub personal_id: String,
    pub access_token: String,
    pub refresh_token: String,
}

impl Person {
    /// Signs up under a new address.
    pub async fn registered(api: &Api, name: &str) -> Self {
        let email = format!("{name}.{}@example.com", unique());
        let answer = sign_up(api, &email).await.expect(201);
        Self::signed_in(api, email, &answer)
    }

    /// Signs up and proves the address by the mail that arrives.
    pub async fn verified(api: &Api, name: &str) -> Self {
        let mut person = Self::registered(api, name).await;
        person.verify().await;
        person
    }

    /// Whoever the answer to a sign-up or sign-in without an organization is about.
    pub fn signed_in(api: &Api, email: String, answer: &Value) -> Self {
        Self {
            api: api.clone(),
            email,
            user_id: text(&answer["user"]["id"]),
            personal_id: text(&answer["organization"]["id"]),
            access_token: text(&answer["tokens"]["access_token"]),
            refresh_token: text(&answer["tokens"]["refresh_token"]),
        }
    }

    /// Follows the link of the verification mail, and takes tokens that know of it.
    pub async fn verify(&mut self) {
        let token = secret_mailed_to(&self.api, &self.email, "verify-email?token=").await;
        self.api.post("/auth/verify-email", &json!({ "token": token })).await.expect(200);
        self.refresh(json!({})).await;
    }

    /// Exchanges the refresh token and goes on with the new pair.
    pub async fn refresh(&mut self, beside: Value) -> Value {
        let mut body = beside;
        body["refresh_token"] = json!(self.refresh_token);
        let answer = self.api.post("/auth/refresh", &body).await.expect(200);
        self.access_token = text(&answer["tokens"]["access_token"]);
        self.refresh_token = text(&answer["tokens"]["refresh_token"]);
        answer
    }

    /// Acts for this organization from now on.
    pub async fn act_for(&mut self, organization_id: &str) -> Value {
        self.refresh(json!({ "organization_id": organization_id })).await
    }

    /// The same, with a token that tells this much of the plan. Billing that is slow for a moment is not waited for; until it was
    /// heard once, tokens then say nothing of a plan, which is right and not what is asked about here.
    pub async fn act_for_on_plan(&mut self, organization_id: &str, status: &str) -> Value {
        eventually("a token that tells the plan", async || {
            let answer = self.act_for(organization_id).await;
            (claims_of(&self.access_token)["subscription"]["status"] == status).then_some(answer)
        })
        .await
    }

    /// The same person at another front door.
    pub fn at(&self, api: &Api) -> Self {
        Self { api: api.clone(), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.api.json(Method::GET, path, Some(&self.access_token), None).await
    }

    /// A GET with headers of its own.
    pub async fn get_with(&self, headers: &[(&str, &str)], path: &str) -> Answer {
        let mut given = HeaderMap::new();
        for (name, value) in headers {
            given.insert(HeaderName::try_from(*name).expect("a name"), value.parse().expect("a value"));
        }
        let ask = Ask { method: Method::GET, path, token: Some(&self.access_token), body: None };
        self.api.ask_with(ask, given).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.api.json(Method::POST, path, Some(&self.access_token), Some(&body)).await
    }

    /// A POST that says everything by its path.
    pub async fn post_bare(&self, path: &str) -> Answer {
        self.api.json(Method::POST, path, Some(&self.access_token), None).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.api.json(Method::PUT, path, Some(&self.access_token), Some(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.api.json(Method::DELETE, path, Some(&self.access_token), None).await
    }

    /// The caller's organizations as `/me/orgs` lists them.
    pub async fn organizations(&self) -> Vec<Value> {
        let answer = self.get("/me/orgs").await.expect(200);
        answer["organizations"].as_array().expect("a list of organizations").clone()
    }
}

/// Sign-up, again while the queue for hashing passwords is full.
pub async fn sign_up(api: &Api, email: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD });
    eventually("a place in the queue of sign-ups", async || {
        let answer = api.post("/auth/register", &body).await;
        (answer.status != 429).then_some(answer)
    })
    .await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}
