//! Samples that were put in together, as bytes.

use std::collections::HashMap;

use ::series::{Labels, LabelsBuilder, Point, Sample, Series};
use wire::remote::snappy;

use super::number::{put, take, unzigzag, zigzag};

/// Bytes before what is packed: length, CRC-32, time, number of samples.
pub(super) const HEAD_BYTES: usize = 20;
/// Most bytes of a record, packed or not: 10,000 samples with the longest labels there are need
/// less, and anything longer is damage.
const RECORD_BYTES_MAX: usize = 512 << 20;

/// What stands before the packed samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Bytes of the packed samples.
    pub(super) bytes: u32,
    /// Of everything behind it.
    pub(super) sum: u32,
    /// When they were put in.
    pub(super) at_ms: i64,
    /// How many samples there are.
    pub(super) samples: u32,
}

impl Head {
    /// Reads a head; `None` when it cannot be one.
    pub(super) fn read(bytes: [u8; HEAD_BYTES]) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i @ .., m, n, o, p] = bytes;
        let head = Self {
            bytes: u32::from_le_bytes([a, b, c, d]),
            sum: u32::from_le_bytes([e, f, g, h]),
            at_ms: i64::from_le_bytes(i),
            samples: u32::from_le_bytes([m, n, o, p]),
        };
        (head.samples > 0 && (1..=RECORD_BYTES_MAX).contains(&(head.bytes as usize)))
            .then_some(head)
    }

    /// Tells whether `packed` is what was written.
    pub(super) fn fits(&self, packed: &[u8]) -> bool {
        packed.len() == self.bytes as usize && sum(self.at_ms, self.samples, packed) == self.sum
    }
}

fn sum(at_ms: i64, samples: u32, packed: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&at_ms.to_le_bytes());
    hasher.update(&samples.to_le_bytes());
    hasher.update(packed);
    hasher.finalize()
}

/// Writes samples, each series once, its points in their order. `None` for no samples.
pub(super) fn encode(at_ms: i64, samples: &[&Sample]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(samples.len() * 64);
    let series = gathered(
        samples
            .iter()
            .map(|sample| (&sample.labels, Point { at_ms: sample.at_ms, value: sample.value })),
    );
    put(&mut plain, series.len() as u64);
    for Series { labels, points } in &series {
        put(&mut plain, labels.len() as u64);
        for text in labels.iter().flat_map(|(name, value)| [name, value]) {
            put(&mut plain, text.len() as u64);
            plain.extend_from_slice(text.as_bytes());
        }
        put(&mut plain, points.len() as u64);
        let mut before_ms = at_ms;
        for point in points {
            put(&mut plain, zigzag(point.at_ms.wrapping_sub(before_ms)));
            plain.extend_from_slice(&point.value.to_bits().to_le_bytes());
            before_ms = point.at_ms;
        }
    }
    let packed = snappy::pack(&plain).ok()?;
    let (bytes, samples) = (u32::try_from(packed.len()).ok()?, u32::try_from(samples.len()).ok()?);
    let mut record = Vec::with_capacity(HEAD_BYTES + packed.len());
    record.extend_from_slice(&bytes.to_le_bytes());
    record.extend_from_slice(&sum(at_ms, samples, &packed).to_le_bytes());
    record.extend_from_slice(&at_ms.to_le_bytes());
    record.extend_from_slice(&samples.to_le_bytes());
    record.extend_from_slice(&packed);
    (samples > 0).then_some(record)
}

/// Reads what [`encode`] packed; `None` when it is damaged.
pub(super) fn decode(head: &Head, packed: &[u8]) -> Option<Vec<Series>> {
    let plain = snappy::unpack(packed, RECORD_BYTES_MAX).ok()?;
    let mut rest = plain.as_slice();
    let mut all = Vec::new();
    for _ in 0..take(&mut rest)? {
        let mut labels = LabelsBuilder::default();
        for _ in 0..take(&mut rest)? {
            let (name, value) = (text(&mut rest)?, text(&mut rest)?);
            labels.set(name, value);
        }
        let (mut points, mut before_ms) = (Vec::new(), head.at_ms);
        for _ in 0..take(&mut rest)? {
            let at_ms = before_ms.wrapping_add(unzigzag(take(&mut rest)?));
            let (bits, after) = rest.split_first_chunk::<8>()?;
            rest = after;
            points.push(Point { at_ms, value: f64::from_bits(u64::from_le_bytes(*bits)) });
            before_ms = at_ms;
        }
        all.push(Series { labels: labels.build(), points });
    }
    rest.is_empty().then_some(all)
}

fn text<'b>(bytes: &mut &'b [u8]) -> Option<&'b str> {
    let length = usize::try_from(take(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

/// Each series once, in the order in which they were met.
pub(super) fn gathered<'s>(points: impl Iterator<Item = (&'s Labels, Point)>) -> Vec<Series> {
    let mut places: HashMap<&Labels, usize> = HashMap::new();
    let mut all: Vec<Series> = Vec::new();
    for (labels, point) in points {
        let at = *places.entry(labels).or_insert_with(|| {
            all.push(Series { labels: labels.clone(), points: Vec::new() });
            all.len() - 1
        });
        all[at].points.push(point);
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(name: &str, at_ms: i64, value: f64) -> Sample {
        Sample { labels: Labels::new(name, [("job", "砥柱")]).unwrap(), at_ms, value }
    }

    fn read(record: &[u8]) -> Option<(Head, Vec<Series>)> {
        let (head, packed) = record.split_first_chunk::<HEAD_BYTES>()?;
        let head = Head::read(*head)?;
        head.fits(packed).then(|| decode(&head, packed).map(|series| (head, series)))?
    }

    #[test]
    fn samples_come_back_gathered_by_series_with_every_bit() {
        let stale = f64::from_bits(::series::STALE_BITS);
        let samples = [sample("a", 5, 1.0), sample("b", -7, -0.0), sample("a", 4, stale)];
        let record = encode(10, &samples.each_ref()).unwrap();
        let (head, series) = read(&record).unwrap();
        assert_eq!((head.at_ms, head.samples), (10, 3));
        let point = |at_ms, value| Point { at_ms, value };
        let a = Series {
            labels: samples[0].labels.clone(),
            points: vec![point(5, 1.0), point(4, stale)],
        };
        let b = Series { labels: samples[1].labels.clone(), points: vec![point(-7, -0.0)] };
        assert_eq!(series, [a, b]);
        assert_eq!(encode(10, &[]), None);
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_seen(at in any::<prop::sample::Index>(), to: u8) {
            let samples = [sample("a", 5, 1.0), sample("b", -7, 2.0)];
            let mut record = encode(10, &samples.each_ref()).unwrap();
            let at = at.index(record.len());
            prop_assume!(record[at] != to);
            record[at] = to;
            prop_assert_eq!(read(&record), None);
        }

        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let head = Head { bytes: 0, sum: 0, at_ms: 0, samples: 1 };
            if let Ok(packed) = snappy::pack(&bytes) {
                // Whatever it says: it came back.
                let _ = decode(&head, &packed);
            }
        }
    }
}
