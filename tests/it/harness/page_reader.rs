//! Somebody who reads the product's pages in a browser without scripts: follows links, fills in forms, keeps cookies.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue, LOCATION};

use super::{Answer, Api, CookieJar};

/// Whether the browser says where its requests are from; older ones do not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Site,
    Nothing,
}

pub struct PageReader {
    api: Api,
    pub cookies: CookieJar,
    says: Says,
    page: Answer,
}

impl PageReader {
    /// Opens a page in a current browser.
    pub async fn open(api: &Api, path: &str) -> Self {
        Self::open_as(api, path, Says::Site).await
    }

    /// Opens a page in a browser that does not say where its requests are from.
    pub async fn open_in_an_old_browser(api: &Api, path: &str) -> Self {
        Self::open_as(api, path, Says::Nothing).await
    }

    async fn open_as(api: &Api, path: &str, says: Says) -> Self {
        let page = api.page(Method::GET, path, HeaderMap::new(), None).await;
        let mut reader = Self { api: api.clone(), cookies: CookieJar::default(), says, page };
        reader.follow(path).await;
        reader
    }

    /// Follows a link to a page, in the same browser.
    pub async fn follow(&mut self, path: &str) {
        self.ask(Method::GET, path, None, "none").await;
    }

    /// Fills in the form whose address ends like this and sends it, then goes where that leads.
    pub async fn send(&mut self, form: &str, typed: &[(&str, &str)]) {
        let (action, hidden) = self.form(form);
        let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(typed.iter().copied());
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.ask(Method::POST, &action, Some(body), "same-origin").await;
        if self.page.status == 303 {
            let next = self.page.headers[LOCATION].to_str().expect("a path").to_owned();
            assert!(next.starts_with('/') && !next.starts_with("//"), "a page of ours, not {next}");
            self.follow(&next).await;
        }
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<String>, site: &'static str) {
        let mut headers = HeaderMap::new();
        if self.says == Says::Site {
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
        }
        self.cookies.send_to(path, &mut headers);
        self.page = self.api.page(method, path, headers, body).await;
        self.cookies.keep_from(&self.page.headers);
    }

    /// The page in this status, on which each of these can be read.
    #[track_caller]
    pub fn reads(&self, status: u16, texts: &[&str]) {
        let shown = self.text();
        assert_eq!(self.page.status, status, "{}: {shown}", self.page.asked);
        for text in texts {
            assert!(shown.contains(text), "{text:?} is not on {}: {shown}", self.page.asked);
        }
    }

    /// How the page was answered.
    pub const fn status(&self) -> u16 {
        self.page.status
    }

    /// Whether the page has a form whose address ends like this.
    pub fn has_form(&self, form: &str) -> bool {
        self.forms().any(|(action, _)| action.ends_with(form))
    }

    /// What the page says, without its marks.
    fn text(&self) -> String {
        let mut text = String::new();
        for part in self.page.text.split('<') {
            text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        }
        unescaped(&text)
    }

    /// The form's address and its hidden fields.
    fn form(&self, form: &str) -> (String, Vec<(String, String)>) {
        let found = self.forms().find(|(action, _)| action.ends_with(form));
        found.unwrap_or_else(|| panic!("no form {form} on {}: {}", self.page.asked, self.page.text))
    }

    fn forms(&self) -> impl Iterator<Item = (String, Vec<(String, String)>)> {
        self.page.text.split("<form ").skip(1).map(|form| {
            let form = form.split("</form>").next().unwrap_or_default();
            let inputs = form.split("<input ").skip(1).filter(|input| attribute(input, "type") == "hidden");
            let hidden = inputs.map(|input| (attribute(input, "name"), attribute(input, "value")));
            (attribute(form, "action"), hidden.collect())
        })
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let tag = tag.split('>').next().unwrap_or_default();
    let value = tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split('"').next());
    unescaped(value.unwrap_or_default())
}

fn unescaped(text: &str) -> String {
    let entities = [("&#x2f;", "/"), ("&#x27;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}
