use crate::{Resources, ResourcesError, model::FOLDED_AS, store};

/// So many resources are folded in one transaction.
const BATCH: usize = 500;

impl Resources {
    /// Writes anew what filters compare, of resources that were saved under older rules or before
    /// there were any; returns how many are done and how many are left. That follows from the
    /// resource alone: it is no change of it, and no fact.
    ///
    /// Errors: the database's.
    pub async fn refold(&self) -> Result<(u64, u64), ResourcesError> {
        let mut tx = self.db.begin().await?;
        let ids = store::not_folded(tx.connection(), FOLDED_AS, BATCH).await?;
        if ids.is_empty() {
            return Ok((0, 0));
        }
        let resources = store::load_resources(tx.connection(), &ids).await?;
        for resource in &resources {
            store::fold(tx.connection(), resource).await?;
        }
        let left = store::not_folded_count(tx.connection(), FOLDED_AS).await?;
        // no fact: the resources stay as they are; only how filters find them is written.
        tx.commit().await?;
        Ok((resources.len() as u64, left))
    }
}
