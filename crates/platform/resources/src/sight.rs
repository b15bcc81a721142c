use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use db::{Db, DbError};
use kernel::{FactSeq, Scope, Within};
use tokio::sync::Mutex;

use crate::{ResourceId, Resources, ResourcesError, store};

/// Scopes whose resources are remembered; the one asked for longest ago is forgotten first.
const SCOPES_KEPT: usize = 64;
/// Facts read at once.
const BATCH: u32 = 500;

/// Which resources a scope covers, for those who filter what they have in memory: checks, series,
/// facts as they happen. Queries use [`crate::push_visible`].
#[derive(Debug, Clone)]
pub enum Sight {
    /// All of them, and what is about none.
    Everything,
    /// These.
    Only(Arc<HashSet<ResourceId>>),
}

impl Sight {
    /// Whether it covers the resource.
    #[must_use]
    pub fn sees(&self, id: ResourceId) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(ids) => ids.contains(&id),
        }
    }

    /// Whether it covers the resource whose id is written there; without one, or with what is no
    /// id, only who sees everything does.
    #[must_use]
    pub fn sees_text(&self, id: Option<&str>) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(ids) => {
                id.and_then(|id| id.parse().ok()).is_some_and(|id: ResourceId| ids.contains(&id))
            }
        }
    }
}

/// What was found out for scopes, until a fact says that a resource came or moved.
#[derive(Debug, Default)]
pub(crate) struct Sights {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Facts up to this one are in what is kept.
    seen: Option<FactSeq>,
    kept: VecDeque<(Arc<Within>, Arc<HashSet<ResourceId>>)>,
    /// How often something has happened to resources since this process runs.
    turns: u64,
}

impl Resources {
    /// A number that is another one when a resource has come, moved, gone or turned out to be
    /// another since: for those who keep what they found out about them, in this process.
    ///
    /// Errors: database faults.
    pub async fn turns(&self) -> Result<u64, ResourcesError> {
        let mut state = self.sights.state.lock().await;
        state.follow(&self.db).await?;
        Ok(state.turns)
    }

    /// The resources that `scope` covers now.
    ///
    /// Errors: database faults.
    pub async fn sight(&self, scope: &Scope) -> Result<Sight, ResourcesError> {
        let Scope::Within(within) = scope else { return Ok(Sight::Everything) };
        let mut state = self.sights.state.lock().await;
        state.follow(&self.db).await?;
        // A caller's scope is made once for many requests, so that it is mostly the same pointer.
        let known = state
            .kept
            .iter()
            .position(|(other, _)| Arc::ptr_eq(other, within) || other.as_ref() == within.as_ref());
        let found = match known.and_then(|at| state.kept.remove(at)) {
            Some((_, found)) => found,
            None => {
                let (mut reader, dialect) = (self.reader().await?, self.dialect());
                let found = store::ids_within(&mut reader, dialect, scope).await;
                let mut found = found.map_err(DbError::from)?;
                found
                    .extend(within.resources.iter().filter_map(|id| id.parse::<ResourceId>().ok()));
                Arc::new(found)
            }
        };
        state.kept.push_back((Arc::clone(within), Arc::clone(&found)));
        if state.kept.len() > SCOPES_KEPT {
            state.kept.pop_front();
        }
        Ok(Sight::Only(found))
    }
}

impl State {
    /// Forgets everything when a resource came, moved or went since the last time.
    async fn follow(&mut self, db: &Db) -> Result<(), DbError> {
        let latest = journal::latest(db).await?;
        let Some(mut seen) = self.seen else {
            self.seen = Some(latest);
            return Ok(());
        };
        while seen < latest {
            let rows = journal::since(db, seen, BATCH).await?;
            let Some(last) = rows.last() else { break };
            if rows.iter().any(|row| row.verb.starts_with("resource.")) {
                self.kept.clear();
                self.turns += 1;
                seen = latest;
            } else {
                seen = last.seq;
            }
        }
        self.seen = Some(seen);
        Ok(())
    }
}
