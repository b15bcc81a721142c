//! `index`: which series a block has, and where their chunks lie.

use crate::{Fault, cursor::Cursor};

const MAGIC: u32 = 0xbaaa_d700;
const VERSION: u8 = 2;
/// Six places and their checksum, at the end of the file.
const CONTENTS_BYTES: usize = 6 * 8 + 4;
/// Series begin at multiples of this; their numbers count them.
const SERIES_ALIGNMENT: usize = 16;

/// An index in memory.
#[derive(Debug)]
pub struct Index {
    bytes: Vec<u8>,
    /// Where each text begins, in order.
    symbols: Vec<usize>,
    /// The numbers of all series, in the order of their labels.
    series: Vec<u32>,
}

/// A series of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'i> {
    /// Its number, by which tombstones know it.
    pub number: u64,
    /// Its labels, sorted by name.
    pub labels: Vec<(&'i str, &'i str)>,
    /// Its chunks, ascending by time.
    pub chunks: Vec<ChunkMeta>,
}

/// Where a chunk lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkMeta {
    /// Its first millisecond.
    pub from_ms: i64,
    /// Its last millisecond.
    pub to_ms: i64,
    /// The number of its segment, the first of which is 0.
    pub segment: u32,
    /// The byte of the segment at which it begins.
    pub at: u32,
}

impl Index {
    /// Reads the file: table of contents, texts, numbers of series.
    ///
    /// Errors: it is another file, of another version, or damaged there.
    pub fn read(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut head = Cursor::new(&bytes, 0);
        let (magic, version) = (head.be32()?, head.byte()?);
        if magic != MAGIC {
            return Err(Fault::new(0, format!("expected {MAGIC:08x}, found {magic:08x}")));
        }
        if version != VERSION {
            return Err(Fault::new(4, format!("the version is {version}, expected {VERSION}")));
        }
        let Some(contents_at) = bytes.len().checked_sub(CONTENTS_BYTES) else {
            return Err(Fault::new(bytes.len(), "the table of contents is cut off"));
        };
        let mut end = Cursor::new(&bytes, contents_at);
        let mut contents = end.checked(CONTENTS_BYTES - 4, "the table of contents")?;
        let mut places = [0; 6];
        for place in &mut places {
            *place = usize::try_from(contents.be64()?).unwrap_or(usize::MAX);
        }
        let [symbols_at, .., postings_at] = places;
        let symbols = match symbols_at {
            0 => Vec::new(),
            at => symbols(&bytes, at)?,
        };
        let series = match postings_at {
            0 => Vec::new(),
            at => all_series(&bytes, at)?,
        };
        Ok(Self { bytes, symbols, series })
    }

    /// How many series there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// The series of that place in the order; none beyond the last. Errors: it is damaged.
    pub fn entry(&self, place: usize) -> Option<Result<Entry<'_>, Fault>> {
        let number = *self.series.get(place)?;
        Some(self.read_entry(number))
    }

    fn read_entry(&self, number: u32) -> Result<Entry<'_>, Fault> {
        let mut head = Cursor::new(&self.bytes, number as usize * SERIES_ALIGNMENT);
        let length = usize::try_from(head.uvarint()?).unwrap_or(usize::MAX);
        let mut series = head.checked(length, "a series")?;
        let mut labels = Vec::new();
        for _ in 0..series.uvarint()? {
            labels.push((self.symbol(&mut series)?, self.symbol(&mut series)?));
        }
        let mut chunks: Vec<ChunkMeta> = Vec::new();
        let (mut time_ms, mut reference) = (0_i64, 0_u64);
        // So much may become of a series that no chunk is read twice.
        let mut behind = 0;
        for index in 0..series.uvarint()? {
            // Times and places are told by their distance from those before.
            let from_ms = match index {
                0 => series.varint()?,
                _ => time_ms.wrapping_add(series.uvarint()?.cast_signed()),
            };
            time_ms = from_ms.wrapping_add(series.uvarint()?.cast_signed());
            reference = match index {
                0 => series.uvarint()?,
                _ => reference.wrapping_add_signed(series.varint()?),
            };
            if reference < behind {
                return Err(Fault::new(series.at(), "the chunks of a series do not lie in order"));
            }
            behind = reference.saturating_add(1);
            let (segment, at) = ((reference >> 32) as u32, reference as u32);
            chunks.push(ChunkMeta { from_ms, to_ms: time_ms, segment, at });
        }
        Ok(Entry { number: u64::from(number), labels, chunks })
    }

    fn symbol(&self, series: &mut Cursor<'_>) -> Result<&str, Fault> {
        let from = series.at();
        let number = series.uvarint()?;
        let place = usize::try_from(number).ok().and_then(|number| self.symbols.get(number));
        let Some(place) = place else {
            let what = format!("the text {number} of {} is meant", self.symbols.len());
            return Err(Fault::new(from, what));
        };
        Cursor::new(&self.bytes, *place).text()
    }
}

/// Where each text begins.
fn symbols(bytes: &[u8], at: usize) -> Result<Vec<usize>, Fault> {
    let mut section = Cursor::section(bytes, at, "the texts")?;
    let count = section.be32()?;
    let mut places = Vec::new();
    for _ in 0..count {
        places.push(section.at());
        section.text()?;
    }
    Ok(places)
}

/// The list of all series, which stands under the label without a name.
fn all_series(bytes: &[u8], at: usize) -> Result<Vec<u32>, Fault> {
    let mut table = Cursor::section(bytes, at, "the table of postings")?;
    let count = table.be32()?;
    for _ in 0..count {
        let names = table.uvarint()?;
        if names != 2 {
            let what = format!("expected a label of 2 texts, found {names}");
            return Err(Fault::new(table.at(), what));
        }
        let (name, value) = (table.text()?, table.text()?);
        let place = usize::try_from(table.uvarint()?).unwrap_or(usize::MAX);
        if name.is_empty() && value.is_empty() {
            let mut postings = Cursor::section(bytes, place, "the list of all series")?;
            let count = postings.be32()?;
            let mut series = Vec::new();
            for _ in 0..count {
                series.push(postings.be32()?);
            }
            return Ok(series);
        }
    }
    match count {
        0 => Ok(Vec::new()),
        _ => Err(Fault::new(at, "the list of all series is missing")),
    }
}

#[cfg(test)]
mod tests {
    use wire::crc32c::crc32c;

    use super::*;

    /// A series without labels whose second chunk lies so far behind its first.
    fn series(distance: i8) -> Index {
        let zigzag = (distance << 1 ^ distance >> 7).cast_unsigned();
        let content = [0, 2, 0, 0, 9, 1, 0, zigzag];
        let mut bytes = vec![0; SERIES_ALIGNMENT];
        bytes.push(content.len() as u8);
        bytes.extend(content);
        bytes.extend(crc32c(&content).to_be_bytes());
        Index { bytes, symbols: Vec::new(), series: vec![1] }
    }

    #[test]
    fn a_series_that_names_a_chunk_twice_is_damaged() {
        assert_eq!(series(1).entry(0).unwrap().unwrap().chunks[1].at, 10);
        for distance in [0, -1] {
            let index = series(distance);
            let fault = index.entry(0).unwrap().unwrap_err();
            assert_eq!(fault.what, "the chunks of a series do not lie in order");
        }
    }
}
