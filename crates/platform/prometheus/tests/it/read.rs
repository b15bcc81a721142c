use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use tower::ServiceExt;
use tsdb::{Labels, Sample, SeriesStore};
use wire::{
    protobuf::{Message, Part},
    remote::{Count, HistogramMessage, snappy, write_v1::TimeSeries},
};

use crate::{
    house::{House, NOW_MS, V1},
    messages::native,
};

/// `ReadRequest` of everything called `up`, of the last hour.
fn request(comparison: u64, value: &str, form: u64) -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |query| {
        query.signed(1, NOW_MS - 3_600_000).signed(2, NOW_MS).message(3, |matcher| {
            matcher.unsigned(1, comparison).text(2, "__name__").text(3, value);
        });
    });
    request.unsigned(2, form);
    snappy::pack(&request.into_bytes()).unwrap()
}

fn post(body: Vec<u8>) -> Request<Body> {
    let request = Request::post("/prometheus/api/v1/read").header("x-test-caller", "administrator");
    request.body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn series_come_as_samples_or_as_chunks_in_frames() {
    let house = House::new().await;
    house.have(&[("up", &[("job", "a")]), ("up", &[("job", "b")]), ("down", &[("job", "a")])]);
    let (head, bytes) = house.raw(post(request(0, "up", 0))).await;
    assert_eq!(
        (head.status.as_u16(), &head.headers["content-encoding"]),
        (200, &"snappy".parse().unwrap())
    );
    let bytes = snappy::unpack(&bytes, 1 << 20).unwrap();
    let result = Part::whole(&bytes).fields().next().unwrap().unwrap().part().unwrap();
    let series: Vec<_> = result.fields().map(|field| field.unwrap().part().unwrap()).collect();
    assert_eq!(series.len(), 2);
    let last = series[1].fields().last().unwrap().unwrap().part().unwrap();
    let sample = wire::remote::SampleMessage::read(last).unwrap();
    assert_eq!((sample.at_ms, sample.value), (NOW_MS, 1.0));
    let (head, frames) = house.raw(post(request(2, "u.", 1))).await;
    assert_eq!(
        head.headers["content-type"],
        "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"
    );
    let first = usize::from(frames[0]);
    let chunked = Part::whole(&frames[5..5 + first]).fields().next().unwrap().unwrap();
    assert_eq!(chunked.part().unwrap().fields().count(), 3, "two labels and a chunk");
    assert_eq!(frames.len(), 2 * (5 + first));
}

/// The series in frames: `job`, and how many chunks.
fn frames_of(bytes: &[u8]) -> Vec<(String, usize)> {
    let (mut rest, mut all) = (bytes, Vec::new());
    while !rest.is_empty() {
        // A length as a varint, a checksum of four bytes, and the message.
        let digits = rest.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
        let length = rest[..digits].iter().rev().fold(0, |sum, b| sum << 7 | usize::from(b & 0x7f));
        let (frame, after) = rest[digits + 4..].split_at(length);
        let series = Part::whole(frame).fields().next().unwrap().unwrap().part().unwrap();
        let (mut job, mut chunks) = (String::new(), 0);
        for field in series.fields() {
            let field = field.unwrap();
            if field.number == 2 {
                chunks += 1;
                continue;
            }
            let texts: Vec<&str> =
                field.part().unwrap().fields().map(|text| text.unwrap().text().unwrap()).collect();
            if texts[0] == "job" {
                texts[1].clone_into(&mut job);
            }
        }
        all.push((job, chunks));
        rest = after;
    }
    all
}

/// 300 series of 1,200 samples each: about 4 MB.
fn many() -> Vec<Sample> {
    let sample = |job: u64, step: u64| Sample {
        labels: Labels::new("up", [("job", format!("j{job:03}"))]).unwrap(),
        at_ms: NOW_MS - 3_000 * step as i64,
        // No value is like the one before.
        value: f64::from_bits(
            0x3ff0_0000_0000_0000
                | ((job * 1_200 + step).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 12),
        ),
    };
    (0..1_200).rev().flat_map(|step| (0..300).map(move |job| sample(job, step))).collect()
}

#[tokio::test]
async fn chunks_are_sent_while_they_are_read_and_all_of_them_come() {
    let house = House::new().await;
    house.series.append(&many()).unwrap();
    let response = house.router.clone().oneshot(post(request(0, "up", 1))).await.unwrap();
    assert_eq!(response.status(), 200);
    let (mut body, mut pieces, mut bytes) = (response.into_body(), Vec::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        let piece = frame.unwrap().into_data().unwrap();
        pieces.push(piece.len());
        bytes.extend_from_slice(&piece);
    }
    let largest = pieces.iter().max().unwrap();
    assert!(pieces.len() > 5 && *largest < 400 << 10, "{pieces:?}");
    let found = frames_of(&bytes);
    let expected: Vec<(String, usize)> = (0..300).map(|job| (format!("j{job:03}"), 10)).collect();
    assert_eq!(found, expected);
}

/// There are ten turns: if one was kept, the last reads would wait for it without an end.
#[tokio::test]
async fn reads_that_nobody_takes_any_more_give_their_turns_back() {
    let house = House::new().await;
    house.series.append(&many()).unwrap();
    for _ in 0..25 {
        let response = house.router.clone().oneshot(post(request(0, "up", 1))).await.unwrap();
        let mut body = response.into_body();
        assert!(body.frame().await.unwrap().unwrap().into_data().unwrap().len() > 1_000);
        drop(body);
    }
}

#[tokio::test]
async fn native_histograms_come_as_samples_whatever_form_is_asked_for() {
    let house = House::new().await;
    house.have(&[("up", &[("job", "a")])]);
    assert_eq!(house.write(V1, &native(&[(NOW_MS - 5, 2), (NOW_MS, 7)], 0)).await.status, 204);
    let (head, bytes) = house.raw(post(request(2, "up|took", 1))).await;
    assert_eq!(head.headers["content-type"], "application/x-protobuf");
    let bytes = snappy::unpack(&bytes, 1 << 20).unwrap();
    let result = Part::whole(&bytes).fields().next().unwrap().unwrap().part().unwrap();
    let series: Vec<_> = result.fields().map(|field| field.unwrap().part().unwrap()).collect();
    assert_eq!(series.len(), 2);
    let mut took = TimeSeries::default();
    took.read(series[0]).unwrap();
    assert_eq!((took.samples.len(), took.histograms.len()), (0, 2));
    let last = HistogramMessage::read(took.histograms[1]).unwrap();
    assert_eq!((last.at_ms, last.count, last.sum), (NOW_MS, Count::Whole(7), 10.5));
    assert_eq!((last.positive.spans, last.positive.deltas), (vec![(1, 1)], vec![7]));
}

#[tokio::test]
async fn what_is_no_request_is_named() {
    let house = House::new().await;
    for (body, said) in [
        (vec![1, 2, 3], "unpack snappy"),
        (snappy::pack(&[0x0a, 0x05, 1]).unwrap(), "read protobuf at byte 2"),
        (request(2, "(", 0), "read the matcher of label __name__"),
        (request(0, "", 0), "read selector: at least one matcher"),
        (request(9, "", 0), "read protobuf at byte"),
    ] {
        let answer = house.send(post(body)).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.text.starts_with(said), "{said}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_query_that_finds_nothing_has_an_empty_result() {
    let house = House::new().await;
    let (head, body) = house.raw(post(request(0, "nothing", 0))).await;
    assert_eq!(head.status, 200);
    assert_eq!(snappy::unpack(&body, 100).unwrap(), [0x0a, 0x00]);
}
