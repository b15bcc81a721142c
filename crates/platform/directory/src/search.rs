use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Fault, Page, Text};

use crate::{
    AsOf, DIRECTORY_READ, Dated, Directory, DirectoryError, Person, PersonFilter, UnitFilter,
};

impl SearchSource for Directory {
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        Box::pin(async move {
            if !caller.may(DIRECTORY_READ) {
                return Ok(Vec::new());
            }
            let mut hits = self.people_hits(caller, text, limit).await?;
            let left = limit.saturating_sub(u32::try_from(hits.len()).unwrap_or(limit));
            if left > 0 {
                hits.extend(self.unit_hits(caller, text, left).await?);
            }
            Ok(hits)
        })
    }
}

impl Directory {
    /// Those of the people with these ids who are there at a moment and whom the caller sees.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub async fn people_among(
        &self,
        caller: &Caller,
        ids: &[&str],
        as_of: AsOf,
    ) -> Result<Vec<Dated<Person>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let mut narrow = PersonFilter::default().narrow(&seen)?;
        narrow.one_of.push(("id", ids.iter().map(|&id| id.to_owned()).collect()));
        self.every(&narrow, as_of).await
    }

    async fn people_hits(
        &self,
        caller: &Caller,
        text: &str,
        limit: u32,
    ) -> Result<Vec<Hit>, Fault> {
        let filter = PersonFilter { text: Some(text.to_owned()), ..PersonFilter::default() };
        let (now, page) = (AsOf::at(self.clock.now()), Page { after: None, limit });
        let trees = self.trees().await?;
        let found = self.people(caller, &filter, now, &page).await?.items;
        let hits = found.into_iter().map(|person| {
            let unit = person.state.unit.map(|unit| unit.to_string());
            let unit = unit.and_then(|unit| trees.unit(&unit).map(|unit| unit.name.clone()));
            let number = &person.state.number;
            Hit {
                r#type: "person".to_owned(),
                id: person.id.to_string(),
                subtitle: match unit {
                    Some(Text { en, zh }) => {
                        Text::new(format!("{number} · {en}"), format!("{number} · {zh}"))
                    }
                    None => Text::same(number),
                },
                title: Text::same(person.state.name),
            }
        });
        Ok(hits.collect())
    }

    async fn unit_hits(&self, caller: &Caller, text: &str, limit: u32) -> Result<Vec<Hit>, Fault> {
        let filter = UnitFilter { text: Some(text.to_owned()), ..UnitFilter::default() };
        let (now, page) = (AsOf::at(self.clock.now()), Page { after: None, limit });
        let found = self.units(caller, &filter, now, &page).await?.items;
        let hits = found.into_iter().map(|unit| Hit {
            r#type: "unit".to_owned(),
            id: unit.id.to_string(),
            title: unit.state.name,
            subtitle: Text::same(unit.state.code),
        });
        Ok(hits.collect())
    }
}
