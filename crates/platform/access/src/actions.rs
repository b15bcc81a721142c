//! Verbs: load → permit → decide → save → journal, in one transaction.

mod administrators;
mod attempts;
mod delegates;
mod delegation;
mod elsewhere;
mod emergencies;
mod entering;
mod explain;
mod failures;
mod first_run;
mod granting;
mod grants;
mod group_provisioning;
mod groups;
mod guard;
mod hashing;
mod identities;
mod keepers;
mod leavers;
mod organisation;
mod own_doing;
mod own_gain;
mod passkey_sign_in;
mod passkeys;
mod persons;
mod policy;
mod post_grants;
mod profile;
mod providers;
mod provisioning;
mod recognise;
mod refusals;
mod reviews;
mod rights;
mod roles;
mod second_factor;
mod second_step;
mod separation;
mod sessions;
mod sign_in;
mod taking;
mod tokens;
mod trips;
mod users;
mod vouching;
mod way_out;
mod welcome;

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use db::{Db, Tx};
use directory::Directory;
use http_kit::RouteEntry;
use journal::{Entry, Places};
use kernel::{Caller, Clock, Fact, Grant, Ids, Permission, Time};
use vault::Vault;

pub use self::{
    administrators::AdministratorsGroups,
    delegates::Delegate,
    delegation::NewDelegation,
    explain::{Holding, Rights},
    group_provisioning::NamedMember,
    groups::MembersChange,
    providers::ProviderTest,
    provisioning::ProvisionedChange,
    second_step::SecondStep,
    sessions::Standing,
    sign_in::{FirstStep, SignedIn},
    trips::{Arrival, Departure, Return},
};
pub(crate) use self::{
    explain::Powers,
    recognise::{Heard, Recognised, is_csrf_token},
};
use self::{
    first_run::FirstRun, hashing::Hasher, organisation::Organisation, refusals::Refusals,
    rights::Remembered, vouching::Vouching,
};
use crate::{
    AccessError,
    model::{permission, session::SessionLimits},
};

/// What differs between installations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessSettings {
    /// How long sessions live.
    pub sessions: SessionLimits,
}

impl Default for AccessSettings {
    /// Half a day of silence, a week in all.
    fn default() -> Self {
        let hour = Duration::from_secs(3600);
        Self { sessions: SessionLimits { idle: hour * 12, absolute: hour * 24 * 7 } }
    }
}

/// Users, sessions and tokens: the verbs, and the gate of every request. Cheap to clone.
#[derive(Clone)]
pub struct Access {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    settings: AccessSettings,
    hasher: Hasher,
    first_run: Mutex<FirstRun>,
    refusals: Mutex<Refusals>,
    organisation: Organisation,
    vault: OnceLock<Vault>,
    vouching: Vouching,
    places: OnceLock<Arc<dyn Places>>,
    /// Up to where everybody who has left is out, if anybody has looked.
    leavers: Mutex<Option<leavers::Rested>>,
    /// One works out what somebody may do, the others wait for what it has found: it holds one
    /// connection and may need a second one.
    resolving: tokio::sync::Mutex<()>,
    remembered: Mutex<Remembered>,
    permissions: OnceLock<Vec<Permission>>,
}

impl fmt::Debug for Access {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Access").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

impl Access {
    /// Users and sessions in `db`, whose tables are those of [`crate::MIGRATIONS`].
    pub fn new(db: Db, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>, settings: AccessSettings) -> Self {
        let inner = Inner {
            db,
            clock,
            ids,
            settings,
            hasher: Hasher::new(),
            first_run: Mutex::default(),
            refusals: Mutex::default(),
            organisation: Organisation::default(),
            vault: OnceLock::new(),
            vouching: Vouching::default(),
            places: OnceLock::new(),
            leavers: Mutex::default(),
            resolving: tokio::sync::Mutex::default(),
            remembered: Mutex::default(),
            permissions: OnceLock::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Tells which permissions there are: those that the routes of the whole server need, and
    /// those that others ask for within their verbs only (`inner`). Until then a session's answer
    /// lists this crate's own. Only the first call counts.
    pub fn learn_permissions(&self, routes: &[RouteEntry], inner: &[Permission]) {
        let mut permissions: Vec<Permission> =
            routes.iter().filter_map(|route| route.need.permission()).collect();
        permissions.extend(inner);
        // Some of this crate's are asked for within verbs only.
        permissions.extend(permission::OWN);
        permissions.sort_unstable();
        permissions.dedup();
        // A second call would be a second server in one process: the first one's word stands.
        let _ = self.inner.permissions.set(permissions);
        self.forget_rights();
    }

    /// Tells where units, regions, people and posts are found. Only the first call counts.
    pub fn learn_directory(&self, directory: Directory) {
        self.inner.organisation.learn(directory);
        self.forget_rights();
    }

    /// Tells where secrets of second factors are sealed. Only the first call counts; until then
    /// codes are neither made nor taken.
    pub fn learn_vault(&self, vault: Vault) {
        // As with the directory: a second call would be a second server in one process.
        let _ = self.inner.vault.set(vault);
    }

    /// How long sessions live.
    pub(crate) fn session_limits(&self) -> SessionLimits {
        self.inner.settings.sessions
    }

    /// The known permissions that `grant` holds.
    pub(crate) fn permissions_of(&self, grant: &Grant) -> Vec<Permission> {
        let known = self.catalogue().iter().copied();
        known.filter(|permission| !grant.scope(*permission).is_nowhere()).collect()
    }

    /// The permissions there are, by name.
    fn catalogue(&self) -> &[Permission] {
        self.inner.permissions.get().map_or(&permission::OWN[..], Vec::as_slice)
    }

    /// Their names.
    fn known(&self) -> Vec<&'static str> {
        self.catalogue().iter().map(|permission| permission.0).collect()
    }

    pub(crate) fn now(&self) -> Time {
        self.inner.clock.now()
    }
}

/// The one check inside of verbs; routes make it too, the command line only here.
fn permit(caller: &Caller, permission: Permission) -> Result<(), AccessError> {
    if caller.may(permission) { Ok(()) } else { Err(AccessError::Forbidden(permission)) }
}

/// The check inside of verbs about what belongs nowhere: users, roles, groups, reviews.
fn permit_everywhere(caller: &Caller, permission: Permission) -> Result<(), AccessError> {
    permit(caller, permission)?;
    if caller.may_everywhere(permission) {
        Ok(())
    } else {
        Err(AccessError::OutOfScope(permission))
    }
}

/// Journals a fact that has no before and after.
async fn note<F: Fact>(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    fact: &F,
) -> Result<(), AccessError> {
    journal::append(tx, Entry::new(caller, now, fact)).await?;
    Ok(())
}
