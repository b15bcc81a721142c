use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::Duration,
};

use db::Db;
use kernel::{Clock, Ids, Permission, Text, Time};
use tokio::sync::Mutex;

use crate::{
    AttachmentSubject, KeySource, StorageSettings, VaultError, model::Keyring, storage::Storage,
};

/// Seeing what secrets there are; never their values.
pub const SECRET_READ: Permission = Permission("secret.read");
/// Making, changing and removing secrets; rotating the master key.
pub const SECRET_CHANGE: Permission = Permission("secret.change");
/// Letting the server use a secret, such as in a channel.
pub const SECRET_USE: Permission = Permission("secret.use");
/// Seeing attachments of what one may see.
pub const ATTACHMENT_READ: Permission = Permission("attachment.read");
/// Attaching files to what one may change, and removing them.
pub const ATTACHMENT_CHANGE: Permission = Permission("attachment.change");

/// What the vault is made of.
pub struct VaultParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids, keys and nonces come from.
    pub ids: Arc<dyn Ids>,
    /// Where the master keys come from.
    pub keys: KeySource,
    /// The directory of the attached files.
    pub files: PathBuf,
    /// What differs between installations.
    pub settings: AttachmentSettings,
    /// What files can be attached to.
    pub subjects: Vec<Arc<dyn AttachmentSubject>>,
}

/// Limits of attachments, and the scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentSettings {
    /// The largest file.
    pub size_bytes_max: u64,
    /// How long attachments are kept; for ever when `None`.
    pub retention: Option<Duration>,
    /// The scanner: a program and its arguments, `{file}` standing for the file. It answers with
    /// exit code 0 for clean and 1 for infected.
    pub scan_command: Option<Vec<String>>,
    /// How long the scanner may take for one file.
    pub scan_timeout: Duration,
}

impl Default for AttachmentSettings {
    fn default() -> Self {
        Self {
            size_bytes_max: 64 * 1024 * 1024,
            retention: None,
            scan_command: None,
            scan_timeout: Duration::from_secs(60),
        }
    }
}

/// How the vault stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Why it is locked; `None` when it is open.
    pub locked: Option<Text>,
    /// Where the keys come from.
    pub keys_from: String,
    /// Whether the server can rotate them by itself.
    pub rotates: bool,
    /// The keys in use, the current one first.
    pub keys: Vec<KeyStanding>,
}

/// How one master key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStanding {
    /// Its id.
    pub id: String,
    /// Whether it seals.
    pub current: bool,
    /// Whether it is at hand.
    pub at_hand: bool,
    /// How many secrets are under it.
    pub secrets: i64,
}

/// The vault: cheap to clone.
#[derive(Clone)]
pub struct Vault {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) keys: KeySource,
    pub(crate) ring: RwLock<Ring>,
    /// One rotation, and one look for the keys, at a time.
    pub(crate) key_turn: Mutex<()>,
    pub(crate) files: Storage,
    /// Between a file's coming or going and its row's, nobody else touches files.
    pub(crate) file_turn: Mutex<()>,
    pub(crate) settings: RwLock<AttachmentSettings>,
    pub(crate) subjects: Vec<Arc<dyn AttachmentSubject>>,
    /// The folder of files that is looked through next.
    pub(crate) folder: AtomicU8,
    /// Whether no file is where files were before.
    pub(crate) moved: AtomicBool,
}

/// The master keys, or why they are not at hand.
#[derive(Debug, Clone)]
pub(crate) enum Ring {
    Open(Arc<Keyring>),
    Locked(Text),
}

impl fmt::Debug for Vault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Vault").field("keys", &self.inner.keys).finish_non_exhaustive()
    }
}

impl Vault {
    /// A vault that has not looked for its keys yet ([`Vault::unlock`] does), with attached files
    /// on disk.
    #[must_use]
    pub fn new(parts: VaultParts) -> Self {
        let files = Storage::on_disk(parts.files.clone());
        Self::with_files(parts, files)
    }

    /// The same with attached files where `storage` says. Nothing is asked of a bucket yet.
    ///
    /// Errors: [`VaultError::Storage`]: the settings of the bucket make no sense.
    pub fn stored(parts: VaultParts, storage: &StorageSettings) -> Result<Self, VaultError> {
        let files = Storage::new(parts.files.clone(), storage)?;
        Ok(Self::with_files(parts, files))
    }

    fn with_files(parts: VaultParts, files: Storage) -> Self {
        let locked = Text::new("the vault was not opened yet", "密钥库尚未打开");
        let inner = Inner {
            db: parts.db,
            clock: parts.clock,
            ids: parts.ids,
            keys: parts.keys,
            ring: RwLock::new(Ring::Locked(locked)),
            key_turn: Mutex::default(),
            files,
            file_turn: Mutex::default(),
            settings: RwLock::new(parts.settings),
            subjects: parts.subjects,
            folder: AtomicU8::default(),
            moved: AtomicBool::default(),
        };
        let inner = Arc::new(inner);
        inner.files.learn_vault(&Arc::downgrade(&inner));
        Self { inner }
    }

    /// Applies other settings from now on.
    pub fn apply(&self, settings: AttachmentSettings) {
        *self.inner.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// The settings that hold.
    #[must_use]
    pub fn settings(&self) -> AttachmentSettings {
        self.inner.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn now(&self) -> Time {
        self.inner.clock.now()
    }

    pub(crate) fn next_folder(&self) -> u8 {
        self.inner.folder.fetch_add(1, Ordering::Relaxed)
    }
}
