use std::{
    fmt, fs, io,
    io::Write as _,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use kernel::{Ids, Time};
use sha2::{Digest as _, Sha256};

use super::chain::{self, Digest, hex, unhex};
use crate::JournalError;

/// The file with all keys, in the folder of keys.
pub const KEYS_FILE: &str = "journal.keys";
/// The first line of that file.
const HEADER: &str = "# Mainstay journal keys v1: id, chain key, signing seed, made at. Secret: \
                      keep a copy, apart from copies of the records.";
/// More keys than this are a mistake.
const KEYS_MAX: usize = 1_000;

/// One key of the journal: a secret for the chain and one for signatures.
#[derive(Clone)]
pub(crate) struct SealKey {
    id: String,
    chain: Digest,
    signing: SigningKey,
    made_at: Time,
}

impl fmt::Debug for SealKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SealKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl SealKey {
    pub(crate) fn new(ids: &dyn Ids, now: Time) -> Self {
        Self::of(ids.secret(), &ids.secret(), now)
    }

    fn of(chain: Digest, seed: &[u8; 32], made_at: Time) -> Self {
        let signing = SigningKey::from_bytes(seed);
        Self { id: id_of(signing.verifying_key().as_bytes()), chain, signing, made_at }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn chain(&self) -> &Digest {
        &self.chain
    }

    pub(crate) fn public(&self) -> String {
        hex(self.signing.verifying_key().as_bytes())
    }

    pub(crate) fn sign(&self, statement: &str) -> String {
        hex(&self.signing.sign(statement.as_bytes()).to_bytes())
    }

    fn line(&self) -> String {
        let seed = hex(self.signing.as_bytes());
        format!("{} {} {seed} {}", self.id, hex(&self.chain), self.made_at)
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let id = words.next()?;
        let (chain, seed) = (unhex::<32>(words.next()?)?, unhex::<32>(words.next()?)?);
        let key = Self::of(chain, &seed, words.next()?.parse().ok()?);
        (key.id == id && words.next().is_none()).then_some(key)
    }
}

/// The short name of a public key: the first 16 digits of its SHA-256.
pub(crate) fn id_of(public: &[u8; 32]) -> String {
    hex(&Sha256::digest(public)[..8])
}

/// Whether `signature` over `statement` is by the holder of `public`; all in hexadecimal digits.
pub(crate) fn is_signed(public: &str, statement: &str, signature: &str) -> bool {
    let parts = unhex::<32>(public).zip(unhex::<64>(signature));
    parts.is_some_and(|(public, signature)| {
        VerifyingKey::from_bytes(&public).is_ok_and(|key| {
            let signature = Signature::from_bytes(&signature);
            key.verify_strict(statement.as_bytes(), &signature).is_ok()
        })
    })
}

/// All keys of this installation, the newest last; kept in a file outside of the records.
#[derive(Debug, Clone)]
pub(crate) struct KeyRing {
    folder: PathBuf,
    keys: Vec<SealKey>,
}

impl KeyRing {
    /// The keys in `folder`; `None` when there is no file.
    ///
    /// Errors: [`JournalError::KeysUnreadable`] when it cannot be read, holds something else, or
    /// may be read by other users.
    pub(crate) fn open(folder: &Path) -> Result<Option<Self>, JournalError> {
        let path = folder.join(KEYS_FILE);
        let unreadable =
            |said: String| JournalError::KeysUnreadable { path: path.display().to_string(), said };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let mode = fs::metadata(&path).map_err(|e| unreadable(e.to_string()))?.permissions().mode();
        if mode & 0o077 != 0 {
            let mode = mode & 0o777;
            return Err(unreadable(format!("other users may read it (mode {mode:o}); chmod 600")));
        }
        let mut keys = Vec::new();
        for (at, line) in text.lines().enumerate().take(KEYS_MAX) {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let key = SealKey::parse(line)
                .ok_or_else(|| unreadable(format!("line {} is not a key", at + 1)))?;
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(unreadable("there is no key in it".to_owned()));
        }
        Ok(Some(Self { folder: folder.to_owned(), keys }))
    }

    /// The first key of an installation, on disk.
    pub(crate) fn create(folder: &Path, key: SealKey) -> Result<Self, JournalError> {
        let mut ring = Self { folder: folder.to_owned(), keys: Vec::new() };
        ring.add(key)?;
        Ok(ring)
    }

    /// One more key, on disk before this returns.
    pub(crate) fn add(&mut self, key: SealKey) -> Result<(), JournalError> {
        self.keys.push(key);
        let lines: Vec<String> = self.keys.iter().map(SealKey::line).collect();
        let text = format!("{HEADER}\n{}\n", lines.join("\n"));
        write_whole(&self.folder, KEYS_FILE, &text)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&SealKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    pub(crate) fn newest(&self) -> Option<&SealKey> {
        self.keys.last()
    }
}

/// Writes a small file so that it is there whole or as it was, for its owner only.
pub(crate) fn write_whole(folder: &Path, name: &str, text: &str) -> Result<(), JournalError> {
    let path = folder.join(name);
    let attempt = || -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let partial = folder.join(format!("{name}.partial"));
        let mut file = fs::OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, &path)?;
        fs::File::open(folder)?.sync_all()
    };
    attempt().map_err(|error| JournalError::KeysUnwritable {
        path: path.display().to_string(),
        said: error.to_string(),
    })
}

/// What a key is entered into the records with.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEntry {
    /// 1, 2, 3 …
    pub number: i64,
    /// Its short name.
    pub id: String,
    /// The public key, in hexadecimal digits.
    pub public_key: String,
    /// The key before it; empty for the first.
    pub previous_id: String,
    /// The first seal it makes.
    pub from_seal: i64,
    /// When it was entered, in UTC µs.
    pub since: i64,
    /// Its own signature over the entry.
    pub signature: String,
    /// The signature of the key before it; empty for the first.
    pub previous_signature: String,
}

