use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Ids;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 256 unpredictable bits: the reference of a session, the body of a token, the first-run link.
///
/// Only its hash is ever stored; a plain SHA-256 is enough for what cannot be guessed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    pub fn new(ids: &dyn Ids) -> Self {
        Self(ids.secret())
    }

    /// The secret with this text; `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // 32 bytes are 43 characters without padding: nothing else is worth decoding.
        if text.len() != 43 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// Its text, for the one it belongs to: base64url without padding (RFC 4648 5).
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored of it: 64 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> String {
        hex(&self.derive("mainstay secret v1"))
    }

    /// The token that a page sends along to prove that it could read the session's answer.
    ///
    /// It follows from the secret, so there is nothing to store, and it does not lead back to it.
    #[must_use]
    pub fn csrf_token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.derive("mainstay csrf v1"))
    }

    /// What follows from this secret and another one for a purpose, and leads back to neither.
    pub(crate) fn bound_to(&self, other: &Self, context: &str) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.derive(context));
        hasher.update(other.0);
        URL_SAFE_NO_PAD.encode(hasher.finalize())
    }

    fn derive(&self, context: &str) -> [u8; 32] {
        // The contexts differ in their first bytes and the secret has a fixed length: no two
        // derivations hash the same input.
        let mut hasher = Sha256::new();
        hasher.update(context.as_bytes());
        hasher.update([0]);
        hasher.update(self.0);
        hasher.finalize().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// Whether both texts are the same, in a time that tells nothing of where they differ.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    // Hashes have one length, so that not even the length is told.
    Sha256::digest(one).ct_eq(&Sha256::digest(other)).into()
}

/// The hash of a text that is not a secret but must not be stored as it was typed.
pub(crate) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text).into())
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes_and_nothing_else() {
        let secret = Secret([7; 32]);
        assert_eq!(Secret::parse(&secret.text()), Some(secret.clone()));
        for text in ["", "abc", &secret.text()[1..], &"!".repeat(43), &"é".repeat(21)] {
            assert_eq!(Secret::parse(text), None, "{text}");
        }
    }

    #[test]
    fn hash_csrf_token_and_secret_do_not_resemble_each_other() {
        let secret = Secret([7; 32]);
        assert_ne!(secret.csrf_token(), secret.text());
        assert_ne!(hex(&secret.derive("mainstay csrf v1")), secret.hash());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn what_two_secrets_give_is_of_both_and_of_the_purpose() {
        let (one, other, third) = (Secret([7; 32]), Secret([8; 32]), Secret([9; 32]));
        let bound = one.bound_to(&other, "nonce");
        assert_eq!(bound.len(), 43);
        for different in [
            one.bound_to(&third, "nonce"),
            third.bound_to(&other, "nonce"),
            other.bound_to(&one, "nonce"),
            one.bound_to(&other, "pkce"),
        ] {
            assert_ne!(bound, different);
        }
    }

    #[test]
    fn comparison_ignores_nothing() {
        assert!(is_same("abc", "abc"));
        assert!(!is_same("abc", "abC"));
        assert!(!is_same("abc", ""));
    }
}
