//! TLS between services: the certificate that a process shows, and the authorities that it believes. All of it is files, which
//! are read again while the process runs; a connection keeps what it began with.

mod accepting;
mod callers;
mod calling;
mod kept;
mod numbers;
mod pem;
mod seldom;
mod validity;
mod wire;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

pub(crate) use self::accepting::connections;
use self::callers::NamedCallers;
pub use self::callers::{CallerNames, UnusableNames};
pub(crate) use self::calling::Dialer;
use self::kept::Kept;
use self::numbers::CertificateCollector;
use self::seldom::Seldom;
use crate::continuous::ContinuousWork;
use crate::metrics::Metrics;

/// How often files are looked at: a renewed certificate is shown within this time.
const LOOK_EVERY: Duration = Duration::from_secs(2);

const HTTP_2: &[u8] = b"h2";

/// Which files hold what.
#[derive(Clone, Debug, Default)]
pub struct TlsSettings {
    /// What this process shows to those who call it, and to those whom it calls.
    pub own: Option<OwnCertificate>,
    /// Who may call. Without it everybody who can reach the port.
    pub callers: Option<Callers>,
    /// The authorities that certificates of other services are believed by. They alone: public ones do not count.
    pub upstream_authorities: Option<PathBuf>,
}

impl TlsSettings {
    /// Whether everything is said in plain text.
    pub const fn is_off(&self) -> bool {
        self.own.is_none() && self.callers.is_none() && self.upstream_authorities.is_none()
    }
}

/// A certificate and its key, in PEM form.
#[derive(Clone, Debug)]
pub struct OwnCertificate {
    /// The certificate, followed by those between it and the authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Whose calls are taken.
#[derive(Clone, Debug)]
pub struct Callers {
    /// The authorities that their certificates are believed by, in PEM form.
    pub authorities: PathBuf,
    /// The names that such a certificate has to have one of.
    pub names: CallerNames,
}

/// One of the things that are read from files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFile {
    /// What this process shows.
    Certificate,
    /// By whom callers are believed.
    ClientAuthorities,
    /// By whom other services are believed.
    UpstreamAuthorities,
}

impl TlsFile {
    /// One word for it, for numbers and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::ClientAuthorities => "client_ca",
            Self::UpstreamAuthorities => "upstream_ca",
        }
    }
}

/// How it stands with one of the files.
#[derive(Clone, Copy, Debug)]
pub struct FileState {
    /// Which one.
    pub file: TlsFile,
    /// When the first of its certificates ends, in seconds of Unix time.
    pub ends: i64,
    /// How often what was read could not be used, each content once.
    pub failures: u64,
}

/// A file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{places}: {problem}", places = places.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and "))]
pub struct UnusableFile {
    /// Which one.
    pub file: TlsFile,
    places: Vec<PathBuf>,
    problem: String,
}

/// What a process shows and believes now. Cheap to clone; clones are the same.
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    provider: Arc<CryptoProvider>,
    own: Option<Kept<Arc<CertifiedKey>>>,
    client_authorities: Option<(Kept<Arc<RootCertStore>>, CallerNames)>,
    upstream_authorities: Option<Kept<Arc<RootCertStore>>>,
    current: RwLock<Current>,
    /// One look at a time: what an earlier one has read must not take the place of what a later one has.
    looking: Mutex<()>,
    refused: Seldom,
}

/// What the next connection begins with.
#[derive(Clone, Default)]
struct Current {
    server: Option<Arc<ServerConfig>>,
    client: Option<Arc<ClientConfig>>,
}

impl Tls {
    /// Nothing is shown and nobody is believed: plain text.
    pub fn none() -> Self {
        Self(Arc::new(Inner {
            provider: Arc::new(aws_lc_rs::default_provider()),
            own: None,
            client_authorities: None,
            upstream_authorities: None,
            current: RwLock::default(),
            looking: Mutex::default(),
            refused: Seldom::default(),
        }))
    }

