use crate::protobuf::{Field, Message, Part, ProtobufFault, unzigzag, zigzag};

/// A native histogram on its way; the message is the same in both versions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HistogramMessage {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// How many observations.
    pub count: Count,
    /// The sum of all observations.
    pub sum: f64,
    /// How buckets are cut: -4 to 8, or -53 for bounds of its own.
    pub schema: i64,
    /// How far the zero bucket reaches.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: Count,
    /// Buckets below zero.
    pub negative: Side,
    /// Buckets above zero.
    pub positive: Side,
    /// 0: look for a reset; 1: it is one; 2: it is none; 3: a gauge.
    pub reset_hint: u64,
    /// Bounds, for schema -53.
    pub custom_values: Vec<f64>,
}

/// A count, whole or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Count {
    /// Of a histogram that counts.
    Whole(u64),
    /// Of one that was calculated.
    Float(f64),
}

impl Default for Count {
    fn default() -> Self {
        Self::Whole(0)
    }
}

/// The buckets on one side of zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Side {
    /// Distance from the end of the span before, and how many buckets follow.
    pub spans: Vec<(i64, u64)>,
    /// Each bucket's count less that of the one before, where counts are whole.
    pub deltas: Vec<i64>,
    /// Each bucket's count, where they are not.
    pub counts: Vec<f64>,
}

impl HistogramMessage {
    /// Reads `Histogram`. Errors: malformed bytes.
    pub fn read(part: Part<'_>) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in part.fields() {
            read.field(&field?)?;
        }
        Ok(read)
    }

    /// Writes `Histogram`.
    pub fn write(&self, to: &mut Message) {
        match self.count {
            Count::Whole(count) => to.unsigned(1, count),
            Count::Float(count) => to.double(2, count),
        };
        to.double(3, self.sum).zigzag(4, self.schema).double(5, self.zero_threshold);
        match self.zero_count {
            Count::Whole(count) => to.unsigned(6, count),
            Count::Float(count) => to.double(7, count),
        };
        self.negative.write(to, 8);
        self.positive.write(to, 11);
        to.unsigned(14, self.reset_hint).signed(15, self.at_ms);
        if !self.custom_values.is_empty() {
            to.doubles(16, &self.custom_values);
        }
    }

    fn field(&mut self, field: &Field<'_>) -> Result<(), ProtobufFault> {
        match field.number {
            1 => self.count = Count::Whole(field.unsigned()?),
            2 => self.count = Count::Float(field.double()?),
            3 => self.sum = field.double()?,
            4 => self.schema = field.zigzag()?,
            5 => self.zero_threshold = field.double()?,
            6 => self.zero_count = Count::Whole(field.unsigned()?),
            7 => self.zero_count = Count::Float(field.double()?),
            8 => self.negative.spans.push(span(field.part()?)?),
            9 => field.each_unsigned(|bits| self.negative.deltas.push(unzigzag(bits)))?,
            10 => field.each_double(|count| self.negative.counts.push(count))?,
            11 => self.positive.spans.push(span(field.part()?)?),
            12 => field.each_unsigned(|bits| self.positive.deltas.push(unzigzag(bits)))?,
            13 => field.each_double(|count| self.positive.counts.push(count))?,
            14 => self.reset_hint = field.unsigned()?,
            15 => self.at_ms = field.signed()?,
            16 => field.each_double(|bound| self.custom_values.push(bound))?,
            _ => {}
        }
        Ok(())
    }
}

impl Side {
    /// Spans, differences and counts have numbers one behind the other.
    fn write(&self, to: &mut Message, number: u32) {
        for (offset, length) in &self.spans {
            to.message(number, |span| {
                span.zigzag(1, *offset).unsigned(2, *length);
            });
        }
        if !self.deltas.is_empty() {
            to.packed(number + 1, self.deltas.iter().map(|delta| zigzag(*delta)));
        }
        if !self.counts.is_empty() {
            to.doubles(number + 2, &self.counts);
        }
    }
}

fn span(part: Part<'_>) -> Result<(i64, u64), ProtobufFault> {
    let (mut offset, mut length) = (0, 0);
    for field in part.fields() {
        let field = field?;
        match field.number {
            1 => offset = field.zigzag()?,
            2 => length = field.unsigned()?,
            _ => {}
        }
    }
    Ok((offset, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let spans = vec![(-4, 2), (7, 1)];
        let whole = Side { spans: spans.clone(), deltas: vec![3, -2, i64::MIN], counts: vec![] };
        let float = Side { spans, deltas: vec![], counts: vec![0.5, -0.0, 1e300] };
        let first = HistogramMessage {
            at_ms: -5,
            count: Count::Whole(u64::MAX),
            sum: -1.5,
            schema: -53,
            zero_count: Count::Whole(0),
            positive: whole,
            reset_hint: 3,
            custom_values: vec![0.25, 0.5],
            ..HistogramMessage::default()
        };
        let second = HistogramMessage {
            count: Count::Float(2.5),
            schema: 8,
            zero_threshold: 1e-128,
            zero_count: Count::Float(0.0),
            negative: float,
            ..HistogramMessage::default()
        };
        for histogram in [first, second, HistogramMessage::default()] {
            let mut message = Message::new();
            histogram.write(&mut message);
            let bytes = message.into_bytes();
            assert_eq!(HistogramMessage::read(Part::whole(&bytes)).unwrap(), histogram);
        }
    }
}
