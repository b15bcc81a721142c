//! OpenTelemetry metrics as Prometheus would have measured them.
//!
//! Source: OpenTelemetry, "Prometheus and OpenMetrics compatibility"; names with suffixes, as
//! Prometheus writes them by default.

mod names;
mod series;

use wire::otlp::{
    HistogramPoint, Metric, MetricKind, NumberPoint, PointFrame, ResourceMetrics, SummaryPoint,
    Temporality, resources,
};
use wire::{protobuf::Part, remote::MetricType};

use self::{
    names::metric_name,
    series::{Target, number},
};
use super::{judge::Judge, refusal::WriteRefusal, taken::Taken, v1::NO_HISTOGRAMS};
use crate::metadata::said_of;

/// What ends a series, as Prometheus writes it.
const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Reads `ExportMetricsServiceRequest`. Errors: it is malformed, or too large; what is wrong by
/// itself is in what comes back.
pub(super) fn read(request: &[u8], judge: &mut Judge<'_>) -> Result<Taken, WriteRefusal> {
    let mut taken = Taken::default();
    for part in resources(request) {
        let resource = ResourceMetrics::read(part?)?;
        let mut target = Target::of(&resource.attributes);
        for part in &resource.metrics {
            let metric = Metric::read(*part)?;
            let mut intake = Intake { target: &mut target, judge, taken: &mut taken };
            intake.metric(&metric)?;
            Judge::count(taken.points.len())?;
        }
        target.tell(judge, &mut taken);
    }
    Ok(taken)
}

/// One metric on its way.
struct Intake<'a, 'i, 'b> {
    target: &'a mut Target<'b>,
    judge: &'a mut Judge<'i>,
    taken: &'a mut Taken,
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
            return Ok(());
        }
        let name = metric_name(metric);
        let (said, help) = (type_of(metric, kind), metric.description);
        self.taken.metadata.extend(said_of(&name, said, help, metric.unit));
        for part in &metric.points {
            match kind {
                MetricKind::Gauge | MetricKind::Sum => self.number(&name, *part)?,
                MetricKind::Histogram => self.histogram(&name, *part)?,
                MetricKind::Summary => self.summary(&name, *part)?,
                MetricKind::ExponentialHistogram => {
                    self.taken.refused.add(format!("{NO_HISTOGRAMS} for metric {:?}", metric.name));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Takes one value of one series.
    fn put(
        &mut self,
        frame: &PointFrame<'b>,
        name: String,
        more: Option<(&'static str, String)>,
        value: f64,
    ) {
        let value = if frame.is_gap { STALE } else { value };
        self.target.put(frame, name, more, value, self.judge, self.taken);
    }

    fn number(&mut self, name: &str, part: Part<'b>) -> Result<(), WriteRefusal> {
        let NumberPoint { frame, value } = NumberPoint::read(part)?;
        self.put(&frame, name.to_owned(), None, value);
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
    fn histogram(&mut self, name: &str, part: Part<'b>) -> Result<(), WriteRefusal> {
        let HistogramPoint { frame, count, sum, bucket_counts, bounds } =
            HistogramPoint::read(part)?;
        if let Some(sum) = sum {
            self.put(&frame, format!("{name}_sum"), None, sum);
        }
        self.put(&frame, format!("{name}_count"), None, count as f64);
        let mut below = 0_u64;
        for (bound, in_bucket) in bounds.iter().zip(&bucket_counts) {
            below = below.saturating_add(*in_bucket);
            let le = Some(("le", number(*bound)));
            self.put(&frame, format!("{name}_bucket"), le, below as f64);
        }
        let le = Some(("le", "+Inf".to_owned()));
        self.put(&frame, format!("{name}_bucket"), le, count as f64);
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
    fn summary(&mut self, name: &str, part: Part<'b>) -> Result<(), WriteRefusal> {
        let SummaryPoint { frame, count, sum, quantiles } = SummaryPoint::read(part)?;
        self.put(&frame, format!("{name}_sum"), None, sum);
        self.put(&frame, format!("{name}_count"), None, count as f64);
        for (quantile, value) in quantiles {
            let quantile = Some(("quantile", number(quantile)));
            self.put(&frame, name.to_owned(), quantile, value);
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
