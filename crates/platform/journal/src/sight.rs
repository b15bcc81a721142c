use std::collections::{BTreeSet, HashMap};

use kernel::{Caller, Fault, Lineage, Permission, Place, Scope};
use serde_json::Value;

use crate::{
    PlaceAt, PlaceOf, Places,
    seen::{PLACE_FIELDS, Seen, States, Withheld},
};

/// Reading the journal.
pub const JOURNAL_READ: Permission = Permission("journal.read");
/// Taking rows out of the house.
pub const JOURNAL_EXPORT: Permission = Permission("journal.export");
/// Seeing who signs in.
const USER_READ: Permission = Permission("user.read");

/// Facts about these nouns are for those who may read users: who signs in, and who may do what.
const ABOUT_SIGN_IN: [&str; 9] =
    ["user", "session", "token", "access", "role", "group", "grant", "emergency", "review"];

/// What of the journal a caller sees: facts about resources within their scope, from when these
/// came there, and what they did themselves, by whatever credential, unless it is about a relation
/// to what they do not see; facts about nothing in particular, and those about signing in, only
/// with the permission everywhere. What a fact tells of a place that they do not see is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    scope: Scope,
    user: Option<String>,
    own: BTreeSet<String>,
    sign_in: bool,
}

/// How much of a row is shown.
enum Shown {
    Nothing,
    Whole,
    /// All but that.
    Without(Withheld),
}

/// What is known of what rows name.
#[derive(Default)]
struct Known {
    places: HashMap<String, PlaceOf>,
    /// Where they are at the moments from which on they are told to be otherwise.
    then: HashMap<PlaceAt, Lineage>,
    /// What the caller acts by.
    own: BTreeSet<String>,
}

