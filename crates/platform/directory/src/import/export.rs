use std::collections::HashMap;

use kernel::{Caller, Page};

use super::{
    table::SheetKind,
    write::{SheetOut, moment_cell},
};
use crate::{
    AsOf, Dated, Directory, DirectoryError, Holding, HoldingFilter, HoldingKind, Person,
    PersonFilter, Post, PostFilter, Unit, UnitFilter, Way,
    store::{self, Kept, Narrow, language_name},
};

/// Rows are fetched so many at a time.
const ROWS_AT_ONCE: u32 = 5000;

impl Directory {
    /// The sheets as of a moment, with what the caller sees.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub(crate) async fn export(
        &self,
        caller: &Caller,
        kinds: &[SheetKind],
        as_of: AsOf,
    ) -> Result<Vec<SheetOut>, DirectoryError> {
        let mut sheets = Vec::new();
        for kind in kinds {
            let rows = match kind {
                SheetKind::Units => self.unit_rows(caller, as_of).await?,
                SheetKind::Posts => self.post_rows(caller, as_of).await?,
                SheetKind::People => self.person_rows(caller, as_of).await?,
                SheetKind::Holdings => self.holding_rows(caller, as_of).await?,
            };
            sheets.push(SheetOut { kind: *kind, rows });
        }
        Ok(sheets)
    }

    async fn unit_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let (trees, narrow) = (&seen.then, UnitFilter::default().narrow(&seen)?);
        let row = |unit: Dated<Unit>| {
            let above = unit.state.parent.map(|id| id.to_string());
            let above = above.and_then(|id| trees.unit(&id).map(|unit| unit.code.clone()));
            let region = unit.state.region.map(|id| id.to_string());
            let region = region.and_then(|id| trees.region(&id).map(|r| r.code.clone()));
            vec![
                unit.state.code,
                unit.state.name.zh,
                unit.state.name.en,
                unit.state.short_name,
                unit.state.kind,
                above.unwrap_or_default(),
                region.unwrap_or_default(),
                moment_cell(unit.valid_from, &self.zone),
            ]
        };
        Ok(self.every(&narrow, as_of).await?.into_iter().map(row).collect())
    }

    async fn post_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let (trees, narrow) = (&seen.then, PostFilter::default().narrow(&seen)?);
        let row = |post: Dated<Post>| {
            let unit = trees.unit(&post.state.unit.to_string()).map(|unit| unit.code.clone());
            vec![
                post.state.code,
                post.state.title.zh,
                post.state.title.en,
                post.state.description,
                unit.unwrap_or_default(),
                if post.state.head { "是" } else { "否" }.to_owned(),
                moment_cell(post.valid_from, &self.zone),
            ]
        };
        Ok(self.every(&narrow, as_of).await?.into_iter().map(row).collect())
    }

    async fn person_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let (trees, narrow) = (&seen.then, PersonFilter::default().narrow(&seen)?);
        let row = |person: Dated<Person>| {
            let unit = person.state.unit.map(|id| id.to_string());
            let unit = unit.and_then(|id| trees.unit(&id).map(|unit| unit.code.clone()));
            let mut cells = vec![
                person.state.number,
                person.state.name,
                language_name(person.state.language).to_owned(),
                unit.unwrap_or_default(),
            ];
            for way in Way::ALL {
                let first = person.state.contacts.iter().find(|contact| contact.way == way);
                cells.push(first.map_or_else(String::new, |contact| contact.value.clone()));
            }
            cells.push(moment_cell(person.valid_from, &self.zone));
            cells
        };
        Ok(self.every(&narrow, as_of).await?.into_iter().map(row).collect())
    }

    async fn holding_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let narrow = HoldingFilter::default().narrow(&self.seen_at(caller, as_of).await?);
        let holdings: Vec<Dated<Holding>> = self.every(&narrow, as_of).await?;
        let people = self.codes::<Person>(as_of).await?;
        let posts = self.codes::<Post>(as_of).await?;
        let row = |holding: Dated<Holding>| {
            let (person, post) = (holding.state.person.uuid(), holding.state.post.uuid());
            vec![
                people.get(&person.to_string()).cloned().unwrap_or_default(),
                posts.get(&post.to_string()).cloned().unwrap_or_default(),
                match holding.state.kind {
                    HoldingKind::Substantive => "正式",
                    HoldingKind::Acting => "代理",
                    HoldingKind::PartTime => "兼任",
                }
                .to_owned(),
                holding.state.share_percent.to_string(),
                moment_cell(holding.valid_from, &self.zone),
                holding.valid_to.map_or_else(String::new, |to| moment_cell(to, &self.zone)),
            ]
        };
        Ok(holdings.into_iter().map(row).collect())
    }

    /// The codes of all things of a sort, by their ids: only to name what is seen already.
    async fn codes<S: Kept>(&self, as_of: AsOf) -> Result<HashMap<String, String>, DirectoryError> {
        let all: Vec<Dated<S>> = self.every(&Narrow::default(), as_of).await?;
        let pair = |thing: Dated<S>| (thing.id.to_string(), thing.state.code().to_owned());
        Ok(all.into_iter().map(pair).collect())
    }

    async fn every<S: Kept>(
        &self,
        narrow: &Narrow,
        as_of: AsOf,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        let mut connection = self.reader().await?;
        let mut all: Vec<Dated<S>> = Vec::new();
        loop {
            let after = all.last().map(|thing| thing.id.to_string());
            let page = Page { after, limit: ROWS_AT_ONCE - 1 };
            let some =
                store::list(&mut connection, self.db.dialect(), narrow, as_of, &page).await?;
            let whole = some.len() < ROWS_AT_ONCE as usize;
            all.extend(some);
            if whole {
                return Ok(all);
            }
        }
    }
}
