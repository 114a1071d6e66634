//! What every handler can reach.

use std::sync::{Arc, PoisonError, RwLock};

use http::HeaderMap;
use ipnet::IpNet;
use service_kit::pages::PageTokens;
use service_kit::trust::ServiceSecrets;
use service_kit::{Entropy, Metrics, Trust, WaitingRoom};
use token_verification::{Caller, TokenVerifier, VerifyError};
use tokio_util::sync::CancellationToken;

use crate::look::Look;
use crate::origins::Origins;
use crate::upstreams::Upstreams;

/// The state behind the routes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) upstreams: Upstreams,
    pub(crate) verifier: TokenVerifier,
    waiting_room: WaitingRoom,
    /// What services of the deployment show.
    pub(crate) service_secrets: ServiceSecrets,
    /// Networks of the proxies whose forwarding header is believed.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    /// The sites whose pages may act by cookie.
    pub(crate) origins: Origins,
    /// The OpenAPI document, as served.
    pub(crate) document: Arc<str>,
    /// Makes and reads page tokens of lists that no service has as a whole.
    pub(crate) page_tokens: PageTokens,
    /// How pages for people look.
    pub(crate) look: Look,
    pub(crate) entropy: Entropy,
    /// Ends answers that would have no end.
    pub(crate) stop: CancellationToken,
    published_keys: Arc<RwLock<Option<Arc<str>>>>,
}

impl Gateway {
    pub(crate) fn new(
        trust: &Trust,
        upstreams: Upstreams,
        trusted_proxies: Arc<[IpNet]>,
        origins: Origins,
        document: Arc<str>,
        page_tokens: PageTokens,
        (look, entropy, stop): (Look, Entropy, CancellationToken),
    ) -> Self {
        let (verifier, service_secrets) = (trust.verifier.clone(), trust.service_secrets.clone());
        let published_keys = Arc::default();
        Self {
            upstreams,
            verifier,
            waiting_room: WaitingRoom::new(),
            service_secrets,
            trusted_proxies,
            origins,
            document,
            page_tokens,
            look,
            entropy,
            stop,
            published_keys,
        }
    }

    /// Tells numbers from now on.
    pub(crate) fn tell(&self, metrics: &Metrics) {
        self.waiting_room.tell(metrics, "gateway");
    }

    /// Who sends these headers. Whoever demands that a change is known waits for it here, if there is room to.
    pub(crate) async fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, VerifyError> {
        self.waiting_room.authenticate(&self.verifier, headers).await
    }

    /// The key set last heard from identity.
    pub(crate) fn last_published_keys(&self) -> Option<Arc<str>> {
        self.published_keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn remember_published_keys(&self, jwks: Arc<str>) {
        *self.published_keys.write().unwrap_or_else(PoisonError::into_inner) = Some(jwks);
    }
}
