//! Remote write 1.0 and 2.0, remote read, OTLP, snappy.

use proptest::prelude::*;
use wire::{
    otlp::{
        ExponentialPoint, HistogramPoint, Metric, MetricKind, NumberPoint, ResourceMetrics,
        SummaryPoint, json, resources,
    },
    protobuf::{Message, Part, ProtobufFault},
    remote::{
        Count, HistogramMessage, MetricType, Side, ask,
        read::{Comparison, MatcherMessage, Query, ReadRequest, ReadResponse},
        send::{self, Sent, SentExemplar},
        snappy, write_v1, write_v2,
    },
};

use crate::{cases, change, changed, changes, read_within};

/// A point of each number in each version.
type Found = Vec<(Vec<(String, String)>, Vec<(i64, u64)>)>;

fn histogram(count: Count) -> HistogramMessage {
    let (deltas, counts) = match count {
        Count::Whole(_) => (vec![2, -1, 3], Vec::new()),
        Count::Float(_) => (Vec::new(), vec![2.0, 1.5, 4.0]),
    };
    HistogramMessage {
        at_ms: 1_700_000_000_000,
        count,
        sum: 18.4,
        schema: 3,
        zero_threshold: 0.001,
        zero_count: count,
        negative: Side::default(),
        positive: Side { spans: vec![(-2, 2), (3, 1)], deltas, counts },
        reset_hint: 2,
        custom_values: vec![0.5, 1.0],
    }
}

const POINTS: [(i64, f64); 3] = [(1_000, 1.5), (2_000, -0.0), (3_000, f64::NAN)];
const LABELS: [(&str, &str); 3] = [("__name__", "up"), ("job", "砥柱"), ("zone", "east")];
const OTHERS: [(&str, &str); 1] = [("__name__", "down")];

fn request_v1() -> Vec<u8> {
    let series = [(&LABELS[..], &POINTS[..]), (&OTHERS[..], &POINTS[..1])];
    let mut bytes =
        send::request_v1(series.map(|(labels, points)| (labels.iter().copied(), points)));
    let mut more = Message::new();
    more.message(1, |series| {
        series.message(1, |label| {
            label.text(1, "__name__").text(2, "h");
        });
        series.message(3, |exemplar| {
            exemplar.message(1, |label| {
                label.text(1, "trace_id").text(2, "abc");
            });
            exemplar.double(2, 0.25).signed(3, 7);
        });
        series.message(4, |message| histogram(Count::Whole(6)).write(message));
        series.message(4, |message| histogram(Count::Float(6.5)).write(message));
    });
    more.message(3, |metadata| {
        metadata.unsigned(1, 1).text(2, "up").text(4, "Whether it is up.").text(5, "");
    });
    bytes.extend(more.into_bytes());
    bytes
}

fn request_v2() -> Vec<u8> {
    let histograms = [histogram(Count::Whole(6)), histogram(Count::Float(6.5))];
    let exemplar = SentExemplar { labels: vec![("trace_id", "abc")], at_ms: 7, value: 0.25 };
    send::request_v2_whole(&[
        Sent {
            labels: LABELS.to_vec(),
            points: &POINTS,
            exemplars: vec![exemplar],
            kind: MetricType::Gauge,
            help: "Whether it is up.",
            ..Sent::default()
        },
        Sent { labels: OTHERS.to_vec(), histograms: &histograms, ..Sent::default() },
    ])
}

/// Reads everything of a request of version 1; of its series what both versions have.
fn read_v1(bytes: &[u8]) -> Result<Found, ProtobufFault> {
    let (mut one, mut labels, mut found) = (write_v1::TimeSeries::default(), Vec::new(), vec![]);
    for item in write_v1::items(bytes) {
        match item? {
            write_v1::Item::Metadata(part) => drop(write_v1::Metadata::read(part)?.help),
            write_v1::Item::Series(part) => {
                one.read(part)?;
                one.labels(&mut labels)?;
                for part in &one.exemplars {
                    write_v1::Exemplar::read(*part)?;
                }
                for part in &one.histograms {
                    HistogramMessage::read(*part)?;
                }
                let points = one.samples.iter().map(|one| (one.at_ms, one.value.to_bits()));
                found.push((owned(&labels), points.collect()));
            }
        }
    }
    Ok(found)
}

fn read_v2(bytes: &[u8]) -> Result<Found, ProtobufFault> {
    let symbols = write_v2::Symbols::read(bytes)?;
    let (mut one, mut labels, mut found) = (write_v2::TimeSeries::default(), Vec::new(), vec![]);
    for part in write_v2::series(bytes) {
        one.read(part?)?;
        for part in &one.exemplars {
            let exemplar = write_v2::Exemplar::read(*part)?;
            symbols.pairs(&exemplar.label_refs, 0, &mut labels)?;
        }
        for part in &one.histograms {
            HistogramMessage::read(*part)?;
        }
        symbols.text(one.metadata.help_ref, one.at())?;
        symbols.text(one.metadata.unit_ref, one.at())?;
        symbols.pairs(&one.label_refs, one.at(), &mut labels)?;
        let points = one.samples.iter().map(|one| (one.at_ms, one.value.to_bits()));
        found.push((owned(&labels), points.collect()));
    }
    Ok(found)
}

