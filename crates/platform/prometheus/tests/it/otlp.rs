use axum::{body::Body, http::Request};
use wire::protobuf::Message;

use crate::house::{Answer, House, NOW_MS, V1};

pub(crate) const AT_NS: u64 = NOW_MS as u64 * 1_000_000;

pub(crate) fn attribute(message: &mut Message, number: u32, name: &str, value: &str) {
    message.message(number, |pair| {
        pair.text(1, name).message(2, |any| {
            any.text(1, value);
        });
    });
}

/// A request of one resource; `fill` adds metrics to its scope.
pub(crate) fn request(fill: impl Fn(&mut Message)) -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |resource| {
        resource.message(1, |attributes| {
            attribute(attributes, 1, "service.name", "shop");
            attribute(attributes, 1, "service.namespace", "east");
            attribute(attributes, 1, "service.instance.id", "shop-1");
            attribute(attributes, 1, "host.name", "db1");
        });
        resource.message(2, |scope| fill(scope));
    });
    request.into_bytes()
}

pub(crate) async fn send(
    house: &House,
    path: &str,
    media: &str,
    packing: &str,
    body: Vec<u8>,
) -> Answer {
    let request = Request::post(path)
        .header("x-test-caller", "administrator")
        .header("content-type", media)
        .header("content-encoding", packing);
    house.send(request.body(Body::from(body)).unwrap()).await
}

async fn take(house: &House, body: Vec<u8>) -> Answer {
    send(house, "/prometheus/api/v1/otlp/v1/metrics", V1, "", body).await
}

fn sum(scope: &mut Message, temporality: u64) {
    scope.message(2, |metric| {
        metric.text(1, "http.requests").text(2, "Requests.").text(3, "1");
        metric.message(7, |sum| {
            sum.message(1, |point| {
                attribute(point, 7, "http.method", "GET");
                point.fixed64(3, AT_NS).fixed64(6, 7);
            });
            sum.unsigned(2, temporality).unsigned(3, 1);
        });
    });
}

#[tokio::test]
async fn a_counter_becomes_the_series_that_prometheus_would_have() {
    let house = House::new().await;
    let answer = take(&house, request(|scope| sum(scope, 2))).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    assert_eq!(
        house.stored("{__name__!=\"\"}"),
        [
            "http_requests_total{http_method=\"GET\",instance=\"shop-1\",job=\"east/shop\"} 7 \
             @1800000000000",
            "target_info{host_name=\"db1\",instance=\"shop-1\",job=\"east/shop\"} 1 \
             @1800000000000",
        ]
    );
    let metadata = house.get("metadata?metric=http_requests_total").await.json;
    assert_eq!(metadata["data"]["http_requests_total"][0]["type"], "counter");
    // The same again under the other path: found by its bytes, and stored already.
    let again = send(&house, "/otlp/v1/metrics", V1, "", request(|scope| sum(scope, 2))).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(house.stored("{__name__!=\"\"}").len(), 2);
}

#[tokio::test]
async fn histograms_and_summaries_are_taken_apart() {
    let house = House::new().await;
    let body = request(|scope| {
        scope.message(2, |metric| {
            metric.text(1, "took").text(3, "s").message(9, |histogram| {
                histogram.unsigned(2, 2).message(1, |point| {
                    point.fixed64(3, AT_NS).fixed64(4, 3).double(5, 1.5);
                    point.bytes(6, &[2_u64, 1].map(u64::to_le_bytes).concat());
                    point.doubles(7, &[0.5]);
                });
            });
        });
        scope.message(2, |metric| {
            metric.text(1, "size").message(11, |summary| {
                summary.message(1, |point| {
                    point.fixed64(3, AT_NS).fixed64(4, 4).double(5, 2.0).message(6, |quantile| {
                        quantile.double(1, 0.5).double(2, 9.0);
                    });
                });
                summary.message(1, |point| {
                    attribute(point, 7, "ended", "yes");
                    point.fixed64(3, AT_NS).unsigned(8, 1);
                });
            });
        });
    });
    assert_eq!(take(&house, body).await.status, 200);
    let short = |selector: &str| -> Vec<String> {
        let own = ",instance=\"shop-1\",job=\"east/shop\"";
        let alone = "instance=\"shop-1\",job=\"east/shop\"";
        let lines = house.stored(selector).into_iter();
        lines
            .map(|line| {
                line.replace(own, "")
                    .replace(alone, "")
                    .replace(" @1800000000000", "")
                    .replace("{,", "{")
            })
            .collect()
    };
    assert_eq!(
        short("took_seconds_bucket"),
        [
            "took_seconds_bucket{,le=\"+Inf\"} 3".replace("{,", "{"),
            "took_seconds_bucket{,le=\"0.5\"} 2".replace("{,", "{"),
        ]
    );
    assert_eq!(short("took_seconds_sum"), ["took_seconds_sum{} 1.5"]);
    assert_eq!(short("took_seconds_count"), ["took_seconds_count{} 3"]);
    assert_eq!(short("size{quantile!=\"\"}"), ["size{quantile=\"0.5\"} 9"]);
    assert_eq!(short("size_count"), ["size_count{ended=\"yes\"} NaN", "size_count{} 4"]);
}

