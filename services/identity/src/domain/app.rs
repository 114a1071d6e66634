//! The apps that access tokens are made for.

/// Codes of the configured apps, at least one; the first is the default.
#[derive(Clone, Debug)]
pub struct Apps {
    default: String,
    others: Vec<String>,
}

/// Nobody configured the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not the code of a configured app")]
pub struct UnknownApp;

impl Apps {
    /// The default app and the others.
    pub const fn new(default: String, others: Vec<String>) -> Self {
        Self { default, others }
    }

    /// The code that tokens are made for when a caller names none.
    pub fn default_code(&self) -> &str {
        &self.default
    }

    /// The app that a caller names, exactly.
    pub fn find(&self, code: &str) -> Result<&str, UnknownApp> {
        self.codes().find(|known| *known == code).ok_or(UnknownApp)
    }

    /// Every code, the default first.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.default.as_str()).chain(self.others.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_configured_apps_are_found() {
        let apps = Apps::new("shop".to_owned(), vec!["desk".to_owned()]);
        assert_eq!(apps.find("desk"), Ok("desk"));
        assert_eq!(apps.find("Desk"), Err(UnknownApp));
        assert_eq!(apps.find(""), Err(UnknownApp));
        assert_eq!(apps.default_code(), "shop");
    }
}
