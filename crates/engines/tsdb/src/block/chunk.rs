//! Columns of several series compressed together, each readable alone.
//!
//! A chunk is a head, which describes what all columns have in common, and a page for each column.
//! Head and pages begin with a checksum.

use crate::TsdbError;
use crate::codec::{Cursor, put_varint};
use crate::{decimal, files};
use pco::data_types::Number;
use pco::wrapped::{ChunkDecompressor, FileCompressor, FileDecompressor};
use pco::{ChunkConfig, DecompressorScratch, DeltaSpec, ModeSpec, PagingSpec};

/// CRC-32 in front of the head and of each page.
pub(crate) const SUM_BYTES: usize = 4;
/// Decimal numbers as whole ones.
const DECIMAL: u8 = 1;
/// Floats as they are.
const FLOAT: u8 = 2;
/// Milliseconds.
const TIMES: u8 = 3;
/// One in so many values of a decimal page may be something else.
const ODD_SHARE: usize = 16;

/// A chunk as bytes: the head, then the pages.
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) head_bytes: u32,
    pub(crate) page_bytes: Vec<u32>,
}

/// The exponent with which a page's values are whole numbers, but for a few.
pub(crate) fn exponent_of(values: &[f64]) -> Option<u8> {
    decimal::exponent_of(values, values.len() / ODD_SHARE)
}

/// Tells whether a page's values are whole numbers with this exponent too, but for a few.
pub(crate) fn fits(values: &[f64], exponent: u8) -> bool {
    let odd = values.iter().filter(|value| decimal::to_whole(**value, exponent).is_none());
    odd.count() <= values.len() / ODD_SHARE
}

/// A page's values as whole numbers, and where they are none, with the bits.
fn wholes_of(values: &[f64], exponent: u8, to: &mut Vec<i64>) -> Option<Vec<(u32, u64)>> {
    let mut odd = Vec::new();
    let mut last = values.iter().find_map(|value| decimal::to_whole(*value, exponent)).unwrap_or(0);
    for (at, value) in values.iter().enumerate() {
        match decimal::to_whole(*value, exponent) {
            Some(whole) => last = whole,
            None => odd.push((at as u32, value.to_bits())),
        }
        to.push(last);
    }
    (odd.len() <= values.len() / ODD_SHARE).then_some(odd)
}

/// Compresses pages of values that have an exponent; `None` if one of them does not fit with it.
pub(crate) fn encode_decimals(
    pages: &[&[f64]],
    exponent: u8,
) -> Result<Option<Encoded>, TsdbError> {
    let mut wholes = Vec::with_capacity(pages.iter().map(|page| page.len()).sum());
    let mut fronts = Vec::with_capacity(pages.len());
    for page in pages {
        let Some(odd) = wholes_of(page, exponent, &mut wholes) else { return Ok(None) };
        let mut front = Vec::new();
        put_varint(&mut front, odd.len() as u64);
        let mut next = 0;
        for (at, bits) in odd {
            put_varint(&mut front, u64::from(at - next));
            front.extend_from_slice(&bits.to_le_bytes());
            next = at + 1;
        }
        fronts.push(front);
    }
    let lengths = pages.iter().map(|page| page.len()).collect();
    compress(&wholes, lengths, &[DECIMAL, exponent], &fronts, &config()).map(Some)
}

/// Compresses pages of any values.
pub(crate) fn encode_floats(pages: &[&[f64]]) -> Result<Encoded, TsdbError> {
    let values: Vec<f64> = pages.concat();
    let lengths = || pages.iter().map(|page| page.len()).collect::<Vec<usize>>();
    let encoded = compress(&values, lengths(), &[FLOAT, 0], &[], &config())?;
    // Not trusted but checked: the compressor's float modes do arithmetic.
    let same = |page: &[f64], back: &[f64]| {
        page.iter().map(|v| v.to_bits()).eq(back.iter().map(|v| v.to_bits()))
    };
    let head = &encoded.bytes[SUM_BYTES..encoded.head_bytes as usize];
    let (decoder, mut scratch) = (Decoder::new(head), Scratch::default());
    let mut start = encoded.head_bytes as usize;
    let sound = pages.iter().zip(&encoded.page_bytes).all(|(page, bytes)| {
        let end = start + *bytes as usize;
        let raw = &encoded.bytes[start + SUM_BYTES..end];
        start = end;
        let mut back = Vec::new();
        let read = decoder
            .as_ref()
            .and_then(|decoder| decoder.values(raw, page.len(), &mut scratch, &mut back));
        read.is_some() && same(page, &back)
    });
    if sound {
        return Ok(encoded);
    }
    let plain = config().with_mode_spec(ModeSpec::Classic);
    compress(&values, lengths(), &[FLOAT, 0], &[], &plain)
}

