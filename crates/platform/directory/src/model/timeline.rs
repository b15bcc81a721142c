use kernel::{Id, Time};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{DirectoryError, model::Noun};

/// What has no end ends here.
pub(crate) const NEVER: Time = Time::from_micros(i64::MAX);

/// One state of a thing: what it was like, from when to when, as known since when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dated<S> {
    /// The thing's id: the same in all of its states.
    pub id: Id<S>,
    /// Grows by one with every change of the thing.
    pub version: i64,
    /// When it began to be like this.
    pub valid_from: Time,
    /// When it ceased to be like this; none while there is no end to it.
    pub valid_to: Option<Time>,
    /// Since when this is known.
    pub recorded_at: Time,
    /// Since when it is known better; none while it is not.
    pub superseded_at: Option<Time>,
    /// What it was like.
    #[serde(flatten)]
    pub state: S,
}

/// When something was so, and since when that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The moment that is asked about.
    pub at: Time,
    /// As it was known then; none: as it is known now.
    pub known_at: Option<Time>,
}

impl AsOf {
    /// At `at`, as it is known now.
    #[must_use]
    pub fn at(at: Time) -> Self {
        Self { at, known_at: None }
    }
}

impl<S> Dated<S> {
    /// When it ends, for comparisons.
    pub(crate) fn end(&self) -> Time {
        self.valid_to.unwrap_or(NEVER)
    }

    /// Whether it was so at `at`.
    #[must_use]
    pub fn holds_at(&self, at: Time) -> bool {
        self.valid_from <= at && at < self.end()
    }
}

/// All that is known now of one thing: spans in order, none overlapping another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timeline<S> {
    spans: Vec<Dated<S>>,
}

/// What a change writes: spans that are known better now, and what is known instead.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rewrite<S> {
    /// Their versions and beginnings tell them apart.
    pub(crate) superseded: Vec<Dated<S>>,
    pub(crate) written: Vec<Dated<S>>,
    pub(crate) at: Time,
}

impl<S: Noun> Timeline<S> {
    /// From spans in the order of their beginnings.
    pub(crate) fn new(spans: Vec<Dated<S>>) -> Self {
        Self { spans }
    }

