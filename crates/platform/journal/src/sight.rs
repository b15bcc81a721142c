use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    future::Future,
    pin::Pin,
};

use kernel::{Caller, Fault, Permission, Place, Scope};
use serde_json::Value;

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
    /// Where it belonged before it came there, in the order of time.
    pub earlier: Vec<EarlierPlace>,
}

/// Where a resource belonged once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EarlierPlace {
    /// Until when, in microseconds.
    pub until: i64,
    /// The unit that answered for it.
    pub unit_id: Option<String>,
    /// The region it was in.
    pub region_id: Option<String>,
}

impl EarlierPlace {
    /// Whether it was there at that moment. The fact that it left says what it had been there; one
    /// that had belonged nowhere was only on its way.
    fn held_at(&self, at: i64) -> bool {
        let somewhere = self.unit_id.is_some() || self.region_id.is_some();
        at < self.until || (somewhere && at == self.until)
    }
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
    /// When it happened, in microseconds.
    fn at_micros(&self) -> i64;
    /// Who did it.
    fn actor_id(&self) -> &str;
    /// The noun it is about.
    fn subject_kind(&self) -> &str;
    /// The fact's own fields.
    fn detail(&self) -> Cow<'_, Value>;

    /// Every resource it names: a relation names the one at its other end, too.
    fn resource_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.resource_id().map(str::to_owned).into_iter().collect();
        if self.subject_kind() == "relation" {
            let detail = self.detail();
            let ends = ["from", "to"].into_iter().filter_map(|end| detail[end].as_str());
            ids.extend(ends.map(str::to_owned));
        }
        ids
    }
}

impl Seen for Row {
    fn resource_id(&self) -> Option<&str> {
        self.resource_id.as_deref()
    }

    fn at_micros(&self) -> i64 {
        self.at.micros()
    }

    fn actor_id(&self) -> &str {
        &self.actor.id
    }

    fn subject_kind(&self) -> &str {
        &self.subject.kind
    }

    fn detail(&self) -> Cow<'_, Value> {
        Cow::Borrowed(&self.detail)
    }
}

impl Seen for RawRow {
    fn resource_id(&self) -> Option<&str> {
        self.resource_id.as_deref()
    }

    fn at_micros(&self) -> i64 {
        self.at
    }

    fn actor_id(&self) -> &str {
        &self.actor_id
    }

    fn subject_kind(&self) -> &str {
        &self.subject_kind
    }

    fn detail(&self) -> Cow<'_, Value> {
        Cow::Owned(serde_json::from_str(&self.detail).unwrap_or_default())
    }
}

/// What of the journal a caller sees: facts about resources within their scope, from when these
/// came there, and what they did themselves unless it is about a relation to what they do not see;
/// facts about nothing in particular, and those about signing in, only with the permission
/// everywhere.
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
            Scope::Within(_) => rows.iter().flat_map(Seen::resource_ids).collect(),
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
        // A relation that somebody ended by the way names what they need not see.
        let is_own = self.own.contains(row.actor_id()) && row.subject_kind() != "relation";
        if self.scope == Scope::Everywhere || is_own {
            return true;
        }
        let ids = row.resource_ids();
        let within = |id: &str, unit_id: Option<&str>, region_id: Option<&str>| {
            self.scope.covers(&Place { resource_id: Some(id), unit_id, region_id })
        };
        let covered = |id: &String| {
            let Some(place) = places.get(id) else { return within(id, None, None) };
            let mut earlier = place.earlier.iter();
            let then = earlier.find(|earlier| earlier.held_at(row.at_micros()));
            within(id, place.unit_id.as_deref(), place.region_id.as_deref())
                && then.is_none_or(|then| {
                    within(id, then.unit_id.as_deref(), then.region_id.as_deref())
                })
        };
        !ids.is_empty() && ids.iter().all(covered)
    }
}

