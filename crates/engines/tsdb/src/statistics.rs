//! What the floats of a series amount to.

use crate::gather::Wanted;

/// How many floats there are, the least, the greatest and their sum; staleness markers are none.
///
/// `min` and `max` leave NaN out unless there is nothing else; `sum` does not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// How many.
    pub count: u64,
    /// The least; NaN if there is none.
    pub min: f64,
    /// The greatest; NaN if there is none.
    pub max: f64,
    /// Added up in the order of time, page by page: the last bits may differ from a sum one by one.
    pub sum: f64,
}

/// Of nothing.
impl Default for Statistics {
    fn default() -> Self {
        Self { count: 0, min: f64::NAN, max: f64::NAN, sum: 0.0 }
    }
}

impl Statistics {
    /// The value that may stand for each of `count` floats, as far as they are wanted, if that is
    /// to be seen from here. None of them is a staleness marker then.
    pub(crate) fn stands_for(&self, count: u32, wanted: Wanted) -> Option<f64> {
        if self.count != u64::from(count) {
            return None;
        }
        match wanted {
            Wanted::Times => Some(0.0),
            // 0 and -0 are the same here, and NaN is neither least nor greatest.
            Wanted::Points => {
                let same = self.min == self.max && self.min != 0.0 && !self.sum.is_nan();
                same.then_some(self.min)
            }
        }
    }

    /// Tells whether each of `count` floats is 0 or -0.
    pub(crate) fn is_zero(&self, count: usize) -> bool {
        let zero = self.min == 0.0 && self.max == 0.0 && !self.sum.is_nan();
        zero && self.count == count as u64
    }

    /// Adds floats.
    pub(crate) fn add_all(&mut self, values: &[f64]) {
        for value in values.iter().filter(|value| !series::is_stale(**value)) {
            let value = *value;
            self.add(&Self { count: 1, min: value, max: value, sum: value });
        }
    }

    /// Adds what others amount to.
    pub(crate) fn add(&mut self, other: &Self) {
        self.count += other.count;
        // The number, where one of both is NaN.
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sum += other.sum;
    }
}
