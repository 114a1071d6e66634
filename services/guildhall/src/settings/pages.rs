//! The pages for people: what they are called, where they lead, and the app's own in their place.

use gateway::AppUrl;
use invitations::LinkPage;
use service_kit::settings::{RawSettings, SettingsError, invalid};
use service_kit::shown_text::{can_be_seen, stays_in_its_place};

/// Where the secret stands in the address of an app's own page.
const TOKEN: &str = "{token}";
const LONGEST_NAME: usize = 60;

/// What an operator says of the pages.
pub struct PageSettings {
    /// What the product is called on them.
    pub product_name: String,
    /// Where people go on.
    pub app_url: Option<AppUrl>,
    /// The app's own page for answering an invitation.
    pub invitation_page: Option<LinkPage>,
    /// The app's own page for joining by a link.
    pub join_page: Option<LinkPage>,
}

impl PageSettings {
    /// Reads and validates them.
    pub fn read(raw: &mut RawSettings) -> Result<Self, SettingsError> {
        Ok(Self {
            product_name: raw.parse_with("product_name", name)?.unwrap_or_else(|| "Guildhall".to_owned()),
            app_url: raw.parse_with("app_url", AppUrl::parse)?,
            invitation_page: page(raw, "invitation_page")?,
            join_page: page(raw, "join_page")?,
        })
    }
}

fn name(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let is_name = text.chars().count() <= LONGEST_NAME && stays_in_its_place(text) && can_be_seen(text);
    is_name.then(|| text.to_owned()).ok_or("must be 1 to 60 characters that can be seen, on one line")
}

fn page(raw: &mut RawSettings, name: &'static str) -> Result<Option<LinkPage>, SettingsError> {
    let Some(text) = raw.take(name) else { return Ok(None) };
    let Some((before, after)) = text.split_once(TOKEN) else {
        return Err(invalid(name, "must hold {token} where the secret is to stand, best behind a #"));
    };
    if after.contains(TOKEN) {
        return Err(invalid(name, "must hold {token} once"));
    }
    let filled = |token: &str| AppUrl::parse(&format!("{before}{token}{after}"));
    let (one, other) = (filled("one"), filled("another"));
    let one = one.map_err(|problem| invalid(name, problem))?;
    // Else the secret would be part of the host, or of its port.
    if other.is_ok_and(|other| other.origin() == one.origin()) {
        Ok(Some(LinkPage::around(before, after)))
    } else {
        Err(invalid(name, "must hold {token} behind the host: in the path, the query or, best, behind a #"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(setting: &str, value: &str) -> Result<PageSettings, String> {
        let variable = (format!("GUILDHALL_{}", setting.to_uppercase()), value.to_owned());
        let mut raw = RawSettings::collect(None, std::iter::once(variable)).map_err(|error| error.to_string())?;
        PageSettings::read(&mut raw).map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_takes_the_token_anywhere_behind_the_host() {
        for (page, before, after) in [
            ("https://app.example/invite/{token}", "https://app.example/invite/", ""),
            ("https://app.example/#/join/{token}", "https://app.example/#/join/", ""),
            ("http://localhost:3000/join?token={token}&via=mail", "http://localhost:3000/join?token=", "&via=mail"),
        ] {
            let settings = read("join_page", page).unwrap();
            assert_eq!(settings.join_page, Some(LinkPage::around(before, after)), "{page}");
        }
        assert_eq!(read("app_url", "https://app.example").unwrap().invitation_page, None);
    }

    #[test]
    fn a_page_that_cannot_be_used_is_refused_by_its_setting() {
        for (page, words) in [
            ("https://app.example/invite", "must hold {token}"),
            ("https://app.example/{token}/{token}", "once"),
            ("https://{token}.app.example/", "behind the host"),
            ("https://app.example:{token}/", "whole web address"),
            ("https://{token}@app.example/", "whole web address"),
            ("https://app.example{token}", "behind the host"),
            ("https://app.example/{token}/{organization}", "whole web address"),
            ("http://app.example/{token}", "https://"),
            ("app.example/{token}", "whole web address"),
            ("/invite/{token}", "whole web address"),
        ] {
            let problem = read("invitation_page", page).err().unwrap();
            assert!(problem.starts_with("GUILDHALL_INVITATION_PAGE"), "{problem}");
            assert!(problem.contains(words), "{page}: {problem}");
        }
    }

    #[test]
    fn a_product_has_a_name_that_is_seen() {
        assert_eq!(read("product_name", " Acme accounts ").unwrap().product_name, "Acme accounts");
        assert_eq!(read("app_url", "https://app.example").unwrap().product_name, "Guildhall");
        for text in ["\u{200b}", "Acme\nBcc", &"a".repeat(61)] {
            assert!(read("product_name", text).err().unwrap().contains("GUILDHALL_PRODUCT_NAME"), "{text}");
        }
    }
}
