//! Whether a program's key will do, which billing knows.

use std::time::Duration;

use contracts::billing::v1::AuthorizeServerKeyRequest;
use contracts::billing::v1::server_key_service_client::ServerKeyServiceClient;
use service_kit::refusal::{pass_on, reason_of};
use service_kit::{ErrorReason, Refusal, ServerKeySecret};
use tonic::metadata::MetadataValue;
use tonic::{Request, Status};

use super::Upstreams;

const PATIENCE: Duration = Duration::from_secs(2);
/// What a key must be good for to hear the feed.
const SCOPE: &str = "revocations:read";

impl Upstreams {
    /// Refused in billing's words when the key is not good for the feed; SERVICE_UNAVAILABLE when billing does not say.
    pub async fn authorize_listener(&self, key: &ServerKeySecret) -> Result<(), Status> {
        let mut authorization =
            MetadataValue::try_from(format!("Bearer {}", key.expose())).map_err(Refusal::internal)?;
        authorization.set_sensitive(true);
        let mut request = Request::new(AuthorizeServerKeyRequest { scope: SCOPE.to_owned() });
        request.metadata_mut().insert("authorization", authorization);
        let billing = self.billing.clone().waiting_at_most(PATIENCE);
        ServerKeyServiceClient::new(billing).authorize_server_key(request).await.map(|_| ()).map_err(pass_on)
    }
}

/// Whether the key is no good, rather than that nobody says.
pub fn is_denied(status: &Status) -> bool {
    use ErrorReason::{Forbidden, TokenExpired, TokenRevoked, Unauthorized};
    matches!(reason_of(status), Some(Unauthorized | TokenRevoked | TokenExpired | Forbidden))
}
