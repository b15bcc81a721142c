use std::collections::BTreeSet;

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
    /// The fields that were told anew for its beginning, whatever they were before: a plan stays
    /// one while what is before it happens to be the same.
    #[serde(skip)]
    pub told: Vec<String>,
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
    /// What is planned from then on is not for whoever changes it now: it stays planned.
    theirs_until: Time,
}

/// What a change writes: spans that are known better now, and what is known instead.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rewrite<S> {
    /// Their versions and beginnings tell them apart.
    pub(crate) superseded: Vec<Dated<S>>,
    pub(crate) written: Vec<Dated<S>>,
    pub(crate) at: Time,
    /// From when on something was planned that the change takes the place of.
    pub(crate) replaced: Vec<Time>,
    /// When it begins, changes or ends as it is known now.
    pub(crate) turns: BTreeSet<Time>,
}

/// What a thing is like until a moment, and from then on; none where it is not there.
pub(crate) type Sides<'t, S> = (Option<&'t Dated<S>>, Option<&'t Dated<S>>);

impl<S: Noun> Timeline<S> {
    /// From spans in the order of their beginnings.
    pub(crate) fn new(spans: Vec<Dated<S>>) -> Self {
        Self { spans, theirs_until: NEVER }
    }

    /// For somebody in whose hands it is until then.
    pub(crate) fn theirs_until(self, until: Time) -> Self {
        Self { theirs_until: until, ..self }
    }

    /// The same as long as another reading of it is theirs.
    pub(crate) fn theirs_as(self, other: &Self) -> Self {
        self.theirs_until(other.theirs_until)
    }

    /// Whether what is planned from `at` on is for whoever changes it.
    pub(crate) fn is_theirs(&self, at: Time) -> bool {
        at < self.theirs_until
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
            told: Vec::new(),
            state,
        };
        let turns = turns_of(std::slice::from_ref(&span));
        let (superseded, replaced) = (Vec::new(), Vec::new());
        Rewrite { superseded, written: vec![span], at: now, replaced, turns }
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
    /// `from` must be in a span. Each field that differs reaches on until the span for which that
    /// field was told, or in which it changes: a later change is not undone by one that is told
    /// afterwards.
    pub(crate) fn changed(
        &self,
        from: Time,
        after: &S,
        now: Time,
    ) -> Result<Rewrite<S>, DirectoryError> {
        let next = self.next(from, after)?;
        Ok(self.rewritten(&joined(next), now))
    }

    /// The same for what is told no more for `at`, where it is like `after` again: what others told
    /// for later stays told.
    pub(crate) fn untold(
        &self,
        at: Time,
        after: &S,
        now: Time,
    ) -> Result<Rewrite<S>, DirectoryError> {
        let gone = match self.at(at) {
            Some(span) => differing(&span.state, after)?,
            None => Vec::new(),
        };
        let mut next = self.next(at, after)?;
        for span in next.iter_mut().filter(|span| span.valid_from == at) {
            span.told.retain(|field| !gone.contains(field));
        }
        Ok(self.rewritten(&joined(next), now))
    }

    /// The same for a change of where it belongs: it also takes the place of what was planned for
    /// that after it, which somebody may have planned who has no say in it any more. A change of
    /// the past that was over before `now` leaves the plans. `place` puts a state where another is.
    pub(crate) fn moved(
        &self,
        from: Time,
        after: &S,
        now: Time,
        place: impl Fn(&mut S, &S),
    ) -> Result<Rewrite<S>, DirectoryError> {
        let placed = |span: &Dated<S>| {
            let mut state = span.state.clone();
            place(&mut state, after);
            state
        };
        let (mut next, since) = (self.next(from, after)?, from.max(now));
        let counts = next.iter().any(|span| span.holds_at(since) && placed(span) == span.state);
        let mut replaced = Vec::new();
        let planned = |span: &&mut Dated<S>| {
            counts && span.valid_from > since && self.is_theirs(span.valid_from)
        };
        for span in next.iter_mut().filter(planned) {
            let state = placed(span);
            if state != span.state {
                replaced.push(span.valid_from);
                span.state = state;
                span.told.retain(|field| !S::PLACE.contains(&field.as_str()));
            }
        }
        Ok(Rewrite { replaced, ..self.rewritten(&joined(next), now) })
    }