/// Whether a fact tells of somebody's sign-in, session, token or refusal.
#[must_use]
pub fn is_about_sign_in(row: &impl Seen) -> bool {
    ABOUT_SIGN_IN.contains(&row.subject_kind())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::Within;

    use super::*;

    struct Told {
        kind: &'static str,
        detail: Value,
        at: i64,
    }

    impl Seen for Told {
        fn resource_id(&self) -> Option<&str> {
            Some("here")
        }

        fn at_micros(&self) -> i64 {
            self.at
        }

        fn actor_id(&self) -> &str {
            "somebody"
        }

        fn subject_kind(&self) -> &str {
            self.kind
        }

        fn detail(&self) -> Cow<'_, Value> {
            Cow::Borrowed(&self.detail)
        }
    }

    /// A fact about a relation once told whoever saw one end the name of the other.
    #[tokio::test]
    async fn relation_is_seen_by_those_who_see_both_of_its_ends() {
        let within = Within { resources: ["here".to_owned()].into(), ..Within::default() };
        let sight =
            Sight { scope: Scope::Within(Arc::new(within)), own: BTreeSet::new(), sign_in: false };
        let to = |to: &str| serde_json::json!({ "from": "here", "to": to });
        let rows = vec![
            Told { kind: "relation", detail: to("elsewhere"), at: 0 },
            Told { kind: "relation", detail: to("here"), at: 0 },
            Told { kind: "resource", detail: Value::Null, at: 0 },
        ];
        let seen = sight.filter(&Nowhere, rows).await.unwrap();
        assert_eq!(seen.iter().map(|row| row.kind).collect::<Vec<_>>(), ["relation", "resource"]);
    }

    /// A merge ends relations of what the one who merges does not see.
    #[tokio::test]
    async fn own_relation_is_seen_by_those_who_see_both_of_its_ends() {
        let within = Within { resources: ["here".to_owned()].into(), ..Within::default() };
        let own = BTreeSet::from(["somebody".to_owned()]);
        let sight = Sight { scope: Scope::Within(Arc::new(within)), own, sign_in: false };
        let told = |kind, to: &str| {
            let detail = serde_json::json!({ "from": "here", "to": to });
            Told { kind, detail, at: 0 }
        };
        let rows = vec![
            told("relation", "elsewhere"),
            told("plan", "elsewhere"),
            told("relation", "here"),
        ];
        let seen = sight.filter(&Nowhere, rows).await.unwrap();
        assert_eq!(seen.iter().map(|row| row.kind).collect::<Vec<_>>(), ["plan", "relation"]);
    }

    /// It was in the south until 10, then belonged nowhere until 20, and is in the north since.
    struct Moved;

    impl Places for Moved {
        fn places_of(&self, _: Vec<String>) -> PlacesFuture<'_> {
            let unit = |unit: &str| Some(unit.to_owned());
            let earlier = vec![
                EarlierPlace { until: 10, unit_id: unit("south"), region_id: None },
                EarlierPlace { until: 20, ..EarlierPlace::default() },
            ];
            let place = PlaceOf { unit_id: unit("north"), region_id: None, earlier };
            Box::pin(std::future::ready(Ok(HashMap::from([("here".to_owned(), place)]))))
        }
    }

    #[tokio::test]
    async fn what_happened_before_a_resource_came_into_the_scope_is_not_in_it() {
        for (units, expected) in [
            (&["north"][..], vec![20, 30]),
            (&["north", "south"], vec![0, 9, 10, 20, 30]),
            (&["south"], vec![]),
        ] {
            let units = units.iter().map(|&unit| unit.to_owned()).collect();
            let scope = Scope::Within(Arc::new(Within { units, ..Within::default() }));
            let sight = Sight { scope, own: BTreeSet::new(), sign_in: false };
            let told = |at| Told { kind: "resource", detail: Value::Null, at };
            let rows = [0, 9, 10, 19, 20, 30].map(told).into();
            let seen = sight.filter(&Moved, rows).await.unwrap();
            assert_eq!(seen.iter().map(|row| row.at).collect::<Vec<_>>(), expected);
        }
    }
}
