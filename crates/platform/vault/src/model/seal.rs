//! Envelope encryption: the value under a data key of its own, the data key under a master key.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): its 192-bit nonces may be drawn at random.
//! What is authenticated besides says what it is: a seal moved to another row, another version or
//! another master key does not open.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use kernel::{Id, Ids};
use zeroize::Zeroizing;

use super::{MasterKey, SecretId};

const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;

/// Identifies a value that another part of the server has sealed.
pub type SealId = Id<Seal>;

/// A value that another part of the server has sealed.
#[derive(Debug, Clone)]
pub struct Seal {
    pub(crate) id: SealId,
    pub(crate) sealed: Sealed,
}

/// A value at rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// The master key that wraps the data key.
    pub(crate) master_id: String,
    /// The data key: nonce and ciphertext, base64.
    pub(crate) wrapped_key: String,
    /// The value: nonce and ciphertext, base64.
    pub(crate) value: String,
}

/// Why a seal does not open. It says no more: who tampers learns nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealFault {
    /// The wrapped data key does not open under the master key.
    #[error("the wrapped key does not open: it was altered, or is of another secret or key")]
    Key,
    /// The value does not open under the data key.
    #[error("the sealed value does not open: it was altered, or is of another secret or version")]
    Value,
    /// The value is not the text that was sealed.
    #[error("the sealed value is not text")]
    NotText,
}

impl Sealed {
    /// Seals `value`, version `version` of the secret `id`, under a new data key.
    pub(crate) fn seal(
        master: &MasterKey,
        id: SecretId,
        version: i64,
        value: &[u8],
        ids: &dyn Ids,
    ) -> Self {
        let key = Zeroizing::new(ids.secret());
        Self {
            master_id: master.id().to_owned(),
            wrapped_key: encrypt(master.bytes(), &key_bound_to(master, id, version), &*key, ids),
            value: encrypt(&key, &value_bound_to(id, version), value, ids),
        }
    }

    /// Opens it.
    ///
    /// Errors: [`SealFault`] when anything of it is not what was sealed for this secret.
    pub(crate) fn open(
        &self,
        master: &MasterKey,
        id: SecretId,
        version: i64,
    ) -> Result<Zeroizing<String>, SealFault> {
        let key = self.data_key(master, id, version)?;
        let value = decrypt(&key, &value_bound_to(id, version), &self.value);
        let value = value.ok_or(SealFault::Value)?;
        let text = std::str::from_utf8(&value).map_err(|_| SealFault::NotText)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// The same value under another master key: the data key is wrapped anew, the value stays.
    ///
    /// Errors: [`SealFault::Key`].
    pub(crate) fn rewrap(
        &self,
        from: &MasterKey,
        to: &MasterKey,
        id: SecretId,
        version: i64,
        ids: &dyn Ids,
    ) -> Result<Self, SealFault> {
        let key = self.data_key(from, id, version)?;
        Ok(Self {
            master_id: to.id().to_owned(),
            wrapped_key: encrypt(to.bytes(), &key_bound_to(to, id, version), &*key, ids),
            value: self.value.clone(),
        })
    }

    fn data_key(
        &self,
        master: &MasterKey,
        id: SecretId,
        version: i64,
    ) -> Result<Zeroizing<[u8; KEY_BYTES]>, SealFault> {
        let bound = key_bound_to(master, id, version);
        let key = decrypt(master.bytes(), &bound, &self.wrapped_key).ok_or(SealFault::Key)?;
        let key: [u8; KEY_BYTES] = key.as_slice().try_into().map_err(|_| SealFault::Key)?;
        Ok(Zeroizing::new(key))
    }
}

fn key_bound_to(master: &MasterKey, id: SecretId, version: i64) -> String {
    format!("mainstay vault 1 key {id} {version} {}", master.id())
}

fn value_bound_to(id: SecretId, version: i64) -> String {
    format!("mainstay vault 1 value {id} {version}")
}

fn encrypt(key: &[u8; KEY_BYTES], bound: &str, text: &[u8], ids: &dyn Ids) -> String {
    let mut sealed = ids.secret()[..NONCE_BYTES].to_vec();
    let nonce = nonce_of(&sealed).expect("the nonce was made with its length");
    let payload = Payload { msg: text, aad: bound.as_bytes() };
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let text = cipher.encrypt(&nonce, payload).expect("it is far shorter than 256 GiB");
    sealed.extend_from_slice(&text);
    BASE64_STANDARD.encode(sealed)
}

fn decrypt(key: &[u8; KEY_BYTES], bound: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = BASE64_STANDARD.decode(sealed).ok()?;
    let nonce = nonce_of(sealed.get(..NONCE_BYTES)?)?;
    let payload = Payload { msg: &sealed[NONCE_BYTES..], aad: bound.as_bytes() };
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    cipher.decrypt(&nonce, payload).ok().map(Zeroizing::new)
}

fn nonce_of(bytes: &[u8]) -> Option<XNonce> {
    let bytes: [u8; NONCE_BYTES] = bytes.try_into().ok()?;
    Some(bytes.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use testkit::SeededIds;

    use super::*;

    fn master(seed: u64) -> MasterKey {
        MasterKey::generate(&SeededIds::new(seed))
    }

    fn id(number: u128) -> SecretId {
        Id::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn sealed_value_opens_only_as_what_it_was_sealed_for() {
        let (ours, other, ids) = (master(1), master(2), SeededIds::new(3));
        let sealed = Sealed::seal(&ours, id(1), 1, "口令 pass".as_bytes(), &ids);
        assert_eq!(sealed.open(&ours, id(1), 1).unwrap().as_str(), "口令 pass");
        assert_eq!(sealed.open(&ours, id(2), 1), Err(SealFault::Key), "another secret");
        assert_eq!(sealed.open(&ours, id(1), 2), Err(SealFault::Key), "another version");
        assert_eq!(sealed.open(&other, id(1), 1), Err(SealFault::Key), "another master key");
        let twin = Sealed::seal(&ours, id(1), 1, b"twin", &ids);
        let mixed = Sealed { value: twin.value, ..sealed };
        assert_eq!(mixed.open(&ours, id(1), 1), Err(SealFault::Value), "another value");
    }

    #[test]
    fn rewrapped_value_opens_under_the_new_key_and_no_more_under_the_old() {
        let (old, new, ids) = (master(1), master(2), SeededIds::new(3));
        let sealed = Sealed::seal(&old, id(1), 7, b"value", &ids);
        let moved = sealed.rewrap(&old, &new, id(1), 7, &ids).unwrap();
        assert_eq!(moved.value, sealed.value, "the value itself is not touched");
        assert_eq!(moved.open(&new, id(1), 7).unwrap().as_str(), "value");
        assert_eq!(moved.open(&old, id(1), 7), Err(SealFault::Key));
    }

    proptest! {
        #[test]
        fn no_flipped_bit_goes_unnoticed(at in 0_usize..10_000, bit in 0_u8..8, of_key: bool) {
            let (ours, ids) = (master(1), SeededIds::new(3));
            let sealed = Sealed::seal(&ours, id(1), 1, b"canary-value", &ids);
            let text = if of_key { &sealed.wrapped_key } else { &sealed.value };
            let mut bytes = BASE64_STANDARD.decode(text).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let text = BASE64_STANDARD.encode(bytes);
            let tampered = if of_key {
                Sealed { wrapped_key: text, ..sealed }
            } else {
                Sealed { value: text, ..sealed }
            };
            prop_assert!(tampered.open(&ours, id(1), 1).is_err());
        }
    }
}
