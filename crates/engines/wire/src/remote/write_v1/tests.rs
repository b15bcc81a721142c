use proptest::prelude::*;

use super::*;
use crate::{
    protobuf::Message,
    remote::{Count, HistogramMessage, Side},
};

/// A request with everything that there is.
fn request() -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |series| {
        for (name, value) in [("__name__", "up"), ("job", "砥柱")] {
            series.message(1, |label| {
                label.text(1, name).text(2, value);
            });
        }
        series.message(2, |sample| {
            sample.double(1, 1.5).signed(2, 1_700_000_000_000);
        });
        series.message(2, |sample| {
            sample.double(1, f64::NAN).signed(2, -5);
        });
        series.message(3, |exemplar| {
            exemplar.message(1, |label| {
                label.text(1, "trace_id").text(2, "abc");
            });
            exemplar.double(2, 0.25).signed(3, 7);
        });
        series.message(4, |histogram| {
            histogram
                .unsigned(1, 6)
                .double(3, 18.4)
                .zigzag(4, -1)
                .double(5, 0.001)
                .unsigned(6, 2)
                .message(11, |span| {
                    span.zigzag(1, -2).unsigned(2, 2);
                })
                .packed(12, [2, 1])
                .unsigned(14, 3)
                .signed(15, 99);
        });
    });
    request.message(3, |metadata| {
        metadata.unsigned(1, 1).text(2, "up").text(4, "Whether it is up.").text(5, "");
    });
    request.into_bytes()
}

fn read_all(bytes: &[u8]) -> Result<usize, ProtobufFault> {
    let (mut series, mut labels, mut read) = (TimeSeries::default(), Vec::new(), 0);
    for item in items(bytes) {
        match item? {
            Item::Metadata(part) => {
                Metadata::read(part)?;
            }
            Item::Series(part) => {
                series.read(part)?;
                series.labels(&mut labels)?;
                for part in &series.exemplars {
                    Exemplar::read(*part)?;
                }
                for part in &series.histograms {
                    HistogramMessage::read(*part)?;
                }
                read += labels.len() + series.samples.len();
            }
        }
    }
    Ok(read)
}

#[test]
fn everything_in_a_request_is_read() {
    let bytes = request();
    let items: Vec<Item<'_>> = items(&bytes).map(Result::unwrap).collect();
    let [Item::Series(part), Item::Metadata(metadata)] = items[..] else { panic!("{items:?}") };
    let (mut series, mut labels) = (TimeSeries::default(), Vec::new());
    series.read(part).unwrap();
    series.labels(&mut labels).unwrap();
    assert_eq!(labels, [("__name__", "up"), ("job", "砥柱")]);
    assert!(series.label_bytes().starts_with(&[0x0a]));
    assert_eq!(series.label_bytes().len(), 2 + 14 + 2 + 13);
    assert_eq!(series.samples[0], SampleMessage { at_ms: 1_700_000_000_000, value: 1.5 });
    assert!(series.samples[1].value.is_nan() && series.samples[1].at_ms == -5);
    let exemplar = Exemplar::read(series.exemplars[0]).unwrap();
    let expected = Exemplar { labels: vec![("trace_id", "abc")], at_ms: 7, value: 0.25 };
    assert_eq!(exemplar, expected);
    let histogram = HistogramMessage::read(series.histograms[0]).unwrap();
    let positive = Side { spans: vec![(-2, 2)], deltas: vec![1, -1], counts: vec![] };
    let expected = HistogramMessage {
        at_ms: 99,
        count: Count::Whole(6),
        sum: 18.4,
        schema: -1,
        zero_threshold: 0.001,
        zero_count: Count::Whole(2),
        positive,
        reset_hint: 3,
        ..HistogramMessage::default()
    };
    assert_eq!(histogram, expected);
    let metadata = Metadata::read(metadata).unwrap();
    assert_eq!((metadata.metric, metadata.kind.word()), ("up", "counter"));
    assert_eq!(metadata.help, "Whether it is up.");
}

#[test]
fn a_request_that_is_cut_anywhere_is_an_error_or_the_series_before_it() {
    let bytes = request();
    let whole = read_all(&bytes).unwrap();
    let mut good = 0;
    for end in 0..bytes.len() {
        match read_all(&bytes[..end]) {
            Err(fault) => assert!(fault.at <= end, "{fault}"),
            // Cut between two items.
            Ok(read) => {
                assert!(read == 0 || read == whole);
                good += 1;
            }
        }
    }
    assert_eq!(good, 2);
}

/// Where the labels lie and what the samples are, field by field.
fn read_slowly(part: Part<'_>) -> (usize, usize, Vec<(u64, i64)>) {
    let fields: Vec<_> = part.fields().map(Result::unwrap).collect();
    let labels = || fields.iter().filter(|field| field.number == 1);
    let samples = fields.iter().filter(|field| field.number == 2).map(|field| {
        let (mut bits, mut at_ms) = (0, 0);
        for field in field.part().unwrap().fields().map(Result::unwrap) {
            match field.number {
                1 => bits = field.fixed64().unwrap(),
                _ => at_ms = field.signed().unwrap(),
            }
        }
        (bits, at_ms)
    });
    let from = labels().next().map_or(part.at(), |field| field.at);
    let to = labels().next_back().map_or(part.at(), |field| field.part().unwrap().end());
    (from, to, samples.collect())
}

fn field() -> impl Strategy<Value = Message> {
    let label = (0_usize..200, 0_usize..5).prop_map(|(long, short)| {
        let mut field = Message::new();
        field.message(1, |label| {
            label.text(1, &"n".repeat(short)).text(2, &"v".repeat(long));
        });
        field
    });
    let sample = (any::<f64>(), any::<i64>(), 0_u32..64, any::<bool>());
    let sample = sample.prop_map(|(value, at_ms, shift, turned)| {
        let (at_ms, mut field) = (at_ms >> shift, Message::new());
        field.message(2, |sample| {
            match turned {
                true => sample.signed(2, at_ms).double(1, value),
                false => sample.double(1, value).signed(2, at_ms),
            };
        });
        field
    });
    prop_oneof![3 => label, 2 => sample]
}

proptest! {
    #[test]
    fn what_is_usual_is_read_like_what_is_not(fields in prop::collection::vec(field(), 0..12)) {
        let bytes: Vec<u8> = fields.into_iter().flat_map(Message::into_bytes).collect();
        let part = Part::whole(&bytes);
        let mut series = TimeSeries::default();
        series.read(part).unwrap();
        let (from, to, samples) = read_slowly(part);
        prop_assert_eq!(series.label_bytes(), &bytes[from..to]);
        let read = series.samples.iter().map(|sample| (sample.value.to_bits(), sample.at_ms));
        prop_assert_eq!(read.collect::<Vec<_>>(), samples);
    }

    #[test]
    fn a_byte_that_was_changed_never_makes_it_panic(at in any::<prop::sample::Index>(), to: u8) {
        let mut bytes = request();
        let at = at.index(bytes.len());
        bytes[at] = to;
        // Whatever it says: it came back.
        let _ = read_all(&bytes);
    }

    #[test]
    fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(read) = read_all(&bytes) {
            prop_assert!(read <= bytes.len());
        }
    }
}
