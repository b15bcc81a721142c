//! Until when something is as a caller sees it: the day on which it goes on in a way that they do
//! not see would tell them that something is planned there.

use std::collections::{BTreeSet, HashMap};

use kernel::{Caller, Id, Time};

use crate::{
    AsOf, DIRECTORY_READ, Dated, Directory, DirectoryError, Holding, Post,
    model::Timeline,
    sight::Placed,
    store::{self, Kept},
};

impl Directory {
    /// The same rows, without the ends after which the caller does not see them.
    pub(crate) async fn ending_in_sight<S: Placed>(
        &self,
        caller: &Caller,
        mut rows: Vec<Dated<S>>,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        let known = self.known_ahead(caller, &rows).await?;
        if known.is_empty() {
            return Ok(rows);
        }
        let (sight, now) = (self.sight(caller).await?, self.clock.now());
        let mut connection = self.reader().await?;
        for row in &mut rows {
            let Some(end) = row.valid_to.filter(|end| *end > now) else { continue };
            let is_shown = match known.get(&row.id).map(|known| known.after(end)) {
                Some(After::Goes(next)) => sight.sees(&mut connection, next, AsOf::at(end)).await?,
                Some(After::Ends(last)) => {
                    sight.sees(&mut connection, last, AsOf::at(just_before(end))).await?
                }
                Some(After::Unknown) | None => false,
            };
            row.valid_to = row.valid_to.filter(|_| is_shown);
        }
        Ok(rows)
    }

    /// The same of one.
    pub(crate) async fn one_ending_in_sight<S: Placed>(
        &self,
        caller: &Caller,
        row: Dated<S>,
    ) -> Result<Dated<S>, DirectoryError> {
        let id = row.id;
        let row = self.ending_in_sight(caller, vec![row]).await?.pop();
        row.ok_or_else(|| DirectoryError::not_found::<S>(id))
    }

    /// The same of holdings, which are seen where their posts are.
    pub(crate) async fn holdings_ending_in_sight(
        &self,
        caller: &Caller,
        mut rows: Vec<Dated<Holding>>,
    ) -> Result<Vec<Dated<Holding>>, DirectoryError> {
        let known = self.known_ahead(caller, &rows).await?;
        if known.is_empty() {
            return Ok(rows);
        }
        let (sight, now) = (self.sight(caller).await?, self.clock.now());
        let mut connection = self.reader().await?;
        let posts: BTreeSet<Id<Post>> = rows.iter().map(|row| row.state.post).collect();
        let posts = store::timelines(&mut connection, self.db.dialect(), &posts).await?;
        for row in &mut rows {
            let Some(end) = row.valid_to.filter(|end| *end > now) else { continue };
            let post = posts.get(&row.state.post);
            let is_shown = match known.get(&row.id).map(|known| known.after(end)) {
                Some(After::Goes(next)) => {
                    post.is_some_and(|post| sight.sees_holding((next, post), AsOf::at(end)))
                }
                Some(After::Ends(last)) => post.is_some_and(|post| {
                    sight.sees_holding((last, post), AsOf::at(just_before(end)))
                }),
                Some(After::Unknown) | None => false,
            };
            row.valid_to = row.valid_to.filter(|_| is_shown);
        }
        Ok(rows)
    }

    /// What is known of those of the rows that end only after today, if the caller does not see
    /// everything.
    async fn known_ahead<S: Kept>(
        &self,
        caller: &Caller,
        rows: &[Dated<S>],
    ) -> Result<HashMap<Id<S>, Timeline<S>>, DirectoryError> {
        let now = self.clock.now();
        let ahead = rows.iter().filter(|row| row.valid_to.is_some_and(|end| end > now));
        let ahead: BTreeSet<Id<S>> = ahead.map(|row| row.id).collect();
        if ahead.is_empty() || caller.may_everywhere(DIRECTORY_READ) {
            return Ok(HashMap::new());
        }
        store::timelines(&mut *self.reader().await?, self.db.dialect(), &ahead).await
    }
}

/// What a thing does at the end of a state, as it is known now.
enum After<'t, S> {
    /// It goes on like this.
    Goes(&'t Dated<S>),
    /// It is no more, and was like this.
    Ends(&'t Dated<S>),
    /// That state, as it was known before, does not end then any more.
    Unknown,
}

impl<S: Kept> Timeline<S> {
    fn after(&self, end: Time) -> After<'_, S> {
        match self.at(end) {
            Some(next) if next.valid_from == end => After::Goes(next),
            None => match self.spans().iter().find(|span| span.valid_to == Some(end)) {
                Some(last) => After::Ends(last),
                None => After::Unknown,
            },
            Some(_) => After::Unknown,
        }
    }
}

/// The last moment before.
fn just_before(at: Time) -> Time {
    Time::from_micros(at.micros().saturating_sub(1))
}
