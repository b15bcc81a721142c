//! What changes the store by hand: deleting samples, giving their room back, taking a snapshot.
//!
//! One after the other. What has begun goes on when nobody waits for it any more: a journal that
//! tells of half of it would be of no use.

mod snapshots;

use std::{collections::BTreeSet, sync::Arc};

use journal::Entry;
use kernel::{Caller, Fact, Fault, Permission, Time};
use probe::SERIES_READ;
use tsdb::{Labels, Maintained, SelectLimits, Selector, SeriesStore as _, TimeRange};

use crate::{
    Prometheus,
    facts::{SeriesDeleted, SeriesDeletionFailed, SeriesRoomReclaimed, SeriesSnapshotTaken},
};
pub(crate) use snapshots::Head;

/// Deleting stored samples: whichever they are, so that it is held everywhere or not at all.
pub const SERIES_DELETE: Permission = Permission("series.delete");
/// Taking snapshots of the store, which hold everything.
pub const SERIES_SNAPSHOT: Permission = Permission("series.snapshot");

/// So many days are written anew for one request at most.
const CLEANED_DAYS_MAX: usize = 4_000;
/// The years that RFC 3339 can write.
const WRITABLE_MS: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// What a deletion is about.
#[derive(Debug, Clone)]
pub(crate) struct Doomed {
    pub(crate) selectors: Vec<Selector>,
    pub(crate) range: TimeRange,
}

/// The series that a deletion would touch.
#[derive(Debug)]
pub(crate) struct Touched {
    pub(crate) count: u64,
    /// The first of them, sorted.
    pub(crate) first: Vec<Labels>,
}

impl Prometheus {
    /// The series in the store of this server that a deletion would touch, and the first `listed`.
    /// It looks at summaries only: a series that pauses during all of a short range counts too.
    ///
    /// Errors: not allowed; database faults.
    pub(crate) async fn touched(
        &self,
        caller: &Caller,
        doomed: Doomed,
        listed: usize,
    ) -> Result<Touched, Fault> {
        permit(caller, SERIES_READ)?;
        let seen = self.inner.probe.seen_series(caller).await?;
        let selectors = self.widened(caller, doomed.selectors).await?;
        let found = self.matching(selectors, doomed.range).await?;
        let (count, first) = (found.len() as u64, found.into_iter().take(listed).collect());
        Ok(Touched { count, first: seen.shown_labels(first).await? })
    }

    /// Deletes the samples in a range of all series that match one of the selectors, of this
    /// server's store alone. They cannot be read any more afterwards, and stay deleted.
    ///
    /// Whoever deletes must be able to see what goes: besides [`SERIES_DELETE`] it needs reading
    /// everything. Errors: not allowed; the disk's and the database's.
    pub(crate) async fn delete(&self, caller: &Caller, doomed: Doomed) -> Result<(), Fault> {
        permit(caller, SERIES_DELETE)?;
        permit(caller, SERIES_READ)?;
        let (this, caller) = (self.clone(), caller.clone());
        let work = async move {
            let _turn = this.inner.admin.acquire().await.map_err(Fault::internal)?;
            this.delete_now(&caller, doomed).await
        };
        tokio::spawn(work).await.map_err(Fault::internal)?
    }

    async fn delete_now(&self, caller: &Caller, doomed: Doomed) -> Result<(), Fault> {
        let Doomed { selectors, range } = doomed;
        let texts: Vec<String> = selectors.iter().map(ToString::to_string).collect();
        let selectors = self.widened(caller, selectors).await?;
        let series = self.matching(selectors.clone(), range).await?.len() as u64;
        let moment = |at_ms: i64| WRITABLE_MS.contains(&at_ms).then(|| Time::from_millis(at_ms));
        let fact = SeriesDeleted {
            selectors: texts.clone(),
            samples_from: moment(range.from_ms),
            samples_until: moment(range.to_ms),
            series,
        };
        self.note(caller, &fact).await?;
        let store = Arc::clone(&self.inner.store);
        let work = move || {
            selectors.iter().try_for_each(|selector| store.delete(selector, range).map(drop))
        };
        let deleted = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?;
        self.inner.limits.forget();
        if let Err(error) = deleted {
            self.note(caller, &SeriesDeletionFailed { selectors: texts }).await?;
            return Err(Fault::internal(error));
        }
        Ok(())
    }

