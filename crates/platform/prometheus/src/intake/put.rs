//! Puts into the store what was taken out of a request.

use tsdb::{
    Appended, Batch, BatchAppended, DiskStore, HistogramSample, Point, RefSample, Sample,
    SeriesStore as _, Terms, TsdbError, Unfit,
};

use super::taken::Run;

/// Stores points, each run's one behind the other, and native histograms, and says to the runs
/// where their series are.
///
/// Errors: the log cannot be written.
pub(super) fn by_refs(
    store: &DiskStore,
    runs: &mut [Run<'_>],
    (points, histograms): (&[Point], &[HistogramSample]),
    terms: Terms,
) -> Result<BatchAppended, TsdbError> {
    let mut batch = Vec::with_capacity(points.len());
    let (mut start, mut over_limit) = (0, 0);
    for run in runs.iter_mut() {
        let own = &points[start..start + run.count];
        start += run.count;
        if run.known.series.is_none() {
            run.move_to(store.series_ref(run.labels()));
        }
        match run.known.series {
            Some(series) => batch.extend(own.iter().map(|point| RefSample {
                series,
                at_ms: point.at_ms,
                value: point.value,
            })),
            // Memory holds as many series as it may.
            None => over_limit += own.len() as u64,
        }
    }
    let done = store.append_ref_batch(&batch, histograms, terms)?;
    if !done.gone.is_empty() && terms.unfit == Unfit::RefusesAll {
        // Nothing is stored yet: the whole is put in by its labels.
        let samples = &by_labels(runs, points);
        let batch = Batch { samples, histograms, terms, ..Batch::default() };
        let whole = store.append_batch(&batch)?;
        runs.iter_mut().for_each(|run| run.move_to(store.series_ref(run.labels())));
        return Ok(whole);
    }
    let (mut samples, mut first) = (done.appended, done.first);
    samples.over_limit += over_limit;
    if !done.gone.is_empty() {
        let more = again(store, runs, (points, &done.gone), terms)?;
        add(&mut samples, more.samples);
        first = first.or(more.first);
    }
    Ok(BatchAppended { samples, histograms: done.histograms, exemplars: 0, first })
}

/// The points with their labels, for a store that knows no references.
pub(super) fn by_labels(runs: &[Run<'_>], points: &[Point]) -> Vec<Sample> {
    let of_run = |run: &Run<'_>| std::iter::repeat_n(run.labels().clone(), run.count);
    let labels = runs.iter().flat_map(of_run);
    let samples = labels.zip(points);
    samples
        .map(|(labels, point)| Sample { labels, at_ms: point.at_ms, value: point.value })
        .collect()
}

/// Stores what lies at these places of a batch by its labels: its series had gone from memory.
fn again(
    store: &DiskStore,
    runs: &mut [Run<'_>],
    (points, gone): (&[Point], &[usize]),
    terms: Terms,
) -> Result<BatchAppended, TsdbError> {
    let mut samples = Vec::with_capacity(gone.len());
    let mut gone = gone.iter().copied().peekable();
    // Where the run begins among all points, and in the batch.
    let (mut start, mut place) = (0, 0);
    for run in runs.iter_mut() {
        let own = &points[start..start + run.count];
        start += run.count;
        if run.known.series.is_none() {
            continue;
        }
        let end = place + own.len();
        while let Some(at) = gone.next_if(|at| *at < end) {
            let Point { at_ms, value } = own[at - place];
            samples.push(Sample { labels: run.labels().clone(), at_ms, value });
            run.moved = true;
        }
        place = end;
    }
    let batch = Batch { samples: &samples, terms, ..Batch::default() };
    let appended = store.append_batch(&batch)?;
    for run in runs.iter_mut().filter(|run| run.moved) {
        // It is there again, under another reference.
        run.move_to(store.series_ref(run.labels()));
    }
    Ok(appended)
}

/// Counts both together.
pub(super) fn add(to: &mut Appended, more: Appended) {
    to.stored += more.stored;
    to.duplicates += more.duplicates;
    to.conflicts += more.conflicts;
    to.too_old += more.too_old;
    to.over_limit += more.over_limit;
}
