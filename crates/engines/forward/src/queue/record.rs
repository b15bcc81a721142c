//! Samples that were put in together, as bytes.

use std::collections::HashMap;

use ::series::{Exemplar, HistogramSample, Labels, LabelsBuilder, Point, Sample};
use wire::{
    protobuf::{Message, Part},
    remote::{HistogramMessage, snappy},
};

use super::number::{put, take, unzigzag, zigzag};
use crate::{TimeSeries, histogram_message};

/// The version that has floats alone; later ones have histograms and exemplars too.
pub(super) const FLOATS_ALONE: u8 = 1;

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
    /// How many floats, histograms and exemplars there are.
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

/// What a record is made of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'i> {
    /// A float.
    Float(&'i Sample),
    /// A native histogram.
    Histogram(&'i HistogramSample),
    /// An exemplar of a series.
    Exemplar(&'i Labels, &'i Exemplar),
}

impl<'i> Item<'i> {
    /// Which series it is of.
    pub(super) fn labels(self) -> &'i Labels {
        match self {
            Self::Float(sample) => &sample.labels,
            Self::Histogram(sample) => &sample.labels,
            Self::Exemplar(labels, _) => labels,
        }
    }
}

/// Writes items, those of a series together in their order. `None` for none.
pub(super) fn encode(at_ms: i64, items: &[Item<'_>]) -> Option<Vec<u8>> {
    let mut gathering = Gathering::default();
    for item in items {
        gathering.put(*item);
    }
    let mut plain = Vec::with_capacity(items.len() * 64);
    put(&mut plain, gathering.all.len() as u64);
    for TimeSeries { labels, points, histograms, exemplars } in &gathering.all {
        put_labels(&mut plain, labels);
        put(&mut plain, points.len() as u64);
        let mut before_ms = at_ms;
        for point in points {
            put_point(&mut plain, (point.at_ms, before_ms), point.value);
            before_ms = point.at_ms;
        }
        put(&mut plain, histograms.len() as u64);
        for histogram in histograms {
            let mut message = Message::new();
            histogram.write(&mut message);
            put(&mut plain, message.len() as u64);
            plain.extend(message.into_bytes());
        }
        put(&mut plain, exemplars.len() as u64);
        for exemplar in exemplars {
            put_labels(&mut plain, &exemplar.labels);
            put_point(&mut plain, (exemplar.at_ms, at_ms), exemplar.value);
        }
    }
    let packed = snappy::pack(&plain).ok()?;
    let (bytes, samples) = (u32::try_from(packed.len()).ok()?, u32::try_from(items.len()).ok()?);
    let mut record = Vec::with_capacity(HEAD_BYTES + packed.len());
    record.extend_from_slice(&bytes.to_le_bytes());
    record.extend_from_slice(&sum(at_ms, samples, &packed).to_le_bytes());
    record.extend_from_slice(&at_ms.to_le_bytes());
    record.extend_from_slice(&samples.to_le_bytes());
    record.extend_from_slice(&packed);
    (samples > 0).then_some(record)
}

fn put_labels(plain: &mut Vec<u8>, labels: &Labels) {
    put(plain, labels.len() as u64);
    for text in labels.iter().flat_map(|(name, value)| [name, value]) {
        put(plain, text.len() as u64);
        plain.extend_from_slice(text.as_bytes());
    }
}

fn put_point(plain: &mut Vec<u8>, (at_ms, before_ms): (i64, i64), value: f64) {
    put(plain, zigzag(at_ms.wrapping_sub(before_ms)));
    plain.extend_from_slice(&value.to_bits().to_le_bytes());
}

/// Reads what [`encode`] of that version packed; `None` when it is damaged.
pub(super) fn decode(version: u8, head: &Head, packed: &[u8]) -> Option<Vec<TimeSeries>> {
    let plain = snappy::unpack(packed, RECORD_BYTES_MAX).ok()?;
    let mut rest = plain.as_slice();
    let mut all = Vec::new();
    for _ in 0..take(&mut rest)? {
        let mut series = TimeSeries::new(labels(&mut rest)?);
        let mut before_ms = head.at_ms;
        for _ in 0..take(&mut rest)? {
            let (at_ms, value) = point(&mut rest, before_ms)?;
            series.points.push(Point { at_ms, value });
            before_ms = at_ms;
        }
        if version > FLOATS_ALONE {
            for _ in 0..take(&mut rest)? {
                let message = Part::whole(bytes(&mut rest)?);
                series.histograms.push(HistogramMessage::read(message).ok()?);
            }
            for _ in 0..take(&mut rest)? {
                let labels = labels(&mut rest)?;
                let (at_ms, value) = point(&mut rest, head.at_ms)?;
                series.exemplars.push(Exemplar { labels, at_ms, value });
            }
        }
        all.push(series);
    }
    rest.is_empty().then_some(all)
}

fn bytes<'b>(from: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = usize::try_from(take(from)?).ok()?;
    let (bytes, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(bytes)
}

fn labels(from: &mut &[u8]) -> Option<Labels> {
    let mut labels = LabelsBuilder::default();
    for _ in 0..take(from)? {
        let (name, value) = (bytes(from)?, bytes(from)?);
        labels.set(std::str::from_utf8(name).ok()?, std::str::from_utf8(value).ok()?);
    }
    Some(labels.build())
}

/// A time, told from `before_ms` on, and a value.
fn point(from: &mut &[u8], before_ms: i64) -> Option<(i64, f64)> {
    let at_ms = before_ms.wrapping_add(unzigzag(take(from)?));
    let (bits, rest) = from.split_first_chunk::<8>()?;
    *from = rest;
    Some((at_ms, f64::from_bits(u64::from_le_bytes(*bits))))
}

/// Series put together, in the order in which they were met: each once, and again where it
/// changes from floats to histograms or back.
#[derive(Debug, Default)]
pub(super) struct Gathering<'s> {
    /// Where the last part of a series lies.
    places: HashMap<&'s Labels, usize>,
    pub(super) all: Vec<TimeSeries>,
}

