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

proptest! {
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
