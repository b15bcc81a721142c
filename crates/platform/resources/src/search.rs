use std::collections::BTreeSet;

use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Fault, Page, Scope, Text};

use crate::{RESOURCE_READ, Resource, ResourceFilter, ResourceId, Resources, TextIn, model::texts};

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
    /// Resources in use with that text in their names, then those of which it is said.
    async fn hits(&self, scope: &Scope, text: &str, limit: u32) -> Result<Vec<Hit>, Fault> {
        let (sought, page) = (Some(text.to_owned()), Page { after: None, limit });
        let named = ResourceFilter {
            text: sought,
            text_in: TextIn::Names,
            retired: Some(false),
            ..ResourceFilter::default()
        };
        let mut found = self.list(scope, &named, &page).await?.items;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        if found.len() < wanted {
            let anywhere = ResourceFilter { text_in: TextIn::Anywhere, ..named };
            let more = self.list(scope, &anywhere, &page).await?.items;
            let known: BTreeSet<ResourceId> = found.iter().map(|resource| resource.id).collect();
            found.extend(more.into_iter().filter(|resource| !known.contains(&resource.id)));
            found.truncate(wanted);
        }
        let kinds = self.kinds().await?;
        let hits = found.into_iter().map(|resource| {
            let title = kinds.iter().find(|kind| kind.name == resource.kind);
            let subtitle = title.map(|kind| kind.title.clone());
            let subtitle = subtitle.unwrap_or_else(|| Text::same(&resource.kind));
            Hit {
                r#type: "resource".to_owned(),
                id: resource.id.to_string(),
                subtitle: with_what_matches(subtitle, &resource, text),
                title: Text::same(resource.name),
            }
        });
        Ok(hits.collect())
    }
}

/// The kind, and after it the value of the attribute by which the resource is found where its name
/// does not tell.
fn with_what_matches(kind: Text, resource: &Resource, text: &str) -> Text {
    let sought = text.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&sought);
    if has(&resource.name) {
        return kind;
    }
    let found = resource.attributes.values().flat_map(texts).find(|text| has(text));
    match found {
        Some(value) => {
            Text::new(format!("{} · {value}", kind.en), format!("{} · {value}", kind.zh))
        }
        None => kind,
    }
}
