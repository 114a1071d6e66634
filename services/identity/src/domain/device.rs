//! Devices that somebody has signed in from before, by a token that they keep.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service_kit::{DerivedKey, Timestamp};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::domain::user::Credential;

/// How long a device is known after its last sign-in.
pub const KNOWN_FOR: Duration = Duration::from_secs(365 * 24 * 3600);

const TAG: usize = 32;
const LENGTH: usize = 16 + 8 + TAG;

/// A device of one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: Uuid,
    pub expires: Timestamp,
}

impl Device {
    /// A device known from now on.
    pub fn known(id: Uuid, now: Timestamp) -> Self {
        Self { id, expires: now.plus(KNOWN_FOR) }
    }

    /// The token that proves it while this password is in force: id and expiry, and a tag that binds them to both the
    /// user and the password's generation.
    pub fn token(&self, key: &DerivedKey, credential: Credential) -> String {
        let mut bytes = self.id.as_bytes().to_vec();
        bytes.extend(self.expires.millis().to_be_bytes());
        bytes.extend(self.tag(key, credential));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token; `None` for one that is not ours, not this user's, older than the password, or past its time.
    /// That is no fault: the device is merely unknown.
    pub fn proven(text: &str, key: &DerivedKey, credential: Credential, now: Timestamp) -> Option<Self> {
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (expires, tag) = rest.split_first_chunk::<8>()?;
        let expires = Timestamp::from_millis(i64::from_be_bytes(*expires));
        let device = Self { id: Uuid::from_bytes(*id), expires };
        let is_ours = bool::from(device.tag(key, credential).as_slice().ct_eq(tag));
        Some(device).filter(|device| is_ours && now < device.expires)
    }

    fn tag(&self, key: &DerivedKey, credential: Credential) -> [u8; TAG] {
        let (generation, expires) = (credential.generation.to_be_bytes(), self.expires.millis().to_be_bytes());
        key.authenticate(&[b"device", credential.user_id.uuid().as_bytes(), &generation, self.id.as_bytes(), &expires])
    }
}

#[cfg(test)]
mod tests {
    use service_kit::{Entropy, MasterKey};

    use super::*;
    use crate::domain::user::UserId;

    #[test]
    fn a_token_proves_its_device_for_its_user_and_password_until_it_expires() {
        let (entropy, now) = (Entropy::seeded(1), Timestamp::from_millis(5));
        let (key, other_key) = (MasterKey::from_bytes([1; 32]).derive("a"), MasterKey::from_bytes([1; 32]).derive("b"));
        let credential = || Credential { user_id: UserId::generate(&entropy, now), generation: 3 };
        let (alice, bob) = (credential(), credential());
        let device = Device::known(entropy.uuid(now), now);
        let token = device.token(&key, alice);
        assert_eq!(Device::proven(&token, &key, alice, now), Some(device));
        assert_eq!(Device::proven(&token, &key, bob, now), None);
        for generation in [2, 4] {
            let other_password = Credential { generation, ..alice };
            assert_eq!(Device::proven(&token, &key, other_password, now), None, "{generation}");
        }
        assert_eq!(Device::proven(&token, &other_key, alice, now), None);
        assert_eq!(Device::proven(&token, &key, alice, device.expires), None);
        for forged in ["", "nonsense", &token[1..], &format!("{token}A")] {
            assert_eq!(Device::proven(forged, &key, alice, now), None, "{forged}");
        }
    }
}