impl<'s> Gathering<'s> {
    fn put(&mut self, item: Item<'s>) {
        match item {
            Item::Float(Sample { labels, at_ms, value }) => {
                self.points(labels).push(Point { at_ms: *at_ms, value: *value });
            }
            Item::Histogram(HistogramSample { labels, at_ms, histogram }) => {
                self.histograms(labels).push(histogram_message(*at_ms, histogram));
            }
            Item::Exemplar(labels, exemplar) => {
                self.last(labels, |_| true).exemplars.push(exemplar.clone());
            }
        }
    }

    /// Puts a series of another record behind what there is.
    pub(super) fn put_series(&mut self, series: &'s TimeSeries) {
        let TimeSeries { labels, points, histograms, exemplars } = series;
        if !points.is_empty() {
            self.points(labels).extend_from_slice(points);
        }
        if !histograms.is_empty() {
            self.histograms(labels).extend_from_slice(histograms);
        }
        if !exemplars.is_empty() {
            self.last(labels, |_| true).exemplars.extend_from_slice(exemplars);
        }
    }

    fn points(&mut self, labels: &'s Labels) -> &mut Vec<Point> {
        &mut self.last(labels, |series| series.histograms.is_empty()).points
    }

    fn histograms(&mut self, labels: &'s Labels) -> &mut Vec<HistogramMessage> {
        &mut self.last(labels, |series| series.points.is_empty()).histograms
    }

    /// The last part of a series, if it fits, or a new one.
    fn last(&mut self, labels: &'s Labels, fits: impl Fn(&TimeSeries) -> bool) -> &mut TimeSeries {
        let next = self.all.len();
        let last = *self.places.entry(labels).or_insert(next);
        if self.all.get(last).is_some_and(fits) {
            return &mut self.all[last];
        }
        self.places.insert(labels, next);
        self.all.push(TimeSeries::new(labels.clone()));
        &mut self.all[next]
    }
}

#[cfg(test)]
mod tests {
    use ::series::{NativeHistogram, STALE_BITS};
    use proptest::prelude::*;

    use super::*;

    fn labels_of(name: &str) -> Labels {
        Labels::new(name, [("job", "砥柱")]).unwrap()
    }

    fn sample(name: &str, at_ms: i64, value: f64) -> Sample {
        Sample { labels: labels_of(name), at_ms, value }
    }

    fn histogram(name: &str, at_ms: i64) -> HistogramSample {
        HistogramSample { labels: labels_of(name), at_ms, histogram: NativeHistogram::stale() }
    }

