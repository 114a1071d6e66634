//! How pages look: the templates, and the style and icon that they name.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};
use serde::Serialize;

use crate::settings::PageSettings;

macro_rules! templates {
    ($($name:literal),+ $(,)?) => { [$(($name, include_str!(concat!("../templates/pages/", $name)))),+] };
}

const TEMPLATES: [(&str, &str); 15] = templates![
    "layout.html",
    "parts.html",
    "account.html",
    "sign_in.html",
    "sign_up.html",
    "offer.html",
    "home.html",
    "joined.html",
    "done.html",
    "snag.html",
    "mailed_link.html",
    "new_password.html",
    "forgot_password.html",
    "checkout.html",
    "portal.html",
];
const STYLE: &str = include_str!("../templates/pages/style.css");
const ICON: &str = include_str!("../templates/pages/icon.svg");

/// A built-in template of a page does not compile.
#[derive(Debug, thiserror::Error)]
#[error("a page's template cannot be used: {0}")]
pub struct UnusableTemplate(#[from] Error);

/// The compiled templates. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Look {
    environment: Arc<Environment<'static>>,
    frame: Arc<Frame>,
    /// Content type and content of what pages name, by file name.
    files: Arc<BTreeMap<String, (&'static str, &'static str)>>,
    pub(crate) offers_sign_up: bool,
}

/// What every page shows.
#[derive(Serialize)]
struct Frame {
    product_name: String,
    app: Option<App>,
    style: String,
    icon: String,
    shortest_password: usize,
    /// Whether there are pages for developers to lead to.
    is_dev: bool,
}

/// Where people go on.
#[derive(Serialize)]
struct App {
    url: String,
    host: String,
}

/// One page: what its handler says, and what every page shows.
#[derive(Serialize)]
struct Filled<'a> {
    #[serde(flatten)]
    frame: &'a Frame,
    /// What forms repeat, in browsers that need it.
    proof: Option<&'a str>,
    page: &'a serde_json::Value,
}

impl Look {
    /// Compiles the templates.
    pub(crate) fn new(settings: PageSettings, is_dev: bool) -> Result<Self, UnusableTemplate> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        // Its dumps of the context would put secret links into errors.
        environment.set_debug(false);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source)?;
        }
        let (style, icon) = (named("style", "css", STYLE), named("icon", "svg", ICON));
        let app = settings.app_url.map(|url| App { url: url.to_string(), host: url.host().to_owned() });
        let frame = Frame {
            product_name: settings.product_name,
            app,
            style: format!("/pages/{style}"),
            icon: format!("/pages/{icon}"),
            shortest_password: settings.shortest_password,
            is_dev,
        };
        let files = [(style, ("text/css; charset=utf-8", STYLE)), (icon, ("image/svg+xml", ICON))];
        Ok(Self {
            environment: Arc::new(environment),
            frame: Arc::new(frame),
            files: Arc::new(files.into()),
            offers_sign_up: settings.offers_sign_up,
        })
    }

    /// A page of this template as HTML; `proof` is what its forms repeat.
    pub(crate) fn render(
        &self,
        template: &str,
        page: &serde_json::Value,
        proof: Option<&str>,
    ) -> Result<String, Error> {
        let filled = Filled { frame: &self.frame, proof, page };
        self.environment.get_template(template)?.render(Value::from(Serde(filled)))
    }

    /// Content type and content of a file that pages name.
    pub(crate) fn file(&self, name: &str) -> Option<(&'static str, &'static str)> {
        self.files.get(name).copied()
    }
}

/// A file's name with a hash of its content, so that it may be kept for good.
fn named(name: &str, extension: &str, content: &str) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{name}.{:016x}.{extension}", hasher.finish())
}
