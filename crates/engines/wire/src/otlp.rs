//! OpenTelemetry metrics: `ExportMetricsServiceRequest`, read where it lies.
//!
//! Source: OpenTelemetry protocol 1.x, `metrics.proto`. Scopes are passed over. What comes as JSON
//! is made the same message first: [`json`].

mod attribute;
mod exemplar;
pub mod json;
mod point;

pub use attribute::Attribute;
pub use exemplar::Exemplar;
pub use point::{
    ExponentialBuckets, ExponentialPoint, HistogramPoint, NumberPoint, PointFrame, SummaryPoint,
};

use crate::protobuf::{Part, ProtobufFault};

/// What somebody who is measured is called, and what was measured there.
#[derive(Debug, Clone, Default)]
pub struct ResourceMetrics<'b> {
    /// Who it is.
    pub attributes: Vec<Attribute<'b>>,
    /// What was measured, for [`Metric::read`].
    pub metrics: Vec<Part<'b>>,
}

/// What was measured under one name.
#[derive(Debug, Clone, Default)]
pub struct Metric<'b> {
    /// Its name.
    pub name: &'b str,
    /// What it means.
    pub description: &'b str,
    /// What it is measured in, as UCUM writes it.
    pub unit: &'b str,
    /// What kind of points there are; none when that is not known here.
    pub kind: Option<MetricKind>,
    /// The points, for the `read` of their kind.
    pub points: Vec<Part<'b>>,
    /// Since when points count.
    pub temporality: Temporality,
    /// Whether a sum only grows.
    pub monotonic: bool,
}

/// The kinds of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// [`NumberPoint`]s that may rise and fall.
    Gauge,
    /// [`NumberPoint`]s that add up.
    Sum,
    /// [`HistogramPoint`]s.
    Histogram,
    /// [`ExponentialPoint`]s.
    ExponentialHistogram,
    /// [`SummaryPoint`]s.
    Summary,
}

/// Since when points count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Temporality {
    /// It is not said.
    #[default]
    Unspecified,
    /// Since the point before.
    Delta,
    /// Since the beginning.
    Cumulative,
}

/// The parts of a request by whose they are, for [`ResourceMetrics::read`].
pub fn resources<'b>(request: &'b [u8]) -> impl Iterator<Item = Result<Part<'b>, ProtobufFault>> {
    Part::whole(request).fields().filter_map(|field| match field {
        Err(fault) => Some(Err(fault)),
        Ok(field) => (field.number == 1).then(|| field.part()),
    })
}

impl<'b> ResourceMetrics<'b> {
    /// Reads `ResourceMetrics`. Errors: malformed bytes.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in part.fields() {
            let field = field?;
            match field.number {
                1 => {
                    for field in field.part()?.fields() {
                        let field = field?;
                        if field.number == 1 {
                            read.attributes.push(Attribute::read(field.part()?)?);
                        }
                    }
                }
                2 => {
                    for field in field.part()?.fields() {
                        let field = field?;
                        if field.number == 2 {
                            read.metrics.push(field.part()?);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(read)
    }
}

impl<'b> Metric<'b> {
    /// Reads `Metric`. Errors: malformed bytes.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in part.fields() {
            let field = field?;
            let kind = match field.number {
                1 => {
                    read.name = field.text()?;
                    continue;
                }
                2 => {
                    read.description = field.text()?;
                    continue;
                }
                3 => {
                    read.unit = field.text()?;
                    continue;
                }
                5 => MetricKind::Gauge,
                7 => MetricKind::Sum,
                9 => MetricKind::Histogram,
                10 => MetricKind::ExponentialHistogram,
                11 => MetricKind::Summary,
                _ => continue,
            };
            read.kind = Some(kind);
            read.data(field.part()?)?;
        }
        Ok(read)
    }

    /// The messages of all kinds have the same fields, as far as they have them.
    fn data(&mut self, part: Part<'b>) -> Result<(), ProtobufFault> {
        self.points.clear();
        for field in part.fields() {
            let field = field?;
            match field.number {
                1 => self.points.push(field.part()?),
                2 => {
                    self.temporality = match field.unsigned()? {
                        1 => Temporality::Delta,
                        2 => Temporality::Cumulative,
                        _ => Temporality::Unspecified,
                    };
                }
                3 => self.monotonic = field.unsigned()? != 0,
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
