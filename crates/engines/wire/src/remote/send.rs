//! Remote write as a sender writes it: the same series in message 1.0 or 2.0, to be packed.

use std::collections::HashMap;

use super::{
    HistogramMessage, MetricType,
    read::{Answered, put_labels, put_points},
};
use crate::protobuf::Message;

/// Writes `prometheus.WriteRequest` (remote write 1.0).
///
/// Labels must be sorted by name, points ascending by time, and no series be there twice.
#[must_use]
pub fn request_v1<'a, L>(series: impl IntoIterator<Item = Answered<'a, L>>) -> Vec<u8>
where
    L: IntoIterator<Item = (&'a str, &'a str)>,
{
    let mut request = Message::new();
    for (labels, points) in series {
        request.message(1, |one| {
            put_labels(one, labels);
            put_points(one, points);
        });
    }
    request.into_bytes()
}

/// Writes `io.prometheus.write.v2.Request` (remote write 2.0), without metadata.
///
/// As [`request_v1`] otherwise; each text stands in the message once.
#[must_use]
pub fn request_v2<'a, L>(series: impl IntoIterator<Item = Answered<'a, L>>) -> Vec<u8>
where
    L: IntoIterator<Item = (&'a str, &'a str)>,
{
    let mut symbols = Symbols::default();
    // The specification wants the empty text to be the first.
    symbols.number("");
    let mut all = Message::new();
    for (labels, points) in series {
        let mut numbers = Vec::new();
        for (name, value) in labels {
            numbers.extend([symbols.number(name), symbols.number(value)]);
        }
        all.message(5, |one| {
            one.packed(1, numbers);
            put_points(one, points);
        });
    }
    symbols.before(all)
}

/// A series of a request with all that remote write 2.0 carries.
#[derive(Debug, Clone, Default)]
pub struct Sent<'a> {
    /// Its labels, sorted by name.
    pub labels: Vec<(&'a str, &'a str)>,
    /// Its values, ascending by time.
    pub points: &'a [(i64, f64)],
    /// Its native histograms, ascending by time.
    pub histograms: &'a [HistogramMessage],
    /// Its exemplars.
    pub exemplars: Vec<SentExemplar<'a>>,
    /// What kind its metric is.
    pub kind: MetricType,
    /// What its metric means; empty when that is not known.
    pub help: &'a str,
    /// What its metric is measured in; empty when that is not known.
    pub unit: &'a str,
}

/// A value with its labels, such as the trace it was seen in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentExemplar<'a> {
    /// Its labels.
    pub labels: Vec<(&'a str, &'a str)>,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The value.
    pub value: f64,
}

/// What is said of a metric, as remote write 1.0 says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentMetadata<'a> {
    /// The family's name.
    pub metric: &'a str,
    /// What kind it is.
    pub kind: MetricType,
    /// What it means.
    pub help: &'a str,
    /// What it is measured in.
    pub unit: &'a str,
}

/// Writes `prometheus.WriteRequest` with histograms, exemplars and, behind the series, metadata.
///
/// As [`request_v1`] otherwise. What the series themselves say of their metrics has no place in
/// this message.
#[must_use]
pub fn request_v1_whole(series: &[Sent<'_>], metadata: &[SentMetadata<'_>]) -> Vec<u8> {
    let mut request = Message::new();
    for sent in series {
        request.message(1, |one| {
            put_labels(one, sent.labels.iter().copied());
            put_points(one, sent.points);
            for exemplar in &sent.exemplars {
                one.message(3, |message| {
                    put_labels(message, exemplar.labels.iter().copied());
                    message.double(2, exemplar.value).signed(3, exemplar.at_ms);
                });
            }
            for histogram in sent.histograms {
                one.message(4, |message| histogram.write(message));
            }
        });
    }
    for said in metadata {
        request.message(3, |message| {
            message.unsigned(1, said.kind.number()).text(2, said.metric);
            message.text(4, said.help).text(5, said.unit);
        });
    }
    request.into_bytes()
}

