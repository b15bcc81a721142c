//! What is to come of the organisation: read from what is known of it, with who said so.

mod shown;

use std::{collections::BTreeSet, sync::Arc};

use kernel::{Caller, FieldFault, Id, Page, PageOf, Scope, Text, Time};
use serde_json::Value;
use sqlx::AnyConnection;

pub(crate) use shown::Shown;

use crate::{
    AsOf, ComingChange, ComingField, ComingFilter, DIRECTORY_READ, Directory, DirectoryError,
    Holding, NounName, Past, Person, Post, Region, Site, SiteFilter, Trees, Turn, Unit,
    model::{Sides, Timeline, fields_of},
    store::{self, Ahead, ToldRow},
};

/// What a caller sees today.
pub(crate) struct SeenToday<'c> {
    pub(crate) caller: &'c Caller,
    pub(crate) trees: Arc<Trees>,
    /// The regions that they see; none: all.
    pub(crate) regions: Option<BTreeSet<String>>,
    pub(crate) now: Time,
    /// What they may read.
    pub(crate) scope: Scope,
    /// Where units and regions are at other moments; nothing for who sees everything.
    pub(crate) past: Arc<Past>,
}

/// Which of its sides a caller does not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hidden {
    pub(crate) before: bool,
    pub(crate) after: bool,
}

impl Directory {
    /// What was told for later of things that the caller sees today and has not come true yet, the
    /// earliest first; pages by moment, noun and id. A page may hold fewer than asked for. What a
    /// thing is where the caller does not see it is hidden, also where its unit goes or has gone
    /// then.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `after`.
    pub async fn coming_changes(
        &self,
        caller: &Caller,
        filter: &ComingFilter,
        page: &Page,
    ) -> Result<PageOf<ComingChange>, DirectoryError> {
        let after = page.after.as_deref().map(read_key).transpose()?;
        let today = self.seen_today(caller).await?;
        let ahead = self.ahead(&today).await?;
        let mut connection = self.reader().await?;
        let limit = i64::from(page.limit) + 1;
        let manner = (self.db.dialect(), ahead.as_ref());
        let span = (today.now, after);
        let rows = store::ahead(&mut connection, manner, filter, span, limit).await?;
        let rows = PageOf::from_fetched(rows, page.limit, key);
        let mut items = Vec::with_capacity(rows.items.len());
        for row in &rows.items {
            items.extend(coming(&mut connection, &today, row).await?);
        }
        Ok(PageOf { items, next: rows.next })
    }

    /// What the caller sees of today.
    pub(crate) async fn seen_today<'c>(
        &self,
        caller: &'c Caller,
    ) -> Result<SeenToday<'c>, DirectoryError> {
        let trees = self.trees().await?;
        let scope = caller.scope(DIRECTORY_READ);
        let past = match scope {
            Scope::Everywhere => Arc::default(),
            Scope::Within(_) => self.past().await?,
        };
        let regions = trees.regions_seen(&scope);
        Ok(SeenToday { caller, trees, regions, now: self.clock.now(), scope, past })
    }

    /// The same as conditions; none: everything.
    async fn ahead(&self, today: &SeenToday<'_>) -> Result<Option<Ahead>, DirectoryError> {
        let seen = self.seen_at(today.caller, AsOf::at(today.now)).await?;
        let sites = SiteFilter::default().narrow(&seen)?;
        let (Some(units), Some(regions)) = (seen.units, &today.regions) else { return Ok(None) };
        let units = units.into_iter().collect();
        let regions = regions.iter().cloned().collect();
        Ok(Some(Ahead { now: today.now, units, regions, sites }))
    }
}

/// What is to come at a row, as far as the caller is shown it.
async fn coming(
    connection: &mut AnyConnection,
    today: &SeenToday<'_>,
    row: &ToldRow,
) -> Result<Option<ComingChange>, DirectoryError> {
    match row.thing.0 {
        NounName::Unit => coming_of::<Unit>(connection, today, row).await,
        NounName::Region => coming_of::<Region>(connection, today, row).await,
        NounName::Site => coming_of::<Site>(connection, today, row).await,
        NounName::Post => coming_of::<Post>(connection, today, row).await,
        NounName::Person => coming_of::<Person>(connection, today, row).await,
        NounName::Holding => coming_of::<Holding>(connection, today, row).await,
    }
}