impl Sight {
    /// What `caller` sees with `permission`.
    #[must_use]
    pub fn of(caller: &Caller, permission: Permission) -> Self {
        let own = [Some(caller.actor.id.clone()), caller.user_id.clone()];
        Self {
            scope: caller.scope(permission),
            user: caller.user_id.clone(),
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

    /// Leaves those of `rows` that it sees, in their order, and of each what it sees.
    ///
    /// Errors: those of `places`; nothing is shown then.
    pub async fn filter<R: Seen>(
        &self,
        places: &dyn Places,
        rows: Vec<R>,
    ) -> Result<Vec<R>, Fault> {
        let limited = self.is_limited();
        let told: Vec<Option<States>> =
            rows.iter().map(|row| row.told().filter(|_| limited)).collect();
        let mut known = Known { own: self.own.clone(), ..Known::default() };
        if limited && !rows.is_empty() {
            let mut asked: BTreeSet<String> = rows.iter().flat_map(Seen::resource_ids).collect();
            asked.extend(rows.iter().filter_map(Seen::merged_away));
            if !asked.is_empty() {
                known.places = places.places_of(asked.into_iter().collect()).await?;
            }
            let moments: Vec<PlaceAt> = told.iter().flatten().flat_map(moments_of).collect();
            if !moments.is_empty() {
                known.then = places.places_then(moments).await?;
            }
            if let Some(user) = &self.user {
                known.own.extend(places.tokens_of(user).await?);
            }
        }
        let show = |(mut row, told): (R, Option<States>)| match self.shown(&row, told, &known) {
            Shown::Nothing => None,
            Shown::Whole => Some(row),
            Shown::Without(what) => {
                row.withhold(&what);
                Some(row)
            }
        };
        Ok(rows.into_iter().zip(told).filter_map(show).collect())
    }

    fn shown<R: Seen>(&self, row: &R, told: Option<States>, known: &Known) -> Shown {
        if !self.sign_in && ABOUT_SIGN_IN.contains(&row.subject_kind()) {
            return Shown::Nothing;
        }
        // What somebody did by the way to two resources names one that they need not see.
        let is_own = known.own.contains(row.actor_id()) && !row.is_of_two();
        if self.scope == Scope::Everywhere || is_own {
            return Shown::Whole;
        }
        let ids = row.resource_ids();
        let saw = |id: &String| self.saw(id, known.places.get(id), row.at_micros());
        if ids.is_empty() || !ids.iter().all(saw) {
            return Shown::Nothing;
        }
        if let Some(gone) = row.merged_away().filter(|gone| !saw(gone)) {
            let before = row.states().before.is_some_and(|before| before["id"] == gone.as_str());
            let detail = vec!["gone_name"];
            return Shown::Without(Withheld { before, detail, ..Withheld::default() });
        }
        match (told, row.resource_id()) {
            (Some(told), Some(id)) => self.shown_of(&told, id, known, row.at_micros()),
            _ => Shown::Whole,
        }
    }

    /// Whether it covers the resource where that is, and covered it where it was at that moment.
    fn saw(&self, id: &str, place: Option<&PlaceOf>, at: i64) -> bool {
        let Some(place) = place else { return self.covers(id, None, None) };
        self.covers(id, place.unit_id.as_deref(), place.region_id.as_deref())
            && place.at(at).is_none_or(|then| self.scope.reached(Some(id), &then.was))
    }

    fn covers(&self, id: &str, unit_id: Option<&str>, region_id: Option<&str>) -> bool {
        self.scope.covers(&Place { resource_id: Some(id), unit_id, region_id })
    }

    /// What a fact tells of a resource: nothing that was elsewhere before, or is when it is told to
    /// be otherwise, and where it goes only if that is seen, too.
    fn shown_of(&self, told: &States, id: &str, known: &Known, at: i64) -> Shown {
        let place = known.places.get(id);
        let covered = |state: &Option<Value>| {
            let [unit, region] = PLACE_FIELDS.map(|name| field(state, name));
            let is_reached = place_at(state, told.at)
                .and_then(|place| known.then.get(&place))
                .is_none_or(|then| self.scope.reached(Some(id), then));
            let (unit, region) = (unit.as_deref(), region.as_deref());
            let was = place.and_then(|place| place.at(at));
            let was_there = was.is_some_and(|was| was.is_at(unit, region));
            is_reached && (self.covers(id, unit, region) || was_there)
        };
        if told.before.is_some() && !covered(&told.before) {
            return Shown::Nothing;
        }
        if told.after.is_none() || covered(&told.after) {
            return Shown::Whole;
        }
        let goes = |name: &&str| {
            let to = field(&told.after, name);
            to.is_some() && to != field(&told.before, name)
        };
        let withheld: Vec<&'static str> = PLACE_FIELDS.into_iter().filter(goes).collect();
        if withheld.is_empty() {
            return Shown::Whole;
        }
        Shown::Without(Withheld { after: withheld, ..Withheld::default() })
    }
}

/// Where a fact tells of a resource to be, when that is not the moment of the fact.
fn moments_of(told: &States) -> impl Iterator<Item = PlaceAt> {
    [&told.before, &told.after].map(|state| place_at(state, told.at)).into_iter().flatten()
}

fn place_at(state: &Option<Value>, at: Option<i64>) -> Option<PlaceAt> {
    let (Some(at), true) = (at, state.is_some()) else { return None };
    let [unit_id, region_id] = PLACE_FIELDS.map(|name| field(state, name));
    Some(PlaceAt { unit_id, region_id, at })
}

fn field(state: &Option<Value>, field: &str) -> Option<String> {
    state.as_ref().and_then(|state| state[field].as_str()).map(str::to_owned)
}

/// Whether a fact tells of somebody's sign-in, session, token or refusal.
#[must_use]
pub fn is_about_sign_in(row: &impl Seen) -> bool {
    ABOUT_SIGN_IN.contains(&row.subject_kind())
}

#[cfg(test)]
#[path = "sight_tests.rs"]
mod tests;
