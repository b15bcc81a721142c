//! SQL as text beside the function that asks.

pub(crate) mod destinations;
