use std::{
    collections::{BTreeSet, HashMap},
    future::Future,
    pin::Pin,
};

use kernel::{Caller, Fault, Permission, Place, Scope};

use crate::{RawRow, Row};

/// Reading the journal.
pub const JOURNAL_READ: Permission = Permission("journal.read");
/// Taking rows out of the house.
pub const JOURNAL_EXPORT: Permission = Permission("journal.export");
/// Seeing who signs in.
const USER_READ: Permission = Permission("user.read");

/// Facts about these nouns are for those who may read users: who signs in, and who may do what.
const ABOUT_SIGN_IN: [&str; 9] =
    ["user", "session", "token", "access", "role", "group", "grant", "emergency", "review"];

/// What a [`Places`] hands back.
pub type PlacesFuture<'a> =
    Pin<Box<dyn Future<Output = Result<HashMap<String, PlaceOf>, Fault>> + Send + 'a>>;

/// Where a resource belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceOf {
    /// The unit that answers for it.
    pub unit_id: Option<String>,
    /// The region it is in.
    pub region_id: Option<String>,
}

/// Where resources belong; the roof implements it over the register.
pub trait Places: Send + Sync {
    /// The places of these resources; those that are not in the register are left out.
    fn places_of(&self, resource_ids: Vec<String>) -> PlacesFuture<'_>;
}

/// Nothing belongs anywhere: who is limited to a part of the house sees only their own actions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Places for Nowhere {
    fn places_of(&self, _: Vec<String>) -> PlacesFuture<'_> {
        Box::pin(std::future::ready(Ok(HashMap::new())))
    }
}

/// A row, as far as the question goes who may see it.
pub trait Seen {
    /// The resource it concerns.
    fn resource_id(&self) -> Option<&str>;
    /// Who did it.
    fn actor_id(&self) -> &str;
    /// The noun it is about.
    fn subject_kind(&self) -> &str;
}

impl Seen for Row {
    fn resource_id(&self) -> Option<&str> {
        self.resource_id.as_deref()
    }

    fn actor_id(&self) -> &str {
        &self.actor.id
    }

    fn subject_kind(&self) -> &str {
        &self.subject.kind
    }
}

impl Seen for RawRow {
    fn resource_id(&self) -> Option<&str> {
        self.resource_id.as_deref()
    }

    fn actor_id(&self) -> &str {
        &self.actor_id
    }

    fn subject_kind(&self) -> &str {
        &self.subject_kind
    }
}

/// What of the journal a caller sees: facts about resources within their scope, and what they did
/// themselves; facts about nothing in particular, and those about signing in, only with the
/// permission everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    scope: Scope,
    own: BTreeSet<String>,
    sign_in: bool,
}

impl Sight {
    /// What `caller` sees with `permission`.
    #[must_use]
    pub fn of(caller: &Caller, permission: Permission) -> Self {
        let own = [Some(caller.actor.id.clone()), caller.user_id.clone()];
        Self {
            scope: caller.scope(permission),
            own: own.into_iter().flatten().filter(|id| !id.is_empty()).collect(),
            sign_in: caller.may_everywhere(USER_READ),
        }
    }

    /// Whether it sees every row, so that nothing need be asked.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.scope == Scope::Everywhere && self.sign_in
    }

    /// Whether it is limited to a part of the house.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.scope != Scope::Everywhere
    }

    /// The nouns whose facts it does not see at all.
    #[must_use]
    pub fn hidden_subject_kinds(&self) -> &'static [&'static str] {
        if self.sign_in { &[] } else { &ABOUT_SIGN_IN }
    }

    /// Leaves those of `rows` that it sees, in their order.
    ///
    /// Errors: those of `places`; nothing is shown then.
    pub async fn filter<R: Seen>(
        &self,
        places: &dyn Places,
        rows: Vec<R>,
    ) -> Result<Vec<R>, Fault> {
        let asked: BTreeSet<String> = match self.scope {
            Scope::Everywhere => BTreeSet::new(),
            Scope::Within(_) => {
                rows.iter().filter_map(|row| row.resource_id().map(str::to_owned)).collect()
            }
        };
        let places = match asked.is_empty() {
            true => HashMap::new(),
            false => places.places_of(asked.into_iter().collect()).await?,
        };
        Ok(rows.into_iter().filter(|row| self.sees(row, &places)).collect())
    }

    fn sees<R: Seen>(&self, row: &R, places: &HashMap<String, PlaceOf>) -> bool {
        if !self.sign_in && ABOUT_SIGN_IN.contains(&row.subject_kind()) {
            return false;
        }
        if self.scope == Scope::Everywhere || self.own.contains(row.actor_id()) {
            return true;
        }
        row.resource_id().is_some_and(|id| {
            let place = places.get(id);
            self.scope.covers(&Place {
                resource_id: Some(id),
                unit_id: place.and_then(|place| place.unit_id.as_deref()),
                region_id: place.and_then(|place| place.region_id.as_deref()),
            })
        })
    }
}

/// Whether a fact tells of somebody's sign-in, session, token or refusal.
#[must_use]
pub fn is_about_sign_in(row: &impl Seen) -> bool {
    ABOUT_SIGN_IN.contains(&row.subject_kind())
}
