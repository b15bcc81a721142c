use std::{
    collections::{BTreeSet, HashMap},
    future::Future,
    pin::Pin,
};

use kernel::{Caller, Fault, Lineage};

/// What a [`Places`] hands back.
pub type PlacesFuture<'a> =
    Pin<Box<dyn Future<Output = Result<HashMap<String, PlaceOf>, Fault>> + Send + 'a>>;

/// Where things are at moments, as a [`Places`] hands it back.
pub type ThenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<HashMap<PlaceAt, Lineage>, Fault>> + Send + 'a>>;

/// The ids of users and tokens that a [`Places`] hands back.
pub type TokensFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<String>, Fault>> + Send + 'a>>;

/// Whether something lies elsewhere, as a [`Places`] hands it back.
pub type ElsewhereFuture<'a> = Pin<Box<dyn Future<Output = Result<bool, Fault>> + Send + 'a>>;

/// Where a resource belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceOf {
    /// The unit that answers for it.
    pub unit_id: Option<String>,
    /// The region it is in.
    pub region_id: Option<String>,
    /// Where it was before it came there, or what is above it did, in the order of time.
    pub earlier: Vec<EarlierPlace>,
}

/// Where a resource was once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EarlierPlace {
    /// Until when, in microseconds.
    pub until: i64,
    /// Its unit and region, with all that was above them then.
    pub was: Lineage,
}

/// A unit and a region that something belongs to, at a moment past or to come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PlaceAt {
    /// The unit.
    pub unit_id: Option<String>,
    /// The region.
    pub region_id: Option<String>,
    /// When, in microseconds.
    pub at: i64,
}

impl PlaceOf {
    /// Where it was at that moment, if that was not as it is now.
    pub(crate) fn at(&self, at: i64) -> Option<&EarlierPlace> {
        self.earlier.iter().find(|earlier| earlier.held_at(at))
    }
}

impl EarlierPlace {
    /// Whether it was there at that moment. The fact that it left says what it had been there; one
    /// that had belonged nowhere was only on its way.
    fn held_at(&self, at: i64) -> bool {
        let somewhere = !self.was.units.is_empty() || !self.was.regions.is_empty();
        at < self.until || (somewhere && at == self.until)
    }

    /// Whether it is that unit and region.
    pub(crate) fn is_at(&self, unit_id: Option<&str>, region_id: Option<&str>) -> bool {
        let region = self.was.regions.first().map(String::as_str);
        self.was.units.first().map(String::as_str) == unit_id
            && region_id.is_none_or(|id| region == Some(id))
    }
}

/// Where resources belong, and what users act by; the roof implements it over the register and the
/// users.
pub trait Places: Send + Sync {
    /// The places of these resources; those that are not in the register are left out.
    fn places_of(&self, resource_ids: Vec<String>) -> PlacesFuture<'_>;

    /// All that is above these places at their moments; of those that are left out it is not known,
    /// and they are judged as they are today.
    fn places_then(&self, moments: Vec<PlaceAt>) -> ThenFuture<'_> {
        let _ = moments;
        Box::pin(std::future::ready(Ok(HashMap::new())))
    }

    /// The ids of all tokens that the user ever had: what was done by them is the user's doing.
    fn tokens_of<'a>(&'a self, user_id: &'a str) -> TokensFuture<'a> {
        let _ = user_id;
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// The ids of users and tokens whose name has `name` in it, those of users also by what they
    /// are called if `caller` may read that.
    fn actors_called<'a>(&'a self, caller: &'a Caller, name: &'a str) -> TokensFuture<'a> {
        let _ = (caller, name);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Whether a resource of one of these units is in a region of its own that is none of these:
    /// who holds the regions does not hold that, who holds the units does.
    fn any_elsewhere<'a>(
        &'a self,
        units: &'a BTreeSet<String>,
        regions: &'a BTreeSet<String>,
    ) -> ElsewhereFuture<'a> {
        let _ = (units, regions);
        Box::pin(std::future::ready(Ok(false)))
    }
}

/// Nothing belongs anywhere: who is limited to a part of the house sees only their own actions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nowhere;

impl Places for Nowhere {
    fn places_of(&self, _: Vec<String>) -> PlacesFuture<'_> {
        Box::pin(std::future::ready(Ok(HashMap::new())))
    }
}
