//! Messages as senders make them.

use wire::protobuf::Message;

/// A series with its values.
pub(crate) type Series<'s> = (&'s [(&'s str, &'s str)], &'s [(i64, f64)]);

/// `prometheus.WriteRequest` of these series.
pub(crate) fn v1(series: &[Series<'_>]) -> Vec<u8> {
    let mut request = Message::new();
    for (labels, samples) in series {
        request.message(1, |one| {
            for (name, value) in *labels {
                one.message(1, |label| {
                    label.text(1, name).text(2, value);
                });
            }
            put_samples(one, samples);
        });
    }
    request.into_bytes()
}

/// `io.prometheus.write.v2.Request` of these series, each with help and unit.
pub(crate) fn v2(series: &[Series<'_>], help: &str) -> Vec<u8> {
    let mut symbols = vec![""];
    let mut number = |text| match symbols.iter().position(|symbol| *symbol == text) {
        Some(at) => at as u64,
        None => {
            symbols.push(text);
            symbols.len() as u64 - 1
        }
    };
    let mut body = Message::new();
    for (labels, samples) in series {
        let refs: Vec<u64> =
            labels.iter().flat_map(|(name, value)| [number(name), number(value)]).collect();
        let help = number(help);
        body.message(5, |one| {
            one.packed(1, refs);
            put_samples(one, samples);
            one.message(5, |metadata| {
                metadata.unsigned(1, 1).unsigned(3, help);
            });
        });
    }
    let mut request = Message::new();
    for symbol in &symbols {
        request.text(4, symbol);
    }
    // Fields of a message may be put one behind the other.
    [request.into_bytes(), body.into_bytes()].concat()
}

fn put_samples(one: &mut Message, samples: &[(i64, f64)]) {
    for (at_ms, value) in samples {
        one.message(2, |sample| {
            sample.double(1, *value).signed(2, *at_ms);
        });
    }
}

/// One series with native histograms of whole counts: so many observations between 1 and 2.
pub(crate) fn native(points: &[(i64, u64)], schema: i64) -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |series| {
        series.message(1, |label| {
            label.text(1, "__name__").text(2, "took");
        });
        for (at_ms, count) in points {
            series.message(4, |histogram| {
                histogram.unsigned(1, *count).double(3, 1.5 * (*count as f64));
                // Signed numbers are written by turns: 0, -1, 1, -2 …
                histogram.unsigned(4, (schema as u64) << 1);
                histogram.message(11, |span| {
                    span.unsigned(1, 2).unsigned(2, 1);
                });
                histogram.packed(12, [*count << 1]);
                histogram.signed(15, *at_ms);
            });
        }
    });
    request.into_bytes()
}
