//! An authenticator in software, with keys of its own: what a browser and a security key answer
//! together (WebAuthn level 3), and what they would answer if something were wrong.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};

pub(crate) const ORIGIN: &str = "https://ops.example.org";
pub(crate) const SITE: &str = "ops.example.org";

pub(crate) const PRESENT: u8 = 1;
pub(crate) const VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;

enum Key {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// One credential in one authenticator. Its fields may be bent before it answers.
pub(crate) struct Authenticator {
    key: Key,
    pub(crate) credential: Vec<u8>,
    pub(crate) user_handle: Vec<u8>,
    pub(crate) origin: String,
    pub(crate) site: String,
    pub(crate) flags: u8,
    pub(crate) count: u32,
    pub(crate) framed: bool,
}

impl Authenticator {
    fn with(key: Key, credential: &[u8]) -> Self {
        Self {
            key,
            credential: credential.to_vec(),
            user_handle: Vec::new(),
            origin: ORIGIN.to_owned(),
            site: SITE.to_owned(),
            flags: PRESENT | VERIFIED,
            count: 0,
            framed: false,
        }
    }

    /// One that signs by ES256.
    pub(crate) fn p256(credential: &[u8]) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        Self::with(Key::P256(key), credential)
    }

    /// One that signs by `EdDSA`.
    pub(crate) fn ed25519(credential: &[u8]) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        Self::with(Key::Ed25519(key), credential)
    }

    fn client_data(&self, ceremony: &str, challenge: &str) -> Vec<u8> {
        let data = json!({ "type": ceremony, "challenge": challenge, "origin": self.origin,
            "crossOrigin": self.framed });
        data.to_string().into_bytes()
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let site = digest(&SHA256, self.site.as_bytes());
        [site.as_ref(), &[flags], &self.count.to_be_bytes()].concat()
    }

    fn public_key(&self) -> Vec<u8> {
        let int = |number: i64| Cbor::Integer(number.into());
        let map = match &self.key {
            Key::P256(key) => {
                let point = key.public_key().as_ref();
                vec![
                    (int(1), int(2)),
                    (int(3), int(-7)),
                    (int(-1), int(1)),
                    (int(-2), Cbor::Bytes(point[1..33].to_vec())),
                    (int(-3), Cbor::Bytes(point[33..].to_vec())),
                ]
            }
            Key::Ed25519(key) => vec![
                (int(1), int(1)),
                (int(3), int(-8)),
                (int(-1), int(6)),
                (int(-2), Cbor::Bytes(key.public_key().as_ref().to_vec())),
            ],
        };
        cbor(&Cbor::Map(map))
    }

    /// The body that adds it, for the offer that the server gave; it remembers whose it is.
    pub(crate) fn make(&mut self, offer: &Value, name: &str) -> Value {
        let handle = offer["user_id"].as_str().unwrap();
        self.user_handle = URL_SAFE_NO_PAD.decode(handle).unwrap();
        self.make_for(offer["challenge"].as_str().unwrap(), name)
    }

    pub(crate) fn make_for(&self, challenge: &str, name: &str) -> Value {
        let length = u16::try_from(self.credential.len()).unwrap().to_be_bytes();
        let data = [
            &self.head(self.flags | ATTESTED)[..],
            &[0; 16],
            &length,
            &self.credential,
            &self.public_key(),
        ]
        .concat();
        let text = |text: &str| Cbor::Text(text.to_owned());
        let object = cbor(&Cbor::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Cbor::Map(Vec::new())),
            (text("authData"), Cbor::Bytes(data)),
        ]));
        json!({ "name": name, "transports": ["usb", "telepathy"],
            "client_data": encoded(&self.client_data("webauthn.create", challenge)),
            "attestation": encoded(&object) })
    }

    /// The body that answers a challenge; the counter goes on.
    pub(crate) fn sign(&mut self, challenge: &str) -> Value {
        self.count += 1;
        self.answer(challenge)
    }

    /// The same with the counter as it stands.
    pub(crate) fn answer(&self, challenge: &str) -> Value {
        let client_data = self.client_data("webauthn.get", challenge);
        let data = self.head(self.flags);
        let signed = [&data[..], digest(&SHA256, &client_data).as_ref()].concat();
        let signature = match &self.key {
            Key::P256(key) => key.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec(),
            Key::Ed25519(key) => key.sign(&signed).as_ref().to_vec(),
        };
        json!({ "credential_id": encoded(&self.credential), "client_data": encoded(&client_data),
            "authenticator_data": encoded(&data), "signature": encoded(&signature),
            "user_handle": encoded(&self.user_handle) })
    }
}

fn cbor(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

pub(crate) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
