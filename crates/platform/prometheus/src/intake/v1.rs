use wire::{
    protobuf::ProtobufFault,
    remote::{
        HistogramMessage,
        write_v1::{Exemplar, Item, Metadata, TimeSeries, items},
    },
};

use super::{
    judge::{Judge, Unfit},
    refusal::WriteRefusal,
    taken::{Run, Taken},
};
use crate::metadata::said_of;

/// So many bytes bring a series with a sample, or a few more: room is made by it.
const SERIES_BYTES: usize = 128;

/// Reads `prometheus.WriteRequest`. Errors: anything in it is wrong.
pub(super) fn read<'k>(request: &[u8], judge: &mut Judge<'k>) -> Result<Taken<'k>, WriteRefusal> {
    let mut taken = Taken::with_room(request.len() / SERIES_BYTES);
    let (mut series, mut pairs) = (TimeSeries::default(), Vec::new());
    for item in items(request) {
        match item? {
            Item::Metadata(part) => {
                let Metadata { metric, kind, help, unit } = Metadata::read(part)?;
                taken.metadata.extend(said_of(metric, kind, help, unit));
            }
            Item::Series(part) => {
                series.read(part)?;
                let (key, met) = judge.met(series.label_bytes());
                let mut run = match met {
                    Some(run) => run,
                    None => {
                        series.labels(&mut pairs)?;
                        match judge.labels(key, &pairs) {
                            Ok(run) => run,
                            Err(Unfit::Wrong(why)) => return Err(WriteRefusal::Bad(why)),
                            Err(Unfit::OverLimit(why)) => {
                                taken.refused.add(why);
                                continue;
                            }
                        }
                    }
                };
                for part in &series.histograms {
                    let message = HistogramMessage::read(*part)?;
                    let sample = judge.histogram(run.labels(), message);
                    taken.histograms.push(sample.map_err(WriteRefusal::Bad)?);
                }
                for sample in &series.samples {
                    let point = judge.point(run.labels(), *sample).map_err(WriteRefusal::Bad)?;
                    run.add(point, &mut taken.points);
                }
                exemplars(&series, &run, judge, &mut taken)?;
                taken.put(run);
                Judge::count(taken.len())?;
            }
        }
    }
    Ok(taken)
}

fn exemplars(
    series: &TimeSeries<'_>,
    run: &Run<'_>,
    judge: &Judge<'_>,
    taken: &mut Taken<'_>,
) -> Result<(), ProtobufFault> {
    for part in &series.exemplars {
        let Exemplar { labels, at_ms, value } = Exemplar::read(*part)?;
        let exemplar = judge.exemplar(&labels, at_ms, value);
        taken.exemplars.extend(exemplar.map(|exemplar| (run.labels().clone(), exemplar)));
    }
    Ok(())
}
