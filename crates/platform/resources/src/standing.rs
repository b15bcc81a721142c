//! Who stands for a resource now: for those who hold on to an id while the server runs.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use db::Tx;
use sqlx::AnyConnection;
use tokio::sync::watch;

use crate::{ResourceId, Resources, ResourcesError, store};

/// What became another that became another is followed so far.
pub(crate) const MERGES_MAX: usize = 8;
/// So many that turned out to be one resource are told.
const GONE_MAX: usize = 200;

/// A resource that somebody holds on to: when it turns out to be another, that one stands for it,
/// until it is undone. Cheap to clone; the clones know the same.
///
/// It knows what [`Resources::follow`] told it last, so that asking it waits for nothing.
#[derive(Debug, Clone)]
pub struct Standing(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    own: ResourceId,
    known: watch::Sender<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    id: ResourceId,
    /// All that are this one, itself too.
    all: Vec<ResourceId>,
}

impl Standing {
    /// The resource, which stands for itself as far as anybody knows.
    #[must_use]
    pub fn of(own: ResourceId) -> Self {
        let known = watch::Sender::new(Known { id: own, all: vec![own] });
        Self(Arc::new(Inner { own, known }))
    }

    /// Who stands for it now.
    #[must_use]
    pub fn id(&self) -> ResourceId {
        self.0.known.borrow().id
    }

    /// Whether the id is of the resource that stands for it, or of one that turned out to be that.
    #[must_use]
    pub fn includes(&self, id: ResourceId) -> bool {
        self.0.known.borrow().all.contains(&id)
    }

    /// Waits until another one stands for it than `seen`, and tells which.
    pub async fn changed(&self, seen: ResourceId) -> ResourceId {
        let mut known = self.0.known.subscribe();
        let other = known.wait_for(|known| known.id != seen).await;
        // The sender is in `self`: it cannot be gone while we wait.
        other.map_or(seen, |known| known.id)
    }
}

impl Resources {
    /// Lets `standing` know who stands for its resource now; tells that, too.
    ///
    /// Errors: the records cannot be read; it knows what it knew.
    pub async fn follow(&self, standing: &Standing) -> Result<ResourceId, ResourcesError> {
        let own = standing.0.own;
        let mut reader = self.reader().await?;
        let id = kept(&mut reader, &[own]).await?.get(&own).copied().unwrap_or(own);
        let all = all_of(&mut reader, id).await?;
        let now = Known { id, all };
        standing.0.known.send_if_modified(|known| {
            let differs = *known != now;
            *known = now;
            differs
        });
        Ok(id)
    }

    /// Who stands for the resource, within a change: as long as that lasts nobody else does.
    ///
    /// Errors: the records cannot be read.
    pub async fn standing_for_in(
        &self,
        tx: &mut Tx,
        id: ResourceId,
    ) -> Result<ResourceId, ResourcesError> {
        Ok(kept(tx.connection(), &[id]).await?.get(&id).copied().unwrap_or(id))
    }

    /// Of these resources those that turned out to be others, each with the one that stands for it.
    ///
    /// Errors: the records cannot be read.
    pub async fn kept_of(
        &self,
        ids: &[ResourceId],
    ) -> Result<HashMap<ResourceId, ResourceId>, ResourcesError> {
        kept(&mut *self.reader().await?, ids).await
    }

    /// The resource and those that turned out to be it, at most 200: under which ids something was
    /// written about it.
    ///
    /// Errors: the records cannot be read.
    pub async fn ids_of(&self, id: ResourceId) -> Result<Vec<ResourceId>, ResourcesError> {
        all_of(&mut *self.reader().await?, id).await
    }
}

async fn kept(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
) -> Result<HashMap<ResourceId, ResourceId>, ResourcesError> {
    let mut next = HashMap::new();
    let mut open = ids.to_vec();
    for _ in 0..MERGES_MAX {
        let further = store::turned_out(connection, &open).await?;
        open = further.values().filter(|id| !next.contains_key(*id)).copied().collect();
        next.extend(further);
        if open.is_empty() {
            break;
        }
    }
    let last = |id: &ResourceId| {
        let mut at = *next.get(id)?;
        for _ in 1..MERGES_MAX {
            at = next.get(&at).copied().unwrap_or(at);
        }
        Some((*id, at))
    };
    Ok(ids.iter().filter_map(last).collect())
}

async fn all_of(
    connection: &mut AnyConnection,
    id: ResourceId,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let mut all = vec![id];
    let mut known = HashSet::from([id]);
    let mut at = 0;
    while let Some(kept) = all.get(at).copied() {
        at += 1;
        let left = i64::try_from(GONE_MAX.saturating_sub(all.len())).unwrap_or(i64::MAX);
        let gone = store::went_into(connection, kept, left).await?;
        all.extend(gone.into_iter().filter(|gone| known.insert(*gone)));
    }
    Ok(all)
}
