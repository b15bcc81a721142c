//! The two ceremonies, as WebAuthn level 3 has them: registration (7.1) and sign-in (7.2).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    CREDENTIAL_BYTES_MAX, NewPasskey, Passkey, PasskeyAnswer, PasskeyFault, Verification,
    cose::PublicKey, handle_of, relying_party::RelyingParty,
};

pub(crate) use super::cose::ALGORITHMS;

/// Nothing of an authenticator lies deeper than this (CTAP2 canonical CBOR has 4).
const NESTING_MAX: usize = 8;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
const EXTENDED: u8 = 1 << 7;

/// What the browser wrote: which question was answered, and where.
#[derive(Debug, Deserialize)]
pub(crate) struct ClientData {
    #[serde(rename = "type")]
    ceremony: String,
    /// What was to be signed.
    pub(crate) challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
    #[serde(default, rename = "topOrigin")]
    top_origin: Option<String>,
}

/// What the authenticator wrote about itself.
struct AuthenticatorData<'a> {
    flags: u8,
    sign_count: u32,
    /// What follows the head.
    rest: &'a [u8],
}

/// A key pair that was made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) credential_id: String,
    pub(crate) public_key: String,
    pub(crate) sign_count: i64,
    pub(crate) synced: bool,
}

impl ClientData {
    /// Reads it. Errors: [`PasskeyFault::ClientData`].
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, PasskeyFault> {
        serde_json::from_slice(bytes).map_err(|_| PasskeyFault::ClientData)
    }

    fn check(&self, ceremony: &str, site: &RelyingParty) -> Result<(), PasskeyFault> {
        if self.ceremony != ceremony {
            return Err(PasskeyFault::Ceremony);
        }
        if self.origin != site.origin {
            return Err(PasskeyFault::Origin);
        }
        if self.cross_origin || self.top_origin.is_some() {
            return Err(PasskeyFault::Framed);
        }
        Ok(())
    }
}

impl<'a> AuthenticatorData<'a> {
    fn read(
        bytes: &'a [u8],
        site: &RelyingParty,
        verification: Verification,
    ) -> Result<Self, PasskeyFault> {
        let wrong = PasskeyFault::AuthenticatorData;
        let (site_hash, rest) = bytes.split_first_chunk::<32>().ok_or(wrong)?;
        let (&flags, rest) = rest.split_first().ok_or(wrong)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or(wrong)?;
        if *site_hash != site.hash() {
            return Err(PasskeyFault::RelyingParty);
        }
        if flags & USER_PRESENT == 0 {
            return Err(PasskeyFault::NotPresent);
        }
        if verification == Verification::Required && flags & USER_VERIFIED == 0 {
            return Err(PasskeyFault::NotVerified);
        }
        // What cannot be copied has not been copied.
        if flags & BACKED_UP != 0 && flags & BACKUP_ELIGIBLE == 0 {
            return Err(wrong);
        }
        Ok(Self { flags, sign_count: u32::from_be_bytes(*count), rest })
    }

    fn synced(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    /// Refuses what follows and is not extensions.
    fn check_rest(&self, mut rest: &[u8]) -> Result<(), PasskeyFault> {
        let wrong = PasskeyFault::AuthenticatorData;
        if self.flags & EXTENDED != 0 {
            let extensions = read_cbor(&mut rest).ok_or(wrong)?;
            extensions.as_map().ok_or(wrong)?;
        }
        if rest.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// Reads one value of CBOR from the beginning of `bytes`, which are behind it then.
pub(super) fn read_cbor(bytes: &mut &[u8]) -> Option<Value> {
    ciborium::de::from_reader_with_recursion_limit(bytes, NESTING_MAX).ok()
}

/// Decides whether what was made for a new passkey is one. What it says about its maker
/// (attestation) was not asked for and is not looked at.
///
/// Errors: the first [`PasskeyFault`].
pub(crate) fn register(
    site: &RelyingParty,
    client: &ClientData,
    new: &NewPasskey,
) -> Result<Registered, PasskeyFault> {
    client.check("webauthn.create", site)?;
    let wrong = PasskeyFault::AuthenticatorData;
    let mut rest = new.attestation.as_slice();
    let object = read_cbor(&mut rest).filter(|_| rest.is_empty()).ok_or(wrong)?;
    let fields = object.as_map().ok_or(wrong)?;
    let data = fields.iter().find(|(key, _)| key.as_text() == Some("authData"));
    let data = data.and_then(|(_, value)| value.as_bytes()).ok_or(wrong)?;
    let data = AuthenticatorData::read(data, site, Verification::Preferred)?;
    if data.flags & ATTESTED == 0 {
        return Err(wrong);
    }
    // The model of the authenticator (AAGUID), 16 bytes, then the length of the id.
    let (_, rest) = data.rest.split_first_chunk::<16>().ok_or(wrong)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(wrong)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > CREDENTIAL_BYTES_MAX {
        return Err(wrong);
    }
    let (credential_id, rest) = rest.split_at_checked(length).ok_or(wrong)?;
    let (_, taken) = PublicKey::read(rest).ok_or(PasskeyFault::Key)?;
    let (public_key, rest) = rest.split_at_checked(taken).ok_or(wrong)?;
    data.check_rest(rest)?;
    Ok(Registered {
        credential_id: URL_SAFE_NO_PAD.encode(credential_id),
        public_key: URL_SAFE_NO_PAD.encode(public_key),
        sign_count: i64::from(data.sign_count),
        synced: data.synced(),
    })
}

/// Decides whether `passkey` signed; gives the authenticator's counter.
///
/// Errors: the first [`PasskeyFault`]; [`PasskeyFault::Counter`] last, when all else fits.
pub(crate) fn sign_in(
    site: &RelyingParty,
    client: &ClientData,
    answer: &PasskeyAnswer,
    passkey: &Passkey,
    verification: Verification,
) -> Result<i64, PasskeyFault> {
    let handle = answer.user_handle.as_deref();
    // Without a name before, the authenticator must say whose it is.
    if handle.is_none() && verification == Verification::Required {
        return Err(PasskeyFault::User);
    }
    if handle.is_some_and(|handle| handle != handle_of(passkey.user_id).as_bytes()) {
        return Err(PasskeyFault::User);
    }
    client.check("webauthn.get", site)?;
    let data = AuthenticatorData::read(&answer.authenticator_data, site, verification)?;
    data.check_rest(data.rest)?;
    if data.synced() != passkey.synced {
        return Err(PasskeyFault::AuthenticatorData);
    }
    let key = URL_SAFE_NO_PAD.decode(&passkey.public_key).map_err(|_| PasskeyFault::Key)?;
    let (key, _) = PublicKey::read(&key).ok_or(PasskeyFault::Key)?;
    let signed = [&answer.authenticator_data[..], &Sha256::digest(&answer.client_data)].concat();
    if !key.verifies(&signed, &answer.signature) {
        return Err(PasskeyFault::Signature);
    }
    let sign_count = i64::from(data.sign_count);
    // Many keep no counter: it is 0 then, and stays so.
    let counts = sign_count != 0 || passkey.sign_count != 0;
    if counts && sign_count <= passkey.sign_count {
        return Err(PasskeyFault::Counter);
    }
    Ok(sign_count)
}