#[tokio::test]
async fn exponential_histograms_become_native_ones() {
    let house = House::new().await;
    let body = request(|scope| {
        scope.message(2, |metric| {
            metric.text(1, "took").text(3, "s").message(10, |histogram| {
                histogram.unsigned(2, 2).message(1, |point| {
                    attribute(point, 1, "way", "in");
                    point.fixed64(3, AT_NS).fixed64(4, 6).double(5, 7.5).fixed64(7, 1);
                    point.message(8, |positive| {
                        positive.zigzag(1, 0).packed(2, [2, 0, 3]);
                    });
                });
                histogram.message(1, |point| {
                    attribute(point, 1, "way", "out");
                    // Nothing was recorded.
                    point.fixed64(3, AT_NS).unsigned(10, 1);
                });
            });
        });
    });
    let answer = take(&house, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = house.get("query?query=took_seconds").await.json;
    let found = answer["data"]["result"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{answer}");
    assert_eq!(found[0]["metric"]["way"], "in");
    assert_eq!(found[0]["metric"]["job"], "east/shop");
    let held = &found[0]["histogram"][1];
    assert_eq!((&held["count"], &held["sum"]), (&"6".into(), &"7.5".into()));
    let buckets =
        serde_json::json!([[3, "-1e-128", "1e-128", "1"], [0, "1", "2", "2"], [0, "4", "8", "3"]]);
    assert_eq!(held["buckets"], buckets);
}

#[tokio::test]
async fn what_prometheus_cannot_have_is_named_and_the_rest_is_taken() {
    let house = House::new().await;
    let body = request(|scope| {
        sum(scope, 1);
        scope.message(2, |metric| {
            metric.text(1, "fine").message(5, |gauge| {
                gauge.message(1, |point| {
                    point.fixed64(3, AT_NS).double(4, 0.5);
                });
            });
        });
        scope.message(2, |metric| {
            metric.text(1, "exp").message(10, |histogram| {
                histogram.unsigned(2, 2).message(1, |point| {
                    point.fixed64(3, AT_NS).zigzag(6, -5);
                });
            });
        });
    });
    let answer = take(&house, body).await;
    assert_eq!(answer.status, 200);
    let why = "invalid temporality and type combination for metric \"http.requests\"\n\
         invalid exponential histogram for metric \"exp\": its scale is -5, and the least is -4";
    let mut partial = Message::new();
    partial.message(1, |partial| {
        partial.unsigned(1, 2).text(2, why);
    });
    assert_eq!(answer.text, String::from_utf8_lossy(&partial.into_bytes()));
    assert_eq!(house.stored("fine").len(), 1);
    assert_eq!(house.stored("{__name__!=\"\"}").len(), 2, "and the target's own");
}

#[tokio::test]
async fn other_media_packings_and_broken_bytes_are_refused() {
    let house = House::new().await;
    let path = "/prometheus/api/v1/otlp/v1/metrics";
    let answer = send(&house, path, "text/plain", "", b"{}".to_vec()).await;
    assert_eq!(answer.status, 415);
    assert_eq!(
        answer.text,
        "unsupported content type: \"text/plain\", supported: [application/x-protobuf, \
         application/json]\n"
    );
    let message = request(|scope| sum(scope, 2));
    for (media, packing, body, status, said) in [
        (V1, "br", message.clone(), 415, "unsupported compression: br"),
        (V1, "gzip", message.clone(), 400, "unpack gzip: "),
        (V1, "", message[..message.len() - 1].to_vec(), 400, "read protobuf at byte "),
    ] {
        let answer = send(&house, path, media, packing, body).await;
        assert_eq!(answer.status, status, "{said}: {}", answer.text);
        // A `Status`: its code, and the text behind its length.
        assert_eq!(answer.headers["content-type"], V1);
        assert!(answer.text[4..].starts_with(said), "{:?}", answer.text);
    }
    assert_eq!(house.stored("{__name__!=\"\"}"), Vec::<String>::new());
}
