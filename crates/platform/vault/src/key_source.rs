use std::{
    fmt, fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::{
    VaultError,
    model::{Keyring, KeyringFault},
};

/// A key ring is at most so long.
const BYTES_MAX: u64 = 16 * 1024;

/// Where the master keys come from: never the records.
#[derive(Clone)]
pub enum KeySource {
    /// A file of the server's own, mode 0600. Made at the first start; the server rotates it.
    File(PathBuf),
    /// Given from outside (an environment variable filled by an orchestrator): only read.
    Given(Zeroizing<String>),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "File({})", path.display()),
            Self::Given(_) => out.write_str("Given(…)"),
        }
    }
}

impl KeySource {
    /// Keys given as text.
    #[must_use]
    pub fn given(text: String) -> Self {
        // An environment variable has no lines of its own in many tools: commas do as well.
        Self::Given(Zeroizing::new(Zeroizing::new(text).replace(',', "\n")))
    }

    /// The ring; `None` when there is no file.
    ///
    /// Errors: [`VaultError::KeysUnreadable`] naming the file and what is wrong.
    pub(crate) fn read(&self) -> Result<Option<Keyring>, VaultError> {
        let text = match self {
            Self::Given(text) => text.clone(),
            Self::File(path) => match read_file(path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(self.unreadable(&error)),
            },
        };
        Keyring::parse(&text).map(Some).map_err(|fault: KeyringFault| self.unreadable(&fault))
    }

    /// Writes the ring: all of it, or the file stays as it was.
    ///
    /// Errors: [`VaultError::KeysNotOurs`] when the keys are given from outside;
    /// [`VaultError::KeysUnwritable`].
    pub(crate) fn write(&self, ring: &Keyring) -> Result<(), VaultError> {
        let Self::File(path) = self else { return Err(VaultError::KeysNotOurs) };
        write_file(path, &ring.text()).map_err(|error| VaultError::KeysUnwritable {
            path: path.display().to_string(),
            said: error.to_string(),
        })
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Given(_) => "MAINSTAY_VAULT_KEYS".to_owned(),
        }
    }

    fn unreadable(&self, said: &dyn fmt::Display) -> VaultError {
        VaultError::KeysUnreadable { path: self.name(), said: said.to_string() }
    }
}

fn read_file(path: &Path) -> io::Result<Zeroizing<String>> {
    let about = fs::metadata(path)?;
    if about.len() > BYTES_MAX {
        return Err(io::Error::other("it is longer than 16 KiB"));
    }
    let mode = about.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(
            path = %path.display(),
            "the vault's key file can be read by other users of this machine (mode {:o}); \
             chmod 600 it",
            mode & 0o777
        );
    }
    fs::read_to_string(path).map(Zeroizing::new)
}

/// New file, synced, renamed over the old one, directory synced: a crash leaves one of the two.
fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let next = path.with_extension("next");
    match fs::remove_file(&next) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&next)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&next, path)?;
    fs::File::open(folder)?.sync_all()
}
