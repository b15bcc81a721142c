//! The filter language: `kind = host and memory_bytes > 8GiB and not retired`.
//!
//! A text becomes tokens, a tree of names and values, and then, by the register's kinds, a
//! [`Filter`]: that is what the database is asked and what [`Filter::matches`] decides by itself.

mod check;
mod complete;
mod evaluate;
mod fault;
mod fold;
mod schema;
mod syntax;
mod token;
mod value;

pub use complete::{Candidate, CandidateSort};
pub use evaluate::Neighbours;
pub use schema::{PlaceSet, Places};
pub use value::Pattern;

pub(crate) use check::PlacesNamed;
pub(crate) use complete::complete;
pub(crate) use fold::{FOLDED_AS, folded, searched, texts};
pub(crate) use schema::Schema;
pub(crate) use value::number as number_in;

use kernel::{FieldFault, Scope, Time};

use self::fault::FilterFault;

use crate::{Direction, ResourceFilter};

/// What resources are asked for: names looked up, values of their types.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them.
    Everything,
    /// Those that all of these match.
    All(Vec<Filter>),
    /// Those that one of these matches.
    Any(Vec<Filter>),
    /// Those that it does not match.
    Not(Box<Filter>),
    /// Those that hang together in this way with one that it matches.
    Related {
        /// The kind of the relation.
        relation: String,
        /// Forward: the one that it runs on; backward: one that runs on it.
        direction: Direction,
        /// What the other resource must be like.
        filter: Box<Filter>,
    },
    /// Those of which this holds. A field without a value passes no check.
    Test(Field, Check),
}

/// Something of a resource that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Its id.
    Id,
    /// Its kind.
    Kind,
    /// Its name.
    Name,
    /// Its description.
    Description,
    /// Where it comes from.
    Source,
    /// How far its life has come.
    LifeCycle,
    /// Whether it is out of use.
    Retired,
    /// When it came into the register.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// How often it was changed.
    Version,
    /// How sure one is of it, in percent.
    Confidence,
    /// One of its tags.
    Tag,
    /// The unit that answers for it, by id.
    Unit,
    /// The region it is in: its own, by id, or that of its unit.
    Region,
    /// An attribute with one value.
    Attribute(String),
    /// One value of an attribute with several.
    Listed(String),
}

/// What is asked of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// It has a value.
    Present,
    /// Its text is one of these, to the letter; without regard to case for tags and lists.
    OneOf(Vec<String>),
    /// Its text matches, ignoring case.
    Like(Pattern),
    /// Its number is so.
    Number(Order, f64),
    /// It is true, or false.
    Flag(bool),
    /// Its time is so.
    Time(Order, Time),
    /// Its address lies between these, both folded.
    Between(String, String),
    /// It lies where this covers: the rule is that of what a caller may see.
    LiesIn(Scope),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Filter {
    /// The same, but only of what is in use, unless it or `fields` say something about that.
    pub(crate) fn in_use_unless(self, fields: &ResourceFilter) -> Self {
        let said = fields.retired.is_some() || fields.life_cycle.is_some();
        if said || self.speaks_of_use() {
            return self;
        }
        Self::All(vec![Self::Test(Field::Retired, Check::Flag(false)), self])
    }

    fn speaks_of_use(&self) -> bool {
        match self {
            Self::Everything | Self::Related { .. } => false,
            Self::All(filters) | Self::Any(filters) => filters.iter().any(Self::speaks_of_use),
            Self::Not(filter) => filter.speaks_of_use(),
            Self::Test(field, _) => matches!(field, Field::Retired | Field::LifeCycle),
        }
    }
}

impl Order {
    /// How it is written, here and in SQL.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether `left` and `right` compare so.
    #[must_use]
    pub fn holds<V: PartialOrd>(self, left: &V, right: &V) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

/// The filter that `text` says; none of it says everything.
///
/// Errors: a fault of the field `filter` for each thing that is wrong, with its place.
pub(crate) fn parsed(text: &str, schema: &Schema, now: Time) -> Result<Filter, Vec<FieldFault>> {
    let tree = syntax::parse(text).map_err(|fault| vec![shown(&fault, text)])?;
    let checked = check::checked(&tree, schema, now);
    checked.map_err(|faults| faults.iter().map(|fault| shown(fault, text)).collect())
}

/// The units and regions that `text` names, as they are written: they are looked up before it is
/// parsed. Empty where the text is no filter.
pub(crate) fn places_named(text: &str) -> check::PlacesNamed {
    syntax::parse(text).map(|tree| check::places_named(&tree)).unwrap_or_default()
}

/// The fault of the field; of a text that is far too long only its length is said.
fn shown(fault: &FilterFault, text: &str) -> FieldFault {
    fault.in_field(if text.len() > syntax::FILTER_BYTES_MAX { "" } else { text })
}

#[cfg(test)]
mod tests;