    /// Reads all files, each of which has to be usable now.
    pub fn open(settings: TlsSettings) -> Result<Self, UnusableFile> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let own = settings.own.map(|own| {
            let provider = Arc::clone(&provider);
            Kept::open(TlsFile::Certificate, vec![own.certificate, own.key], move |read| {
                pem::certified_key(&read[0], &read[1], &provider)
            })
        });
        let authorities = |file, path| Kept::open(file, vec![path], |read| pem::authorities(&read[0]));
        let client_authorities = settings.callers.map(|callers| {
            Ok::<_, UnusableFile>((authorities(TlsFile::ClientAuthorities, callers.authorities)?, callers.names))
        });
        let upstream_authorities =
            settings.upstream_authorities.map(|path| authorities(TlsFile::UpstreamAuthorities, path));
        let tls = Self(Arc::new(Inner {
            provider,
            own: own.transpose()?,
            client_authorities: client_authorities.transpose()?,
            upstream_authorities: upstream_authorities.transpose()?,
            current: RwLock::default(),
            looking: Mutex::default(),
            refused: Seldom::default(),
        }));
        tls.begin_with_what_is_kept();
        Ok(tls)
    }

    /// Whether callers are answered over TLS.
    pub fn is_answering(&self) -> bool {
        self.0.own.is_some()
    }

    /// Whether other services can be called over TLS.
    pub fn is_calling(&self) -> bool {
        self.0.upstream_authorities.is_some()
    }

    /// How it stands with each file that is set.
    pub fn files(&self) -> Vec<FileState> {
        let inner = &self.0;
        let client = inner.client_authorities.as_ref().map(|(kept, _)| kept.state());
        let upstream = inner.upstream_authorities.as_ref().map(Kept::state);
        inner.own.as_ref().map(Kept::state).into_iter().chain(client).chain(upstream).collect()
    }

    /// Reads the files again. What cannot be used is told in the log, once it has stayed so for two readings, and what was read
    /// before goes on being used.
    pub fn look_again(&self) {
        let inner = &self.0;
        let _one = inner.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = [
            inner.own.as_ref().is_some_and(Kept::look_again),
            inner.client_authorities.as_ref().is_some_and(|(kept, _)| kept.look_again()),
            inner.upstream_authorities.as_ref().is_some_and(Kept::look_again),
        ];
        if changed.contains(&true) {
            self.begin_with_what_is_kept();
        }
    }

    /// Tells when the certificates end, and whether they could be read; read whenever somebody asks.
    pub(crate) fn tell(&self, metrics: &Metrics) {
        metrics.collect(CertificateCollector(self.clone()));
    }

    /// Looks at the files for as long as the process serves.
    pub(crate) fn keep_current(&self) -> ContinuousWork {
        let tls = self.clone();
        ContinuousWork::new("reread_certificates", move |stop| {
            let tls = tls.clone();
            async move {
                if tls.files().is_empty() {
                    return stop.cancelled().await;
                }
                loop {
                    let looking = tls.clone();
                    // A file system may take its time.
                    let looked = tokio::task::spawn_blocking(move || looking.look_again()).await;
                    if let Err(error) = looked {
                        tracing::error!(%error, "certificates could not be looked at");
                    }
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(LOOK_EVERY) => {}
                    }
                }
            }
        })
    }

    fn current(&self) -> Current {
        self.0.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn begin_with_what_is_kept(&self) {
        let current = Current { server: self.server(), client: self.client() };
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = current;
    }

    fn server(&self) -> Option<Arc<ServerConfig>> {
        let inner = &self.0;
        let own = inner.own.as_ref()?.value();
        let versions = ServerConfig::builder_with_provider(Arc::clone(&inner.provider));
        let versions = versions.with_safe_default_protocol_versions().ok()?;
        let verified = match &inner.client_authorities {
            None => versions.with_no_client_auth(),
            Some((authorities, names)) => {
                let provider = Arc::clone(&inner.provider);
                let by_authority = WebPkiClientVerifier::builder_with_provider(authorities.value(), provider);
                let by_name = NamedCallers::new(by_authority.build().ok()?, names.clone());
                versions.with_client_cert_verifier(Arc::new(by_name))
            }
        };
        let mut config = verified.with_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
        config.alpn_protocols = vec![HTTP_2.to_vec()];
        // Connections last for minutes, so little is gained by resuming a session, and one that is resumed is not asked for its
        // certificate again, be it expired or its authority believed no more.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Some(Arc::new(config))
    }

    fn client(&self) -> Option<Arc<ClientConfig>> {
        let inner = &self.0;
        let authorities = inner.upstream_authorities.as_ref()?.value();
        let versions = ClientConfig::builder_with_provider(Arc::clone(&inner.provider));
        let believing = versions.with_safe_default_protocol_versions().ok()?.with_root_certificates(authorities);
        let mut config = match &inner.own {
            None => believing.with_no_client_auth(),
            Some(own) => believing.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own.value()))),
        };
        config.alpn_protocols = vec![HTTP_2.to_vec()];
        config.resumption = rustls::client::Resumption::disabled();
        Some(Arc::new(config))
    }
}

/// The authorities in a file that holds them in PEM form.
pub(crate) fn believed(bundle: &[u8]) -> Result<Arc<RootCertStore>, String> {
    pem::authorities(bundle).map(|read| read.value)
}

impl fmt::Debug for Tls {
    /// Nothing of what was read.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").field("files", &self.files()).finish()
    }
}
