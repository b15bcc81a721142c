use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::Ids;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What every line of a key ring begins with: the version of its format.
const MARK: &str = "mainstay-vault-key-1";
/// Keys a ring holds at most: one in use, and those on their way out.
const KEYS_MAX: usize = 16;

/// A key that wraps data keys.
#[derive(Clone)]
pub(crate) struct MasterKey {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

/// The master keys at hand: the first one seals, the others only open what is still under them.
///
/// Its text has one key a line, `mainstay-vault-key-1:<32 bytes in base64url>`; lines that begin
/// with `#` and empty ones are left out.
#[derive(Debug, Clone)]
pub(crate) struct Keyring {
    keys: Vec<MasterKey>,
}

/// Why a text is not a key ring. Never quotes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyringFault {
    /// A line is not a key.
    #[error("line {line} is not a key; expected `{MARK}:` and 32 bytes in base64url")]
    NotAKey {
        /// Which, from 1.
        line: usize,
    },
    /// The same key twice.
    #[error("line {line} repeats a key")]
    Repeated {
        /// Which, from 1.
        line: usize,
    },
    /// No key at all.
    #[error("it holds no key")]
    Empty,
    /// More keys than are ever needed.
    #[error("it holds more than {KEYS_MAX} keys")]
    TooMany,
}

impl MasterKey {
    /// A new key.
    pub(crate) fn generate(ids: &dyn Ids) -> Self {
        Self::new(Zeroizing::new(ids.secret()))
    }

    /// The id follows from the key: the wrong key is noticed before anything is tried with it.
    fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        let digest = Sha256::new().chain_update(b"mainstay vault key id").chain_update(*bytes);
        let digest = digest.finalize();
        let id = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { id, bytes }
    }

    /// Its id: 16 hexadecimal digits.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "MasterKey({})", self.id)
    }
}

impl Keyring {
    /// A ring with this key only.
    pub(crate) fn of(key: MasterKey) -> Self {
        Self { keys: vec![key] }
    }

    /// Reads a ring.
    ///
    /// Errors: [`KeyringFault`] naming the line.
    pub(crate) fn parse(text: &str) -> Result<Self, KeyringFault> {
        let mut keys: Vec<MasterKey> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let (line, number) = (line.trim(), at + 1);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = parse_line(line).ok_or(KeyringFault::NotAKey { line: number })?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyringFault::Repeated { line: number });
            }
            if keys.len() == KEYS_MAX {
                return Err(KeyringFault::TooMany);
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeyringFault::Empty) } else { Ok(Self { keys }) }
    }

    /// Its text, to be kept where only the server reads it.
    pub(crate) fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(128 * self.keys.len()));
        for key in &self.keys {
            text.push_str(MARK);
            text.push(':');
            let line = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*key.bytes));
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// The key that seals.
    pub(crate) fn current(&self) -> &MasterKey {
        self.keys.first().expect("a ring is made with a key and never loses its first")
    }

    /// The key with that id.
    pub(crate) fn find(&self, id: &str) -> Option<&MasterKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// All of them, the current one first.
    pub(crate) fn keys(&self) -> &[MasterKey] {
        &self.keys
    }

    /// The ring with `key` as its current one.
    pub(crate) fn with_current(&self, key: MasterKey) -> Self {
        let mut keys = vec![key];
        keys.extend(self.keys.iter().cloned());
        Self { keys }
    }

    /// The ring without the keys that `keep` refuses; the current one stays.
    pub(crate) fn keeping(&self, keep: impl Fn(&str) -> bool) -> Self {
        let current = self.current().id.clone();
        let keys = self.keys.iter().filter(|key| key.id == current || keep(&key.id));
        Self { keys: keys.cloned().collect() }
    }

    /// Whether there is room for another key.
    pub(crate) fn has_room(&self) -> bool {
        self.keys.len() < KEYS_MAX
    }
}

fn parse_line(line: &str) -> Option<MasterKey> {
    let text = line.strip_prefix(MARK)?.strip_prefix(':')?;
    let bytes = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?);
    let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(MasterKey::new(Zeroizing::new(bytes)))
}

#[cfg(test)]
mod tests {
    use testkit::SeededIds;

    use super::*;

    #[test]
    fn ring_reads_back_what_it_writes() {
        let ids = SeededIds::new(1);
        let first = MasterKey::generate(&ids);
        let ring = Keyring::of(first.clone()).with_current(MasterKey::generate(&ids));
        let text = format!("# the keys of one installation\n\n{}", ring.text().as_str());
        let read = Keyring::parse(&text).unwrap();
        assert_eq!(read.current().id(), ring.current().id());
        assert_eq!(read.keys().len(), 2);
        assert!(read.find(first.id()).is_some());
        let only = read.keeping(|_| false);
        assert_eq!(only.keys().len(), 1);
        assert_eq!(only.current().id(), ring.current().id());
    }

    #[test]
    fn what_is_no_ring_is_refused_by_line_and_never_quoted() {
        let line = Keyring::of(MasterKey::generate(&SeededIds::new(1))).text().to_string();
        for (text, expected) in [
            (String::new(), KeyringFault::Empty),
            ("# only words\n".to_owned(), KeyringFault::Empty),
            (format!("{line}secret-garbage"), KeyringFault::NotAKey { line: 2 }),
            (format!("{MARK}:c2hvcnQ"), KeyringFault::NotAKey { line: 1 }),
            (format!("{line}{line}"), KeyringFault::Repeated { line: 2 }),
        ] {
            let fault = Keyring::parse(&text).unwrap_err();
            assert_eq!(fault, expected);
            assert!(!fault.to_string().contains("garbage"));
        }
    }

    #[test]
    fn keys_do_not_show_when_printed() {
        let ring = Keyring::of(MasterKey::generate(&SeededIds::new(1)));
        let text = ring.text().trim().rsplit(':').next().unwrap().to_owned();
        assert!(!format!("{ring:?}").contains(&text));
    }
}
