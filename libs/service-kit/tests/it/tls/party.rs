//! Whoever takes part in a call, with files of their own.

use std::path::PathBuf;

use service_kit::Tls;
use service_kit::tls::{Callers, OwnCertificate, TlsSettings};
use tempfile::TempDir;
use test_kit::{Authority, Issued, put};

pub struct Party {
    pub tls: Tls,
    folder: TempDir,
}

impl Party {
    /// Shows a certificate for these names, believes the authority, and lets `caller` in.
    pub fn new(authority: &Authority, names: &[&str]) -> Self {
        Self::showing(authority, &authority.issue(names))
    }

    /// The same with this certificate.
    pub fn showing(authority: &Authority, issued: &Issued) -> Self {
        Self::set_up(authority, Some(issued), Some("caller"))
    }

    /// Believes the authority and shows nothing.
    pub fn nameless(authority: &Authority) -> Self {
        Self::set_up(authority, None, None)
    }

    /// Lets in whom this list says.
    pub fn letting_in(authority: &Authority, names: &[&str], callers: Option<&str>) -> Self {
        Self::set_up(authority, Some(&authority.issue(names)), callers)
    }

    fn set_up(authority: &Authority, issued: Option<&Issued>, callers: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        put(&place("ca.crt"), &authority.pem());
        let own = issued.map(|issued| {
            issued.write_to(folder.path());
            OwnCertificate { certificate: place("tls.crt"), key: place("tls.key") }
        });
        let callers = callers.map(|names| Callers { authorities: place("ca.crt"), names: names.parse().unwrap() });
        let settings = TlsSettings { own, callers, upstream_authorities: Some(place("ca.crt")) };
        Self { tls: Tls::open(settings).unwrap(), folder }
    }

    /// Where one of its files is.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Renews what it shows; it is read when somebody looks.
    pub fn renew(&self, issued: &Issued) {
        issued.write_to(self.folder.path());
    }

    /// Puts certificates of authorities in the place of those that it believes.
    pub fn believe(&self, authorities: &[&Authority]) {
        let bundle: String = authorities.iter().map(|authority| authority.pem()).collect();
        put(&self.place("ca.crt"), &bundle);
    }
}
