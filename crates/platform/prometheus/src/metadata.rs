//! What writers say of their metrics: type, help and unit. The store keeps the newest word of each.

use tsdb::{Metadata, NAME_BYTES_MAX};
use wire::remote::MetricType;

/// Longest help or unit that is kept, in bytes; longer ones are cut.
const TEXT_BYTES_MAX: usize = 2_048;

/// What was said of a metric, for the store; nothing where no metric can be called so.
pub(crate) fn said_of(
    metric: &str,
    kind: MetricType,
    help: &str,
    unit: &str,
) -> Option<(String, Metadata)> {
    let cut = |text: &str| text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_owned();
    let fits = (1..=NAME_BYTES_MAX).contains(&metric.len());
    let metadata = Metadata { kind: kind.word().to_owned(), unit: cut(unit), help: cut(help) };
    fits.then(|| (metric.to_owned(), metadata))
}
