//! What a time series is: its labels, the selectors that find it, its points, and the native
//! histograms that points may hold. No storage, no queries; both know each other through this.

mod error;
mod labels;
mod names;
mod point;
mod re2;
mod selector;

mod histogram;
mod native;
mod number;
mod stale;

pub use error::SeriesError;
pub use histogram::{
    Added, BUCKETS_MAX, Bucket, BucketSide, Buckets, CUSTOM_SCHEMA, Histogram, IncompatibleSchemas,
    KahanSum, ResetHint, SCHEMA_MAX, SCHEMA_MIN, Span, Trim,
};
pub use labels::{
    LABELS_MAX, Labels, LabelsBuilder, METRIC_LABEL, NAME_BYTES_MAX, VALUE_BYTES_MAX,
};
pub use names::{escaped_name, is_label_name, is_metric_name, unescaped_name};
pub use native::{
    HistogramPoint, HistogramSample, IntegerBuckets, IntegerHistogram, MalformedHistogram,
    NativeHistogram,
};
pub use number::{kahan_add, number_general, number_general_to, number_plain};
pub use point::{Exemplar, Point, Sample, Series, TimeRange};
pub use re2::{Pattern, PatternError, PatternFault};
pub use selector::{MatchOp, Matcher, Selector};
pub use stale::{STALE_BITS, is_stale, stale};
