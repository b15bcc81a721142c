use ciborium::Value;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

/// The algorithms that are asked for, best first: `EdDSA`, ES256, RS256 (IANA COSE).
pub(crate) const ALGORITHMS: [i64; 3] = [-8, -7, -257];

const KEY_TYPE: i128 = 1;
const ALGORITHM: i128 = 3;
const FIRST: i128 = -1;
const SECOND: i128 = -2;
const THIRD: i128 = -3;

/// The public half of a passkey (RFC 9052, RFC 9053), of one of the sorts that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// Ed25519.
    Ed25519(Vec<u8>),
    /// A point of P-256, uncompressed.
    P256(Vec<u8>),
    /// RSA: modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
}

impl PublicKey {
    /// The key in `bytes`, and how many of them it takes; `None` for what is none that was asked
    /// for.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut rest = bytes;
        let value = super::ceremony::read_cbor(&mut rest)?;
        let map = value.as_map()?;
        let number = |key| number(map, key);
        let key = match (number(KEY_TYPE)?, number(ALGORITHM)?) {
            (1, -8) if number(FIRST)? == 6 => Self::Ed25519(text(map, SECOND, 32)?),
            (2, -7) if number(FIRST)? == 1 => {
                let (x, y) = (text(map, SECOND, 32)?, text(map, THIRD, 32)?);
                Self::P256([&[4][..], &x, &y].concat())
            }
            (3, -257) => Self::Rsa(whole(map, FIRST)?, whole(map, SECOND)?),
            _ => return None,
        };
        Some((key, bytes.len() - rest.len()))
    }

    /// Whether `signature` is one of `message` by the private half.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::Rsa(n, e) => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        verified.is_ok()
    }
}

fn find(map: &[(Value, Value)], key: i128) -> Option<&Value> {
    let is_it = |one: &Value| one.as_integer().is_some_and(|number| i128::from(number) == key);
    map.iter().find(|(one, _)| is_it(one)).map(|(_, value)| value)
}

fn number(map: &[(Value, Value)], key: i128) -> Option<i128> {
    find(map, key)?.as_integer().map(i128::from)
}

fn text(map: &[(Value, Value)], key: i128, length: usize) -> Option<Vec<u8>> {
    find(map, key)?.as_bytes().filter(|bytes| bytes.len() == length).cloned()
}

/// A number of any length, without the zeros before it.
fn whole(map: &[(Value, Value)], key: i128) -> Option<Vec<u8>> {
    let bytes = find(map, key)?.as_bytes()?;
    Some(bytes.iter().copied().skip_while(|byte| *byte == 0).collect())
}