/// Writes `io.prometheus.write.v2.Request` with histograms, exemplars and metadata.
///
/// As [`request_v2`] otherwise.
#[must_use]
pub fn request_v2_whole(series: &[Sent<'_>]) -> Vec<u8> {
    let mut symbols = Symbols::default();
    symbols.number("");
    let mut all = Message::new();
    for sent in series {
        let labels = symbols.numbers(&sent.labels);
        let exemplars: Vec<Vec<u64>> =
            sent.exemplars.iter().map(|exemplar| symbols.numbers(&exemplar.labels)).collect();
        let (help, unit) = (symbols.number(sent.help), symbols.number(sent.unit));
        all.message(5, |one| {
            one.packed(1, labels);
            put_points(one, sent.points);
            for histogram in sent.histograms {
                one.message(3, |message| histogram.write(message));
            }
            for (exemplar, labels) in sent.exemplars.iter().zip(exemplars) {
                one.message(4, |message| {
                    message.packed(1, labels).double(2, exemplar.value);
                    message.signed(3, exemplar.at_ms);
                });
            }
            one.message(5, |message| {
                message.unsigned(1, sent.kind.number()).unsigned(3, help).unsigned(4, unit);
            });
        });
    }
    symbols.before(all)
}

/// The texts of a message, each once.
#[derive(Debug, Default)]
struct Symbols<'a> {
    numbers: HashMap<&'a str, u64>,
    texts: Vec<&'a str>,
}

impl<'a> Symbols<'a> {
    fn number(&mut self, text: &'a str) -> u64 {
        let Self { numbers, texts } = self;
        *numbers.entry(text).or_insert_with(|| {
            texts.push(text);
            texts.len() as u64 - 1
        })
    }

    fn numbers(&mut self, pairs: &[(&'a str, &'a str)]) -> Vec<u64> {
        pairs.iter().flat_map(|&(name, value)| [self.number(name), self.number(value)]).collect()
    }

