use journal::Entry;
use kernel::Caller;

use super::{Knowledge, Read, no_article, own_user};
use crate::{
    KnowledgeError,
    model::{
        article::ArticleId,
        fact::{ArticleVoted, Told},
    },
    store::{self, votes::Vote},
};

impl Knowledge {
    /// Says whether an article that the caller reads was of use to them, instead of what they said
    /// before.
    ///
    /// Errors: [`KnowledgeError::NotFound`].
    pub(crate) async fn vote(
        &self,
        caller: &Caller,
        id: ArticleId,
        useful: bool,
    ) -> Result<Read, KnowledgeError> {
        let user = own_user(caller)?;
        let read = self.read(caller, id).await?;
        if read.own == Some(useful) {
            return Ok(read);
        }
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let found = store::articles::find(tx.connection(), id).await?;
        let article = found.ok_or_else(|| no_article(id))?;
        let vote = Vote { useful, revision: read.revision.revision, at: now };
        store::votes::put(&mut tx, (id, user), vote).await?;
        let told = Told::<ArticleVoted>::of(&article)
            .with("useful", useful)
            .with("revision", vote.revision);
        journal::append(&mut tx, Entry::new(caller, now, &told)).await?;
        tx.commit().await?;
        self.read(caller, id).await
    }
}
