use std::marker::PhantomData;

use kernel::{Fact, Subject, Time};
use serde::Serialize;

use super::{Dated, Noun};

/// Something came to be in the directory: a unit, a person, a holding.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct Created<N>(Told<N>);

/// Something in the directory was changed.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct Changed<N> {
    #[serde(flatten)]
    told: Told<N>,
    fields: Vec<String>,
    /// From when on somebody had planned another unit, which comes to nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replaced_plans: Vec<Time>,
}

/// Something in the directory ended: a unit was closed, a person left.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct Closed<N> {
    #[serde(flatten)]
    told: Told<N>,
    /// From when on something was planned for it that comes to nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replaced_plans: Vec<Time>,
}

/// What is told of a thing: its code, and from when it is so.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub(crate) struct Told<N> {
    id: String,
    code: String,
    name: String,
    effective_at: Time,
    #[serde(skip)]
    noun: PhantomData<fn() -> N>,
}

/// A unit became part of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitMoved {
    /// The unit.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// The unit it was part of.
    pub from: Option<String>,
    /// The unit it is part of.
    pub to: Option<String>,
    /// From when.
    pub effective_at: Time,
    /// From when on somebody had planned another move, which comes to nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaced_plans: Vec<Time>,
}

/// Units became one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitsMerged {
    /// The units that are no more.
    pub units: Vec<String>,
    /// The unit that took over from them.
    pub into: String,
    /// Its name.
    pub name: String,
    /// From when.
    pub effective_at: Time,
}

/// A unit became several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitSplit {
    /// The unit that is no more.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// The units that took over from it.
    pub into: Vec<String>,
    /// From when.
    pub effective_at: Time,
}

impl<N: Noun> Told<N> {
    pub(crate) fn of(dated: &Dated<N>, effective_at: Time) -> Self {
        Self {
            id: dated.id.to_string(),
            code: dated.state.code().to_owned(),
            name: dated.state.label(),
            effective_at,
            noun: PhantomData,
        }
    }

    pub(crate) fn subject(&self) -> Subject {
        Subject::new(N::NOUN, &self.id, self.name.clone())
    }
}

impl<N: Noun> Created<N> {
    pub(crate) fn of(dated: &Dated<N>) -> Self {
        Self(Told::of(dated, dated.valid_from))
    }
}

impl<N: Noun> Changed<N> {
    pub(crate) fn of(dated: &Dated<N>, effective_at: Time, fields: Vec<String>) -> Self {
        Self { told: Told::of(dated, effective_at), fields, replaced_plans: Vec::new() }
    }

    /// Also what was planned and comes to nothing.
    pub(crate) fn replacing(self, replaced_plans: &[Time]) -> Self {
        Self { replaced_plans: replaced_plans.to_vec(), ..self }
    }
}

impl<N: Noun> Closed<N> {
    pub(crate) fn of(dated: &Dated<N>, effective_at: Time) -> Self {
        Self { told: Told::of(dated, effective_at), replaced_plans: Vec::new() }
    }

    /// Also what was planned and comes to nothing.
    pub(crate) fn replacing(self, replaced_plans: &[Time]) -> Self {
        Self { replaced_plans: replaced_plans.to_vec(), ..self }
    }
}

impl<N: Noun> Fact for Created<N> {
    const VERB: &'static str = N::CREATED;

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

impl<N: Noun> Fact for Changed<N> {
    const VERB: &'static str = N::CHANGED;

    fn subject(&self) -> Subject {
        self.told.subject()
    }
}

impl<N: Noun> Fact for Closed<N> {
    const VERB: &'static str = N::CLOSED;

    fn subject(&self) -> Subject {
        self.told.subject()
    }
}

impl Fact for UnitMoved {
    const VERB: &'static str = "unit.moved";

    fn subject(&self) -> Subject {
        Subject::new("unit", &self.unit, self.name.clone())
    }
}

impl Fact for UnitsMerged {
    const VERB: &'static str = "unit.merged";

    fn subject(&self) -> Subject {
        Subject::new("unit", &self.into, self.name.clone())
    }
}

impl Fact for UnitSplit {
    const VERB: &'static str = "unit.split";

    fn subject(&self) -> Subject {
        Subject::new("unit", &self.unit, self.name.clone())
    }
}
