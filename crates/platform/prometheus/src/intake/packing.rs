use std::io::Read as _;

use axum::body::Bytes;
use flate2::read::MultiGzDecoder;
use wire::remote::snappy;

use super::WriteRefusal;

/// How a message is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Snappy's block format.
    Snappy,
    /// RFC 1952.
    Gzip,
    /// Not at all.
    Plain,
}

impl Packing {
    /// The message itself. Errors: it is packed otherwise, or longer than `bytes_max`.
    pub(super) fn unpack(self, packed: Bytes, bytes_max: usize) -> Result<Bytes, WriteRefusal> {
        match self {
            Self::Snappy => Ok(snappy::unpack(&packed, bytes_max)?.into()),
            Self::Gzip => gunzip(&packed, bytes_max).map(Bytes::from),
            Self::Plain => Ok(packed),
        }
    }
}

fn gunzip(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, WriteRefusal> {
    let mut message = Vec::new();
    // One more than is allowed tells that it is more.
    let mut limited = MultiGzDecoder::new(packed).take(bytes_max as u64 + 1);
    if let Err(error) = limited.read_to_end(&mut message) {
        return Err(WriteRefusal::Bad(format!("unpack gzip: {error}")));
    }
    if message.len() > bytes_max {
        let why = format!("unpack gzip: at most {bytes_max} bytes are taken");
        return Err(WriteRefusal::TooLarge(why));
    }
    Ok(message)
}
