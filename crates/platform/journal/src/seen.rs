use std::borrow::Cow;

use kernel::Time;
use serde_json::{Value, json};

use crate::{RawRow, Row};

/// The nouns whose facts name two resources, and the fields that name them. Queries read the
/// detail of these and of resources alone.
const OF_TWO: [(&str, [&str; 2]); 2] =
    [("relation", ["from", "to"]), ("reconciliation", ["left", "right"])];

/// The fields of a resource that say where it belongs.
pub(crate) const PLACE_FIELDS: [&str; 2] = ["unit_id", "region_id"];

/// What a fact tells of a resource, before and after.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct States {
    /// Before.
    pub before: Option<Value>,
    /// After.
    pub after: Option<Value>,
    /// From when on it is so, in microseconds, when that is not the moment of the fact.
    pub at: Option<i64>,
}

/// What of a fact is not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    /// Whether that is all that it tells of before.
    pub before: bool,
    /// Fields of what it tells of its subject after it.
    pub after: Vec<&'static str>,
    /// Its own fields.
    pub detail: Vec<&'static str>,
}

impl Withheld {
    fn names(&self) -> Vec<&'static str> {
        let before = self.before.then_some("before");
        self.after.iter().copied().chain(before).chain(self.detail.iter().copied()).collect()
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
    /// What it tells of its subject; asked of facts only that may tell of another place than the
    /// one where the resource was: they move it, or are about another moment.
    fn states(&self) -> States;
    /// Takes that out of what it tells, and says so.
    fn withhold(&mut self, what: &Withheld);

    /// Every resource it names: a relation names the one at its other end, too, and who may be the
    /// same as another is named with that one.
    fn resource_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.resource_id().map(str::to_owned).into_iter().collect();
        if let Some((_, ends)) = OF_TWO.iter().find(|(kind, _)| *kind == self.subject_kind()) {
            let detail = self.detail();
            let ends = ends.iter().filter_map(|end| detail[*end].as_str());
            ids.extend(ends.map(str::to_owned));
        }
        ids
    }

    /// The resource that was merged into its subject, or is one of its own again: it is named by
    /// the way, with what it was.
    fn merged_away(&self) -> Option<String> {
        if self.subject_kind() != "resource" {
            return None;
        }
        self.detail()["gone"].as_str().map(str::to_owned)
    }

    /// Whether it names two resources.
    fn is_of_two(&self) -> bool {
        OF_TWO.iter().any(|(kind, _)| *kind == self.subject_kind())
    }

    /// What it tells of a resource that may be of another place than where that was.
    fn told(&self) -> Option<States> {
        if self.subject_kind() != "resource" {
            return None;
        }
        let detail = self.detail();
        let moves = |field: &Value| PLACE_FIELDS.iter().any(|place| field == place);
        let moved = detail["fields"].as_array().is_some_and(|fields| fields.iter().any(moves));
        let effective_at = &detail["effective_at"];
        let at = effective_at.as_str().and_then(|at| at.parse::<Time>().ok()).map(Time::micros);
        let told = moved || !effective_at.is_null();
        told.then(|| States { at, ..self.states() })
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

    fn states(&self) -> States {
        States { before: self.before.clone(), after: self.after.clone(), at: None }
    }

    fn withhold(&mut self, what: &Withheld) {
        self.before.take_if(|_| what.before);
        take_out(&mut self.after, &mut self.detail, what);
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

    fn states(&self) -> States {
        let (before, after) = (parsed(self.before.as_deref()), parsed(self.after.as_deref()));
        States { before, after, at: None }
    }

    fn withhold(&mut self, what: &Withheld) {
        self.before.take_if(|_| what.before);
        let (mut after, mut detail) = (parsed(self.after.as_deref()), self.detail().into_owned());
        take_out(&mut after, &mut detail, what);
        self.after = after.map(|after| after.to_string());
        self.detail = detail.to_string();
    }
}

/// The state that a column holds, if any.
pub(crate) fn parsed(text: Option<&str>) -> Option<Value> {
    text.and_then(|text| serde_json::from_str(text).ok())
}

fn take_out(after: &mut Option<Value>, detail: &mut Value, what: &Withheld) {
    if let Some(Value::Object(after)) = after {
        for field in &what.after {
            after.insert((*field).to_owned(), Value::Null);
        }
    }
    if let Value::Object(detail) = detail {
        for field in &what.detail {
            detail.insert((*field).to_owned(), Value::Null);
        }
        detail.insert("withheld".to_owned(), json!(what.names()));
    }
}
