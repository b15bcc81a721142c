use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::Time;
use sha2::{Digest as _, Sha256};

/// A form that was opened longer ago is opened again.
pub(crate) const STAMP_LIFE: Duration = Duration::from_secs(2 * 60 * 60);
const SOLUTION_CHARS_MAX: usize = 64;

/// What a form is handed out with: which, when, and a number used once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The key of the form's type.
    pub form: String,
    /// When it was handed out.
    pub at: Time,
    /// What tells it from all others, in hexadecimal.
    pub nonce: String,
}

impl Stamp {
    /// It as text that nobody can make without the key.
    #[must_use]
    pub(crate) fn signed(&self, key: &[u8]) -> String {
        let said = format!("{}.{}.{}", self.form, self.at.micros(), self.nonce);
        let mac = mac(key, &said).map(|mac| hex(&mac.finalize().into_bytes()));
        format!("{said}.{}", mac.unwrap_or_default())
    }

    /// The stamp that a text is, if it was made with the key. The comparison takes the same time
    /// whatever differs.
    #[must_use]
    pub(crate) fn read(text: &str, key: &[u8]) -> Option<Self> {
        let (said, mac_given) = text.rsplit_once('.')?;
        mac(key, said)?.verify_slice(&unhex(mac_given)?).ok()?;
        let mut parts = said.split('.');
        let (form, at, nonce) = (parts.next()?, parts.next()?, parts.next()?);
        let at = Time::from_micros(at.parse().ok()?);
        Some(Self { form: form.to_owned(), at, nonce: nonce.to_owned() })
    }

    /// Whether it was handed out within its life, and at least `wait_s` ago.
    #[must_use]
    pub(crate) fn age(&self, wait_s: u16, now: Time) -> Age {
        match now.since(self.at) {
            age if now < self.at || age > STAMP_LIFE => Age::Over,
            age if age < Duration::from_secs(u64::from(wait_s)) => Age::TooYoung,
            _ => Age::Right,
        }
    }
}

/// How old a stamp is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    /// Nobody fills in a form so fast.
    TooYoung,
    /// As old as it should be.
    Right,
    /// Its life is over, or has not begun.
    Over,
}

/// Whether somebody has worked for a stamp: the SHA-256 of `<stamp>:<solution>` begins with `bits`
/// zero bits. Source: Hashcash (Back, 2002).
#[must_use]
pub(crate) fn worked(stamp: &str, solution: &str, bits: u8) -> bool {
    if solution.len() > SOLUTION_CHARS_MAX {
        return false;
    }
    let digest = Sha256::digest(format!("{stamp}:{solution}"));
    let zeros: u32 = {
        let whole = digest.iter().take_while(|byte| **byte == 0).count();
        let rest = digest.get(whole).map_or(0, |byte| byte.leading_zeros());
        8 * u32::try_from(whole).unwrap_or(0) + rest
    };
    zeros >= u32::from(bits)
}

fn mac(key: &[u8], said: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(said.as_bytes());
    Some(mac)
}

/// Bytes in hexadecimal.
#[must_use]
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a text in hexadecimal.
#[must_use]
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp() -> Stamp {
        Stamp { form: "enquiry".to_owned(), at: Time::from_seconds(100), nonce: "0a0b".to_owned() }
    }

    #[test]
    fn only_what_was_signed_with_the_key_is_read() {
        let text = stamp().signed(b"key");
        assert_eq!(Stamp::read(&text, b"key"), Some(stamp()));
        assert_eq!(Stamp::read(&text, b"other"), None);
        for changed in [
            text.replace("enquiry", "request"),
            text.replace("100", "101"),
            text[..text.len() - 1].to_owned(),
            "..".to_owned(),
            String::new(),
            "enquiry.1.é.é".to_owned(),
        ] {
            assert_eq!(Stamp::read(&changed, b"key"), None, "{changed}");
        }
    }

    #[test]
    fn form_is_sent_neither_at_once_nor_a_day_later() {
        let age = |second| stamp().age(5, Time::from_seconds(second));
        assert_eq!(age(99), Age::Over, "the clock was set back");
        assert_eq!((age(100), age(104), age(105)), (Age::TooYoung, Age::TooYoung, Age::Right));
        assert_eq!((age(7_300), age(7_301)), (Age::Right, Age::Over));
    }

    #[test]
    fn work_is_counted_in_leading_zero_bits() {
        assert!(worked("x", "", 0));
        let solution = (0..100_000).map(|n: u32| n.to_string()).find(|n| worked("x", n, 10));
        let solution = solution.unwrap();
        assert!(!worked("x", &solution, 200) && !worked("y", &solution, 30));
        assert!(!worked("x", &"1".repeat(65), 0), "too long");
    }
}