    /// The whole message: the texts, and behind them the series.
    fn before(self, series: Message) -> Vec<u8> {
        let mut request = Message::new();
        for text in self.texts {
            request.text(4, text);
        }
        let mut bytes = request.into_bytes();
        bytes.extend(series.into_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::remote::{write_v1, write_v2};

    type Sent = Vec<(Vec<(String, String)>, Vec<(i64, f64)>)>;

    fn borrowed(
        sent: &Sent,
    ) -> impl Iterator<Item = Answered<'_, impl Iterator<Item = (&str, &str)>>> {
        sent.iter().map(|(labels, points)| {
            (labels.iter().map(|(name, value)| (&**name, &**value)), &**points)
        })
    }

    fn owned(labels: &[(&str, &str)]) -> Vec<(String, String)> {
        labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn read_v1(bytes: &[u8]) -> Sent {
        let (mut one, mut labels, mut read) =
            (write_v1::TimeSeries::default(), Vec::new(), Sent::new());
        for item in write_v1::items(bytes) {
            let write_v1::Item::Series(part) = item.unwrap() else { panic!("metadata") };
            one.read(part).unwrap();
            one.labels(&mut labels).unwrap();
            let points = one.samples.iter().map(|sample| (sample.at_ms, sample.value));
            read.push((owned(&labels), points.collect()));
        }
        read
    }

    fn read_v2(bytes: &[u8]) -> Sent {
        let symbols = write_v2::Symbols::read(bytes).unwrap();
        let (mut one, mut labels, mut read) =
            (write_v2::TimeSeries::default(), Vec::new(), Sent::new());
        for part in write_v2::series(bytes) {
            one.read(part.unwrap()).unwrap();
            symbols.pairs(&one.label_refs, one.at(), &mut labels).unwrap();
            let points = one.samples.iter().map(|sample| (sample.at_ms, sample.value));
            read.push((owned(&labels), points.collect()));
        }
        read
    }

    /// Labels with points whose values are told by their bits.
    type Bits = Vec<(Vec<(String, String)>, Vec<(i64, u64)>)>;

    /// Compares every bit, NaN's among them.
    fn bits(sent: &Sent) -> Bits {
        let plain = |points: &[(i64, f64)]| {
            points.iter().map(|(at_ms, value)| (*at_ms, value.to_bits())).collect()
        };
        sent.iter().map(|(labels, points)| (labels.clone(), plain(points))).collect()
    }

    #[test]
    fn both_messages_say_the_same_and_the_second_says_each_text_once() {
        let series = |instance: &str| {
            let labels = owned(&[("__name__", "up"), ("instance", instance), ("job", "node")]);
            (labels, vec![(1_000, 1.0), (2_000, f64::from_bits(0x7ff0_0000_0000_0002))])
        };
        let sent = vec![series("a"), series("b")];
        let (v1, v2) = (request_v1(borrowed(&sent)), request_v2(borrowed(&sent)));
        assert_eq!(bits(&read_v1(&v1)), bits(&sent));
        assert_eq!(bits(&read_v2(&v2)), bits(&sent));
        assert_eq!(v2.windows(8).filter(|bytes| bytes == b"instance").count(), 1);
        assert!(v2.starts_with(&[0x22, 0x00]), "the empty text is the first");
    }

    #[test]
    fn everything_that_version_2_carries_is_read_back() {
        let histogram = HistogramMessage { at_ms: 3, sum: 2.5, ..HistogramMessage::default() };
        let (points, histograms) = ([(1, 2.0)], [histogram]);
        let exemplar = SentExemplar { labels: vec![("trace", "a")], at_ms: 2, value: 0.5 };
        let sent = super::Sent {
            labels: vec![("__name__", "a_total")],
            points: &points,
            histograms: &histograms,
            exemplars: vec![exemplar],
            kind: MetricType::Counter,
            help: "How many.",
            unit: "",
        };
        let bytes = request_v2_whole(&[sent]);
        let symbols = write_v2::Symbols::read(&bytes).unwrap();
        let (mut one, mut labels) = (write_v2::TimeSeries::default(), Vec::new());
        one.read(write_v2::series(&bytes).next().unwrap().unwrap()).unwrap();
        symbols.pairs(&one.label_refs, 0, &mut labels).unwrap();
        assert_eq!(labels, [("__name__", "a_total")]);
        assert_eq!((one.samples[0].at_ms, one.samples[0].value), (1, 2.0));
        assert_eq!(HistogramMessage::read(one.histograms[0]).unwrap(), histograms[0]);
        let read = write_v2::Exemplar::read(one.exemplars[0]).unwrap();
        assert_eq!((read.at_ms, read.value), (2, 0.5));
        symbols.pairs(&read.label_refs, 0, &mut labels).unwrap();
        assert_eq!(labels, [("trace", "a")]);
        assert_eq!(one.metadata.kind, MetricType::Counter);
        assert_eq!(symbols.text(one.metadata.help_ref, 0), Ok("How many."));
        assert_eq!(symbols.text(one.metadata.unit_ref, 0), Ok(""));
    }

    #[test]
    fn everything_that_version_1_carries_is_read_back() {
        let histogram = HistogramMessage { at_ms: 3, sum: 2.5, ..HistogramMessage::default() };
        let (points, histograms) = ([(1, 2.0)], [histogram]);
        let sent = super::Sent {
            labels: vec![("__name__", "a_total")],
            points: &points,
            histograms: &histograms,
            exemplars: vec![SentExemplar { labels: vec![("trace", "a")], at_ms: 2, value: 0.5 }],
            ..super::Sent::default()
        };
        let (kind, help, unit) = (MetricType::Counter, "How many.", "");
        let said = SentMetadata { metric: "a_total", kind, help, unit };
        let bytes = request_v1_whole(&[sent], &[said]);
        let items: Vec<_> = write_v1::items(&bytes).map(Result::unwrap).collect();
        let [write_v1::Item::Series(series), write_v1::Item::Metadata(metadata)] = items[..] else {
            panic!("{items:?}")
        };
        let (mut one, mut labels) = (write_v1::TimeSeries::default(), Vec::new());
        one.read(series).unwrap();
        one.labels(&mut labels).unwrap();
        assert_eq!(labels, [("__name__", "a_total")]);
        assert_eq!((one.samples[0].at_ms, one.samples[0].value), (1, 2.0));
        assert_eq!(HistogramMessage::read(one.histograms[0]).unwrap(), histograms[0]);
        let read = write_v1::Exemplar::read(one.exemplars[0]).unwrap();
        assert_eq!(read, write_v1::Exemplar { labels: vec![("trace", "a")], at_ms: 2, value: 0.5 });
        let read = write_v1::Metadata::read(metadata).unwrap();
        assert_eq!(read, write_v1::Metadata { metric: "a_total", kind, help, unit });
        assert_eq!(MetricType::named("counter"), MetricType::Counter);
        assert_eq!(MetricType::named("stateset"), MetricType::StateSet);
        assert_eq!(MetricType::named("thing"), MetricType::Unknown);
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_back(
            sent in prop::collection::vec(
                (
                    prop::collection::vec(("[a-z]{1,5}", "\\PC{0,8}"), 1..5),
                    prop::collection::vec((any::<i64>(), any::<u64>()), 0..5),
                ),
                0..6,
            )
        ) {
            let sent: Sent = sent
                .into_iter()
                .map(|(labels, points)| {
                    let point = |(at_ms, bits)| (at_ms, f64::from_bits(bits));
                    (labels, points.into_iter().map(point).collect())
                })
                .collect();
            prop_assert_eq!(bits(&read_v1(&request_v1(borrowed(&sent)))), bits(&sent));
            prop_assert_eq!(bits(&read_v2(&request_v2(borrowed(&sent)))), bits(&sent));
        }
    }
}
