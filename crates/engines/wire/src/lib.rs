//! Wire formats of monitoring, as pure functions between bytes and values.
//!
//! Nothing here opens a socket or knows what the values are used for. Parsers never panic, whatever
//! the bytes; writers only produce what the format's own document allows.
//!
//! * [`nagios`]: plugin output, performance data, threshold ranges, exit codes.
//! * [`exposition`]: the Prometheus text format 0.0.4.
//! * [`openmetrics`]: the OpenMetrics text format 1.0, read and written.
//! * [`otlp`]: OpenTelemetry metrics, as protobuf and as JSON.
//! * [`protobuf`]: messages read where they lie, and written.
//! * [`remote`]: Prometheus remote write 1.0 and 2.0, snappy blocks.
//! * [`crc32c`]: the checksum of Prometheus' files and streams.

pub mod crc32c;
pub mod exposition;
pub mod nagios;
pub mod openmetrics;
pub mod otlp;
pub mod protobuf;
pub mod remote;
