//! Whether the samples of a histogram at one moment fit together.

use super::line::Sample;

/// What has been seen of one histogram at one moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Moment {
    /// The bound of the last bucket.
    bound: Option<f64>,
    /// The count of the last bucket.
    in_bucket: f64,
    count: Option<f64>,
    has_negative_buckets: bool,
    /// `_sum` or `_gsum`.
    sum: Option<Sum>,
}

#[derive(Debug, Clone, Copy)]
struct Sum {
    gauge: bool,
    negative: bool,
}

impl Moment {
    /// Takes the next sample, whose name ends in `suffix`.
    ///
    /// Errors: buckets do not ascend in bound or count.
    pub(super) fn take(&mut self, suffix: &str, sample: &Sample<'_>) -> Result<(), String> {
        match suffix {
            "_bucket" => {
                let bound = sample.label("le").and_then(super::line::number).unwrap_or(f64::NAN);
                if self.bound.is_some_and(|before| bound <= before) {
                    return Err("the bounds of the buckets must ascend".to_owned());
                }
                if self.bound.is_some() && sample.value < self.in_bucket {
                    return Err("the counts of the buckets must not fall".to_owned());
                }
                self.has_negative_buckets |= bound < 0.0;
                (self.bound, self.in_bucket) = (Some(bound), sample.value);
            }
            "_count" | "_gcount" => self.count = Some(sample.value),
            "_sum" | "_gsum" => {
                self.sum = Some(Sum { gauge: suffix == "_gsum", negative: sample.value < 0.0 });
            }
            _ => {}
        }
        Ok(())
    }

    /// Looks at the whole. Errors: something is missing, or does not fit the rest.
    pub(super) fn close(&self) -> Result<(), String> {
        let wrong = if self.bound != Some(f64::INFINITY) {
            "the bucket le=\"+Inf\" is missing"
        } else if self.count.is_some_and(|count| count != self.in_bucket) {
            "the count is another than that of the bucket le=\"+Inf\""
        } else if self.count.is_some() != self.sum.is_some() {
            "the count and the sum must both be there, or none of them"
        } else if self.has_negative_buckets && self.sum.is_some_and(|sum| !sum.gauge) {
            "with buckets below zero there must be no _sum"
        } else if !self.has_negative_buckets && self.sum.is_some_and(|sum| sum.negative) {
            "without buckets below zero the sum must not be below zero"
        } else {
            return Ok(());
        };
        Err(wrong.to_owned())
    }
}
