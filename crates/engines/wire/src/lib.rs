//! Wire formats of monitoring, as pure functions between bytes and values.
//!
//! Nothing here opens a socket or knows what the values are used for. Parsers never panic, whatever
//! the bytes; writers only produce what the format's own document allows.
//!
//! * [`nagios`]: plugin output, performance data, threshold ranges, exit codes.
//! * [`exposition`]: the Prometheus text format 0.0.4.
//! * [`otlp`]: OpenTelemetry metrics.
//! * [`protobuf`]: messages read where they lie, and written.
//! * [`remote`]: Prometheus remote write 1.0 and 2.0, snappy blocks.

pub mod exposition;
pub mod nagios;
pub mod otlp;
pub mod protobuf;
pub mod remote;
