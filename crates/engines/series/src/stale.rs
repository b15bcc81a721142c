//! The marker that says: from here on the series has no value.

/// The bits of the staleness marker, a NaN that no calculation yields.
///
/// Source: Prometheus, "staleness".
pub const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

/// Tells whether a value is the staleness marker; another NaN is a value.
#[must_use]
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_BITS
}

/// The staleness marker as a value.
#[must_use]
pub fn stale() -> f64 {
    f64::from_bits(STALE_BITS)
}
