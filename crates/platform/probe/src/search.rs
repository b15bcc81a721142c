use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Page, Text};

use crate::{CHECK_READ, CheckFilter, Probe};

impl SearchSource for Probe {
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        Box::pin(async move {
            if !caller.may(CHECK_READ) {
                return Ok(Vec::new());
            }
            let filter = CheckFilter { text: Some(text.to_owned()), ..CheckFilter::default() };
            let found = self.checks(caller, &filter, &Page { after: None, limit }).await?;
            let hits = found.items.into_iter().map(|check| Hit {
                r#type: "check".to_owned(),
                id: check.definition.id.to_string(),
                title: Text::same(check.definition.settings.name.clone()),
                subtitle: Text::same(check.resource_name.to_string()),
            });
            Ok(hits.collect())
        })
    }
}