/// Short ones are copied; texts that a symbol makes long many times over are the caller's to limit.
fn owned(labels: &[(&str, &str)]) -> Vec<(String, String)> {
    let cut = |text: &str| text.chars().take(40).collect::<String>();
    labels.iter().map(|(name, value)| (cut(name), cut(value))).collect()
}

fn asked() -> Vec<u8> {
    let matcher = |comparison, name, value| MatcherMessage { comparison, name, value };
    let matchers = vec![
        matcher(Comparison::Equal, "__name__", "up"),
        matcher(Comparison::NotRegex, "job", "a|b"),
    ];
    ask::request(&Query { from_ms: -5, to_ms: 1_700_000_000_000, matchers })
}

fn answered() -> Vec<u8> {
    let mut response = ReadResponse::default();
    response.result([(LABELS, &POINTS[..]), (LABELS, &POINTS[..1])]);
    response.into_bytes()
}

fn attribute(message: &mut Message, number: u32, name: &str, fill: impl FnOnce(&mut Message)) {
    message.message(number, |pair| {
        pair.text(1, name).message(2, fill);
    });
}

fn text(message: &mut Message, number: u32, name: &str, value: &str) {
    attribute(message, number, name, |any| {
        any.text(1, value);
    });
}

/// A request with a point of each kind and attributes of all kinds.
fn request_otlp() -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |resource| {
        resource.message(1, |resource| {
            text(resource, 1, "service.name", "shop");
            attribute(resource, 1, "list", |any| {
                any.message(5, |list| {
                    list.message(1, |any| {
                        any.double(4, 0.5);
                    });
                    list.message(1, |any| {
                        any.bytes(7, b"ab");
                    });
                });
            });
            attribute(resource, 1, "map", |any| {
                any.message(6, |map| text(map, 1, "a", "b"));
            });
        });
        resource.message(2, |scope| {
            scope.message(2, |metric| {
                metric.text(1, "http.requests").text(2, "Requests.").text(3, "1");
                metric.message(7, |sum| {
                    sum.message(1, |point| {
                        text(point, 7, "method", "GET");
                        point.fixed64(3, 5_000_000).fixed64(6, 7).unsigned(8, 0);
                    });
                    sum.unsigned(2, 2).unsigned(3, 1);
                });
            });
            scope.message(2, histogram_metric);
            scope.message(2, exponential_metric);
            scope.message(2, |metric| {
                metric.text(1, "sum").message(11, |summary| {
                    summary.message(1, |point| {
                        point.fixed64(4, 3).double(5, 2.0).unsigned(8, 1).message(6, |quantile| {
                            quantile.double(1, 0.5).double(2, 7.0);
                        });
                    });
                });
            });
        });
    });
    request.into_bytes()
}

fn histogram_metric(metric: &mut Message) {
    metric.text(1, "took").message(9, |histogram| {
        histogram.message(1, |point| {
            point.fixed64(3, 9).fixed64(4, 3).double(5, 1.5);
            point.bytes(6, &[2_u64, 1].map(u64::to_le_bytes).concat());
            point.doubles(7, &[0.5]);
        });
    });
}

fn exponential_metric(metric: &mut Message) {
    metric.text(1, "exp").message(10, |histogram| {
        histogram.message(1, |point| {
            point.fixed64(4, 3).zigzag(6, -1).fixed64(7, 1).message(8, |buckets| {
                buckets.zigzag(1, -2).packed(2, [1, 1]);
            });
        });
    });
}

/// A point of each kind, an exemplar and attributes, with words that other programs write.
const OTLP_JSON: &[u8] = br#"{"resourceMetrics":[{"resource":{"attributes":[
{"key":"service.name","value":{"stringValue":"sh\u00f6p"}},{"key":"list","value":{"arrayValue":
{"values":[{"doubleValue":0.5},{"bytesValue":"YWI="},{"kvlistValue":{"values":[{"key":"a","value":
{"boolValue":true}}]}}]}}}]},"scopeMetrics":[{"scope":{"name":"x"},"metrics":[{"name":"r","sum":
{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"startTimeUnixNano":"1",
"timeUnixNano":"1800000000000000001","asInt":"-7","exemplars":[{"timeUnixNano":5,"asDouble":1e-3,
"spanId":"00F1","traceId":"5b8efff798038103d269b633813fc60c","filteredAttributes":[]}]}]}},
{"name":"t","histogram":{"dataPoints":[{"count":"3","sum":1.5,"bucketCounts":["2",1],
"explicitBounds":[0.5]}]}},{"name":"e","exponentialHistogram":{"dataPoints":[{"count":3,"scale":-1,
"zeroCount":"1","positive":{"offset":-2,"bucketCounts":["1",1]},"negative":null}]}},
{"name":"s","summary":{"dataPoints":[{"count":3,"sum":"NaN","flags":1,
"quantileValues":[{"quantile":0.5,"value":7}]}]}}]}]}]}"#;

