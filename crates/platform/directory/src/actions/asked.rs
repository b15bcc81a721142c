use db::Tx;
use jiff::tz::TimeZone;
use kernel::{Caller, FieldFault, Id, Text, Time};

use super::{placed::Placed, unseen::sees_today};
use crate::{
    DIRECTORY_READ, Directory, DirectoryError, Noun,
    model::{NEVER, ParentSpan, Timeline, ancestry, input::Faults, told_as},
    store::{self, Kept},
};

/// What the records are asked before something is saved over a span of time. Everything that
/// speaks against it is gathered, so that whoever wants it learns of all of it at once.
#[derive(Debug)]
pub(crate) struct Asked<'d> {
    zone: &'d TimeZone,
    /// Whether the one who wants it may be told of moments that they might not see.
    sees_all: bool,
    from: Time,
    to: Time,
    /// Of a span that cannot be nothing is asked.
    askable: bool,
    faults: Faults,
}

impl Directory {
    /// Questions about something that `caller` wants from `from` to `to`; the first is whether
    /// those can be.
    pub(crate) fn asked(&self, caller: &Caller, (from, to): (Time, Time)) -> Asked<'_> {
        let mut faults = Faults::default();
        faults.moment("from", from);
        if to != NEVER {
            faults.moment("to", to);
        }
        if to <= from {
            let from = told_as(from, &self.zone);
            let expected = Text::new(format!("after {from}"), format!("晚于 {from}"));
            faults.note(FieldFault::new("to", told_as(to, &self.zone), expected));
        }
        let (zone, askable) = (&self.zone, faults.is_empty());
        let sees_all = caller.may_everywhere(DIRECTORY_READ);
        Asked { zone, sees_all, from, to, askable, faults }
    }
}

impl Asked<'_> {
    /// A thing that is named, if one is, must be there over all of the span. None: it is not.
    ///
    /// Notes what is wrong with `field`.
    pub(crate) async fn there<S: Kept>(
        &mut self,
        tx: &mut Tx,
        field: &str,
        id: Option<Id<S>>,
    ) -> Result<Option<Timeline<S>>, DirectoryError> {
        let Some(id) = id.filter(|_| self.askable) else { return Ok(None) };
        let timeline = store::timeline(tx.connection(), id).await?;
        if timeline.covers(self.from, self.to) {
            return Ok(Some(timeline));
        }
        self.faults.note(FieldFault::new(field, id, self.lasting(&timeline)));
        Ok(None)
    }

    /// No other thing has the code in that time.
    ///
    /// Notes what is wrong with `field`.
    pub(crate) async fn free<S: Kept>(
        &mut self,
        tx: &mut Tx,
        field: &str,
        id: Id<S>,
        code: &str,
    ) -> Result<(), DirectoryError> {
        let asked = self.askable && !code.is_empty();
        if !asked
            || store::same_code(tx.connection(), id, code, self.from, self.to).await?.is_none()
        {
            return Ok(());
        }
        let noun = S::noun();
        let expected = Text::new(
            format!("one that no other {} has in that time", noun.en),
            format!("该时间段内未被其他{}使用的编码", noun.zh),
        );
        self.faults.note(FieldFault::new(field, code, expected));
        Ok(())
    }

    /// Notes what is wrong.
    pub(crate) fn note(&mut self, fault: FieldFault) {
        self.faults.note(fault);
    }

    /// Errors: [`DirectoryError::WrongInput`] with all that speaks against it.
    pub(crate) fn answered(self) -> Result<(), DirectoryError> {
        Ok(self.faults.or(())?)
    }

    /// All that speaks against it.
    pub(crate) fn into_fields(self) -> Vec<FieldFault> {
        self.faults.into_fields()
    }

    /// What something that is named should be, where it is not there all the time.
    fn lasting<S: Noun>(&self, timeline: &Timeline<S>) -> Text {
        let noun = S::noun();
        let Some(nearest) = timeline.nearest(self.from) else { return id_of_a::<S>() };
        let (from, label) = (told_as(self.from, self.zone), nearest.state.label());
        let noun_from = Text::new(
            format!("a {} that exists from {from} on", noun.en),
            format!("自 {from} 起一直存在的{}", noun.zh),
        );
        // Whoever does not see all is not told how long: it may be elsewhere by then.
        if !self.sees_all {
            return noun_from;
        }
        let begun = timeline.spans().first().map_or(self.from, |span| span.valid_from);
        let begun = told_as(begun, self.zone);
        let (en, zh) = match Some(timeline.end()).filter(|end| *end != NEVER) {
            None => (format!("since {begun}"), format!("自 {begun} 起存在")),
            Some(end) => {
                let end = told_as(end, self.zone);
                (format!("from {begun} to {end}"), format!("仅存在于 {begun} 至 {end}"))
            }
        };
        Text::new(
            format!("{}; `{label}` exists {en}", noun_from.en),
            format!("{}；“{label}”{zh}", noun_from.zh),
        )
    }
}

/// What is expected where an id names nothing.
pub(super) fn id_of_a<S: Noun>() -> Text {
    let noun = S::noun();
    Text::new(format!("the id of a {}", noun.en), format!("{}的编号", noun.zh))
}

/// A thing that becomes part of `parent` must not come to be part of itself.
///
/// Errors: [`DirectoryError::Cycle`] naming the way round, as far as the caller sees it.
pub(crate) async fn not_within_itself<S: Placed>(
    tx: &mut Tx,
    (caller, now): (&Caller, Time),
    spans: &[ParentSpan],
    (id, name): (Id<S>, &str),
    parent: Id<S>,
    from: Time,
) -> Result<(), DirectoryError> {
    let (moved, to) = (Id::from_uuid(id.uuid()), Id::from_uuid(parent.uuid()));
    let Some(nodes) = ancestry::way_back(spans, moved, to, from) else { return Ok(()) };
    let mut way = Vec::new();
    for node in nodes {
        let node: Id<S> = Id::from_uuid(node.uuid());
        let timeline: Timeline<S> = store::timeline(tx.connection(), node).await?;
        let label = timeline.nearest(from).map(|span| span.state.label());
        let is_seen = node == id || node == parent || sees_today(tx, caller, node, now).await?;
        way.extend(if is_seen { label } else { Some("…".to_owned()) });
    }
    let parent = way.first().cloned().unwrap_or_default();
    Err(DirectoryError::Cycle { name: name.to_owned(), parent, way })
}
