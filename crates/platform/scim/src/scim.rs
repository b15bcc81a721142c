use std::sync::Arc;

use access::Access;
use db::Db;
use directory::Directory;
use kernel::{Clock, Id, Ids, Permission};

/// Bringing people, accounts and groups from an identity provider.
///
/// Its name begins with the noun of users, whose administration it is a part of: no role that is
/// kept from users holds it.
pub const USER_PROVISION: Permission = Permission("user.provision");

/// What differs between installations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScimSettings {
    /// Whether whoever is brought gets an account.
    pub accounts: bool,
    /// Whether whoever is brought holds the post of their unit that is called as their title.
    pub posts: bool,
    /// Whether the server itself speaks HTTPS; what stands before it says so with each request.
    pub https: bool,
}

impl Default for ScimSettings {
    fn default() -> Self {
        Self { accounts: true, posts: false, https: false }
    }
}

/// What it stands on.
#[derive(Debug)]
pub struct ScimParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Where people are.
    pub directory: Directory,
    /// Where accounts and groups are.
    pub access: Access,
    /// What differs between installations.
    pub settings: ScimSettings,
}

/// Identity providers and what they bring: cheap to clone.
#[derive(Debug, Clone)]
pub struct Scim {
    pub(crate) parts: Arc<ScimParts>,
}

impl Scim {
    /// Provisioning on these records.
    #[must_use]
    pub fn new(parts: ScimParts) -> Self {
        Self { parts: Arc::new(parts) }
    }

    pub(crate) fn new_id<K>(&self) -> Id<K> {
        Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref())
    }
}
