//! Cookies as a browser keeps them.

use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};

struct Cookie {
    name: String,
    value: String,
    path: String,
}

#[derive(Default)]
pub struct CookieJar(Vec<Cookie>);

impl CookieJar {
    /// Names of the cookies in it, in the order in which they came.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|cookie| cookie.name.as_str()).collect()
    }

    /// The value of a cookie, as somebody would steal it.
    pub fn value(&self, name: &str) -> &str {
        &self.0.iter().find(|cookie| cookie.name == name).expect("the cookie").value
    }

    /// Loses a cookie, as browsers do when its time is over.
    pub fn lose(&mut self, name: &str) {
        self.0.retain(|cookie| cookie.name != name);
    }

    /// Adds what a request to this path takes along.
    pub fn send_to(&self, path: &str, headers: &mut HeaderMap) {
        let path = path.split('?').next().unwrap_or_default();
        let fitting = self.0.iter().filter(|cookie| {
            cookie.path == "/" || path == cookie.path || path.starts_with(&format!("{}/", cookie.path))
        });
        let sent = fitting.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect::<Vec<_>>().join("; ");
        if !sent.is_empty() {
            headers.insert(COOKIE, HeaderValue::try_from(sent).unwrap());
        }
    }

    /// Keeps what an answer sets.
    pub fn keep_from(&mut self, answer: &HeaderMap) {
        for line in answer.get_all(SET_COOKIE) {
            self.keep(line.to_str().expect("visible characters"));
        }
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
            self.0.push(Cookie { name: name.to_owned(), value: value.to_owned(), path: path.to_owned() });
        }
    }
}
