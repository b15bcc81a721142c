use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Fault, Page, Scope};

use crate::{RESOURCE_READ, ResourceFilter, Resources};

impl SearchSource for Resources {
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        Box::pin(async move {
            let scope = caller.scope(RESOURCE_READ);
            if scope.is_nowhere() {
                return Ok(Vec::new());
            }
            self.hits(&scope, text, limit).await
        })
    }
}

impl Resources {
    /// Resources in use with that text in their names.
    async fn hits(&self, scope: &Scope, text: &str, limit: u32) -> Result<Vec<Hit>, Fault> {
        let text = Some(text.to_owned());
        let filter = ResourceFilter { text, retired: Some(false), ..ResourceFilter::default() };
        let page = Page { after: None, limit };
        let found = self.list(scope, &filter, &page).await?.items;
        let kinds = self.kinds().await?;
        let hits = found.into_iter().map(|resource| {
            let title = kinds.iter().find(|kind| kind.name == resource.kind);
            let subtitle = title.map(|kind| format!("{} · {}", kind.title.en, kind.title.zh));
            Hit {
                r#type: "resource".to_owned(),
                id: resource.id.to_string(),
                title: resource.name,
                subtitle: subtitle.unwrap_or(resource.kind),
            }
        });
        Ok(hits.collect())
    }
}