    fn record() -> Vec<u8> {
        let samples = [sample("a", 5, 1.0), sample("b", -7, 2.0)];
        let histogram = histogram("c", 8);
        let own = Labels::from_pairs([("trace", "x")]).unwrap();
        let exemplar = Exemplar { labels: own, at_ms: 6, value: 0.5 };
        let [a, b] = samples.each_ref();
        let items = [
            Item::Float(a),
            Item::Float(b),
            Item::Histogram(&histogram),
            Item::Exemplar(&histogram.labels, &exemplar),
        ];
        encode(10, &items).unwrap()
    }

    fn read(record: &[u8]) -> Option<(Head, Vec<TimeSeries>)> {
        let (head, packed) = record.split_first_chunk::<HEAD_BYTES>()?;
        let head = Head::read(*head)?;
        head.fits(packed).then(|| decode(2, &head, packed).map(|series| (head, series)))?
    }

    #[test]
    fn samples_come_back_gathered_by_series_with_every_bit() {
        let stale = f64::from_bits(STALE_BITS);
        let samples = [sample("a", 5, 1.0), sample("b", -7, -0.0), sample("a", 4, stale)];
        let record = encode(10, &samples.each_ref().map(Item::Float)).unwrap();
        let (head, series) = read(&record).unwrap();
        assert_eq!((head.at_ms, head.samples), (10, 3));
        let point = |at_ms, value| Point { at_ms, value };
        let a = TimeSeries {
            points: vec![point(5, 1.0), point(4, stale)],
            ..TimeSeries::new(labels_of("a"))
        };
        let b = TimeSeries { points: vec![point(-7, -0.0)], ..TimeSeries::new(labels_of("b")) };
        assert_eq!(series, [a, b]);
        assert_eq!(encode(10, &[]), None);
    }

    #[test]
    fn histograms_and_exemplars_come_back_and_a_series_that_changes_is_there_again() {
        let (_, series) = read(&record()).unwrap();
        let told: Vec<[usize; 3]> = series
            .iter()
            .map(|one| [one.points.len(), one.histograms.len(), one.exemplars.len()])
            .collect();
        assert_eq!(told, [[1, 0, 0], [1, 0, 0], [0, 1, 1]]);
        assert_eq!(series[2].histograms[0].sum.to_bits(), STALE_BITS);
        let exemplar = &series[2].exemplars[0];
        assert_eq!(
            (exemplar.labels.get("trace"), exemplar.at_ms, exemplar.value),
            (Some("x"), 6, 0.5)
        );
        let (float, histogram, again) =
            (sample("a", 1, 1.0), histogram("a", 2), sample("a", 3, 1.0));
        let items = [Item::Float(&float), Item::Histogram(&histogram), Item::Float(&again)];
        let (_, series) = read(&encode(0, &items).unwrap()).unwrap();
        let told: Vec<[usize; 2]> =
            series.iter().map(|one| [one.points.len(), one.histograms.len()]).collect();
        assert_eq!(told, [[1, 0], [0, 1], [1, 0]]);
    }

    /// As version 1 was written: nothing behind the points of a series.
    #[test]
    fn records_of_the_first_version_are_read() {
        let sample = sample("a", 5, 1.5);
        let mut plain = vec![1];
        put_labels(&mut plain, &sample.labels);
        put(&mut plain, 1);
        put_point(&mut plain, (5, 10), 1.5);
        let packed = snappy::pack(&plain).unwrap();
        let head = Head { bytes: 0, sum: 0, at_ms: 10, samples: 1 };
        let series = decode(FLOATS_ALONE, &head, &packed).unwrap();
        assert_eq!(series[0].points, [Point { at_ms: 5, value: 1.5 }]);
        assert_eq!(decode(2, &head, &packed), None);
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_seen(at in any::<prop::sample::Index>(), to: u8) {
            let mut record = record();
            let at = at.index(record.len());
            prop_assume!(record[at] != to);
            record[at] = to;
            prop_assert_eq!(read(&record), None);
        }

        #[test]
        fn any_bytes_come_back(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            version in 1_u8..3,
        ) {
            let head = Head { bytes: 0, sum: 0, at_ms: 0, samples: 1 };
            if let Ok(packed) = snappy::pack(&bytes) {
                // Whatever it says: it came back.
                let _ = decode(version, &head, &packed);
            }
        }
    }
}
