use std::{
    io::Read as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use flate2::read::MultiGzDecoder;
use wire::remote::snappy;

use super::WriteRefusal;

/// Room of more bytes is not kept.
const ROOM_BYTES_MAX: usize = 4 << 20;

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
    /// The message itself, unpacked into `room`. Errors: it is packed otherwise, or longer than
    /// `bytes_max`.
    pub(super) fn unpack<'m>(
        self,
        packed: &'m [u8],
        bytes_max: usize,
        room: &'m mut Vec<u8>,
    ) -> Result<&'m [u8], WriteRefusal> {
        match self {
            Self::Snappy => Ok(snappy::unpack_into(packed, bytes_max, room)?),
            Self::Gzip => gunzip(packed, bytes_max, room),
            Self::Plain => Ok(packed),
        }
    }
}

/// Room for messages that are unpacked, used again and again.
#[derive(Default)]
pub(crate) struct Rooms(Mutex<Vec<Vec<u8>>>);

impl Rooms {
    /// Some room, which may hold anything.
    pub(super) fn take(&self) -> Vec<u8> {
        self.lock().pop().unwrap_or_default()
    }

    /// Takes it back, unless few messages need so much.
    pub(super) fn give_back(&self, room: Vec<u8>) {
        if room.capacity() <= ROOM_BYTES_MAX {
            self.lock().push(room);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gunzip<'m>(
    packed: &[u8],
    bytes_max: usize,
    message: &'m mut Vec<u8>,
) -> Result<&'m [u8], WriteRefusal> {
    message.clear();
    // One more than is allowed tells that it is more.
    let mut limited = MultiGzDecoder::new(packed).take(bytes_max as u64 + 1);
    if let Err(error) = limited.read_to_end(message) {
        return Err(WriteRefusal::Bad(format!("unpack gzip: {error}")));
    }
    if message.len() > bytes_max {
        let why = format!("unpack gzip: at most {bytes_max} bytes are taken");
        return Err(WriteRefusal::TooLarge(why));
    }
    Ok(message)
}
