//! Remote write as a sender writes it: the same series in message 1.0 or 2.0, to be packed.

use std::collections::HashMap;

use super::read::{Answered, put_labels, put_points};
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
    let mut request = Message::new();
    for text in symbols.texts {
        request.text(4, text);
    }
    let mut bytes = request.into_bytes();
    bytes.extend(all.into_bytes());
    bytes
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
