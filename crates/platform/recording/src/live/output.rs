use promql::{SampleValue, VectorSample};
use rules::{Output, Refusal};
use tsdb::{
    Age, Appended, Batch, DiskStore, HistogramSample, Labels, MalformedHistogram, NativeHistogram,
    Sample, SeriesError, SeriesStore, Terms, TsdbError,
};

/// Keeps results in the store.
pub(crate) struct StoreOutput<'s> {
    /// Where samples go.
    pub(crate) series: &'s dyn SeriesStore,
    /// The store of this server among these.
    pub(crate) store: &'s DiskStore,
}

impl Output for StoreOutput<'_> {
    fn keep(&mut self, samples: &[VectorSample]) -> Vec<Result<(), Refusal>> {
        match self.keep_aged(samples, Age::Window) {
            Ok(written) if written == samples.len() => vec![Ok(()); samples.len()],
            // What is stored already is found again, so that asking one by one tells which were
            // not.
            Ok(_) => samples.iter().map(|sample| self.one(sample)).collect(),
            Err(error) => vec![Err(Refusal::Failed(error.to_string())); samples.len()],
        }
    }
}

impl StoreOutput<'_> {
    /// Keeps what can be kept of samples of the past, also where their series go on; says how many
    /// are there now, and on the disk.
    ///
    /// `now_ms`: milliseconds since 1970, UTC. Errors: the store cannot write.
    pub(crate) fn keep_past(
        &self,
        samples: &[VectorSample],
        now_ms: i64,
    ) -> Result<usize, TsdbError> {
        let written = self.keep_aged(samples, Age::Kept { now_ms })?;
        self.series.acknowledge()?;
        self.store.flush_late(now_ms)?;
        Ok(written)
    }

    /// Keeps what can be kept; says how many are there now.
    fn keep_aged(&self, samples: &[VectorSample], age: Age) -> Result<usize, TsdbError> {
        let mut results = Results::default();
        let refused = samples.iter().filter(|sample| results.put(sample).is_err()).count();
        let (appended, _) = self.append(&results, age)?;
        let written = usize::try_from(appended.stored + appended.duplicates).unwrap_or(usize::MAX);
        Ok(written.min(samples.len() - refused))
    }

    /// Hands all to the store; a histogram that does not fit together is told, and counts nowhere.
    fn append(
        &self,
        results: &Results,
        age: Age,
    ) -> Result<(Appended, Option<MalformedHistogram>), TsdbError> {
        let terms = Terms { age, ..Terms::default() };
        let Results { floats: samples, histograms } = results;
        let done =
            self.series.append_batch(&Batch { samples, histograms, terms, ..Batch::default() })?;
        let (mut all, histograms) = (done.samples, done.histograms.appended);
        all.stored += histograms.stored;
        all.duplicates += histograms.duplicates;
        all.conflicts += histograms.conflicts;
        all.too_old += histograms.too_old;
        all.over_limit += histograms.over_limit;
        Ok((all, done.histograms.malformed.first().map(|(_, malformed)| *malformed)))
    }

    fn one(&self, sample: &VectorSample) -> Result<(), Refusal> {
        let mut results = Results::default();
        results.put(sample).map_err(|error| Refusal::Failed(error.to_string()))?;
        let done = self.append(&results, Age::Window);
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
struct Results {
    floats: Vec<Sample>,
    histograms: Vec<HistogramSample>,
}

impl Results {
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
