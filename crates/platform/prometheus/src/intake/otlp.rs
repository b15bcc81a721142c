//! OpenTelemetry metrics as Prometheus would have measured them.
//!
//! Source: OpenTelemetry, "Prometheus and OpenMetrics compatibility"; names with suffixes, as
//! Prometheus writes them by default.

mod exponential;
mod names;
mod series;

use wire::otlp::{
    Exemplar, ExponentialPoint, HistogramPoint, Metric, MetricKind, NumberPoint, PointFrame,
    ResourceMetrics, SummaryPoint, Temporality, resources,
};
use wire::{protobuf::Part, remote::MetricType};

use self::{
    names::metric_name,
    series::{Piece, Target, number},
};
use super::{judge::Judge, refusal::WriteRefusal, taken::Taken};
use crate::metadata::said_of;

/// What ends a series, as Prometheus writes it.
const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Reads `ExportMetricsServiceRequest`. Errors: it is malformed, or too large; what is wrong by
/// itself is in what comes back.
pub(super) fn read<'k>(request: &[u8], judge: &mut Judge<'k>) -> Result<Taken<'k>, WriteRefusal> {
    let mut taken = Taken::default();
    for part in resources(request) {
        let resource = ResourceMetrics::read(part?)?;
        let mut target = Target::of(&resource.attributes);
        for part in &resource.metrics {
            let metric = Metric::read(*part)?;
            let mut intake = Intake { target: &mut target, judge, taken: &mut taken };
            intake.metric(&metric)?;
            Judge::count(taken.len())?;
        }
        target.tell(judge, &mut taken);
    }
    Ok(taken)
}

/// One metric on its way.
struct Intake<'a, 'i, 'b> {
    target: &'a mut Target<'b>,
    judge: &'a mut Judge<'i>,
    taken: &'a mut Taken<'i>,
}

impl<'b> Intake<'_, '_, 'b> {
    fn metric(&mut self, metric: &Metric<'b>) -> Result<(), WriteRefusal> {
        let Some(kind) = metric.kind else { return Ok(()) };
        let adds_up = matches!(
            kind,
            MetricKind::Sum | MetricKind::Histogram | MetricKind::ExponentialHistogram
        );
        if adds_up && metric.temporality != Temporality::Cumulative {
            let why =
                format!("invalid temporality and type combination for metric {:?}", metric.name);
            self.taken.refused.add(why);
            let points = metric.points.len() as u64;
            self.taken.met.all += points;
            self.taken.met.refused += points;
            return Ok(());
        }
        let name = metric_name(metric);
        let (said, help) = (type_of(metric, kind), metric.description);
        self.taken.metadata.extend(said_of(&name, said, help, metric.unit));
        for part in &metric.points {
            let refused = self.taken.refused.count();
            match kind {
                MetricKind::Gauge | MetricKind::Sum => self.number(&name, kind, *part)?,
                MetricKind::Histogram => self.histogram(&name, *part)?,
                MetricKind::Summary => self.summary(&name, *part)?,
                MetricKind::ExponentialHistogram => self.exponential(&name, *part)?,
            }
            self.taken.met.all += 1;
            if self.taken.refused.count() > refused {
                self.taken.met.refused += 1;
            }
        }
        Ok(())
    }

    /// Takes one value of one series.
    fn put(&mut self, frame: &PointFrame<'b>, piece: Piece<'_>) {
        let value = if frame.is_gap { STALE } else { piece.value };
        self.target.put(frame, Piece { value, ..piece }, self.judge, self.taken);
    }

    /// As with Prometheus, a gauge has no exemplars.
    fn number(&mut self, name: &str, kind: MetricKind, part: Part<'b>) -> Result<(), WriteRefusal> {
        let NumberPoint { frame, value } = NumberPoint::read(part)?;
        let exemplars = match kind {
            MetricKind::Sum => frame.exemplars.iter().collect(),
            _ => Vec::new(),
        };
        self.put(&frame, Piece { exemplars, ..Piece::new(name, value) });
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
    fn histogram(&mut self, name: &str, part: Part<'b>) -> Result<(), WriteRefusal> {
        let HistogramPoint { frame, count, sum, bucket_counts, bounds } =
            HistogramPoint::read(part)?;
        if let Some(sum) = sum {
            self.put(&frame, Piece::new(&format!("{name}_sum"), sum));
        }
        self.put(&frame, Piece::new(&format!("{name}_count"), count as f64));
        let bucket = format!("{name}_bucket");
        let (mut below, mut left) = (0_u64, frame.exemplars.iter().collect::<Vec<_>>());
        for (bound, in_bucket) in bounds.iter().zip(&bucket_counts) {
            below = below.saturating_add(*in_bucket);
            let within = |exemplar: &&Exemplar<'_>| exemplar.value <= *bound;
            let (exemplars, above) = left.into_iter().partition(within);
            left = above;
            let more = Some(("le", number(*bound)));
            self.put(&frame, Piece { more, exemplars, ..Piece::new(&bucket, below as f64) });
        }
        let more = Some(("le", "+Inf".to_owned()));
        self.put(&frame, Piece { more, exemplars: left, ..Piece::new(&bucket, count as f64) });
        Ok(())
    }

    fn exponential(&mut self, name: &str, part: Part<'b>) -> Result<(), WriteRefusal> {
        let point = ExponentialPoint::read(part)?;
        let histogram = exponential::native(&point)
            .map_err(|why| format!("invalid exponential histogram for metric {name:?}: {why}"));
        let sample = histogram.and_then(|histogram| {
            self.target.put_histogram(&point.frame, name.to_owned(), histogram, self.judge)
        });
        match sample {
            Ok(sample) => {
                let exemplars = point.frame.exemplars.iter();
                let taken = exemplars.filter_map(|one| series::exemplar(one, self.judge));
                let of_series = taken.map(|exemplar| (sample.labels.clone(), exemplar));
                self.taken.exemplars.extend(of_series);
                self.taken.histograms.push(sample);
            }
            Err(why) => self.taken.refused.add(why),
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
    fn summary(&mut self, name: &str, part: Part<'b>) -> Result<(), WriteRefusal> {
        let SummaryPoint { frame, count, sum, quantiles } = SummaryPoint::read(part)?;
        self.put(&frame, Piece::new(&format!("{name}_sum"), sum));
        self.put(&frame, Piece::new(&format!("{name}_count"), count as f64));
        for (quantile, value) in quantiles {
            let more = Some(("quantile", number(quantile)));
            self.put(&frame, Piece { more, ..Piece::new(name, value) });
        }
        Ok(())
    }
}

fn type_of(metric: &Metric<'_>, kind: MetricKind) -> MetricType {
    match kind {
        MetricKind::Sum if metric.monotonic => MetricType::Counter,
        MetricKind::Gauge | MetricKind::Sum => MetricType::Gauge,
        MetricKind::Histogram | MetricKind::ExponentialHistogram => MetricType::Histogram,
        MetricKind::Summary => MetricType::Summary,
    }
}
