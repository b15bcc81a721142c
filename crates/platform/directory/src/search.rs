use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Fault, Page};

use crate::{AsOf, DIRECTORY_READ, Directory, PersonFilter, UnitFilter};

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
            let unit = unit.and_then(|unit| trees.unit(&unit).map(|unit| unit.name.zh.clone()));
            Hit {
                r#type: "person".to_owned(),
                id: person.id.to_string(),
                title: person.state.name,
                subtitle: match unit {
                    Some(unit) => format!("{} · {unit}", person.state.number),
                    None => person.state.number,
                },
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
            title: unit.state.name.zh.clone(),
            subtitle: format!("{} · {}", unit.state.code, unit.state.name.en),
        });
        Ok(hits.collect())
    }
}
