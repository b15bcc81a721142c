use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Fault, Text};

use crate::{
    Knowledge, KnowledgeError,
    actions::Wanted,
    model::{permission::PROFILE_READ, sight::Sight},
};

impl SearchSource for Knowledge {
    /// Published articles that the caller reads, by words of theirs or by their number.
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        let found = async move {
            if !caller.may(PROFILE_READ) {
                return Ok(Vec::new());
            }
            let wanted = Wanted { text: text.to_owned(), category: None };
            let found = self.suggestions(&Sight::of(caller), &wanted, limit).await?;
            let hits = found.into_iter().map(|(revision, _, _)| Hit {
                r#type: "article".to_owned(),
                id: revision.article_id.to_string(),
                title: Text::same(format!("{} {}", revision.number, revision.draft.title)),
                subtitle: Text::same(revision.draft.category),
            });
            Ok::<_, KnowledgeError>(hits.collect())
        };
        Box::pin(async { found.await.map_err(Fault::from) })
    }
}
