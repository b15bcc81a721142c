//! Wire formats of monitoring, as pure functions between bytes and values.
//!
//! Nothing here opens a socket or knows what the values are used for. Parsers never panic, whatever
//! the bytes; writers only produce what the format's own document allows.
//!
//! * [`nagios`]: plugin output, performance data, threshold ranges, exit codes.
//! * [`exposition`]: the Prometheus text format 0.0.4.

pub mod exposition;
pub mod nagios;
