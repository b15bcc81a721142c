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

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    /// The modulus of an RSA key of 2048 bits, and its signature of `signed by a passkey`
    /// (PKCS #1 v1.5 with SHA-256), both made by OpenSSL.
    const MODULUS: &str = "\
        x8OMmFF5wujIftdmpOq35z9nVV8qIouLPsDOcViCFT6Ss9RBKmutQ27BhB5va5Za-XfndaKUMDzMm57fm90jB9MN\
        P675Ak8_qq0tpf3fF7YiYUHQn4uSrltj1VPQzc5bz0-up6DRQhmJu9Bkm3kZdWw3EhGt_t1iMdvueq77tH23z_ov\
        OcOI2k2gOqxSkkiZvNpYSS8YLxFwiGeuwblRPbAHyDZA2GuTlB1xqFMrguniOuiZeAdzxpgspBzZQ6t0zuMSxNU7\
        Y9aydBVcZw72Tdj_p75EtieLhuoiltuyoBvnmcnaMTfPxV-5BlIB39b5ZAU3tv-_QYHtKPVtjV4rFw";
    const SIGNATURE: &str = "\
        KUx2PsExeyZxu_MFAtSrIh6vCYgSWTObMjn5Cy-VEKUmXzXcwYwrrB2TrYm3wAMqUBTsMWbDMfka0lxw8vnvfVEF\
        1PyK31YuJhl7O5v_h3obPks1TIYIFH4JfoHElTiMauu-6423JLgInIyjrBbLfdzjTyPP3OH0Kna7SmhmtxMKcCdW\
        xUGVioCeqU01Fd2BYQr_gUDlg0q0dCPX6eLV4S2-aZJDIiNHa5LbPFTguQFh1XI-jbodZfFNbida0OGkG5ticNAS\
        CqZokFMh0s1JzNc4-UeE1sG6WuDjU09ki_dsBy6bdxfQaxsp1IC1Um9zpQ3QOHsluEMtcfUlqTwMQw";

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    fn cose(entries: Vec<(i64, Value)>) -> Vec<u8> {
        let entries = entries.into_iter().map(|(key, value)| (Value::from(key), value));
        let mut written = Vec::new();
        ciborium::into_writer(&Value::Map(entries.collect()), &mut written).unwrap();
        written
    }

    fn rsa(modulus: Vec<u8>) -> Vec<u8> {
        cose(vec![
            (1, Value::from(3)),
            (3, Value::from(-257)),
            (-1, Value::Bytes(modulus)),
            (-2, Value::Bytes(vec![1, 0, 1])),
        ])
    }

    #[test]
    fn rsa_signature_of_another_program_is_verified() {
        let (modulus, signature) = (bytes(MODULUS), bytes(SIGNATURE));
        for modulus in [modulus.clone(), [&[0][..], &modulus].concat()] {
            let written = rsa(modulus);
            let (key, taken) = PublicKey::read(&[&written[..], b"rest"].concat()).unwrap();
            assert_eq!(taken, written.len());
            assert!(key.verifies(b"signed by a passkey", &signature));
            assert!(!key.verifies(b"signed by a passkex", &signature));
            assert!(!key.verifies(b"signed by a passkey", &signature[1..]));
        }
        let short = PublicKey::read(&rsa(vec![7; 64])).unwrap().0;
        assert!(!short.verifies(b"signed by a passkey", &signature), "512 bits are too few");
    }

    #[test]
    fn keys_that_were_not_asked_for_are_none() {
        let point = |length: usize| Value::Bytes(vec![1; length]);
        let p256 = |algorithm: i64, curve: i64, x: usize| {
            cose(vec![
                (1, Value::from(2)),
                (3, Value::from(algorithm)),
                (-1, Value::from(curve)),
                (-2, point(x)),
                (-3, point(32)),
            ])
        };
        assert!(PublicKey::read(&p256(-7, 1, 32)).is_some());
        for other in [p256(-35, 1, 32), p256(-7, 2, 32), p256(-7, 1, 31), p256(-8, 1, 32)] {
            assert_eq!(PublicKey::read(&other), None);
        }
        let off_the_curve = PublicKey::read(&p256(-7, 1, 32)).unwrap().0;
        assert!(!off_the_curve.verifies(b"", &[0x30, 6, 2, 1, 1, 2, 1, 1]));
        for bytes in [&b""[..], &[0xa0], &[0xff], &[0xbb; 9], &[0x9f; 100]] {
            assert_eq!(PublicKey::read(bytes), None, "{bytes:?}");
        }
    }
}
