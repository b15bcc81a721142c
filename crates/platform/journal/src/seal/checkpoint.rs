use std::fmt;

use kernel::Time;
use serde::{Deserialize, Serialize};

use super::{chain, keys::SealKey};

/// What a checkpoint's line begins with, wherever it is kept.
const WORD: &str = "mainstay-journal-checkpoint v=1 ";

/// A signed statement of what the chain was at a moment: what is told to others outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// 1, 2, 3 … without gaps.
    pub number: i64,
    /// The newest seal.
    pub seal: i64,
    /// The last row under that seal.
    pub seq: i64,
    /// The chain's value there.
    pub value: String,
    /// When it was signed, in UTC µs.
    pub at: i64,
    /// The key that signed it.
    pub key_id: String,
    /// The signature over the line without it (Ed25519, RFC 8032), in hexadecimal digits.
    pub signature: String,
}

impl Checkpoint {
    /// The checkpoint with its signature by `key`.
    #[must_use]
    pub(crate) fn signed(mut self, key: &SealKey) -> Self {
        self.key_id = key.id().to_owned();
        self.signature = key.sign(&self.statement());
        self
    }

    /// When it was signed.
    #[must_use]
    pub fn time(&self) -> Time {
        Time::from_micros(self.at)
    }

    /// What is signed.
    #[must_use]
    pub(crate) fn statement(&self) -> String {
        let Self { number, seal, seq, value, at, key_id, .. } = self;
        format!("{WORD}number={number} seal={seal} seq={seq} value={value} at={at} key={key_id}")
    }

    /// The checkpoint in a line of an anchor: whatever stands before it (a syslog header) and
    /// after it is left out. `None` when there is none in it.
    #[must_use]
    pub fn find(line: &str) -> Option<Self> {
        let rest = &line[line.find(WORD)? + WORD.len()..];
        let mut fields = rest.split_ascii_whitespace().take(7);
        let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
        let checkpoint = Self {
            number: field("number")?.parse().ok()?,
            seal: field("seal")?.parse().ok()?,
            seq: field("seq")?.parse().ok()?,
            value: field("value")?.to_owned(),
            at: field("at")?.parse().ok()?,
            key_id: field("key")?.to_owned(),
            signature: field("signature")?.to_owned(),
        };
        chain::unhex::<32>(&checkpoint.value)?;
        Some(checkpoint)
    }
}

/// One line of text: the same in a file, in a syslog message and in a request.
impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} signature={}", self.statement(), self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_is_found_again_inside_a_syslog_line() {
        let checkpoint = Checkpoint {
            number: 3,
            seal: 7,
            seq: 900,
            value: "ab".repeat(32),
            at: 1_800_000_000_000_000,
            key_id: "0123456789abcdef".into(),
            signature: "cd".repeat(64),
        };
        let line = format!("Nov 28 00:00:00 host mainstay 1 - {checkpoint}\n");
        assert_eq!(Checkpoint::find(&line), Some(checkpoint.clone()));
        for cut in ["value=", "signature=", "number=3"] {
            let broken = checkpoint.to_string().replace(cut, "x=");
            assert_eq!(Checkpoint::find(&broken), None, "{broken}");
        }
        assert_eq!(Checkpoint::find("nothing of ours"), None);
    }
}