    /// A thing that begins at `from`, and ends at `to` if that is known.
    pub(crate) fn begun(
        id: Id<S>,
        state: S,
        from: Time,
        to: Option<Time>,
        now: Time,
    ) -> Rewrite<S> {
        let span = Dated {
            id,
            version: 1,
            valid_from: from,
            valid_to: to,
            recorded_at: now,
            superseded_at: None,
            state,
        };
        Rewrite { superseded: Vec::new(), written: vec![span], at: now }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(crate) fn spans(&self) -> &[Dated<S>] {
        &self.spans
    }

    /// The number of changes so far.
    pub(crate) fn version(&self) -> i64 {
        self.spans.iter().map(|span| span.version).max().unwrap_or(0)
    }

    /// What it is like at `at`, if it is there then.
    pub(crate) fn at(&self, at: Time) -> Option<&Dated<S>> {
        self.spans.iter().find(|span| span.holds_at(at))
    }

    /// What it is like at `at`; before its beginning the first, after its end the last state.
    pub(crate) fn nearest(&self, at: Time) -> Option<&Dated<S>> {
        let ended = self.spans.iter().rev().find(|span| span.valid_from <= at);
        ended.or(self.spans.first())
    }

    /// The states that a change from `at` on reaches: whoever makes it answers for all of them, not
    /// only for the one of long ago from which it counts.
    pub(crate) fn reached(&self, at: Time) -> impl Iterator<Item = &Dated<S>> {
        let later = self.spans.iter().filter(move |span| span.end() > at);
        later.chain(self.nearest(at))
    }

    /// Whether it is there without a break from `from` to `to`.
    pub(crate) fn covers(&self, from: Time, to: Time) -> bool {
        let mut reached = from;
        for span in &self.spans {
            if span.valid_from <= reached && reached < span.end() {
                reached = span.end();
            }
        }
        reached >= to
    }

    /// When it ends.
    pub(crate) fn end(&self) -> Time {
        self.spans.last().map_or(NEVER, Dated::end)
    }

    /// What has to be written so that from `from` on it is like `after`.
    ///
    /// `from` must be in a span. Later spans keep what was changed in them on purpose: a field
    /// takes its new value in them only where it still has the old one.
    pub(crate) fn changed(
        &self,
        from: Time,
        after: &S,
        now: Time,
    ) -> Result<Rewrite<S>, DirectoryError> {
        let Some(before) = self.at(from).map(|span| span.state.clone()) else {
            return Ok(self.rewritten(&[], now));
        };
        let mut next = Vec::new();
        for span in &self.spans {
            if span.end() <= from {
                next.push(span.clone());
            } else if span.valid_from <= from {
                if span.valid_from < from {
                    next.push(Dated { valid_to: Some(from), ..span.clone() });
                }
                next.push(Dated { valid_from: from, state: after.clone(), ..span.clone() });
            } else {
                let state = carried(&span.state, &before, after)?;
                next.push(Dated { state, ..span.clone() });
            }
        }
        Ok(self.rewritten(&joined(next), now))
    }

    /// What has to be written so that it was there from the earlier `from` on, as it was first.
    pub(crate) fn begun_earlier(&self, from: Time, now: Time) -> Rewrite<S> {
        let mut next = self.spans.clone();
        if let Some(first) = next.first_mut() {
            first.valid_from = from;
        }
        self.rewritten(&next, now)
    }

    /// What has to be written so that it ends at `to`; what was planned for later goes. With an end
    /// that is not after its beginning it never was: what is left of it is an empty span.
    pub(crate) fn ended(&self, to: Time, now: Time) -> Rewrite<S> {
        let kept = self.spans.iter().filter(|span| span.valid_from < to).cloned();
        let cut = kept.map(|span| match span.end() > to {
            true => Dated { valid_to: Some(to), ..span },
            false => span,
        });
        let mut next: Vec<Dated<S>> = cut.collect();
        if next.is_empty() {
            let first = self.spans.first().cloned();
            next.extend(first.map(|span| Dated { valid_to: Some(span.valid_from), ..span }));
        }
        self.rewritten(&next, now)
    }

    /// What has to be written so that it is there again from `from` on, after it has ended.
    pub(crate) fn resumed(&self, from: Time, state: S, now: Time) -> Rewrite<S> {
        let there = self.spans.iter().filter(|span| span.valid_from < span.end());
        let mut next: Vec<Dated<S>> = there.cloned().collect();
        let from = from.max(self.end());
        next.extend(self.spans.last().map(|last| Dated {
            valid_from: from,
            valid_to: None,
            state,
            ..last.clone()
        }));
        self.rewritten(&next, now)
    }

    /// The difference between what is known and `next`. `now` is never before what was recorded.
    fn rewritten(&self, next: &[Dated<S>], now: Time) -> Rewrite<S> {
        let same = |one: &Dated<S>, other: &Dated<S>| {
            (one.valid_from, one.valid_to) == (other.valid_from, other.valid_to)
                && one.state == other.state
        };
        let at = self.spans.iter().map(|span| span.recorded_at).fold(now, Time::max);
        let gone = |span: &&Dated<S>| !next.is_empty() && !next.iter().any(|new| same(span, new));
        let superseded = self.spans.iter().filter(gone).cloned().collect();
        let version = self.version() + 1;
        let written = next.iter().filter(|new| !self.spans.iter().any(|span| same(span, new)));
        let written = written.map(|new| Dated { version, recorded_at: at, ..new.clone() });
        Rewrite { superseded, written: written.collect(), at }
    }
}

impl<S> Rewrite<S> {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.superseded.is_empty() && self.written.is_empty()
    }
}

/// Neighbours that say the same become one.
fn joined<S: PartialEq + Clone>(spans: Vec<Dated<S>>) -> Vec<Dated<S>> {
    let mut joined: Vec<Dated<S>> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if last.end() == span.valid_from && last.state == span.state => {
                last.valid_to = span.valid_to;
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// `later` with those fields of `after` that differ from `before` and that `later` had kept.
fn carried<S: Noun>(later: &S, before: &S, after: &S) -> Result<S, DirectoryError> {
    let (mut fields, before, after) = (fields_of(later)?, fields_of(before)?, fields_of(after)?);
    for (name, value) in after {
        if before.get(&name) != Some(&value) && fields.get(&name) == before.get(&name) {
            fields.insert(name, value);
        }
    }
    serde_json::from_value(Value::Object(fields)).map_err(|error| unreadable::<S>(&error))
}

/// The names of the fields in which two states differ.
pub(crate) fn differing<S: Noun>(before: &S, after: &S) -> Result<Vec<String>, DirectoryError> {
    let (before, after) = (fields_of(before)?, fields_of(after)?);
    let differ = after.into_iter().filter(|(name, value)| before.get(name) != Some(value));
    Ok(differ.map(|(name, _)| name).collect())
}

fn fields_of<S: Noun>(state: &S) -> Result<Map<String, Value>, DirectoryError> {
    serde_json::to_value(state)
        .and_then(serde_json::from_value)
        .map_err(|error| unreadable::<S>(&error))
}

fn unreadable<S: Noun>(error: &serde_json::Error) -> DirectoryError {
    DirectoryError::Unreadable { what: S::NOUN.to_owned(), found: error.to_string() }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
