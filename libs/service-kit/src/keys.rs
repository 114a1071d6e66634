//! The key from the settings and the purpose-bound keys made from it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::entropy::Entropy;

/// The deployment's secret: 256 bits from which every other key is derived (HKDF-SHA256, RFC 5869).
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

/// The text is not a key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the key must be 32 random bytes in base64, as `openssl rand -base64 32` prints them")]
pub struct NotAKey;

impl MasterKey {
    /// A key of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads base64, standard or URL-safe, of exactly 32 bytes.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let text = text.trim();
        let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).map_err(|_| NotAKey)?;
        bytes.try_into().map(Self).map_err(|_| NotAKey)
    }

    /// The key for one purpose; keys of different purposes tell nothing of each other.
    pub fn derive(&self, purpose: &'static str) -> DerivedKey {
        let mut bytes = [0; 32];
        let info = [purpose.as_bytes()];
        let pseudo_random_key = hkdf::Salt::new(hkdf::HKDF_SHA256, b"guildhall").extract(&self.0);
        // 32 bytes are within HKDF's bound of 255 blocks, so neither step can fail.
        if let Ok(output) = pseudo_random_key.expand(&info, hkdf::HKDF_SHA256) {
            let _ = output.fill(&mut bytes);
        }
        debug_assert_ne!(bytes, [0; 32]);
        DerivedKey(bytes)
    }
}

/// A key for one purpose.
#[derive(Clone)]
pub struct DerivedKey([u8; 32]);

/// What was sealed cannot be opened: another key, or changed bytes.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the stored secret cannot be opened with this encryption key")]
pub struct CannotOpen;

impl DerivedKey {
    /// HMAC-SHA256 over the parts, each preceded by its length so that no two lists collide.
    pub fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }

    /// The key that this one gives for these parts; keys of different parts tell nothing of each other.
    #[must_use]
    pub fn derive(&self, parts: &[&[u8]]) -> Self {
        Self(self.authenticate(parts))
    }

    /// Encrypts (AES-256-GCM, random nonce in front) what only this key shall open, in this context.
    pub fn seal(&self, entropy: &Entropy, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        let mut sealed = plain.to_vec();
        self.cipher()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut sealed)
            .map_err(|_| CannotOpen)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what `seal` made with the same key and context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, cipher_text) = sealed.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let mut buffer = cipher_text.to_vec();
        let plain = self.cipher()?.open_in_place(nonce, Aad::from(context), &mut buffer).map_err(|_| CannotOpen)?;
        Ok(plain.to_vec())
    }

    fn cipher(&self) -> Result<LessSafeKey, CannotOpen> {
        UnboundKey::new(&AES_256_GCM, &self.0).map(LessSafeKey::new).map_err(|_| CannotOpen)
    }
}