/// Compresses pages of times.
pub(crate) fn encode_times(pages: &[&[i64]]) -> Result<Encoded, TsdbError> {
    let times: Vec<i64> = pages.concat();
    let lengths = pages.iter().map(|page| page.len()).collect();
    let config = config().with_delta_spec(DeltaSpec::TryConsecutive(1));
    compress(&times, lengths, &[TIMES, 0], &[], &config)
}

fn config() -> ChunkConfig {
    ChunkConfig::default().with_compression_level(8)
}

fn compress<T: Number>(
    numbers: &[T],
    lengths: Vec<usize>,
    kind: &[u8; 2],
    fronts: &[Vec<u8>],
    config: &ChunkConfig,
) -> Result<Encoded, TsdbError> {
    let failed = |source| TsdbError::Compress { source: Box::new(source) };
    let pages = lengths.len();
    let config = config.clone().with_paging_spec(PagingSpec::Exact(lengths));
    let file = FileCompressor::default();
    let mut chunk = file.chunk_compressor(numbers, &config).map_err(failed)?;
    let mut bytes = Vec::with_capacity(numbers.len() + 64);
    bytes.extend_from_slice(&[0; SUM_BYTES]);
    bytes.extend_from_slice(kind);
    bytes = file.write_header(bytes).map_err(failed)?;
    bytes = chunk.write_meta(bytes).map_err(failed)?;
    seal(&mut bytes);
    let head_bytes = bytes.len() as u32;
    let mut page_bytes = Vec::with_capacity(pages);
    for page in 0..pages {
        let start = bytes.len();
        bytes.extend_from_slice(&[0; SUM_BYTES]);
        bytes.extend_from_slice(fronts.get(page).map_or(&[], Vec::as_slice));
        bytes = chunk.write_page(page, bytes).map_err(failed)?;
        seal(&mut bytes[start..]);
        page_bytes.push(u32::try_from(bytes.len() - start).expect("a page has few points"));
    }
    Ok(Encoded { bytes, head_bytes, page_bytes })
}

/// Writes the checksum into the room in front.
fn seal(bytes: &mut [u8]) {
    let (sum, rest) = bytes.split_at_mut(SUM_BYTES);
    sum.copy_from_slice(&crc32fast::hash(rest).to_le_bytes());
}

/// What stands behind a checksum, if that is right.
pub(crate) fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (sum, rest) = bytes.split_at_checked(SUM_BYTES)?;
    let told = Cursor::new(sum).u32()?;
    files::agree(crc32fast::hash(rest), told).then_some(rest)
}

/// Reads the pages of a chunk.
pub(crate) struct Decoder {
    kind: Kind,
}

/// Room to work in, which the decoders of a reader share.
#[derive(Default)]
pub(crate) struct Scratch {
    wholes: Vec<i64>,
    pco: DecompressorScratch,
}

enum Kind {
    Decimal(ChunkDecompressor<i64>, u8),
    Float(ChunkDecompressor<f64>),
    Times(ChunkDecompressor<i64>),
}

impl Decoder {
    /// `head`: the chunk's head, checked. `None` if it makes no sense.
    pub(crate) fn new(head: &[u8]) -> Option<Self> {
        let (kind, rest) = head.split_first_chunk::<2>()?;
        let (file, rest) = FileDecompressor::new(rest).ok()?;
        let kind = match *kind {
            [DECIMAL, exponent] => Kind::Decimal(file.chunk_decompressor(rest).ok()?.0, exponent),
            [FLOAT, 0] => Kind::Float(file.chunk_decompressor(rest).ok()?.0),
            [TIMES, 0] => Kind::Times(file.chunk_decompressor(rest).ok()?.0),
            _ => return None,
        };
        Some(Self { kind })
    }

    /// Adds the `count` values of a page; `None` if it makes no sense.
    pub(crate) fn values(
        &self,
        page: &[u8],
        count: usize,
        scratch: &mut Scratch,
        to: &mut Vec<f64>,
    ) -> Option<()> {
        let start = to.len();
        to.reserve(count);
        match &self.kind {
            Kind::Decimal(chunk, exponent) => {
                let mut cursor = Cursor::new(page);
                let mut odd = Vec::new();
                let mut next = 0usize;
                for _ in 0..cursor.count(9)? {
                    let at = next.checked_add(usize::try_from(cursor.varint()?).ok()?)?;
                    odd.push((at, cursor.u64()?));
                    next = at + 1;
                }
                scratch.wholes.resize(count, 0);
                decompress(chunk, cursor.rest(), &mut scratch.pco, &mut scratch.wholes)?;
                decimal::from_whole(&scratch.wholes, *exponent, to)?;
                for (at, bits) in odd {
                    *to[start..].get_mut(at)? = f64::from_bits(bits);
                }
                Some(())
            }
            Kind::Float(chunk) => {
                to.resize(start + count, 0.0);
                decompress(chunk, page, &mut scratch.pco, &mut to[start..])
            }
            Kind::Times(_) => None,
        }
    }

