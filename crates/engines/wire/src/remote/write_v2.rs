//! `io.prometheus.write.v2.Request`: texts stand once in a table of symbols.

use super::{MetricType, SampleMessage};
use crate::protobuf::{Part, ProtobufFault};

/// Most symbols of a request.
const SYMBOLS_MAX: usize = 4_000_000;

/// The symbols of a request.
#[derive(Debug, Clone, Default)]
pub struct Symbols<'b> {
    texts: Vec<&'b str>,
}

impl<'b> Symbols<'b> {
    /// Collects them. Errors: malformed bytes, text that is not UTF-8, more than four million.
    pub fn read(request: &'b [u8]) -> Result<Self, ProtobufFault> {
        let mut texts = Vec::new();
        for field in Part::whole(request).fields() {
            let field = field?;
            if field.number == 4 {
                if texts.len() >= SYMBOLS_MAX {
                    let what = "more symbols than are taken";
                    return Err(ProtobufFault { at: field.at, what });
                }
                texts.push(field.text()?);
            }
        }
        Ok(Self { texts })
    }

    /// The texts in their order.
    #[must_use]
    pub fn texts(&self) -> &[&'b str] {
        &self.texts
    }

    /// The text of that number, for the message at `at`. Errors: there is none.
    pub fn text(&self, number: u32, at: usize) -> Result<&'b str, ProtobufFault> {
        let text = self.texts.get(number as usize).copied();
        text.ok_or(ProtobufFault { at, what: "a reference to a symbol that is not there" })
    }

    /// The texts of these numbers by pairs, in place of what is in `labels`.
    ///
    /// Errors: a number without a text, or one without its pair.
    pub fn pairs(
        &self,
        numbers: &[u32],
        at: usize,
        labels: &mut Vec<(&'b str, &'b str)>,
    ) -> Result<(), ProtobufFault> {
        labels.clear();
        let (pairs, rest) = numbers.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(ProtobufFault { at, what: "a label name without a value" });
        }
        for [name, value] in pairs {
            labels.push((self.text(*name, at)?, self.text(*value, at)?));
        }
        Ok(())
    }
}

/// The series of a request in the order in which they lie, to be read by [`TimeSeries::read`].
/// After an error there are no more.
pub fn series<'b>(request: &'b [u8]) -> impl Iterator<Item = Result<Part<'b>, ProtobufFault>> {
    Part::whole(request).fields().filter_map(|field| match field {
        Err(fault) => Some(Err(fault)),
        Ok(field) => (field.number == 5).then(|| field.part()),
    })
}

/// What a request brings of a series; filled anew for each, so that nothing is allocated for it.
#[derive(Debug, Clone, Default)]
pub struct TimeSeries<'b> {
    at: usize,
    /// Its labels: numbers of symbols, name and value by turns.
    pub label_refs: Vec<u32>,
    /// Its values.
    pub samples: Vec<SampleMessage>,
    /// Its native histograms, for [`super::HistogramMessage::read`].
    pub histograms: Vec<Part<'b>>,
    /// Its exemplars, for [`Exemplar::read`].
    pub exemplars: Vec<Part<'b>>,
    /// What is said of it.
    pub metadata: Metadata,
    /// Since when it counts, in milliseconds since 1970; 0 when that is not told.
    pub created_ms: i64,
}

/// A value with its labels, such as the trace it was seen in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exemplar {
    /// Its labels: numbers of symbols, name and value by turns.
    pub label_refs: Vec<u32>,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The value.
    pub value: f64,
}

/// What is said of a metric; texts are numbers of symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metadata {
    /// What kind it is.
    pub kind: MetricType,
    /// What it means.
    pub help_ref: u32,
    /// What it is measured in.
    pub unit_ref: u32,
}

impl<'b> TimeSeries<'b> {
    /// Where it begins in the whole message.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Reads `TimeSeries` in place of what was read before. Errors: malformed bytes.
    pub fn read(&mut self, part: Part<'b>) -> Result<(), ProtobufFault> {
        self.at = part.at();
        self.label_refs.clear();
        self.samples.clear();
        self.histograms.clear();
        self.exemplars.clear();
        self.metadata = Metadata::default();
        self.created_ms = 0;
        for field in part.fields() {
            let field = field?;
            match field.number {
                1 => field.each_unsigned(|number| self.label_refs.push(reference(number)))?,
                2 => self.samples.push(SampleMessage::read(field.part()?)?),
                3 => self.histograms.push(field.part()?),
                4 => self.exemplars.push(field.part()?),
                5 => self.metadata = metadata(field.part()?)?,
                6 => self.created_ms = field.signed()?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl Exemplar {
    /// Reads `Exemplar`. Errors: malformed bytes.
    pub fn read(part: Part<'_>) -> Result<Self, ProtobufFault> {
        let mut exemplar = Self::default();
        for field in part.fields() {
            let field = field?;
            match field.number {
                1 => field.each_unsigned(|number| exemplar.label_refs.push(reference(number)))?,
                2 => exemplar.value = field.double()?,
                3 => exemplar.at_ms = field.signed()?,
                _ => {}
            }
        }
        Ok(exemplar)
    }
}

fn metadata(part: Part<'_>) -> Result<Metadata, ProtobufFault> {
    let mut metadata = Metadata::default();
    for field in part.fields() {
        let field = field?;
        match field.number {
            1 => metadata.kind = MetricType::of(field.unsigned()?),
            3 => metadata.help_ref = reference(field.unsigned()?),
            4 => metadata.unit_ref = reference(field.unsigned()?),
            _ => {}
        }
    }
    Ok(metadata)
}

/// Numbers beyond 32 bits are those of no symbol.
fn reference(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "write_v2/tests.rs"]
mod tests;
