//! What the pages of a block amount to, so that long questions need not read them.

use super::chunk::{self, Decoder, Encoded, Scratch};
use super::v2::Index;
use super::{CHUNK_POINTS_MAX, v2};
use crate::block::read::{Block, Inner};
use crate::codec::{Cursor, put_varint};
use crate::{Statistics, TsdbError};
use std::sync::Arc;

/// Columns: how many, least, greatest, sum.
const COLUMNS: usize = 4;

/// Writes what pages amount to, in the order of the directory of values.
pub(crate) fn encode(pages: &[Statistics]) -> Result<Vec<u8>, TsdbError> {
    let mut to = Vec::new();
    put_varint(&mut to, pages.len() as u64);
    #[expect(clippy::cast_precision_loss, reason = "a page has few points")]
    let columns: [&dyn Fn(&Statistics) -> f64; COLUMNS] =
        [&|page| page.count as f64, &|page| page.min, &|page| page.max, &|page| page.sum];
    for column in columns {
        let numbers: Vec<f64> = pages.iter().map(column).collect();
        let encoded = encode_column(&numbers)?;
        put_varint(&mut to, u64::from(encoded.head_bytes));
        for bytes in &encoded.page_bytes {
            put_varint(&mut to, u64::from(*bytes));
        }
        to.extend_from_slice(&encoded.bytes);
    }
    Ok(to)
}

fn encode_column(numbers: &[f64]) -> Result<Encoded, TsdbError> {
    let parts: Vec<&[f64]> = numbers.chunks(CHUNK_POINTS_MAX).collect();
    let exponents: Option<Vec<u8>> = parts.iter().map(|part| chunk::exponent_of(part)).collect();
    if let Some(exponent) = exponents.and_then(|all| all.into_iter().max())
        && let Some(encoded) = chunk::encode_decimals(&parts, exponent)?
    {
        return Ok(encoded);
    }
    chunk::encode_floats(&parts)
}

/// Reads what [`encode`] wrote of so many pages; `None` if it makes no sense.
pub(crate) fn decode(bytes: &[u8], pages: usize) -> Option<Vec<Statistics>> {
    let mut cursor = Cursor::new(bytes);
    let count = usize::try_from(cursor.varint()?).ok().filter(|count| *count == pages)?;
    let mut columns: [Vec<f64>; COLUMNS] = Default::default();
    for column in &mut columns {
        decode_column(&mut cursor, count, column)?;
    }
    let [counts, min, max, sum] = columns;
    let all = counts.iter().zip(min).zip(max).zip(sum);
    let page = |(((count, min), max), sum): (((&f64, f64), f64), f64)| Statistics {
        count: *count as u64,
        min,
        max,
        sum,
    };
    cursor.is_empty().then(|| all.map(page).collect())
}

fn decode_column(cursor: &mut Cursor<'_>, count: usize, to: &mut Vec<f64>) -> Option<()> {
    let head_bytes = cursor.varint_u32()? as usize;
    let parts = count.div_ceil(CHUNK_POINTS_MAX);
    if parts > cursor.rest().len() {
        return None;
    }
    let mut sizes = Vec::with_capacity(parts);
    for _ in 0..parts {
        sizes.push(cursor.varint_u32()? as usize);
    }
    let decoder = Decoder::new(chunk::checked(cursor.take(head_bytes)?)?)?;
    let (mut scratch, mut left) = (Scratch::default(), count);
    for size in sizes {
        let page = chunk::checked(cursor.take(size)?)?;
        let points = left.min(CHUNK_POINTS_MAX);
        decoder.values(page, points, &mut scratch, to)?;
        left -= points;
    }
    Some(())
}

impl Block {
    /// Reads its statistics, to see whether they can be.
    pub(crate) fn statistics_checked(&self) -> Result<(), TsdbError> {
        match self.inner {
            Inner::Old(_) => Ok(()),
            Inner::New { .. } => self.statistics().map(|_| ()),
        }
    }

    /// What its pages amount to, in the order of the index's pages; none if the block does not say.
    pub(crate) fn statistics(&self) -> Result<Option<Arc<[Statistics]>>, TsdbError> {
        let index = self.index()?;
        self.statistics_of(&index)
    }

    /// The same with the index at hand.
    pub(super) fn statistics_of(
        &self,
        index: &Index,
    ) -> Result<Option<Arc<[Statistics]>>, TsdbError> {
        if let Some(known) = index.statistics.get() {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(raw) = self.optional_section(v2::STATISTICS)? else { return Ok(None) };
        let found = decode(&raw, index.page_count());
        let found = found.ok_or_else(|| self.damage(0, "the statistics of pages make no sense"))?;
        let ordered: Arc<[Statistics]> = index.in_order(&found).into();
        Ok(Some(Arc::clone(index.statistics.get_or_init(|| ordered))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(values: &[f64]) -> Statistics {
        let mut page = Statistics::default();
        page.add_all(values);
        page
    }

    #[test]
    fn pages_are_summed_up_and_come_back() {
        let stale = f64::from_bits(series::STALE_BITS);
        let found = page(&[stale, f64::NAN, 2.0, -1.0, stale]);
        assert_eq!((found.count, found.min, found.max), (3, -1.0, 2.0));
        assert!(found.sum.is_nan());
        let none = page(&[stale]);
        assert!(none.count == 0 && none.min.is_nan() && none.max.is_nan() && none.sum == 0.0);
        let pages: Vec<Statistics> =
            (0..20_000).map(|n| page(&[f64::from(n) * 0.25, f64::from(n % 7)])).collect();
        let bytes = encode(&pages).unwrap();
        assert!(bytes.len() < 120_000, "{}", bytes.len());
        assert_eq!(decode(&bytes, 19_999), None);
        assert_eq!(decode(&bytes, 20_000), Some(pages));
        for cut in (0..bytes.len()).step_by(999) {
            assert_eq!(decode(&bytes[..cut], 20_000), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index, byte: u8,
        ) {
            let _ = decode(&bytes, 2);
            let mut broken = encode(&[page(&[1.0, 2.5]), page(&[3.0])]).unwrap();
            let at = at.index(broken.len());
            broken[at] = byte;
            let _ = decode(&broken, 2);
        }
    }
}