    /// Tells whether all values of a page are written as whole numbers: then none is -0.
    pub(crate) fn is_whole(&self, page: &[u8]) -> bool {
        matches!(self.kind, Kind::Decimal(..)) && Cursor::new(page).varint() == Some(0)
    }

    /// Reads the `count` times of a page; `None` if it makes no sense or they do not ascend.
    pub(crate) fn times(
        &self,
        page: &[u8],
        count: usize,
        scratch: &mut Scratch,
    ) -> Option<Vec<i64>> {
        let Kind::Times(chunk) = &self.kind else { return None };
        let mut times = vec![0; count];
        decompress(chunk, page, &mut scratch.pco, &mut times)?;
        times.is_sorted_by(|a, b| a < b).then_some(times)
    }
}

fn decompress<T: Number>(
    chunk: &ChunkDecompressor<T>,
    page: &[u8],
    scratch: &mut DecompressorScratch,
    to: &mut [T],
) -> Option<()> {
    let mut page = chunk.page_decompressor_with_scratch(page, to.len(), scratch).ok()?;
    let progress = page.read(to).ok()?;
    (progress.n_processed == to.len()).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pages_of(encoded: &Encoded) -> (Decoder, Vec<&[u8]>) {
        let (head, mut rest) = encoded.bytes.split_at(encoded.head_bytes as usize);
        let decoder = Decoder::new(checked(head).unwrap()).unwrap();
        let mut pages = Vec::new();
        for bytes in &encoded.page_bytes {
            let (page, others) = rest.split_at(*bytes as usize);
            pages.push(checked(page).unwrap());
            rest = others;
        }
        assert!(rest.is_empty());
        (decoder, pages)
    }

    fn survives(encoded: &Encoded, values: &[&[f64]]) {
        let (decoder, pages) = pages_of(encoded);
        for (page, values) in pages.iter().zip(values) {
            let mut back = Vec::new();
            decoder.values(page, values.len(), &mut Scratch::default(), &mut back).unwrap();
            let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&back), bits(values));
        }
    }

    #[test]
    fn pages_of_one_chunk_come_back() {
        let one: Vec<f64> = (0..500).map(|n| f64::from(n) * 0.25).collect();
        let mut two: Vec<f64> = (0..300).map(|n| f64::from(n * n)).collect();
        (two[0], two[7]) = (f64::from_bits(0x7ff0_0000_0000_0002), -0.0);
        let pages: [&[f64]; 3] = [&one, &two, &[3.5]];
        let exponent = pages.iter().filter_map(|page| exponent_of(page)).max().unwrap();
        assert_eq!(exponent, 2);
        survives(&encode_decimals(&pages, exponent).unwrap().unwrap(), &pages);
        survives(&encode_floats(&pages).unwrap(), &pages);
        assert!(encode_decimals(&[&[f64::NAN, 1.0]], 0).unwrap().is_none());
        let times: [&[i64]; 2] = [&[1, 5, 9], &[-7]];
        let encoded = encode_times(&times).unwrap();
        let (decoder, pages) = pages_of(&encoded);
        let mut scratch = Scratch::default();
        assert_eq!(decoder.times(pages[0], 3, &mut scratch).unwrap(), [1, 5, 9]);
        assert_eq!(decoder.times(pages[1], 1, &mut scratch).unwrap(), [-7]);
        assert_eq!(decoder.values(pages[1], 1, &mut scratch, &mut Vec::new()), None);
    }

    proptest! {
        #[test]
        fn any_values_keep_their_bits(
            pages in prop::collection::vec(prop::collection::vec(any::<u64>(), 1..60), 1..4),
        ) {
            let floats = |bits: &Vec<u64>| bits.iter().map(|bits| f64::from_bits(*bits)).collect();
            let pages: Vec<Vec<f64>> = pages.iter().map(floats).collect();
            let pages: Vec<&[f64]> = pages.iter().map(Vec::as_slice).collect();
            survives(&encode_floats(&pages).unwrap(), &pages);
        }

        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            at: prop::sample::Index, byte: u8,
        ) {
            let values: Vec<f64> = (0..400).map(|n| f64::from(n % 37) * 0.25).collect();
            let decimals = encode_decimals(&[&values], 2).unwrap().unwrap();
            for encoded in [decimals, encode_floats(&[&values]).unwrap()] {
                let mut broken = encoded.bytes.clone();
                let at = at.index(broken.len());
                broken[at] ^= byte;
                let (head, page) = broken.split_at(encoded.head_bytes as usize);
                for page in [&page[SUM_BYTES..], &bytes] {
                    if let Some(decoder) = Decoder::new(&head[SUM_BYTES..]) {
                        let _ = decoder.values(page, 400, &mut Scratch::default(), &mut Vec::new());
                    }
                }
            }
            let _ = Decoder::new(&bytes);
        }
    }
}