    /// The spans that there are when from `from` on it is like `after`; none unless it is there
    /// then.
    fn next(&self, from: Time, after: &S) -> Result<Vec<Dated<S>>, DirectoryError> {
        let mut next = Vec::new();
        let Some(before) = self.at(from) else { return Ok(next) };
        let mut live = differing(&before.state, after)?;
        let mut previous = before;
        for span in &self.spans {
            if span.end() <= from {
                next.push(span.clone());
            } else if span.valid_from <= from {
                if span.valid_from < from {
                    next.push(Dated { valid_to: Some(from), ..span.clone() });
                }
                let mut told = live.clone();
                if span.valid_from == from {
                    told = joint(&span.told, told);
                }
                next.push(Dated { valid_from: from, state: after.clone(), told, ..span.clone() });
            } else {
                let told = joint(&span.told, differing(&previous.state, &span.state)?);
                let places = |field: &String| S::PLACE.contains(&field.as_str());
                // Where it belongs goes along only as a whole, and not where others planned it.
                let stays = !self.is_theirs(span.valid_from) || told.iter().any(places);
                live.retain(|field| !(told.contains(field) || stays && places(field)));
                let state = with_fields(&span.state, after, &live)?;
                next.push(Dated { state, told, ..span.clone() });
                previous = span;
            }
        }
        Ok(next)
    }

    /// What has to be written so that it was there from the earlier `from` on, as it was first.
    pub(crate) fn begun_earlier(&self, from: Time, now: Time) -> Rewrite<S> {
        let mut next = self.spans.clone();
        if let Some(first) = next.first_mut() {
            first.valid_from = from;
        }
        self.rewritten(&next, now)
    }

    /// What has to be written so that it ends at `to`; what was planned for later goes, as far as
    /// that is theirs who end it. With an end that is not after its beginning it never was: what is
    /// left of it is an empty span.
    pub(crate) fn ended(&self, to: Time, now: Time) -> Rewrite<S> {
        let (before, later): (Vec<_>, Vec<_>) =
            self.spans.iter().cloned().partition(|span| span.valid_from < to);
        let kept = before.into_iter();
        let cut = kept.map(|span| match span.end() > to {
            true => Dated { valid_to: Some(to), ..span },
            false => span,
        });
        let mut next: Vec<Dated<S>> = cut.collect();
        if next.is_empty() {
            let first = self.spans.first().cloned();
            next.extend(first.map(|span| Dated { valid_to: Some(span.valid_from), ..span }));
        }
        let (gone, theirs): (Vec<_>, Vec<_>) =
            later.into_iter().partition(|span| self.is_theirs(span.valid_from));
        next.extend(theirs);
        let planned = gone.iter().map(|span| span.valid_from).filter(|from| *from > to.max(now));
        Rewrite { replaced: planned.collect(), ..self.rewritten(&next, now) }
    }

    /// What has to be written so that it is there again from `from` on, after it has ended.
    pub(crate) fn resumed(&self, from: Time, state: S, now: Time) -> Rewrite<S> {
        let there = self.spans.iter().filter(|span| span.valid_from < span.end());
        let mut next: Vec<Dated<S>> = there.cloned().collect();
        let from = from.max(self.end());
        next.extend(self.spans.last().map(|last| Dated {
            valid_from: from,
            valid_to: None,
            told: Vec::new(),
            state,
            ..last.clone()
        }));
        self.rewritten(&next, now)
    }

