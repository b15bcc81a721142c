use wire::remote::write_v1::{Item, Metadata, TimeSeries, items};

use super::{judge::Judge, refusal::WriteRefusal, taken::Taken};
use crate::metadata::MetricMetadata;

/// Reads `prometheus.WriteRequest`. Errors: anything in it is wrong.
pub(super) fn read(request: &[u8], judge: &mut Judge<'_>) -> Result<Taken, WriteRefusal> {
    let mut taken = Taken::default();
    let (mut series, mut pairs) = (TimeSeries::default(), Vec::new());
    for item in items(request) {
        match item? {
            Item::Metadata(part) => {
                let Metadata { metric, kind, help, unit } = Metadata::read(part)?;
                let metadata = MetricMetadata::new(kind, help, unit);
                taken.metadata.push((metric.to_owned(), metadata));
            }
            Item::Series(part) => {
                series.read(part)?;
                let (key, met) = judge.met(series.label_bytes());
                let labels = match met {
                    Some(labels) => labels,
                    None => {
                        series.labels(&mut pairs)?;
                        judge.labels(key, &pairs).map_err(WriteRefusal::Bad)?
                    }
                };
                if !series.histograms.is_empty() {
                    return Err(WriteRefusal::Bad(NO_HISTOGRAMS.to_owned()));
                }
                for sample in &series.samples {
                    let sample = judge.sample(&labels, *sample).map_err(WriteRefusal::Bad)?;
                    taken.samples.push(sample);
                }
                Judge::count(taken.samples.len())?;
            }
        }
    }
    Ok(taken)
}

/// What Prometheus says where it is not told to keep them.
pub(super) const NO_HISTOGRAMS: &str = "native histograms are disabled";
