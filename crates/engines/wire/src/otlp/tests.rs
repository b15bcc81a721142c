use proptest::prelude::*;

use super::*;
use crate::protobuf::Message;

fn attribute(message: &mut Message, number: u32, name: &str, value: &str) {
    message.message(number, |pair| {
        pair.text(1, name).message(2, |any| {
            any.text(1, value);
        });
    });
}

/// A request with a point of each kind.
fn request() -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |resource| {
        resource.message(1, |resource| attribute(resource, 1, "service.name", "shop"));
        resource.message(2, |scope| {
            scope.message(2, |metric| {
                metric.text(1, "http.requests").text(2, "Requests.").text(3, "1");
                metric.message(7, |sum| {
                    sum.message(1, |point| {
                        attribute(point, 7, "method", "GET");
                        point.fixed64(3, 5_000_000).fixed64(6, 7).unsigned(8, 0);
                    });
                    sum.unsigned(2, 2).unsigned(3, 1);
                });
            });
            scope.message(2, |metric| {
                metric.text(1, "took").message(9, |histogram| {
                    histogram.message(1, |point| {
                        point.fixed64(3, 9).fixed64(4, 3).double(5, 1.5);
                        point.bytes(6, &[2_u64, 1].map(u64::to_le_bytes).concat());
                        point.doubles(7, &[0.5]);
                    });
                });
            });
            scope.message(2, |metric| {
                metric.text(1, "exp").message(10, |histogram| {
                    histogram.message(1, |point| {
                        point.fixed64(4, 3).zigzag(6, -1).fixed64(7, 1);
                        point.message(8, |buckets| {
                            buckets.zigzag(1, -2).packed(2, [1, 1]);
                        });
                    });
                });
            });
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

fn read_all(bytes: &[u8]) -> Result<usize, ProtobufFault> {
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
fn points_of_every_kind_are_read() {
    let bytes = request();
    let part = resources(&bytes).next().unwrap().unwrap();
    let resource = ResourceMetrics::read(part).unwrap();
    let named = |name, value: &'static str| Attribute { name, value: value.into() };
    assert_eq!(resource.attributes, [named("service.name", "shop")]);
    let metrics: Vec<Metric<'_>> =
        resource.metrics.iter().map(|part| Metric::read(*part).unwrap()).collect();
    let sum = &metrics[0];
    assert_eq!((sum.name, sum.unit, sum.description), ("http.requests", "1", "Requests."));
    assert_eq!((sum.kind, sum.monotonic), (Some(MetricKind::Sum), true));
    assert_eq!(sum.temporality, Temporality::Cumulative);
    let point = NumberPoint::read(sum.points[0]).unwrap();
    assert_eq!((point.value, point.frame.at_ns, point.frame.is_gap), (7.0, 5_000_000, false));
    assert_eq!(point.frame.attributes, [named("method", "GET")]);
    let histogram = HistogramPoint::read(metrics[1].points[0]).unwrap();
    assert_eq!((histogram.bucket_counts, histogram.bounds), (vec![2, 1], vec![0.5]));
    assert_eq!((histogram.count, histogram.sum), (3, Some(1.5)));
    let exponential = ExponentialPoint::read(metrics[2].points[0]).unwrap();
    assert_eq!((exponential.scale, exponential.zero_count), (-1, 1));
    assert_eq!(exponential.positive, ExponentialBuckets { offset: -2, counts: vec![1, 1] });
    let summary = SummaryPoint::read(metrics[3].points[0]).unwrap();
    assert!(summary.frame.is_gap);
    assert_eq!(summary.quantiles, [(0.5, 7.0)]);
}

#[test]
fn values_that_are_no_texts_are_written_as_text() {
    let value = |fill: &dyn Fn(&mut Message)| {
        let mut pair = Message::new();
        pair.text(1, "a").message(2, |any| fill(any));
        let bytes = pair.into_bytes();
        Attribute::read(Part::whole(&bytes)).map(|attribute| attribute.value.into_owned())
    };
    assert_eq!(
        value(&|any| {
            any.unsigned(2, 1);
        })
        .unwrap(),
        "true"
    );
    assert_eq!(
        value(&|any| {
            any.signed(3, -7);
        })
        .unwrap(),
        "-7"
    );
    assert_eq!(
        value(&|any| {
            any.double(4, 0.5);
        })
        .unwrap(),
        "0.5"
    );
    assert_eq!(
        value(&|any| {
            any.bytes(7, b"ab");
        })
        .unwrap(),
        "YWI="
    );
    let list = value(&|any| {
        any.message(5, |list| {
            list.message(1, |any| {
                any.text(1, "a\"");
            });
            list.message(1, |any| {
                any.signed(3, 2);
            });
            list.message(1, |_| {});
        });
    });
    assert_eq!(list.unwrap(), "[\"a\\\"\",2,null]");
    fn nested(any: &mut Message, left: usize) {
        any.message(5, |list| {
            list.message(1, |any| {
                if left > 0 {
                    nested(any, left - 1);
                }
            });
        });
    }
    assert!(value(&|any| nested(any, 10)).is_ok());
    let deep = value(&|any| nested(any, 100)).unwrap_err();
    assert_eq!(deep.what, "lists that lie too deep in each other");
}

#[test]
fn a_request_that_is_cut_anywhere_never_yields_more_than_it_has() {
    let bytes = request();
    assert_eq!(read_all(&bytes), Ok(4));
    for end in 0..bytes.len() {
        match read_all(&bytes[..end]) {
            Err(fault) => assert!(fault.at <= end, "{fault}"),
            Ok(points) => assert_eq!((points, end), (0, 0)),
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
