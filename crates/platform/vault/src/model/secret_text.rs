use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A secret on its way in: wiped when it is dropped, never printed.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

/// A secret on its way to where it is used: wiped when it is dropped, never printed.
#[derive(Clone)]
pub struct Revealed(Zeroizing<String>);

impl SecretText {
    /// The longest secret: private keys and their chains fit.
    pub const BYTES_MAX: usize = 64 * 1024;

    /// Takes over `text`.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Revealed {
    pub(crate) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The secret itself. Whoever calls this keeps it out of logs, errors and records.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SecretText(…)")
    }
}

impl fmt::Debug for Revealed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Revealed(…)")
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show_when_printed() {
        let text = SecretText::new("canary".to_owned());
        assert!(!format!("{text:?}").contains("canary"));
        let revealed = Revealed::new(Zeroizing::new("canary".to_owned()));
        assert!(!format!("{revealed:?}").contains("canary"));
    }
}
