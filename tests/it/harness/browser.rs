//! A browser on a page of the product's own origin: it keeps cookies and says where the page is from.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::{Answer, Api, Ask, CookieJar};

pub struct Browser {
    api: Api,
    cookies: CookieJar,
}

impl Browser {
    pub fn new(api: &Api) -> Self {
        Self { api: api.clone(), cookies: CookieJar::default() }
    }

    /// What a script of the page asks for.
    pub async fn ask(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.ask_from(&[("sec-fetch-site", "same-origin")], method, path, body).await
    }

    /// What a script of a page asks for of which the browser says this.
    pub async fn ask_from(
        &mut self,
        page: &[(&str, &str)],
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let mut headers = HeaderMap::new();
        for (name, value) in page {
            headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap());
        }
        self.cookies.send_to(&format!("/api/v1{path}"), &mut headers);
        let body = body.map(|body| ("application/json", body.to_string().into_bytes()));
        let answer = self.api.ask_with(Ask { method, path, token: None, body }, headers).await;
        self.cookies.keep_from(&answer.headers);
        answer
    }

    /// Names of the cookies that it holds, in the order in which they came.
    pub fn cookie_names(&self) -> Vec<&str> {
        self.cookies.names()
    }

    /// The value of a cookie, as somebody would steal it.
    pub fn cookie(&self, name: &str) -> &str {
        self.cookies.value(name)
    }

    /// Loses a cookie, as browsers do when its time is over.
    pub fn lose(&mut self, name: &str) {
        self.cookies.lose(name);
    }
}
