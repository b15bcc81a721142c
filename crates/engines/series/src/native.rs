//! Native histograms as they are measured and kept: whole counts stay whole.

use crate::histogram::{BUCKETS_MAX, Buckets, CUSTOM_SCHEMA, Histogram, ResetHint, Span};
use crate::histogram::{SCHEMA_MAX, SCHEMA_MIN};
use crate::{Labels, stale};
use std::sync::Arc;

/// Whole counts of one side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IntegerBuckets {
    /// The spans.
    pub spans: Vec<Span>,
    /// The counts, one for each bucket of the spans.
    pub counts: Vec<u64>,
}

impl IntegerBuckets {
    fn to_float(&self) -> Buckets {
        #[expect(clippy::cast_precision_loss, reason = "what PromQL calculates with are floats")]
        let counts = self.counts.iter().map(|count| *count as f64).collect();
        Buckets::new(self.spans.clone(), counts)
    }
}

/// A native histogram whose counts are whole numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IntegerHistogram {
    /// Whether the counter was reset before.
    pub hint: ResetHint,
    /// -4 to 8, or [`CUSTOM_SCHEMA`].
    pub schema: i32,
    /// The zero bucket reaches from minus this to this.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: u64,
    /// All observations.
    pub count: u64,
    /// Sum of all observations.
    pub sum: f64,
    /// Counts of positive observations; all counts where the bounds are listed.
    pub positive: IntegerBuckets,
    /// Counts of negative observations by their absolute value.
    pub negative: IntegerBuckets,
    /// Listed upper bounds, ascending, without +Inf; `None` for exponential schemas.
    pub bounds: Option<Arc<[f64]>>,
}

/// A native histogram of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum NativeHistogram {
    /// With whole counts, as most programs expose them.
    Integer(IntegerHistogram),
    /// With float counts, as recording rules make them.
    Float(Histogram),
}

/// A histogram that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("keep a native histogram: {what}")]
pub struct MalformedHistogram {
    /// What is wrong with it.
    pub what: &'static str,
}

/// A histogram on its way into the store.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramSample {
    /// Which series.
    pub labels: Labels,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// The histogram.
    pub histogram: NativeHistogram,
}

/// A histogram at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramPoint {
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// The histogram.
    pub histogram: NativeHistogram,
}

