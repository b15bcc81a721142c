use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use db::Db;
use directory::Directory;
use http_kit::guard::OutboundGuard;
use jobs::Timer;
use kernel::{Caller, Clock, Ids, Permission, Time};
use vault::Vault;

use crate::{
    Accounts, ChannelId, NotifyError, ShippedTemplate,
    model::{Breaker, Window},
    senders::{Ground, Sender},
};

/// Seeing the channels.
pub const CHANNEL_READ: Permission = Permission("channel.read");
/// Making, changing, removing and testing channels.
pub const CHANNEL_CHANGE: Permission = Permission("channel.change");
/// Seeing who was told what.
pub const MESSAGE_READ: Permission = Permission("message.read");
/// Sending a message by hand.
pub const MESSAGE_SEND: Permission = Permission("message.send");
/// Seeing the templates.
pub const TEMPLATE_READ: Permission = Permission("template.read");
/// Changing the templates.
pub const TEMPLATE_CHANGE: Permission = Permission("template.change");
/// Seeing one's own notifications.
pub const NOTIFICATION_READ: Permission = Permission("notification.read");
/// Changing what is one's own: everybody who is signed in holds it.
pub(crate) const PROFILE_CHANGE: Permission = Permission("profile.change");

/// What messages are made of.
pub struct NotifyParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What waiting goes by.
    pub timer: Arc<dyn Timer>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Where the secrets of channels are.
    pub vault: Vault,
    /// Who is who, and how to reach them.
    pub directory: Directory,
    /// Which user is which person.
    pub accounts: Arc<dyn Accounts>,
    /// Which addresses may be reached.
    pub guard: Arc<OutboundGuard>,
    /// The templates of other crates.
    pub templates: Vec<ShippedTemplate>,
    /// What differs between installations.
    pub settings: NotifySettings,
}

/// What differs between installations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifySettings {
    /// The address of the UI as people reach it, for links: `https://ops.example.org`.
    pub base_url: Option<String>,
    /// The organisation's time zone, in which moments are written where a recipient has said none;
    /// that of the house when `None`.
    pub zone: Option<String>,
    /// How long messages are kept.
    pub retention: Duration,
    /// How long a far side may take for one message.
    pub timeout: Duration,
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self {
            base_url: None,
            zone: None,
            retention: Duration::from_secs(400 * 86_400),
            timeout: Duration::from_secs(20),
        }
    }
}

/// Outgoing messages: cheap to clone.
#[derive(Clone)]
pub struct Notify {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) vault: Vault,
    pub(crate) directory: Directory,
    pub(crate) accounts: Arc<dyn Accounts>,
    pub(crate) ground: RwLock<Arc<Ground>>,
    pub(crate) templates: Vec<ShippedTemplate>,
    pub(crate) settings: RwLock<NotifySettings>,
    /// Rings when there may be something to do.
    pub(crate) bell: tokio::sync::Notify,
    /// One preparation at a time in this process.
    pub(crate) preparing: tokio::sync::Mutex<()>,
    pub(crate) lines: Mutex<HashMap<ChannelId, Line>>,
    /// Tells this process from others: only it settles what it took on.
    pub(crate) holder: String,
}

/// What this process knows of a channel while it runs.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) window: Window,
    pub(crate) breaker: Breaker,
    pub(crate) opened: Option<Opened>,
    /// Whether it is being drained.
    pub(crate) busy: bool,
}

/// A channel with its secrets, as they were when it was opened.
#[derive(Clone)]
pub(crate) struct Opened {
    pub(crate) version: i64,
    pub(crate) values: Vec<Option<i64>>,
    pub(crate) sender: Arc<Sender>,
}

impl fmt::Debug for Notify {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Notify").field("holder", &self.inner.holder).finish_non_exhaustive()
    }
}

impl Notify {
    /// Messages in these records. Nothing is sent before [`Notify::run`].
    #[must_use]
    pub fn new(parts: NotifyParts) -> Self {
        let holder = parts.ids.uuid(parts.clock.now()).to_string();
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let ground = Ground {
            clock: Arc::clone(&parts.clock),
            guard: parts.guard,
            roots: Arc::new(roots),
            base_url: parts.settings.base_url.clone(),
            timeout: parts.settings.timeout,
        };
        let inner = Inner {
            db: parts.db,
            clock: parts.clock,
            timer: parts.timer,
            ids: parts.ids,
            vault: parts.vault,
            directory: parts.directory,
            accounts: parts.accounts,
            ground: RwLock::new(Arc::new(ground)),
            templates: parts.templates,
            settings: RwLock::new(parts.settings),
            bell: tokio::sync::Notify::new(),
            preparing: tokio::sync::Mutex::default(),
            lines: Mutex::default(),
            holder,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Applies other settings from now on.
    pub fn apply(&self, settings: NotifySettings) {
        let ground = self.ground();
        let next = Ground {
            clock: Arc::clone(&ground.clock),
            guard: Arc::clone(&ground.guard),
            roots: Arc::clone(&ground.roots),
            base_url: settings.base_url.clone(),
            timeout: settings.timeout,
        };
        *self.inner.ground.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        *self.inner.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
        for line in self.lines().values_mut() {
            line.opened = None;
        }
    }

    pub(crate) fn settings(&self) -> NotifySettings {
        self.inner.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn ground(&self) -> Arc<Ground> {
        Arc::clone(&self.inner.ground.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn lines(&self) -> MutexGuard<'_, HashMap<ChannelId, Line>> {
        self.inner.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Time {
        self.inner.clock.now()
    }
}

/// Errors: [`NotifyError::NotAllowed`].
pub(crate) fn permit(caller: &Caller, permission: Permission) -> Result<(), NotifyError> {
    if caller.may_everywhere(permission) {
        Ok(())
    } else {
        Err(NotifyError::NotAllowed(permission))
    }
}
