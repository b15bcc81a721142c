//! Signatures: ours for webhooks, and those of the robots' vendors.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `v1=` and the HMAC-SHA-256 of `timestamp.body` in hexadecimal.
///
/// The time is signed with the body: a recorded request cannot be sent again later.
pub(crate) fn webhook_signature(key: &str, timestamp_s: i64, body: &[u8]) -> String {
    let digest = hmac(key.as_bytes(), &[timestamp_s.to_string().as_bytes(), b".", body]);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={hex}")
}

/// 钉钉 加签: HMAC-SHA-256 of `timestamp\nsecret` under the secret, base64. Milliseconds.
pub(crate) fn dingtalk_sign(secret: &str, timestamp_ms: i64) -> String {
    let text = format!("{timestamp_ms}\n{secret}");
    BASE64_STANDARD.encode(hmac(secret.as_bytes(), &[text.as_bytes()]))
}

/// 飞书 签名校验: HMAC-SHA-256 of nothing under `timestamp\nsecret`, base64. Seconds.
pub(crate) fn feishu_sign(secret: &str, timestamp_s: i64) -> String {
    let key = format!("{timestamp_s}\n{secret}");
    BASE64_STANDARD.encode(hmac(key.as_bytes(), &[]))
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Python's `hmac` by the vendors' own example programs.
    #[test]
    fn signatures_are_those_of_the_vendors_examples() {
        assert_eq!(
            dingtalk_sign("this is secret", 1_577_262_236_757),
            "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
        );
        assert_eq!(
            feishu_sign("demo", 1_599_360_473),
            "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
        );
        assert_eq!(
            webhook_signature("key", 1_599_360_473, b"{\"a\":1}"),
            "v1=33d7b201d7b47195352b14dbe97c5bd73fb3d52262a247711e052c19a7fb46e0"
        );
    }
}