/// What both kinds have in common.
struct Shape<'h> {
    schema: i32,
    has_zero: bool,
    sides: [(&'h [Span], usize); 2],
    bounds: &'h [f64],
}

impl NativeHistogram {
    /// The marker of staleness as a histogram.
    #[must_use]
    pub fn stale() -> Self {
        Self::Float(Histogram { sum: stale(), ..Histogram::default() })
    }

    /// Whether the counter was reset before.
    #[must_use]
    pub fn hint(&self) -> ResetHint {
        match self {
            Self::Integer(histogram) => histogram.hint,
            Self::Float(histogram) => histogram.hint,
        }
    }

    /// The same with float counts, as PromQL calculates; counts above 2^53 are rounded.
    #[must_use]
    pub fn to_float(&self) -> Histogram {
        match self {
            Self::Float(histogram) => histogram.clone(),
            #[expect(clippy::cast_precision_loss, reason = "as the documentation says")]
            Self::Integer(histogram) => Histogram {
                hint: histogram.hint,
                schema: histogram.schema,
                zero_threshold: histogram.zero_threshold,
                zero_count: histogram.zero_count as f64,
                count: histogram.count as f64,
                sum: histogram.sum,
                positive: histogram.positive.to_float(),
                negative: histogram.negative.to_float(),
                bounds: histogram.bounds.clone().unwrap_or_else(|| Arc::from([])),
            },
        }
    }

    /// Tells whether the spans, counts and bounds fit together.
    ///
    /// The numbers themselves are the sender's business. Errors: [`MalformedHistogram`].
    pub fn check(&self) -> Result<(), MalformedHistogram> {
        let shape = match self {
            Self::Integer(own) => Shape {
                schema: own.schema,
                has_zero: own.zero_count != 0 || own.zero_threshold != 0.0,
                sides: [
                    (&own.positive.spans, own.positive.counts.len()),
                    (&own.negative.spans, own.negative.counts.len()),
                ],
                bounds: own.bounds.as_deref().unwrap_or(&[]),
            },
            Self::Float(own) => Shape {
                schema: own.schema,
                has_zero: own.zero_count != 0.0 || own.zero_threshold != 0.0,
                sides: [
                    (own.positive.spans(), own.positive.counts().len()),
                    (own.negative.spans(), own.negative.counts().len()),
                ],
                bounds: &own.bounds,
            },
        };
        shape.check().map_err(|what| MalformedHistogram { what })
    }
}

impl Shape<'_> {
    fn check(&self) -> Result<(), &'static str> {
        for (spans, counts) in self.sides {
            if places(spans)? != counts {
                return Err("the spans are of more or fewer buckets than there are counts");
            }
        }
        let buckets = self.sides[0].1 + self.sides[1].1;
        let spans = self.sides.iter().map(|(spans, _)| spans.len()).max().unwrap_or(0);
        if buckets.max(spans).max(self.bounds.len()) > BUCKETS_MAX {
            return Err("it has more than 8,192 buckets");
        }
        if self.schema != CUSTOM_SCHEMA {
            let known = (SCHEMA_MIN..=SCHEMA_MAX).contains(&self.schema);
            return match (known, self.bounds) {
                (false, _) => Err("the schema is neither from -4 to 8 nor -53"),
                (true, []) => Ok(()),
                (true, _) => Err("it lists bounds, which only schema -53 does"),
            };
        }
        let last = last_number(self.sides[0].0);
        if self.has_zero || self.sides[1].1 > 0 {
            return Err("schema -53 has no zero bucket and no negative buckets");
        }
        if !self.bounds.iter().all(|bound| bound.is_finite())
            || !self.bounds.is_sorted_by(|a, b| a < b)
        {
            return Err("the listed bounds are not finite and ascending");
        }
        let first = self.sides[0].0.first().map_or(0, |span| i64::from(span.offset));
        if first < 0 || last > self.bounds.len() as i64 + 1 {
            return Err("a bucket lies outside of the listed bounds");
        }
        Ok(())
    }
}

/// How many buckets spans have.
pub(crate) fn places(spans: &[Span]) -> Result<usize, &'static str> {
    let (mut places, mut next) = (0usize, 0i64);
    for (at, span) in spans.iter().enumerate() {
        if at > 0 && span.offset < 0 {
            return Err("a span begins before the end of the one before");
        }
        next += i64::from(span.offset) + i64::from(span.length);
        places = places.saturating_add(span.length as usize);
        if i32::try_from(next).is_err() {
            return Err("a bucket's number does not fit into 32 bits");
        }
    }
    Ok(places)
}

/// One more than the number of the last bucket.
fn last_number(spans: &[Span]) -> i64 {
    spans.iter().map(|span| i64::from(span.offset) + i64::from(span.length)).sum()
}

