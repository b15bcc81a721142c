use super::{Attribute, Exemplar};
use crate::protobuf::{Field, Part, ProtobufFault};

/// Set in a point's flags where nothing was measured: the series ends here.
const NO_RECORDED_VALUE: u64 = 1;

/// What every point has.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PointFrame<'b> {
    /// What of the resource was measured.
    pub attributes: Vec<Attribute<'b>>,
    /// When, in nanoseconds since 1970.
    pub at_ns: u64,
    /// Whether nothing was measured: the series ends here.
    pub is_gap: bool,
    /// Some of what was measured, with where it came from.
    pub exemplars: Vec<Exemplar<'b>>,
}

/// The fields that every point has, by the numbers that they have in its kind.
struct Numbers {
    attributes: u32,
    flags: u32,
    /// 0, which no field has, where there are none.
    exemplars: u32,
}

const NUMBER: Numbers = Numbers { attributes: 7, flags: 8, exemplars: 5 };
const HISTOGRAM: Numbers = Numbers { attributes: 9, flags: 10, exemplars: 8 };
const EXPONENTIAL: Numbers = Numbers { attributes: 1, flags: 10, exemplars: 11 };
const SUMMARY: Numbers = Numbers { attributes: 7, flags: 8, exemplars: 0 };

/// One number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberPoint<'b> {
    /// When and of what.
    pub frame: PointFrame<'b>,
    /// The number.
    pub value: f64,
}

/// Counts in buckets with bounds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HistogramPoint<'b> {
    /// When and of what.
    pub frame: PointFrame<'b>,
    /// How many observations.
    pub count: u64,
    /// Their sum, where it is told.
    pub sum: Option<f64>,
    /// How many in each bucket: one more than there are bounds, or none.
    pub bucket_counts: Vec<u64>,
    /// The buckets' upper bounds, the last one's left out.
    pub bounds: Vec<f64>,
}

/// Counts in buckets whose bounds are powers of one base.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExponentialPoint<'b> {
    /// When and of what.
    pub frame: PointFrame<'b>,
    /// How many observations.
    pub count: u64,
    /// Their sum, where it is told.
    pub sum: Option<f64>,
    /// The base is 2 to the power of 2 to the power of minus this.
    pub scale: i64,
    /// How many were zero, or nearly.
    pub zero_count: u64,
    /// How near.
    pub zero_threshold: f64,
    /// Those above zero.
    pub positive: ExponentialBuckets,
    /// Those below.
    pub negative: ExponentialBuckets,
}

/// The buckets on one side of zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExponentialBuckets {
    /// The number of the first one.
    pub offset: i64,
    /// How many in each.
    pub counts: Vec<u64>,
}

/// Count, sum and quantiles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SummaryPoint<'b> {
    /// When and of what.
    pub frame: PointFrame<'b>,
    /// How many observations.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// Each quantile with its value.
    pub quantiles: Vec<(f64, f64)>,
}

impl<'b> PointFrame<'b> {
    /// Takes a field if it is one that every point has.
    fn take(&mut self, field: &Field<'b>, numbers: &Numbers) -> Result<bool, ProtobufFault> {
        if field.number == numbers.attributes {
            self.attributes.push(Attribute::read(field.part()?)?);
        } else if field.number == numbers.flags {
            self.is_gap = field.unsigned()? & NO_RECORDED_VALUE != 0;
        } else if field.number == numbers.exemplars {
            self.exemplars.push(Exemplar::read(field.part()?)?);
        } else if field.number == 3 {
            self.at_ns = field.fixed64()?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl<'b> NumberPoint<'b> {
    /// Reads `NumberDataPoint`. Errors: malformed bytes.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in part.fields() {
            let field = field?;
            if read.frame.take(&field, &NUMBER)? {
                continue;
            }
            match field.number {
                4 => read.value = field.double()?,
                #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
                6 => read.value = field.fixed64()?.cast_signed() as f64,
                _ => {}
            }
        }
        Ok(read)
    }
}

impl<'b> HistogramPoint<'b> {
    /// Reads `HistogramDataPoint`. Errors: malformed bytes, buckets that do not go with bounds.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in part.fields() {
            let field = field?;
            if read.frame.take(&field, &HISTOGRAM)? {
                continue;
            }
            match field.number {
                4 => read.count = field.fixed64()?,
                5 => read.sum = Some(field.double()?),
                6 => field.each_fixed64(|count| read.bucket_counts.push(count))?,
                7 => field.each_double(|bound| read.bounds.push(bound))?,
                _ => {}
            }
        }
        let goes_with = read.bucket_counts.is_empty() && read.bounds.is_empty()
            || read.bucket_counts.len() == read.bounds.len() + 1;
        if !goes_with {
            let what = "a histogram whose buckets are not one more than its bounds";
            return Err(ProtobufFault { at: part.at(), what });
        }
        Ok(read)
    }
}

impl<'b> ExponentialPoint<'b> {
    /// Reads `ExponentialHistogramDataPoint`. Errors: malformed bytes.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in part.fields() {
            let field = field?;
            if read.frame.take(&field, &EXPONENTIAL)? {
                continue;
            }
            match field.number {
                4 => read.count = field.fixed64()?,
                5 => read.sum = Some(field.double()?),
                6 => read.scale = field.zigzag()?,
                7 => read.zero_count = field.fixed64()?,
                8 => read.positive = buckets(field.part()?)?,
                9 => read.negative = buckets(field.part()?)?,
                14 => read.zero_threshold = field.double()?,
                _ => {}
            }
        }
        Ok(read)
    }
}

fn buckets(part: Part<'_>) -> Result<ExponentialBuckets, ProtobufFault> {
    let mut read = ExponentialBuckets::default();
    for field in part.fields() {
        let field = field?;
        match field.number {
            1 => read.offset = field.zigzag()?,
            2 => field.each_unsigned(|count| read.counts.push(count))?,
            _ => {}
        }
    }
    Ok(read)
}

impl<'b> SummaryPoint<'b> {
    /// Reads `SummaryDataPoint`. Errors: malformed bytes.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let mut read = Self::default();
        for field in part.fields() {
            let field = field?;
            if read.frame.take(&field, &SUMMARY)? {
                continue;
            }
            match field.number {
                4 => read.count = field.fixed64()?,
                5 => read.sum = field.double()?,
                6 => read.quantiles.push(quantile(field.part()?)?),
                _ => {}
            }
        }
        Ok(read)
    }
}

fn quantile(part: Part<'_>) -> Result<(f64, f64), ProtobufFault> {
    let (mut quantile, mut value) = (0.0, 0.0);
    for field in part.fields() {
        let field = field?;
        match field.number {
            1 => quantile = field.double()?,
            2 => value = field.double()?,
            _ => {}
        }
    }
    Ok((quantile, value))
}
