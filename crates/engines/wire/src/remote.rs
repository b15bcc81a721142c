//! Prometheus remote write and remote read: as a server reads requests where they lie and writes
//! answers, and as a client writes requests and reads answers.
//!
//! * [`write_v1`]: `prometheus.WriteRequest` (remote write 1.0).
//! * [`write_v2`]: `io.prometheus.write.v2.Request` (remote write 2.0).
//! * [`read`]: remote read; [`xor`]: the chunks that it may answer with.
//! * [`send`]: write requests as a sender writes them; [`ask`]: remote read as a client has it.
//! * [`snappy`]: the block format that all but streams travel in.
//!
//! Source: Prometheus, "Remote-Write 1.0" and "Remote-Write 2.0 specification".

pub mod ask;
pub mod read;
pub mod send;
pub mod snappy;
pub mod write_v1;
pub mod write_v2;
pub mod xor;

mod histogram;
mod metric_type;

pub use histogram::{Count, HistogramMessage, Side};
pub use metric_type::MetricType;

use crate::protobuf::{Part, ProtobufFault};

/// One value on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleMessage {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The value, every bit of it.
    pub value: f64,
}

impl SampleMessage {
    /// Reads `Sample`, which is the same in both versions.
    ///
    /// Errors: malformed bytes.
    #[inline]
    pub fn read(part: Part<'_>) -> Result<Self, ProtobufFault> {
        if let Some(sample) = Self::read_usual(part.bytes()) {
            return Ok(sample);
        }
        let mut sample = Self { at_ms: 0, value: 0.0 };
        for field in part.fields() {
            let field = field?;
            match field.number {
                1 => sample.value = field.double()?,
                2 => sample.at_ms = field.signed()?,
                _ => {}
            }
        }
        Ok(sample)
    }

    /// Reads what all writers send: the value, then a time of six bytes, as those from 1971 to
    /// 2109 are.
    #[inline]
    fn read_usual(bytes: &[u8]) -> Option<Self> {
        let (head, time) = bytes.split_first_chunk::<10>()?;
        let [0x09, value @ .., 0x10] = head else { return None };
        let time: &[u8; 6] = time.try_into().ok()?;
        let [first @ .., last] = time;
        if *last >= 0x80 || first.iter().any(|byte| *byte < 0x80) {
            return None;
        }
        let seven = |at_ms: i64, byte: &u8| at_ms << 7 | i64::from(byte & 0x7f);
        let at_ms = time.iter().rev().fold(0, seven);
        Some(Self { at_ms, value: f64::from_le_bytes(*value) })
    }
}
