//! Histograms as text.

use super::{Bucket, Histogram};
use crate::number_general;
use std::fmt;

/// Writes `{count:3, sum:4.5, [-2,-1):2, (0.5,1]:1}`; empty buckets are left out.
///
/// Source: Prometheus, `FloatHistogram.String`, which `count_values` shows.
impl fmt::Display for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, sum) = (number_general(self.count), number_general(self.sum));
        write!(f, "{{count:{count}, sum:{sum}")?;
        for bucket in self.buckets().into_iter().filter(|bucket| bucket.count != 0.0) {
            write!(f, ", {bucket}")?;
        }
        f.write_str("}")
    }
}

/// Writes `(0.5,1]:2`, the brackets saying which bound belongs to the bucket.
impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zero = self.side == super::BucketSide::Zero;
        let open = if zero || self.lower < 0.0 { '[' } else { '(' };
        let close = if zero || self.upper > 0.0 { ']' } else { ')' };
        let [lower, upper, count] = [self.lower, self.upper, self.count].map(number_general);
        write!(f, "{open}{lower},{upper}{close}:{count}")
    }
}
