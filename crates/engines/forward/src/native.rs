//! Native histograms as remote write and remote read carry them.

use std::sync::Arc;

use series::{
    Buckets, Histogram, IntegerBuckets, IntegerHistogram, NativeHistogram, ResetHint, Span,
};
use wire::remote::{Count, HistogramMessage, Side};

/// The histogram of a message. Errors: what is wrong with it, in a sentence.
///
/// Source: Prometheus, `model/histogram`, `Validate`.
pub fn native_histogram(message: HistogramMessage) -> Result<NativeHistogram, String> {
    match message.count {
        Count::Float(_) => float(message),
        Count::Whole(_) => integer(message),
    }
}

fn integer(message: HistogramMessage) -> Result<NativeHistogram, String> {
    let bounds = Some(message.custom_values).filter(|bounds| !bounds.is_empty());
    whole_histogram(IntegerHistogram {
        hint: hint_of(message.reset_hint),
        schema: schema_of(message.schema)?,
        zero_threshold: message.zero_threshold,
        zero_count: whole_count(message.zero_count)?,
        count: whole_count(message.count)?,
        sum: message.sum,
        positive: whole(&message.positive)?,
        negative: whole(&message.negative)?,
        bounds: bounds.map(Arc::from),
    })
}

/// One that counts, if its buckets hold as many observations as it says.
///
/// Errors: what is wrong with it, in a sentence.
pub fn whole_histogram(histogram: IntegerHistogram) -> Result<NativeHistogram, String> {
    let IntegerHistogram { count, zero_count, .. } = histogram;
    let counts = histogram.positive.counts.iter().chain(&histogram.negative.counts);
    let inside = counts.copied().try_fold(zero_count, u64::checked_add);
    let fits = match inside {
        // What is no number is in no bucket.
        Some(inside) if histogram.sum.is_nan() => inside <= count,
        Some(inside) => inside == count,
        None => false,
    };
    if !fits {
        return Err(format!(
            "its observation count is {count}, and its buckets hold {}",
            inside.map_or_else(|| "more than can be counted".to_owned(), |all| all.to_string())
        ));
    }
    checked(NativeHistogram::Integer(histogram))
}

fn checked(histogram: NativeHistogram) -> Result<NativeHistogram, String> {
    histogram.check().map_err(|malformed| malformed.what.to_owned())?;
    Ok(histogram)
}

fn float(message: HistogramMessage) -> Result<NativeHistogram, String> {
    let counts = [&message.positive.counts, &message.negative.counts];
    let (count, zero_count) = (float_count(message.count)?, float_count(message.zero_count)?);
    let negative = |count: &f64| *count < 0.0;
    if counts.iter().copied().flatten().any(negative) || negative(&zero_count) || negative(&count) {
        return Err("one of its counts is below zero".to_owned());
    }
    checked(NativeHistogram::Float(Histogram {
        hint: hint_of(message.reset_hint),
        schema: schema_of(message.schema)?,
        zero_threshold: message.zero_threshold,
        zero_count,
        count,
        sum: message.sum,
        positive: fractional(message.positive)?,
        negative: fractional(message.negative)?,
        bounds: Arc::from(message.custom_values),
    }))
}

/// The message of a histogram, as it was sent.
#[must_use]
pub fn histogram_message(at_ms: i64, histogram: &NativeHistogram) -> HistogramMessage {
    let reset_hint = match histogram.hint() {
        ResetHint::Unknown => 0,
        ResetHint::Reset => 1,
        ResetHint::NotReset => 2,
        ResetHint::Gauge => 3,
    };
    let spans = |spans: &[Span]| {
        spans.iter().map(|span| (i64::from(span.offset), u64::from(span.length))).collect()
    };
    match histogram {
        NativeHistogram::Integer(own) => {
            let side = |side: &IntegerBuckets| Side {
                spans: spans(&side.spans),
                deltas: deltas(&side.counts),
                counts: Vec::new(),
            };
            HistogramMessage {
                at_ms,
                count: Count::Whole(own.count),
                sum: own.sum,
                schema: i64::from(own.schema),
                zero_threshold: own.zero_threshold,
                zero_count: Count::Whole(own.zero_count),
                negative: side(&own.negative),
                positive: side(&own.positive),
                reset_hint,
                custom_values: own.bounds.as_deref().map(<[f64]>::to_vec).unwrap_or_default(),
            }
        }
        NativeHistogram::Float(own) => {
            let side = |side: &Buckets| Side {
                spans: spans(side.spans()),
                deltas: Vec::new(),
                counts: side.counts().to_vec(),
            };
            HistogramMessage {
                at_ms,
                count: Count::Float(own.count),
                sum: own.sum,
                schema: i64::from(own.schema),
                zero_threshold: own.zero_threshold,
                zero_count: Count::Float(own.zero_count),
                negative: side(&own.negative),
                positive: side(&own.positive),
                reset_hint,
                custom_values: own.bounds.to_vec(),
            }
        }
    }
}

/// Each count less that of the one before.
fn deltas(counts: &[u64]) -> Vec<i64> {
    let mut before = 0_u64;
    let delta = |count: &u64| count.wrapping_sub(std::mem::replace(&mut before, *count));
    counts.iter().map(delta).map(u64::cast_signed).collect()
}

