//! Messages of `ServerKeyService`.

use contracts::billing::v1 as proto;
use service_kit::{Fields, Refusal, Timestamp};

use crate::domain::{InvalidExpiry, Maker, Scope, Scopes, ServerKey, ServerKeyId, key_expiry, key_name};
use crate::use_cases::{CreateServerKey, CreatedServerKey};

/// The key to make, as seen at this instant.
pub fn read_new_key(request: &proto::CreateServerKeyRequest, now: Timestamp) -> Result<CreateServerKey, Refusal> {
    let mut fields = Fields::default();
    let name = fields.check("name", key_name(&request.name));
    let scopes = fields.check("scopes", Scopes::of_words(request.scopes.iter().map(String::as_str)));
    let expires = request.expires_at.map(|expires| read_expiry(expires, now));
    let expires = fields.check_optional("expires_at", expires);
    let (Some(name), Some(scopes), Some(expires)) = (name, scopes, expires) else { return Err(fields.refuse()) };
    Ok(CreateServerKey { name, scopes, expires })
}

fn read_expiry(expires: prost_types::Timestamp, now: Timestamp) -> Result<Timestamp, InvalidExpiry> {
    let is_instant = (0..1_000_000_000).contains(&expires.nanos);
    if is_instant { key_expiry(expires.into(), now) } else { Err(InvalidExpiry) }
}

/// Reads the field `scope`.
pub fn read_scope(word: &str) -> Result<Scope, Refusal> {
    let mut fields = Fields::default();
    fields.check("scope", Scope::of_word(word)).ok_or_else(|| fields.refuse())
}

/// Reads the field `server_key_id`.
pub fn server_key_id(text: &str) -> Result<ServerKeyId, Refusal> {
    let mut fields = Fields::default();
    fields.check("server_key_id", text.parse()).ok_or_else(|| fields.refuse())
}

impl From<ServerKey> for proto::ServerKey {
    fn from(key: ServerKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            scopes: key.scopes.words().map(str::to_owned).collect(),
            created_at: Some(key.created.into()),
            created_by: match key.created_by {
                Maker::Operator => None,
                Maker::User(user) => Some(user.to_string()),
            },
            expires_at: key.expires.map(Into::into),
            revoked_at: key.revoked.map(Into::into),
            last_used_at: key.last_used.map(Into::into),
        }
    }
}

impl From<CreatedServerKey> for proto::CreateServerKeyResponse {
    fn from(created: CreatedServerKey) -> Self {
        Self { server_key: Some(created.key.into()), secret: created.secret.expose() }
    }
}
