use proptest::prelude::*;

use super::*;
use crate::{protobuf::Message, remote::HistogramMessage};

/// A request with everything that there is.
fn request() -> Vec<u8> {
    let mut request = Message::new();
    for symbol in ["", "__name__", "up", "job", "砥柱", "Whether it is up."] {
        request.text(4, symbol);
    }
    request.message(5, |series| {
        series.packed(1, [1, 2, 3, 4]);
        series.message(2, |sample| {
            sample.double(1, 1.0).signed(2, 1_000);
        });
        series.message(3, |histogram| {
            histogram.double(2, 1.0).double(7, 1.0).signed(15, 5);
        });
        series.message(4, |exemplar| {
            exemplar.packed(1, [3, 4]).double(2, 3.0).signed(3, 9);
        });
        series.message(5, |metadata| {
            metadata.unsigned(1, 2).unsigned(3, 5).unsigned(4, 0);
        });
        series.signed(6, 77);
    });
    request.into_bytes()
}

fn read_all(bytes: &[u8]) -> Result<usize, ProtobufFault> {
    let symbols = Symbols::read(bytes)?;
    let (mut one, mut labels, mut read) = (TimeSeries::default(), Vec::new(), 0);
    for part in series(bytes) {
        one.read(part?)?;
        symbols.pairs(&one.label_refs, one.at(), &mut labels)?;
        for part in &one.exemplars {
            Exemplar::read(*part)?;
        }
        for part in &one.histograms {
            HistogramMessage::read(*part)?;
        }
        read += labels.len() + one.samples.len();
    }
    Ok(read)
}

#[test]
fn everything_in_a_request_is_read() {
    let bytes = request();
    let symbols = Symbols::read(&bytes).unwrap();
    let (mut one, mut labels) = (TimeSeries::default(), Vec::new());
    let parts: Vec<Part<'_>> = series(&bytes).map(Result::unwrap).collect();
    assert_eq!(parts.len(), 1);
    one.read(parts[0]).unwrap();
    symbols.pairs(&one.label_refs, one.at(), &mut labels).unwrap();
    assert_eq!(labels, [("__name__", "up"), ("job", "砥柱")]);
    assert_eq!(one.samples, [SampleMessage { at_ms: 1_000, value: 1.0 }]);
    assert_eq!((one.created_ms, one.metadata.kind.word()), (77, "gauge"));
    assert_eq!(symbols.text(one.metadata.help_ref, 0), Ok("Whether it is up."));
    assert_eq!(Exemplar::read(one.exemplars[0]).unwrap().label_refs, [3, 4]);
    assert_eq!(HistogramMessage::read(one.histograms[0]).unwrap().at_ms, 5);
}

#[test]
fn references_without_a_symbol_or_a_pair_are_named() {
    for (refs, what) in [
        (vec![1, 2, 3], "a label name without a value"),
        (vec![1, 99], "a reference to a symbol that is not there"),
        (vec![1, 1 << 40], "a reference to a symbol that is not there"),
    ] {
        let mut request = Message::new();
        request.text(4, "").text(4, "__name__").text(4, "up").text(4, "job");
        request.message(5, |series| {
            series.packed(1, refs);
        });
        assert_eq!(read_all(&request.into_bytes()).unwrap_err().what, what);
    }
}

#[test]
fn a_request_that_is_cut_anywhere_is_an_error_or_what_stands_before_it() {
    let bytes = request();
    let whole = read_all(&bytes).unwrap();
    for end in 0..bytes.len() {
        match read_all(&bytes[..end]) {
            Err(fault) => assert!(fault.at <= end, "{fault}"),
            Ok(read) => assert!(read == 0 || read == whole),
        }
    }
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
}