impl KeyEntry {
    /// An entry for `key`, signed by it and by the one `before` it.
    pub(crate) fn signed(key: &SealKey, before: Option<(&Self, &SealKey)>, from: i64) -> Self {
        let mut entry = Self {
            number: before.map_or(1, |(entry, _)| entry.number + 1),
            id: key.id.clone(),
            public_key: key.public(),
            previous_id: before.map_or_else(String::new, |(entry, _)| entry.id.clone()),
            from_seal: from,
            since: key.made_at.micros(),
            signature: String::new(),
            previous_signature: String::new(),
        };
        entry.signature = key.sign(&entry.statement());
        if let Some((_, previous)) = before {
            entry.previous_signature = previous.sign(&entry.statement());
        }
        entry
    }

    pub(crate) fn statement(&self) -> String {
        let Self { number, id, public_key, previous_id, from_seal, since, .. } = self;
        format!(
            "mainstay-journal-key v=1 number={number} id={id} public={public_key} \
             previous={previous_id} from={from_seal} since={since}"
        )
    }

    /// Whether it is signed by itself and by the one `before` it, and follows it.
    pub(crate) fn holds(&self, before: Option<&Self>) -> bool {
        let own_id = unhex::<32>(&self.public_key).is_some_and(|public| id_of(&public) == self.id);
        let own = is_signed(&self.public_key, &self.statement(), &self.signature);
        let follows = match before {
            None => self.number == 1 && self.previous_id.is_empty(),
            Some(before) => {
                self.number == before.number + 1
                    && self.previous_id == before.id
                    && is_signed(&before.public_key, &self.statement(), &self.previous_signature)
            }
        };
        own_id && own && follows
    }
}

/// The short name and the public key of the newest key in `folder`.
///
/// Errors: [`JournalError::KeysUnreadable`], also when there is no file.
pub fn public_key_of(folder: &Path) -> Result<(String, String), JournalError> {
    let ring = KeyRing::open(folder)?;
    let newest = ring.as_ref().and_then(KeyRing::newest).ok_or_else(|| missing(folder))?;
    Ok((newest.id.clone(), newest.public()))
}

/// The short name of the first key in `folder`: by it others know the journal.
///
/// Errors: [`JournalError::KeysUnreadable`], also when there is no file.
pub fn first_key_of(folder: &Path) -> Result<String, JournalError> {
    let ring = KeyRing::open(folder)?;
    let first = ring.as_ref().and_then(|ring| ring.keys.first()).ok_or_else(|| missing(folder))?;
    Ok(first.id.clone())
}

fn missing(folder: &Path) -> JournalError {
    let said = "there is no such file; it is made at the first start".to_owned();
    JournalError::KeysUnreadable { path: folder.join(KEYS_FILE).display().to_string(), said }
}

/// Whether a public key reads as one.
#[must_use]
pub fn is_public_key(text: &str) -> bool {
    chain::unhex::<32>(text).is_some_and(|bytes| VerifyingKey::from_bytes(&bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SealKey {
        SealKey::of([seed; 32], &[seed + 1; 32], Time::from_seconds(1_800_000_000))
    }

    #[test]
    fn keys_read_back_and_are_for_their_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        assert!(KeyRing::open(dir.path()).unwrap().is_none());
        let mut ring = KeyRing::create(dir.path(), key(1)).unwrap();
        ring.add(key(5)).unwrap();
        let again = KeyRing::open(dir.path()).unwrap().unwrap();
        assert_eq!(again.newest().unwrap().id(), key(5).id());
        assert_eq!(again.get(key(1).id()).unwrap().chain(), &[1; 32]);
        let path = dir.path().join(KEYS_FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let said = KeyRing::open(dir.path()).unwrap_err().to_string();
        assert!(said.contains("chmod 600"), "{said}");
    }

    #[test]
    fn damaged_file_is_named_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        KeyRing::create(dir.path(), key(1)).unwrap();
        let path = dir.path().join(KEYS_FILE);
        let text = fs::read_to_string(&path).unwrap().replace("01010101", "0101x101");
        fs::write(&path, text).unwrap();
        let said = KeyRing::open(dir.path()).unwrap_err().to_string();
        assert!(said.contains("line 2"), "{said}");
    }

    #[test]
    fn entry_holds_only_with_both_signatures() {
        let (first, second) = (key(1), key(5));
        let one = KeyEntry::signed(&first, None, 1);
        let two = KeyEntry::signed(&second, Some((&one, &first)), 9);
        assert!(one.holds(None) && two.holds(Some(&one)));
        assert!(!two.holds(None));
        let mut forged = two.clone();
        forged.from_seal = 8;
        assert!(!forged.holds(Some(&one)));
        let mut unsigned = two;
        unsigned.previous_signature = unsigned.signature.clone();
        assert!(!unsigned.holds(Some(&one)));
    }
}