    /// Writes the blocks anew that hold deleted samples, without them.
    ///
    /// Errors: not allowed; the disk's and the database's.
    pub(crate) async fn clean_tombstones(&self, caller: &Caller) -> Result<(), Fault> {
        permit(caller, SERIES_DELETE)?;
        let (this, caller) = (self.clone(), caller.clone());
        let work = async move {
            let _turn = this.inner.admin.acquire().await.map_err(Fault::internal)?;
            let (store, now_ms) = (Arc::clone(&this.inner.store), this.inner.clock.now().millis());
            let clean = move || {
                let mut blocks = 0;
                for _ in 0..CLEANED_DAYS_MAX {
                    let Maintained { blocks_merged, .. } = store.maintain(now_ms)?;
                    blocks += blocks_merged;
                    if blocks_merged == 0 {
                        break;
                    }
                }
                Ok::<_, tsdb::TsdbError>(blocks)
            };
            let cleaned = tokio::task::spawn_blocking(clean).await.map_err(Fault::internal)?;
            let blocks = cleaned.map_err(Fault::internal)?;
            this.note(&caller, &SeriesRoomReclaimed { blocks }).await
        };
        tokio::spawn(work).await.map_err(Fault::internal)?
    }

    /// Takes a snapshot of the store while it runs; the name of its directory.
    ///
    /// Errors: not allowed; there are too many already; the disk's and the database's.
    pub(crate) async fn snapshot(&self, caller: &Caller, head: Head) -> Result<String, Fault> {
        permit(caller, SERIES_SNAPSHOT)?;
        let (this, caller) = (self.clone(), caller.clone());
        let work = async move {
            let inner = Arc::clone(&this.inner);
            let _turn = inner.admin.acquire().await.map_err(Fault::internal)?;
            let name = snapshots::name(inner.clock.now(), inner.ids.as_ref())?;
            let (to, store) = (inner.snapshots.clone(), Arc::clone(&inner.store));
            let snapshot = name.clone();
            let take = move || snapshots::take(&store, &to, &snapshot, head);
            tokio::task::spawn_blocking(take).await.map_err(Fault::internal)??;
            let skip_head = head == Head::Skipped;
            let fact = SeriesSnapshotTaken { snapshot: name.clone(), skip_head };
            this.note(&caller, &fact).await?;
            Ok(name)
        };
        tokio::spawn(work).await.map_err(Fault::internal)?
    }

    /// The selectors to ask the store with.
    async fn widened(
        &self,
        caller: &Caller,
        selectors: Vec<Selector>,
    ) -> Result<Vec<Selector>, Fault> {
        let seen = self.inner.probe.seen_series(caller).await?;
        let mut widened = Vec::with_capacity(selectors.len());
        for selector in selectors {
            widened.push(seen.widened(selector).await?);
        }
        Ok(widened)
    }

    /// The series here that match one of the selectors. They are as many as the store holds: label
    /// sets are shared with it.
    async fn matching(
        &self,
        selectors: Vec<Selector>,
        range: TimeRange,
    ) -> Result<BTreeSet<Labels>, Fault> {
        let store = Arc::clone(&self.inner.store);
        let limits = SelectLimits { series_max: usize::MAX, points_max: usize::MAX };
        let work = move || {
            let mut found = BTreeSet::new();
            for selector in &selectors {
                found.extend(store.series(selector, range, &limits)?);
            }
            Ok::<_, tsdb::TsdbError>(found)
        };
        let found = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?;
        found.map_err(Fault::internal)
    }

    /// Tells the journal. Errors: the database's.
    async fn note(&self, caller: &Caller, fact: &impl Fact) -> Result<(), Fault> {
        let mut tx = self.inner.db.begin().await?;
        journal::append(&mut tx, Entry::new(caller, self.inner.clock.now(), fact)).await?;
        Ok(tx.commit().await?)
    }
}

/// What belongs nowhere is for those who may do it everywhere.
fn permit(caller: &Caller, permission: Permission) -> Result<(), Fault> {
    if caller.may_everywhere(permission) {
        return Ok(());
    }
    let held = caller.may(permission);
    Err(if held { Fault::out_of_scope(permission) } else { Fault::forbidden(permission) })
}
