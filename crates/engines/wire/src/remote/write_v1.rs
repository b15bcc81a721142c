//! `prometheus.WriteRequest`.

use super::{MetricType, SampleMessage};
use crate::protobuf::{Part, ProtobufFault};

/// How a field of `labels` begins: number 1, bytes.
const LABELS_TAG: u8 = 0x0a;

/// One part of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Item<'b> {
    /// A series, to be read by [`TimeSeries::read`].
    Series(Part<'b>),
    /// What is said of a metric, to be read by [`Metadata::read`].
    Metadata(Part<'b>),
}

/// The series and metadata of a request in the order in which they lie. After an error there are
/// no more.
pub fn items<'b>(request: &'b [u8]) -> impl Iterator<Item = Result<Item<'b>, ProtobufFault>> {
    Part::whole(request).fields().filter_map(|field| match field {
        Err(fault) => Some(Err(fault)),
        Ok(field) => match field.number {
            1 => Some(field.part().map(Item::Series)),
            3 => Some(field.part().map(Item::Metadata)),
            _ => None,
        },
    })
}

/// What a request brings of a series; filled anew for each, so that nothing is allocated for it.
#[derive(Debug, Clone, Default)]
pub struct TimeSeries<'b> {
    whole: Part<'b>,
    label_bytes: &'b [u8],
    /// Its values.
    pub samples: Vec<SampleMessage>,
    /// Its native histograms, for [`super::HistogramMessage::read`].
    pub histograms: Vec<Part<'b>>,
    /// Its exemplars, for [`Exemplar::read`].
    pub exemplars: Vec<Part<'b>>,
}

/// A value with its labels, such as the trace it was seen in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exemplar<'b> {
    /// Its labels.
    pub labels: Vec<(&'b str, &'b str)>,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The value.
    pub value: f64,
}

/// What is said of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metadata<'b> {
    /// The family's name.
    pub metric: &'b str,
    /// What kind it is.
    pub kind: MetricType,
    /// What it means.
    pub help: &'b str,
    /// What it is measured in.
    pub unit: &'b str,
}

impl<'b> TimeSeries<'b> {
    /// Reads `TimeSeries` in place of what was read before. Errors: malformed bytes.
    ///
    /// Labels are passed over: who has met their bytes before need not look at them again.
    pub fn read(&mut self, part: Part<'b>) -> Result<(), ProtobufFault> {
        self.whole = part;
        self.samples.clear();
        self.histograms.clear();
        self.exemplars.clear();
        let mut fields = part.fields();
        // Nearly always all labels are in front, and short.
        let passed = fields.pass_over(LABELS_TAG);
        let mut labels = (passed > 0).then_some((part.at(), part.at() + passed));
        for field in fields {
            let field = field?;
            let inside = field.part();
            match field.number {
                1 => labels = Some((labels.map_or(field.at, |(from, _)| from), inside?.end())),
                2 => self.samples.push(SampleMessage::read(inside?)?),
                3 => self.exemplars.push(inside?),
                4 => self.histograms.push(inside?),
                _ => {}
            }
        }
        let (from, to) = labels.unwrap_or((part.at(), part.at()));
        self.label_bytes = &part.bytes()[from - part.at()..to - part.at()];
        Ok(())
    }

    /// The bytes in which all labels lie: the same bytes are the same labels.
    #[must_use]
    pub fn label_bytes(&self) -> &'b [u8] {
        self.label_bytes
    }

    /// Reads the labels into `labels`, in place of what is there. Errors: malformed bytes.
    pub fn labels(&self, labels: &mut Vec<(&'b str, &'b str)>) -> Result<(), ProtobufFault> {
        labels.clear();
        for field in self.whole.fields() {
            let field = field?;
            if field.number == 1 {
                labels.push(label(field.part()?)?);
            }
        }
        Ok(())
    }
}

impl<'b> Exemplar<'b> {
    /// Reads `Exemplar`. Errors: malformed bytes.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut exemplar = Self::default();
        for field in part.fields() {
            let field = field?;
            match field.number {
                1 => exemplar.labels.push(label(field.part()?)?),
                2 => exemplar.value = field.double()?,
                3 => exemplar.at_ms = field.signed()?,
                _ => {}
            }
        }
        Ok(exemplar)
    }
}

impl<'b> Metadata<'b> {
    /// Reads `MetricMetadata`. Errors: malformed bytes.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut metadata = Self::default();
        for field in part.fields() {
            let field = field?;
            match field.number {
                1 => metadata.kind = MetricType::of(field.unsigned()?),
                2 => metadata.metric = field.text()?,
                4 => metadata.help = field.text()?,
                5 => metadata.unit = field.text()?,
                _ => {}
            }
        }
        Ok(metadata)
    }
}

fn label(part: Part<'_>) -> Result<(&str, &str), ProtobufFault> {
    let (mut name, mut value) = ("", "");
    for field in part.fields() {
        let field = field?;
        match field.number {
            1 => name = field.text()?,
            2 => value = field.text()?,
            _ => {}
        }
    }
    Ok((name, value))
}

#[cfg(test)]
#[path = "write_v1/tests.rs"]
mod tests;
