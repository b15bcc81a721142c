use promql::{SampleValue, VectorSample};
use rules::{Output, Refusal};
use tsdb::{
    Appended, DiskStore, HistogramSample, Labels, MalformedHistogram, NativeHistogram, Sample,
    SeriesError, SeriesStore, TsdbError,
};

/// Keeps results in the store.
pub(crate) struct StoreOutput<'s> {
    /// Where floats go.
    pub(crate) series: &'s dyn SeriesStore,
    /// Where histograms go.
    pub(crate) store: &'s DiskStore,
}

impl Output for StoreOutput<'_> {
    fn keep(&mut self, samples: &[VectorSample]) -> Vec<Result<(), Refusal>> {
        match self.keep_all(samples) {
            Ok(written) if written == samples.len() => vec![Ok(()); samples.len()],
            // What is stored already is found again, so that asking one by one tells which were
            // not.
            Ok(_) => samples.iter().map(|sample| self.one(sample)).collect(),
            Err(error) => vec![Err(Refusal::Failed(error.to_string())); samples.len()],
        }
    }
}

impl StoreOutput<'_> {
    /// Keeps what can be kept of the samples; says how many are there now.
    ///
    /// Errors: the store cannot write.
    pub(crate) fn keep_all(&self, samples: &[VectorSample]) -> Result<usize, TsdbError> {
        let mut batch = Batch::default();
        let refused = samples.iter().filter(|sample| batch.put(sample).is_err()).count();
        let (appended, _) = self.append(&batch)?;
        let written = usize::try_from(appended.stored + appended.duplicates).unwrap_or(usize::MAX);
        Ok(written.min(samples.len() - refused))
    }

    /// Hands all to the store; a histogram that does not fit together is told, and counts nowhere.
    fn append(&self, batch: &Batch) -> Result<(Appended, Option<MalformedHistogram>), TsdbError> {
        let mut all = self.series.append(&batch.floats)?;
        if batch.histograms.is_empty() {
            return Ok((all, None));
        }
        let done = self.store.append_histograms(&batch.histograms)?;
        all.stored += done.appended.stored;
        all.duplicates += done.appended.duplicates;
        all.conflicts += done.appended.conflicts;
        all.too_old += done.appended.too_old;
        all.over_limit += done.appended.over_limit;
        Ok((all, done.malformed.first().map(|(_, malformed)| *malformed)))
    }

    fn one(&self, sample: &VectorSample) -> Result<(), Refusal> {
        let mut batch = Batch::default();
        batch.put(sample).map_err(|error| Refusal::Failed(error.to_string()))?;
        let done = self.append(&batch);
        let (appended, malformed) = done.map_err(|error| Refusal::Failed(error.to_string()))?;
        if let Some(malformed) = malformed {
            return Err(Refusal::Failed(malformed.to_string()));
        }
        if appended.conflicts > 0 {
            return Err(Refusal::Overtaken("duplicate sample for timestamp".to_owned()));
        }
        if appended.too_old > 0 {
            return Err(Refusal::Overtaken("out of bounds: the sample is too old".to_owned()));
        }
        if appended.over_limit > 0 {
            let message = "the store holds as many series or points in memory as it may";
            return Err(Refusal::Failed(message.to_owned()));
        }
        Ok(())
    }
}

/// Samples on their way into the store.
#[derive(Default)]
struct Batch {
    floats: Vec<Sample>,
    histograms: Vec<HistogramSample>,
}

impl Batch {
    /// Adds a sample, if a series of its labels can be kept: those of a result can be any texts, of
    /// any length and number.
    fn put(&mut self, sample: &VectorSample) -> Result<(), SeriesError> {
        Labels::from_pairs(sample.labels.iter())?;
        let (labels, at_ms) = (sample.labels.clone(), sample.at_ms);
        match &sample.value {
            SampleValue::Float(value) => self.floats.push(Sample { labels, at_ms, value: *value }),
            SampleValue::Histogram(held) => {
                let histogram = NativeHistogram::Float((**held).clone());
                self.histograms.push(HistogramSample { labels, at_ms, histogram });
            }
        }
        Ok(())
    }
}
