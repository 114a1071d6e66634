//! What services show each other and whom they believe, as files that can be renewed while they run.

use std::path::{Path, PathBuf};

use service_kit::Tls;
use service_kit::tls::{OwnCertificate, TlsSettings};
use tempfile::TempDir;
use test_kit::{Authority, put};

/// Who calls whom; identity tells everybody what is taken away.
const CALLERS: [(&str, &str); 5] = [
    ("identity", "gateway,organizations,invitations,billing-context"),
    ("organizations", "gateway,identity,invitations,billing-context"),
    ("invitations", "gateway"),
    ("billing-context", "gateway,identity"),
    // Nobody: it is asked for its health by whoever likes.
    ("gateway", "nobody"),
];

pub struct Certificates {
    pub authority: Authority,
    services: Vec<&'static str>,
    folder: TempDir,
}

impl Certificates {
    /// One for each service.
    pub fn new(services: &[&'static str]) -> Self {
        let folder = tempfile::Builder::new().prefix("guildhall-certificates-").tempdir().expect("a temporary folder");
        let made = Self { authority: Authority::new(), services: services.to_vec(), folder };
        for service in services {
            std::fs::create_dir(made.folder.path().join(service)).expect("a folder");
            put(&made.place(service, "ca.crt"), &made.authority.pem());
        }
        made.renew_until(2090);
        made
    }

    /// New certificates and new keys for everybody, which end with the beginning of this year.
    pub fn renew_until(&self, year: i32) {
        for service in &self.services {
            let issued = self.authority.issue_until(&[service, "127.0.0.1"], year);
            issued.write_to(&self.folder.path().join(service));
        }
    }

    /// The settings that name the files of a service.
    pub fn settings(&self, service: &str) -> Vec<(String, String)> {
        let (_, callers) = CALLERS.iter().find(|(called, _)| *called == service).expect("a service");
        let path = |file: &str| self.place(service, file).display().to_string();
        let mut settings = vec![
            ("GUILDHALL_TLS_CERTIFICATE_PATH".to_owned(), path("tls.crt")),
            ("GUILDHALL_TLS_KEY_PATH".to_owned(), path("tls.key")),
            ("GUILDHALL_TLS_CLIENT_CA_PATH".to_owned(), path("ca.crt")),
            ("GUILDHALL_TLS_CLIENT_NAMES".to_owned(), (*callers).to_owned()),
        ];
        settings.push(("GUILDHALL_UPSTREAM_CA_PATH".to_owned(), path("ca.crt")));
        settings
    }

    /// What somebody with a certificate for this name shows and believes.
    pub fn of_somebody(&self, name: &str) -> Tls {
        let folder = tempfile::tempdir_in(self.folder.path()).expect("a folder");
        self.authority.issue(&[name]).write_to(folder.path());
        let place = |file: &str| folder.path().join(file);
        let own = OwnCertificate { certificate: place("tls.crt"), key: place("tls.key") };
        let upstream_authorities = Some(self.place("identity", "ca.crt"));
        Tls::open(TlsSettings { own: Some(own), callers: None, upstream_authorities }).expect("it can be used")
    }

    fn place(&self, service: &str, file: &str) -> PathBuf {
        Path::new(self.folder.path()).join(service).join(file)
    }
}