    /// What becomes of it at `at`: how it is until then, and from then on; none where it is not
    /// there. Nothing when it stays as it is.
    pub(crate) fn turn_at(&self, at: Time) -> Option<Sides<'_, S>> {
        let there = || self.spans.iter().filter(|span| span.valid_from < span.end());
        let before = there().find(|span| span.end() == at);
        let after = there().find(|span| span.valid_from == at);
        let (was, is) = (before.map(|span| &span.state), after.map(|span| &span.state));
        if was == is { None } else { Some((before, after)) }
    }

    /// What has to be written so that it goes on after `at`, at which it would end.
    pub(crate) fn lasting(&self, at: Time, now: Time) -> Rewrite<S> {
        let mut next: Vec<Dated<S>> =
            self.spans.iter().filter(|span| span.valid_from < span.end()).cloned().collect();
        if let Some(last) = next.iter().position(|span| span.end() == at) {
            next[last].valid_to = next.get(last + 1).map(|span| span.valid_from);
        }
        self.rewritten(&joined(next), now)
    }

    /// The difference between what is known and `next`. `now` is never before what was recorded.
    fn rewritten(&self, next: &[Dated<S>], now: Time) -> Rewrite<S> {
        let same = |one: &Dated<S>, other: &Dated<S>| {
            (one.valid_from, one.valid_to) == (other.valid_from, other.valid_to)
                && (&one.state, &one.told) == (&other.state, &other.told)
        };
        let at = self.spans.iter().map(|span| span.recorded_at).fold(now, Time::max);
        let gone = |span: &&Dated<S>| !next.is_empty() && !next.iter().any(|new| same(span, new));
        let superseded = self.spans.iter().filter(gone).cloned().collect();
        let version = self.version() + 1;
        let written = next.iter().filter(|new| !self.spans.iter().any(|span| same(span, new)));
        let written = written.map(|new| Dated { version, recorded_at: at, ..new.clone() });
        let (written, replaced) = (written.collect(), Vec::new());
        Rewrite { superseded, written, at, replaced, turns: turns_of(next) }
    }
}

impl<S> Rewrite<S> {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.superseded.is_empty() && self.written.is_empty()
    }
}

/// When what is there begins, changes or ends.
fn turns_of<S>(spans: &[Dated<S>]) -> BTreeSet<Time> {
    let there = spans.iter().filter(|span| span.valid_from < span.end());
    there.flat_map(|span| [span.valid_from, span.end()]).filter(|at| *at < NEVER).collect()
}

/// Neighbours that say the same become one, unless the later was told.
fn joined<S: PartialEq + Clone>(spans: Vec<Dated<S>>) -> Vec<Dated<S>> {
    let mut joined: Vec<Dated<S>> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last)
                if last.end() == span.valid_from
                    && last.state == span.state
                    && span.told.is_empty() =>
            {
                last.valid_to = span.valid_to;
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// Both, each field once.
fn joint(told: &[String], more: Vec<String>) -> Vec<String> {
    let more = more.into_iter().filter(|field| !told.contains(field));
    told.iter().cloned().chain(more).collect()
}

/// `later` with the named fields as they are in `after`.
fn with_fields<S: Noun>(later: &S, after: &S, names: &[String]) -> Result<S, DirectoryError> {
    if names.is_empty() {
        return Ok(later.clone());
    }
    let mut fields = fields_of(later)?;
    fields.extend(fields_of(after)?.into_iter().filter(|(name, _)| names.contains(name)));
    serde_json::from_value(Value::Object(fields)).map_err(|error| unreadable::<S>(&error))
}

/// The names of the fields in which two states differ.
pub(crate) fn differing<S: Noun>(before: &S, after: &S) -> Result<Vec<String>, DirectoryError> {
    let (before, after) = (fields_of(before)?, fields_of(after)?);
    let differ = after.into_iter().filter(|(name, value)| before.get(name) != Some(value));
    Ok(differ.map(|(name, _)| name).collect())
}

pub(crate) fn fields_of<S: Noun>(state: &S) -> Result<Map<String, Value>, DirectoryError> {
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
