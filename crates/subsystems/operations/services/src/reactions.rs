use db::{Db, DbError, Tx};
use journal::{Reaction, ReactionFuture, Row};
use kernel::{Cause, Fault};
use resources::ResourceMerged;

use crate::{Services, actions::Occasion};

const NAME: &str = "services.merges";
const RESOURCE_MERGED: &str = "resource.merged";
const MERGE_UNDONE: &str = "resource.merge_undone";

/// Whether discovered services are where the merges of resources so far have brought them.
pub(crate) async fn has_followed(db: &Db) -> Result<bool, DbError> {
    journal::has_followed(db, NAME, &[RESOURCE_MERGED, MERGE_UNDONE]).await
}

/// Lets discovered services follow their resources when two of those turn out to be one.
#[derive(Debug)]
pub(crate) struct FollowMerges(pub(crate) Services);

impl Reaction for FollowMerges {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, verb: &str) -> bool {
        [RESOURCE_MERGED, MERGE_UNDONE].contains(&verb)
    }

    fn react<'a>(&'a self, tx: &'a mut Tx, row: &'a Row) -> ReactionFuture<'a> {
        Box::pin(self.follow(tx, row))
    }
}

impl FollowMerges {
    async fn follow(&self, tx: &mut Tx, row: &Row) -> Result<(), Fault> {
        let told: ResourceMerged = match serde_json::from_value(row.detail.clone()) {
            Ok(told) => told,
            // A fact that cannot be read must not hold up those after it.
            Err(error) => {
                let seq = row.seq.0;
                tracing::warn!(seq, "failed to read the fact {seq}, {}: {error}", row.verb);
                return Ok(());
            }
        };
        let occasion = Occasion { at: row.at, cause: Cause(Some(row.seq)) };
        match row.verb.as_str() {
            RESOURCE_MERGED => self.0.follow_merge(tx, occasion, &told).await?,
            _ => self.0.follow_undone_merge(tx, occasion, &told).await?,
        }
        Ok(())
    }
}
