//! Somebody who owns a team with a role of its own.

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::Failure;
use crate::product::Product;

const PASSWORD: &str = "seven violet otters carry lanterns";
/// Exchanged for each other, so that each edit of the role takes something away.
const PERMISSIONS: [&str; 2] = ["org:update", "org:audit:read"];

pub struct Owner {
    client: Client,
    api: String,
    token: String,
    role: String,
    edits: usize,
}

impl Owner {
    pub async fn new(product: &Product, number: usize) -> Result<Self, Failure> {
        let (client, api) = (Client::builder().no_proxy().build()?, product.api());
        let email = format!("owner{number}@example.com");
        let sign_up =
            client.post(format!("{api}/auth/register")).json(&json!({ "email": email, "password": PASSWORD }));
        let answer = answered(sign_up.send().await?).await?;
        let token = text(&answer["tokens"]["access_token"])?;
        let mut owner = Self { client, api, token, role: String::new(), edits: 0 };
        let made = owner.ask(Method::POST, "/me/orgs").json(&json!({ "name": "Acme" })).send().await?;
        let roles = format!("/orgs/{}/roles", text(&answered(made).await?["id"])?);
        let role = json!({ "code": "editor", "name": "Editor", "permission_codes": [PERMISSIONS[0]] });
        let made = owner.ask(Method::POST, &roles).json(&role).send().await?;
        owner.role = format!("{roles}/{}", text(&answered(made).await?["id"])?);
        Ok(owner)
    }

    /// A request by this owner.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask_nameless(method, path).bearer_auth(&self.token)
    }

    /// The same without a token.
    pub fn ask_nameless(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.api))
    }

    /// Takes a permission out of the role and puts another into it; answers the position of that.
    pub async fn take(&mut self) -> Result<usize, Failure> {
        self.edits += 1;
        let body = json!({ "permission_codes": [PERMISSIONS[self.edits % 2]] });
        let answer = self.ask(Method::PUT, &self.role).json(&body).send().await?;
        let position = answer.headers().get("guildhall-position").and_then(|position| position.to_str().ok());
        let position = position.and_then(|position| position.strip_prefix("o:")?.parse().ok());
        answered(answer).await?;
        Ok(position.ok_or("an edit that takes something away answers a position")?)
    }
}

async fn answered(answer: Response) -> Result<Value, Failure> {
    let status = answer.status();
    let text = answer.text().await?;
    if status.is_success() { Ok(serde_json::from_str(&text)?) } else { Err(format!("{status}: {text}").into()) }
}

fn text(value: &Value) -> Result<String, Failure> {
    Ok(value.as_str().ok_or("a text is missing in an answer")?.to_owned())
}
