//! A browser on a page of the product's own origin: it keeps cookies and says where the page is from.

use reqwest::Method;
use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use serde_json::Value;

use super::{Answer, Api, Ask};

struct Cookie {
    name: String,
    value: String,
    path: String,
}

pub struct Browser {
    api: Api,
    cookies: Vec<Cookie>,
}

impl Browser {
    pub fn new(api: &Api) -> Self {
        Self { api: api.clone(), cookies: Vec::new() }
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
        let sent = self.sent_to(&format!("/api/v1{path}"));
        if !sent.is_empty() {
            headers.insert(COOKIE, HeaderValue::try_from(sent).unwrap());
        }
        let body = body.map(|body| ("application/json", body.to_string().into_bytes()));
        let answer = self.api.ask_with(Ask { method, path, token: None, body }, headers).await;
        for line in answer.headers.get_all(SET_COOKIE) {
            self.keep(line.to_str().expect("visible characters"));
        }
        answer
    }

    /// Names of the cookies that it holds, in the order in which they came.
    pub fn cookie_names(&self) -> Vec<&str> {
        self.cookies.iter().map(|cookie| cookie.name.as_str()).collect()
    }

    /// The value of a cookie, as somebody would steal it.
    pub fn cookie(&self, name: &str) -> &str {
        &self.cookies.iter().find(|cookie| cookie.name == name).expect("the cookie").value
    }

    /// Loses a cookie, as browsers do when its time is over.
    pub fn lose(&mut self, name: &str) {
        self.cookies.retain(|cookie| cookie.name != name);
    }

    fn sent_to(&self, path: &str) -> String {
        let fitting = self.cookies.iter().filter(|cookie| {
            cookie.path == "/" || path == cookie.path || path.starts_with(&format!("{}/", cookie.path))
        });
        fitting.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect::<Vec<_>>().join("; ")
    }

    /// Keeps a cookie as browsers do, which demand what the prefixes of its name promise.
    fn keep(&mut self, line: &str) {
        let mut parts = line.split("; ");
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a name and a value");
        let attributes: Vec<_> = parts.collect();
        let attribute = |name: &str| attributes.iter().find_map(|attribute| attribute.strip_prefix(name));
        let path = attribute("Path=").expect("a path");
        assert!(name.starts_with("__Host-") || name.starts_with("__Secure-"), "{line}");
        assert!(!name.starts_with("__Host-") || path == "/", "{line}");
        for needed in ["HttpOnly", "Secure", "SameSite=Lax"] {
            assert!(attributes.contains(&needed), "{needed} is missing: {line}");
        }
        assert!(attribute("Domain=").is_none(), "{line}");
        self.lose(name);
        if attribute("Max-Age=") != Some("0") {
            self.cookies.push(Cookie { name: name.to_owned(), value: value.to_owned(), path: path.to_owned() });
        }
    }
}