async fn coming_of<S: Shown>(
    connection: &mut AnyConnection,
    today: &SeenToday<'_>,
    row: &ToldRow,
) -> Result<Option<ComingChange>, DirectoryError> {
    let Ok(id) = row.thing.1.parse::<Id<S>>() else { return Ok(None) };
    let timeline: Timeline<S> = store::timeline(connection, id).await?;
    let Some((before, after)) = timeline.turn_at(row.at) else { return Ok(None) };
    let Some(named) = after.or(before) else { return Ok(None) };
    let Some(hidden) = hidden(connection, today, (before, after), row.at).await? else {
        return Ok(None);
    };
    let called = if hidden.after { before.unwrap_or(named) } else { named };
    let fields = match (before, after) {
        (Some(before), Some(after)) => differences(&before.state, &after.state, hidden)?,
        _ => Vec::new(),
    };
    Ok(Some(ComingChange {
        noun: row.thing.0,
        id: row.thing.1.clone(),
        code: called.state.shown_code(),
        name: S::called(connection, today, called).await?,
        version: timeline.version(),
        at: row.at,
        turn: Turn::of(before, after),
        fields,
        before_hidden: hidden.before,
        after_hidden: hidden.after,
        teller: row.teller.clone(),
        told_at: row.told_at,
    }))
}

/// What of a turn the caller must not be shown; none: they see nothing of it. A side is seen where
/// it is today, and where it is when it turns.
pub(crate) async fn hidden<S: Shown>(
    connection: &mut AnyConnection,
    today: &SeenToday<'_>,
    (before, after): Sides<'_, S>,
    at: Time,
) -> Result<Option<Hidden>, DirectoryError> {
    let mut hidden = Hidden { before: false, after: false };
    let mut shown = false;
    let until = Time::from_micros(at.micros().saturating_sub(1));
    for (side, other, then, is_hidden) in
        [(before, after, until, &mut hidden.before), (after, before, at, &mut hidden.after)]
    {
        let Some(side) = side else { continue };
        let place = S::place_then(connection, today, side, then).await?;
        let seen = place.is_none_or(|place| today.reaches(&place, (then, None)))
            && S::seen(connection, today, side, other).await?;
        (*is_hidden, shown) = (!seen, shown || seen);
    }
    Ok(Some(hidden).filter(|_| shown))
}

/// What differs, by the names that the API has for it.
pub(crate) fn differences<S: Shown>(
    before: &S,
    after: &S,
    hidden: Hidden,
) -> Result<Vec<ComingField>, DirectoryError> {
    let (before, after) = (fields_of(before)?, fields_of(after)?);
    let differing = after.into_iter().filter(|(name, value)| before.get(name) != Some(value));
    let shown = |hidden: bool, value: Value| if hidden { Value::Null } else { value };
    let field = |(name, value): (String, Value)| {
        let was = before.get(&name).cloned().unwrap_or_default();
        let reference = ["unit", "region", "parent", "person", "post"].contains(&name.as_str());
        ComingField {
            field: if reference { format!("{name}_id") } else { name },
            before: shown(hidden.before, was),
            after: shown(hidden.after, value),
        }
    };
    Ok(differing.map(field).collect())
}

fn key(row: &ToldRow) -> String {
    format!("{}:{}:{}", row.at.micros(), row.thing.0.name(), row.thing.1)
}

/// Where a page goes on. Errors: a fault naming `after`.
fn read_key(text: &str) -> Result<(Time, store::Thing), FieldFault> {
    let mut parts = text.splitn(3, ':');
    let mut read = || {
        let at = Time::from_micros(parts.next()?.parse().ok()?);
        let noun = NounName::from_name(parts.next()?)?;
        let id: Id<()> = parts.next()?.parse().ok()?;
        Some((at, (noun, id.to_string())))
    };
    read().ok_or_else(|| {
        let expected = Text::new("the `next` of the page before", "上一页的 next");
        FieldFault::new("after", text, expected)
    })
}
