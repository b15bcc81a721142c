use db::Tx;
use journal::{Reaction, ReactionFuture, Row};
use kernel::{Caller, Cause, Fault};
use resources::ResourceMerged;

use crate::{Probe, actions::Occasion};

const RESOURCE_MERGED: &str = "resource.merged";
const MERGE_UNDONE: &str = "resource.merge_undone";

/// Lets checks follow the resources they are of when two of them turn out to be one.
#[derive(Debug)]
pub(crate) struct FollowMerges(pub(crate) Probe);

impl Reaction for FollowMerges {
    fn name(&self) -> &'static str {
        "probe.merges"
    }

    fn wants(&self, verb: &str) -> bool {
        matches!(verb, RESOURCE_MERGED | MERGE_UNDONE)
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
        let caller = Caller::system("checks");
        let occasion = Occasion { caller: &caller, at: row.at, cause: Cause(Some(row.seq)) };
        match row.verb.as_str() {
            RESOURCE_MERGED => self.0.follow_merge(tx, occasion, &told).await,
            _ => self.0.follow_undone_merge(tx, occasion, &told).await,
        }
    }
}