fn hint_of(number: u64) -> ResetHint {
    match number {
        1 => ResetHint::Reset,
        2 => ResetHint::NotReset,
        3 => ResetHint::Gauge,
        _ => ResetHint::Unknown,
    }
}

fn schema_of(number: i64) -> Result<i32, String> {
    i32::try_from(number).map_err(|_| format!("{number} is no schema of buckets"))
}

fn whole_count(count: Count) -> Result<u64, String> {
    match count {
        Count::Whole(count) => Ok(count),
        Count::Float(_) => Err("some of its counts are whole and others are not".to_owned()),
    }
}

fn float_count(count: Count) -> Result<f64, String> {
    match count {
        Count::Float(count) => Ok(count),
        // What is not said is none.
        Count::Whole(0) => Ok(0.0),
        Count::Whole(_) => Err("some of its counts are whole and others are not".to_owned()),
    }
}

fn spans_of(spans: &[(i64, u64)]) -> Result<Vec<Span>, String> {
    let span = |(offset, length): &(i64, u64)| {
        let fits = i32::try_from(*offset).ok().zip(u32::try_from(*length).ok());
        let (offset, length) = fits.ok_or("a span of its buckets is too long")?;
        Ok(Span { offset, length })
    };
    spans.iter().map(span).collect::<Result<_, &str>>().map_err(ToOwned::to_owned)
}

/// Counts from differences.
fn whole(side: &Side) -> Result<IntegerBuckets, String> {
    let mut count = 0_i64;
    let counts = side.deltas.iter().map(|delta| {
        count = count.checked_add(*delta)?;
        u64::try_from(count).ok()
    });
    let counts: Option<Vec<u64>> = counts.collect();
    let counts = counts.ok_or("one of its counts is below zero, or too large")?;
    Ok(IntegerBuckets { spans: spans_of(&side.spans)?, counts })
}

fn fractional(side: Side) -> Result<Buckets, String> {
    Ok(Buckets::new(spans_of(&side.spans)?, side.counts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> HistogramMessage {
        HistogramMessage {
            count: Count::Whole(7),
            sum: 9.5,
            schema: 1,
            zero_threshold: 0.001,
            zero_count: Count::Whole(1),
            positive: Side {
                spans: vec![(0, 2), (1, 1)],
                deltas: vec![1, 1, 0],
                ..Side::default()
            },
            negative: Side { spans: vec![(-1, 1)], deltas: vec![1], ..Side::default() },
            reset_hint: 2,
            ..HistogramMessage::default()
        }
    }

    #[test]
    fn whole_counts_are_added_up_from_their_differences() {
        let NativeHistogram::Integer(found) = native_histogram(message()).unwrap() else {
            panic!("floats")
        };
        assert_eq!((found.positive.counts, found.negative.counts), (vec![1, 2, 2], vec![1]));
        assert_eq!((found.hint, found.count, found.schema), (ResetHint::NotReset, 7, 1));
    }

    #[test]
    fn what_was_sent_is_answered() {
        let custom = HistogramMessage {
            count: Count::Float(2.5),
            schema: -53,
            positive: Side { spans: vec![(0, 1)], counts: vec![2.5], ..Side::default() },
            custom_values: vec![0.5],
            zero_count: Count::Float(0.0),
            reset_hint: 3,
            ..HistogramMessage::default()
        };
        for sent in [HistogramMessage { at_ms: 5, ..message() }, custom] {
            let at_ms = sent.at_ms;
            let histogram = native_histogram(sent.clone()).unwrap();
            assert_eq!(histogram_message(at_ms, &histogram), sent);
        }
    }

    #[test]
    fn float_counts_are_taken_as_they_are() {
        let side = Side { spans: vec![(0, 1)], counts: vec![2.5], ..Side::default() };
        let (count, zero_count) = (Count::Float(3.0), Count::Float(0.5));
        let message = HistogramMessage {
            count,
            zero_count,
            positive: side,
            negative: Side::default(),
            ..message()
        };
        let NativeHistogram::Float(found) = native_histogram(message).unwrap() else {
            panic!("integers")
        };
        assert_eq!(
            (found.positive.counts(), found.zero_count, found.count),
            (&[2.5][..], 0.5, 3.0)
        );
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let broken = |change: fn(&mut HistogramMessage)| {
            let mut message = message();
            change(&mut message);
            native_histogram(message).unwrap_err()
        };
        for (change, said) in [
            ((|m| m.count = Count::Whole(8)) as fn(&mut HistogramMessage), "count is 8"),
            (|m| m.positive.deltas[1] = -5, "below zero"),
            (|m| m.positive.spans[0].1 = 5, "more or fewer buckets"),
            (|m| m.schema = 1 << 40, "no schema"),
            (|m| m.schema = 9, "schema is neither"),
            (|m| m.zero_count = Count::Float(1.0), "others are not"),
            (|m| m.positive.spans[0].0 = 1 << 40, "too long"),
        ] {
            let refused = broken(change);
            assert!(refused.contains(said), "{said}: {refused}");
        }
    }
}
