//! Which series there are, as far as the caller may see them.

use std::{collections::BTreeSet, sync::Arc};

use kernel::{Caller, Fault, Text};
use probe::{RESOURCE_LABEL, SERIES_READ};
use tokio::sync::oneshot;
use tsdb::{Labels, SelectLimits, Selector, SeriesStore, TimeRange, TsdbError};

use crate::{Prometheus, gaps::Gaps};

/// Most series that are looked at for one answer, and most points that are read for it (16 bytes
/// each).
pub(crate) const LIMITS: SelectLimits =
    SelectLimits { series_max: 1_000_000, points_max: 10_000_000 };

impl Prometheus {
    /// The names of all labels of the series that match one of `selectors`, ascending.
    ///
    /// Errors: as [`Prometheus::visible`].
    pub(crate) async fn label_names(
        &self,
        caller: &Caller,
        selectors: Vec<Selector>,
        range: TimeRange,
        gaps: &Gaps,
    ) -> Result<Vec<String>, Fault> {
        if caller.may_everywhere(SERIES_READ) {
            // The index knows them without looking at any series.
            return self
                .listed(selectors, gaps, move |store, selector, limits| {
                    store.label_names(selector, range, limits)
                })
                .await;
        }
        let series = self.visible(caller, selectors, range, gaps).await?;
        Ok(distinct(series.iter().flat_map(Labels::iter).map(|(name, _)| name)))
    }

    /// The values of a label in the series that match one of `selectors`, ascending.
    ///
    /// Errors: as [`Prometheus::visible`].
    pub(crate) async fn label_values(
        &self,
        caller: &Caller,
        name: String,
        selectors: Vec<Selector>,
        range: TimeRange,
        gaps: &Gaps,
    ) -> Result<Vec<String>, Fault> {
        // A resource may have turned out to be another: the index has the ids as they were.
        if caller.may_everywhere(SERIES_READ) && name != RESOURCE_LABEL {
            return self
                .listed(selectors, gaps, move |store, selector, limits| {
                    store.label_values(&name, selector, range, limits)
                })
                .await;
        }
        let series = self.visible(caller, selectors, range, gaps).await?;
        Ok(distinct(series.iter().filter_map(|labels| labels.get(&name))))
    }

    async fn listed(
        &self,
        selectors: Vec<Selector>,
        gaps: &Gaps,
        list: impl Fn(
            &dyn SeriesStore,
            Option<&Selector>,
            &SelectLimits,
        ) -> Result<Vec<String>, TsdbError>
        + Send
        + 'static,
    ) -> Result<Vec<String>, Fault> {
        let store = gaps.store(&self.inner);
        let work = move |wanted: &Wanted| {
            if selectors.is_empty() {
                return list(store.as_ref(), None, &LIMITS).map_err(fault_of);
            }
            let mut found = BTreeSet::new();
            for selector in selectors.iter().take_while(|_| wanted.is_still()) {
                found.extend(list(store.as_ref(), Some(selector), &LIMITS).map_err(fault_of)?);
            }
            Ok(found.into_iter().collect())
        };
        self.in_turn(work).await
    }

    /// Does what a list takes when it is its turn, on a thread that may wait for the disk. The
    /// next one's turn comes when the work has ended, even if nobody waits for it.
    ///
    /// Errors: those of the work.
    pub(crate) async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Wanted) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let turn = Arc::clone(&self.inner.lists).acquire_owned().await.map_err(Fault::internal)?;
        // The request is dropped when its client goes away, and this with it.
        let (wanted, _waiting) = oneshot::channel();
        let work = move || {
            let done = work(&Wanted(wanted));
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?
    }

    /// The labels of the series that match one of `selectors` and may have points in `range`,
    /// sorted. Without selectors: of all series. `gaps` learns what is missing.
    ///
    /// Errors: more than a million of them match; database faults.
    pub(crate) async fn visible(
        &self,
        caller: &Caller,
        selectors: Vec<Selector>,
        range: TimeRange,
        gaps: &Gaps,
    ) -> Result<Vec<Labels>, Fault> {
        let seen = self.inner.probe.seen_series(caller).await?;
        let selectors = if selectors.is_empty() { vec![Selector::everything()] } else { selectors };
        let mut widened = Vec::with_capacity(selectors.len());
        for selector in selectors {
            widened.push(seen.widened(selector).await?);
        }
        let store = gaps.store(&self.inner);
        let work = move |wanted: &Wanted| {
            let mut lists = Vec::with_capacity(widened.len());
            for selector in widened.iter().take_while(|_| wanted.is_still()) {
                lists.push(store.series(selector, range, &LIMITS).map_err(fault_of)?);
            }
            Ok::<_, Fault>(merged(lists))
        };
        let found = self.in_turn(work).await?;
        seen.shown_labels(found).await
    }
}

/// Tells whether anybody still waits for an answer.
pub(crate) struct Wanted(oneshot::Sender<()>);

impl Wanted {
    fn is_still(&self) -> bool {
        !self.0.is_closed()
    }
}

fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let distinct: BTreeSet<&str> = texts.collect();
    distinct.into_iter().map(str::to_owned).collect()
}

/// One sorted list of several.
fn merged(mut lists: Vec<Vec<Labels>>) -> Vec<Labels> {
    if lists.len() == 1 {
        return lists.swap_remove(0);
    }
    lists.into_iter().flatten().collect::<BTreeSet<Labels>>().into_iter().collect()
}

pub(crate) fn fault_of(error: TsdbError) -> Fault {
    match error {
        TsdbError::TooManySeries { limit } => {
            let expected = Text::new(
                format!("selectors of at most {limit} series"),
                format!("最多匹配 {limit} 条时间序列的选择器"),
            );
            Fault::invalid("match[]", format!("over {limit} series"), expected)
        }
        TsdbError::TooManyPoints { limit } => {
            let expected =
                Text::new("a shorter range, or fewer series", "更短的时间范围或更少的时间序列");
            Fault::invalid("match[]", format!("over {limit} points"), expected)
        }
        other => Fault::internal(other),
    }
}
