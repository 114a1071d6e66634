//! The apps that tokens are made for, and the sites that they are used from.

use gateway::Origin;
use service_kit::settings::{SettingsError, invalid};

const DEFAULT_APP: &str = "guildhall";
/// Where front ends are served while they are developed.
const DEV_PORTS: [u16; 3] = [3000, 5173, 8080];

/// An app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The `aud` of its tokens.
    pub code: String,
    /// Its pages may act by cookie and read answers.
    pub origins: Vec<Origin>,
}

/// Every app, the default one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apps(Vec<App>);

impl Apps {
    /// Reads `code` or `code=origin|origin`, separated by commas.
    pub fn read(list: Option<String>) -> Result<Self, SettingsError> {
        let list = list.unwrap_or_else(|| DEFAULT_APP.to_owned());
        let apps: Vec<App> = list.split(',').map(app).collect::<Result<_, _>>()?;
        for (place, app) in apps.iter().enumerate() {
            if apps[..place].iter().any(|earlier| earlier.code == app.code) {
                return Err(invalid("apps", format!("must name {} once", app.code)));
            }
        }
        Ok(Self(apps))
    }

    /// Their codes.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|app| app.code.as_str())
    }

    /// The code that tokens are made for when a caller names none.
    pub fn default_code(&self) -> &str {
        self.codes().next().unwrap_or(DEFAULT_APP)
    }

    /// Adds an app without sites unless it is there.
    pub fn ensure(&mut self, code: &str) {
        if !self.codes().any(|known| known == code) {
            self.0.push(App { code: code.to_owned(), origins: Vec::new() });
        }
    }

    /// The sites of all apps.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.0.iter().flat_map(|app| &app.origins)
    }
}

/// The sites that front ends have while they are developed.
pub fn dev_origins() -> impl Iterator<Item = Origin> {
    let hosts = ["localhost", "127.0.0.1"];
    let texts = hosts.into_iter().flat_map(|host| DEV_PORTS.map(|port| format!("http://{host}:{port}")));
    texts.filter_map(|text| Origin::parse(&text).ok())
}

fn app(text: &str) -> Result<App, SettingsError> {
    let (code, origins) = text.split_once('=').map_or((text, None), |(code, origins)| (code, Some(origins)));
    let code = code.trim();
    let is_of_code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if !(2..=50).contains(&code.len()) || !code.bytes().all(is_of_code) {
        return Err(invalid("apps", "must be codes of [a-z0-9_-], 2 to 50 characters, separated by commas"));
    }
    let origins = origins.into_iter().flat_map(|origins| origins.split('|'));
    let origins = origins.map(|text| Origin::parse(text.trim())).collect::<Result<_, _>>();
    let origins = origins
        .map_err(|problem| invalid("apps", format!("names a site of {code} that cannot be used: it {problem}")))?;
    Ok(App { code: code.to_owned(), origins })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Apps, String> {
        Apps::read(Some(text.to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn apps_are_codes_with_or_without_sites() {
        let apps = read("shop=https://shop.example|https://www.shop.example:8443, desk").unwrap();
        assert_eq!(apps.codes().collect::<Vec<_>>(), ["shop", "desk"]);
        assert_eq!(apps.default_code(), "shop");
        let origins: Vec<_> = apps.origins().map(Origin::as_str).collect();
        assert_eq!(origins, ["https://shop.example", "https://www.shop.example:8443"]);
        assert_eq!(Apps::read(None).unwrap().default_code(), DEFAULT_APP);
    }

    #[test]
    fn what_is_no_app_is_refused() {
        for text in [
            "Shop",
            "a",
            "shop,",
            "shop desk",
            "shop,shop",
            "shop=",
            "shop=*",
            "shop=null",
            "shop=shop.example",
            "shop=https://shop.example/",
            "shop=http://shop.example",
            "shop=https://shop.example||https://a.example",
        ] {
            assert!(read(text).unwrap_err().contains("GUILDHALL_APPS"), "{text}");
        }
    }

    #[test]
    fn an_app_is_added_once() {
        let mut apps = read("shop").unwrap();
        apps.ensure("demo");
        apps.ensure("shop");
        apps.ensure("demo");
        assert_eq!(apps.codes().collect::<Vec<_>>(), ["shop", "demo"]);
    }

    #[test]
    fn front_ends_are_developed_on_six_sites() {
        assert_eq!(dev_origins().count(), 6);
        assert!(dev_origins().any(|origin| origin.as_str() == "http://localhost:5173"));
    }
}
