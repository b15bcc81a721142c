use std::time::Duration;

use kernel::{FieldFault, Ids, Text, Time};
use totp_rs::{Builder, Totp};
use vault::SealId;

use super::{passkey::PasskeyAnswer, provider::ProviderId, secret, user::UserId};

/// How long the second step of a sign-in is waited for.
pub(crate) const SECOND_STEP: Duration = Duration::from_secs(300);
/// How long a new secret waits for its first code.
pub(crate) const CONFIRMATION: Duration = Duration::from_secs(900);
/// Codes that are made at once.
pub(crate) const RECOVERY_CODES: usize = 10;

/// 160 bits, as RFC 4226 4 recommends.
const SECRET_BYTES: usize = 20;
const RECOVERY_BYTES: usize = 16;
const ISSUER: &str = "Mainstay";

/// The time-based one-time codes of a user (RFC 6238): SHA-1, 6 digits, 30 s, as every app has.
#[derive(Debug, Clone)]
pub(crate) struct Enrolled {
    pub(crate) user_id: UserId,
    /// Where the vault keeps the secret.
    pub(crate) seal_id: SealId,
    pub(crate) began_at: Time,
    /// When the first code proved that the app has the secret.
    pub(crate) confirmed_at: Option<Time>,
    /// The last step of which a code was taken.
    pub(crate) last_step: i64,
}

/// A sign-in whose password was right.
#[derive(Debug, Clone)]
pub(crate) struct Awaited {
    pub(crate) user_id: UserId,
    pub(crate) user_version: i64,
    pub(crate) created_at: Time,
    /// Whether its first step was the user's own way in.
    pub(crate) own: bool,
    /// The provider that vouched for them, if one did.
    pub(crate) provider_id: Option<ProviderId>,
}

/// How a user's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactor {
    /// Since when codes are asked for; `None` when they are not.
    pub enrolled_at: Option<Time>,
    /// How many recovery codes are not used.
    pub recovery_codes_left: u32,
    /// Whether the policy requires a second factor of them.
    pub required: bool,
}

/// A new secret, shown to its user once. No `Debug`: it is a secret.
pub struct NewTotp {
    /// The secret in base32, for typing it in.
    pub secret: String,
    /// The same with all else that an app needs, for a QR code.
    pub uri: String,
}

/// What proves the second step of a sign-in. No `Debug`: it is a secret.
pub enum Proof {
    /// What the app shows.
    Code(String),
    /// One of the codes that were made for the case that the app is lost.
    RecoveryCode(String),
    /// What a passkey signed.
    Passkey(Box<PasskeyAnswer>),
}

impl NewTotp {
    /// A new secret for the user of that name; `None` for a name that no app could show.
    pub(crate) fn generate(ids: &dyn Ids, name: &str) -> Option<Self> {
        let secret = totp_rs::Secret::new(ids.secret()[..SECRET_BYTES].into());
        let text = secret.to_base32();
        let totp = Builder::new()
            .with_secret(secret)
            .with_account_name(name)
            .with_issuer(Some(ISSUER))
            .build()
            .ok()?;
        Some(Self { secret: text, uri: totp.to_url().ok()? })
    }
}

/// The step that `code` is of, if it is of this step, the one before or the one after, and newer
/// than `last_step`. `secret` is base32; `None` for what is not.
pub(crate) fn step_of(secret: &str, code: &str, now: Time, last_step: i64) -> Option<i64> {
    let now_s = u64::try_from(now.micros() / 1_000_000).ok()?;
    let totp = of_secret(secret)?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = i64::try_from(totp.check(&typed, now_s)?).ok()?;
    (step > last_step).then_some(step)
}

fn of_secret(secret: &str) -> Option<Totp> {
    let secret = totp_rs::Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).build().ok()
}

/// 128 unpredictable bits, in groups of four letters and digits.
pub(crate) fn recovery_code(ids: &dyn Ids) -> String {
    let code = totp_rs::Secret::new(ids.secret()[..RECOVERY_BYTES].into()).to_base32();
    let mut text = String::new();
    for (at, c) in code.to_lowercase().chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(c);
    }
    text
}

/// What is stored of a recovery code, however it was typed.
pub(crate) fn recovery_hash(code: &str) -> String {
    let typed = code.chars().filter(char::is_ascii_alphanumeric).take(64);
    let typed: String = typed.collect::<String>().to_lowercase();
    secret::digest(&format!("mainstay recovery v1 {typed}"))
}

/// What is wrong with a code that was to prove that the app has the secret.
pub(crate) fn code_fault() -> FieldFault {
    let expected =
        Text::new("the 6 digits that the app shows now", "认证器应用当前显示的 6 位数字");
    FieldFault::new("code", "•••", expected)
}

#[cfg(test)]
mod tests {
    use testkit::SeededIds;

    use super::*;

    /// `12345678901234567890`, the secret of RFC 6238 appendix B.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard() {
        // The last six of the eight digits of RFC 6238 appendix B, SHA-1.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let now = Time::from_seconds(second);
            assert_eq!(step_of(SECRET, code, now, 0), Some(second / 30), "{second}");
        }
    }

    #[test]
    fn one_step_of_skew_is_taken_and_no_step_twice() {
        let at = |second| Time::from_seconds(second);
        assert_eq!(step_of(SECRET, "287082", at(59 + 30), 0), Some(1));
        assert_eq!(step_of(SECRET, "287082", at(29), 0), Some(1));
        assert_eq!(step_of(SECRET, "287082", at(59 + 31), 0), None);
        assert_eq!(step_of(SECRET, "287082", at(59), 1), None, "used");
        assert_eq!(step_of(SECRET, " 287 082 ", at(59), 0), Some(1));
        for wrong in ["", "28708", "2870820", "+28708", "２８７０８２", "abcdef"] {
            assert_eq!(step_of(SECRET, wrong, at(59), 0), None, "{wrong}");
        }
    }

    #[test]
    fn new_secret_tells_an_app_all_it_needs() {
        let new = NewTotp::generate(&SeededIds::new(1), "ada@example").unwrap();
        assert_eq!(new.secret.len(), 32);
        assert!(new.uri.starts_with("otpauth://totp/Mainstay:"), "{}", new.uri);
        assert!(new.uri.contains(&format!("secret={}", new.secret)), "{}", new.uri);
        assert!(new.uri.contains("issuer=Mainstay"), "{}", new.uri);
    }

    #[test]
    fn recovery_code_is_known_however_it_is_typed() {
        let ids = SeededIds::new(1);
        let code = recovery_code(&ids);
        assert_eq!(code.replace('-', "").len(), 26);
        let typed = format!(" {} ", code.replace('-', " ").to_uppercase());
        assert_eq!(recovery_hash(&typed), recovery_hash(&code));
        assert_ne!(recovery_hash(&recovery_code(&ids)), recovery_hash(&code));
    }
}
