use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Fault, Page, Text};

use crate::{
    AsOf, DIRECTORY_READ, Dated, Directory, DirectoryError, Person, PersonFilter, PostFilter,
    SiteFilter, Trees, UnitFilter, UnitId,
};

impl SearchSource for Directory {
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        Box::pin(async move {
            if !caller.may(DIRECTORY_READ) {
                return Ok(Vec::new());
            }
            let mut hits = self.people_hits(caller, text, limit).await?;
            hits.extend(self.unit_hits(caller, text, limit).await?);
            hits.extend(self.post_hits(caller, text, limit).await?);
            hits.extend(self.site_hits(caller, text, limit).await?);
            hits.truncate(limit as usize);
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
        let hits = found.into_iter().map(|person| Hit {
            r#type: "person".to_owned(),
            id: person.id.to_string(),
            subtitle: within(&trees, &person.state.number, person.state.unit),
            title: Text::same(person.state.name),
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

    async fn post_hits(&self, caller: &Caller, text: &str, limit: u32) -> Result<Vec<Hit>, Fault> {
        let filter = PostFilter { text: Some(text.to_owned()), ..PostFilter::default() };
        let (now, page) = (AsOf::at(self.clock.now()), Page { after: None, limit });
        let trees = self.trees().await?;
        let found = self.posts(caller, &filter, now, &page).await?.items;
        let hits = found.into_iter().map(|post| Hit {
            r#type: "post".to_owned(),
            id: post.id.to_string(),
            subtitle: within(&trees, &post.state.code, Some(post.state.unit)),
            title: post.state.title,
        });
        Ok(hits.collect())
    }

    async fn site_hits(&self, caller: &Caller, text: &str, limit: u32) -> Result<Vec<Hit>, Fault> {
        let filter = SiteFilter { text: Some(text.to_owned()), ..SiteFilter::default() };
        let (now, page) = (AsOf::at(self.clock.now()), Page { after: None, limit });
        let trees = self.trees().await?;
        let found = self.sites(caller, &filter, now, &page).await?.items;
        let hits = found.into_iter().map(|site| Hit {
            r#type: "site".to_owned(),
            id: site.id.to_string(),
            subtitle: within(&trees, &site.state.code, site.state.unit),
            title: site.state.name,
        });
        Ok(hits.collect())
    }
}

/// What tells something from others of its name: its code or number, and the unit it is in.
fn within(trees: &Trees, code: &str, unit: Option<UnitId>) -> Text {
    let unit = unit.map(|unit| unit.to_string());
    match unit.and_then(|unit| trees.unit(&unit).map(|unit| unit.name.clone())) {
        Some(Text { en, zh }) => Text::new(format!("{code} · {en}"), format!("{code} · {zh}")),
        None => Text::same(code),
    }
}