impl Histogram {
    /// The hint that a reader is given, from what lay before: nothing, a float (both `None`), or a
    /// histogram, with the hint it came with.
    ///
    /// Source: Prometheus, the head's appender of histogram chunks.
    #[must_use]
    pub fn hint_after(&self, before: Option<&Self>) -> ResetHint {
        match self.hint {
            ResetHint::Gauge => return ResetHint::Gauge,
            ResetHint::Reset => return ResetHint::Reset,
            ResetHint::Unknown | ResetHint::NotReset => {}
        }
        let Some(before) = before else { return ResetHint::Unknown };
        if before.hint == ResetHint::Gauge || before.is_stale() {
            return ResetHint::Unknown;
        }
        if self.count < before.count {
            return ResetHint::Reset;
        }
        let layout = |h: &Self| (h.schema, h.zero_threshold.to_bits());
        if layout(self) != layout(before) {
            return ResetHint::Unknown;
        }
        let unhinted = Self { hint: ResetHint::Unknown, ..self.clone() };
        if self.bounds != before.bounds || unhinted.resets_after(before) {
            return ResetHint::Reset;
        }
        ResetHint::NotReset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(offset: i32, counts: &[u64]) -> IntegerHistogram {
        let spans = vec![Span { offset, length: u32::try_from(counts.len()).unwrap() }];
        let positive = IntegerBuckets { spans, counts: counts.to_vec() };
        IntegerHistogram { count: counts.iter().sum(), positive, ..IntegerHistogram::default() }
    }

    fn refusal(histogram: IntegerHistogram) -> Option<&'static str> {
        NativeHistogram::Integer(histogram).check().err().map(|error| error.what)
    }

    #[test]
    fn what_does_not_fit_together_is_refused_with_the_reason() {
        let bounds: Option<Arc<[f64]>> = Some(Arc::from([1.0, 2.0]));
        let custom = |offset, counts: &[u64]| IntegerHistogram {
            schema: CUSTOM_SCHEMA,
            bounds: bounds.clone(),
            ..whole(offset, counts)
        };
        assert_eq!(refusal(whole(-7, &[1, 2])), None);
        assert_eq!(refusal(custom(0, &[1, 2, 3])), None);
        let mut missing = whole(0, &[1, 2]);
        missing.positive.counts.pop();
        let mut back = whole(0, &[1, 2]);
        back.positive.spans = vec![Span { offset: 0, length: 1 }, Span { offset: -1, length: 1 }];
        let mut far = whole(i32::MAX, &[1]);
        far.positive.spans[0].offset = i32::MAX;
        let unordered = Some(Arc::from([2.0, 1.0]));
        for (wrong, part) in [
            (missing, "more or fewer buckets"),
            (back, "begins before the end"),
            (far, "does not fit into 32 bits"),
            (IntegerHistogram { schema: 9, ..whole(0, &[1]) }, "neither from -4 to 8 nor -53"),
            (IntegerHistogram { schema: 0, ..custom(0, &[1]) }, "lists bounds"),
            (IntegerHistogram { zero_count: 1, ..custom(0, &[1]) }, "no zero bucket"),
            (IntegerHistogram { bounds: unordered, ..custom(0, &[1]) }, "finite and ascending"),
            (custom(0, &[1; 4]), "outside of the listed bounds"),
            (custom(-1, &[1]), "outside of the listed bounds"),
            (whole(0, &[1; 9_000]), "more than 8,192 buckets"),
        ] {
            let found = refusal(wrong).unwrap_or("nothing");
            assert!(found.contains(part), "{part}: {found}");
        }
    }

    #[test]
    fn hints_follow_from_what_lay_before() {
        let float = |histogram| NativeHistogram::Integer(histogram).to_float();
        let (one, more, less) =
            (float(whole(0, &[1, 2])), float(whole(0, &[1, 3])), float(whole(0, &[1])));
        assert_eq!(more.hint_after(None), ResetHint::Unknown);
        assert_eq!(more.hint_after(Some(&one)), ResetHint::NotReset);
        assert_eq!(less.hint_after(Some(&one)), ResetHint::Reset);
        let gauge = Histogram { hint: ResetHint::Gauge, ..one.clone() };
        assert_eq!(gauge.hint_after(Some(&one)), ResetHint::Gauge);
        assert_eq!(more.hint_after(Some(&gauge)), ResetHint::Unknown);
        assert_eq!(more.hint_after(Some(&NativeHistogram::stale().to_float())), ResetHint::Unknown);
        let finer = Histogram { schema: 3, ..more.clone() };
        assert_eq!(finer.hint_after(Some(&one)), ResetHint::Unknown);
    }
}