fn read_otlp_json(text: &[u8]) -> Option<usize> {
    read_otlp(&json::message(text).ok()?).ok()
}

fn read_otlp(bytes: &[u8]) -> Result<usize, ProtobufFault> {
    let mut points = 0;
    for part in resources(bytes) {
        for metric in ResourceMetrics::read(part?)?.metrics {
            let metric = Metric::read(metric)?;
            for part in &metric.points {
                match metric.kind {
                    Some(MetricKind::Gauge | MetricKind::Sum) => drop(NumberPoint::read(*part)?),
                    Some(MetricKind::Histogram) => drop(HistogramPoint::read(*part)?),
                    Some(MetricKind::ExponentialHistogram) => drop(ExponentialPoint::read(*part)?),
                    Some(MetricKind::Summary) => drop(SummaryPoint::read(*part)?),
                    None => {}
                }
                points += 1;
            }
        }
    }
    Ok(points)
}

#[test]
fn the_seeds_are_whole() {
    assert_eq!(read_v1(&request_v1()).unwrap().len(), 3);
    assert_eq!(read_v2(&request_v2()).unwrap().len(), 2);
    assert_eq!(read_otlp(&request_otlp()).unwrap(), 4);
    assert_eq!(read_otlp_json(OTLP_JSON), Some(4));
    assert_eq!(ReadRequest::read(&asked()).unwrap().queries.len(), 1);
    assert_eq!(ask::response(&answered()).unwrap().len(), 2);
}

/// What is read of a message, sent in that version once more, is read as the same.
fn comes_back(found: &Found, version: u8) -> Result<(), TestCaseError> {
    let points: Vec<Vec<(i64, f64)>> = found
        .iter()
        .map(|(_, points)| points.iter().map(|(at, bits)| (*at, f64::from_bits(*bits))).collect())
        .collect();
    let series = found.iter().zip(&points).map(|((labels, _), points)| {
        let labels = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        (labels, points.as_slice())
    });
    let again = match version {
        1 => read_v1(&send::request_v1(series)),
        _ => read_v2(&send::request_v2(series)),
    };
    prop_assert_eq!(again.as_ref(), Ok(found));
    Ok(())
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn remote_write_1(changes in changes()) {
        let bytes = changed(request_v1(), &changes);
        if let Ok(found) = read_v1(&bytes) {
            comes_back(&found, 1)?;
        }
        read_within(bytes.len(), || read_v1(&bytes))?;
    }

    #[test]
    fn remote_write_2(changes in changes()) {
        let bytes = changed(request_v2(), &changes);
        if let Ok(found) = read_v2(&bytes) {
            comes_back(&found, 2)?;
        }
        read_within(bytes.len(), || read_v2(&bytes))?;
    }

    #[test]
    fn native_histograms(float: bool, changes in changes()) {
        let count = if float { Count::Float(6.5) } else { Count::Whole(6) };
        let mut message = Message::new();
        histogram(count).write(&mut message);
        let bytes = changed(message.into_bytes(), &changes);
        if let Ok(read) = HistogramMessage::read(Part::whole(&bytes)) {
            let mut message = Message::new();
            read.write(&mut message);
            let again = message.into_bytes();
            let again = HistogramMessage::read(Part::whole(&again));
            // As text: numbers that are none are equal there.
            prop_assert_eq!(format!("{:?}", again), format!("{:?}", Ok::<_, ()>(read)));
        }
        read_within(bytes.len(), || HistogramMessage::read(Part::whole(&bytes)))?;
    }

    #[test]
    fn remote_read(changes in changes()) {
        let bytes = changed(asked(), &changes);
        read_within(bytes.len(), || ReadRequest::read(&bytes))?;
        let bytes = changed(answered(), &changes);
        read_within(bytes.len(), || ask::response(&bytes))?;
    }

    #[test]
    fn open_telemetry(changes in changes()) {
        let bytes = changed(request_otlp(), &changes);
        read_within(bytes.len(), || read_otlp(&bytes))?;
    }

    #[test]
    fn open_telemetry_as_json(changes in changes()) {
        let text = changed(OTLP_JSON.to_vec(), &changes);
        read_within(text.len(), || read_otlp_json(&text))?;
    }

    #[test]
    fn packed_messages(changes in changes()) {
        let bytes = changed(snappy::pack(&request_v2()).unwrap(), &changes);
        read_within(bytes.len(), || {
            let unpacked = snappy::unpack(&bytes, 1 << 20)?;
            let _ = read_v2(&unpacked);
            Ok::<_, snappy::SnappyFault>(())
        })?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), change in change()) {
        let bytes = changed(bytes, &[change]);
        read_within(bytes.len(), || {
            let _ = (read_v1(&bytes), read_v2(&bytes), read_otlp(&bytes));
            let _ = (ReadRequest::read(&bytes), ask::response(&bytes));
            let _ = snappy::unpack(&bytes, 1 << 20);
        })?;
    }
}
