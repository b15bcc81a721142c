//! One request and what came of it.

use std::time::Duration;

use axum::http::{HeaderMap, Request, header};
use forward::TimeSeries;
use kernel::Text;
use wire::remote::{
    send::{self, Sent, SentExemplar},
    snappy,
};

use super::{count, said::Said};
use crate::{
    Remote,
    line::Line,
    model::{Message, Verdict, verdict},
};

/// The longest text of a far side that is kept, in characters.
const SAID_CHARS_MAX: usize = 300;

/// What was answered for good.
#[derive(Debug)]
pub(super) enum Tried {
    /// The far side has so many of the samples, and takes no more of them.
    Taken { written: u64 },
    /// It will never take the request as it is.
    Refused(Refusal),
}

/// What a far side says to a request that it refuses.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Whether a part of it may be taken.
    pub(super) divisible: bool,
    /// The status.
    pub(crate) status: u16,
    /// The first of what it said.
    pub(crate) said: String,
}

/// How long the far side wants to be left alone, and what is wrong.
type Again = (Option<Duration>, Text);

impl Remote {
    /// Sends series once, in the older message too if the newer one is not understood.
    ///
    /// Errors: it is to be tried again.
    pub(super) async fn attempt(&self, line: &Line, series: &[TimeSeries]) -> Result<Tried, Again> {
        let settings = &line.destination.settings;
        let authorization = self.authorization(line).await.map_err(|said| (None, said))?;
        let known = self.said_of(line, series);
        // Twice at most: the older message has none before it.
        loop {
            let message = line.progress.message();
            let mut request = request(message, &settings.write_url, series, &known)
                .map_err(|said| (None, Text::same(said)))?;
            if let Some(value) = &authorization {
                request.headers_mut().insert(header::AUTHORIZATION, value.clone());
            }
            let asked = self.inner.writes.ask(request, &settings.ca_pem).await;
            let answer = asked.map_err(|error| (None, error.text()))?;
            let status = answer.status().as_u16();
            let header = |name: &str| text_of(answer.headers(), name);
            match verdict(message, count(series), status, header, self.now()) {
                Verdict::Taken { written } => {
                    if message == Message::V1 {
                        self.note_told(line, &known);
                    }
                    return Ok(Tried::Taken { written });
                }
                Verdict::Older => {
                    let name = &line.destination.name;
                    tracing::info!("destination {name} speaks remote write 1.0");
                    line.progress.take_older();
                }
                Verdict::Again(asked) => {
                    let said = shortened(answer.body());
                    return Err((asked, Text::same(format!("HTTP {status}: {said}"))));
                }
                Verdict::Refused { divisible } => {
                    let said = shortened(answer.body());
                    return Ok(Tried::Refused(Refusal { divisible, status, said }));
                }
            }
        }
    }
}

fn request(
    message: Message,
    url: &str,
    series: &[TimeSeries],
    said: &Said,
) -> Result<Request<Vec<u8>>, String> {
    let points: Vec<Vec<(i64, f64)>> = series
        .iter()
        .map(|one| one.points.iter().map(|point| (point.at_ms, point.value)).collect())
        .collect();
    let sent: Vec<Sent<'_>> =
        series.iter().zip(&points).map(|(one, points)| sent(one, points, said)).collect();
    let (plain, media, version) = match message {
        Message::V1 => {
            let plain = send::request_v1_whole(&sent, &said.untold());
            (plain, "application/x-protobuf", "0.1.0")
        }
        Message::V2 => (
            send::request_v2_whole(&sent),
            "application/x-protobuf;proto=io.prometheus.write.v2.Request",
            "2.0.0",
        ),
    };
    let packed = snappy::pack(&plain).map_err(|error| error.to_string())?;
    Request::post(url)
        .header(header::CONTENT_TYPE, media)
        .header(header::CONTENT_ENCODING, "snappy")
        .header("x-prometheus-remote-write-version", version)
        .body(packed)
        .map_err(|error| error.to_string())
}

fn sent<'s>(one: &'s TimeSeries, points: &'s [(i64, f64)], said: &'s Said) -> Sent<'s> {
    let exemplars = one.exemplars.iter().map(|exemplar| SentExemplar {
        labels: exemplar.labels.iter().collect(),
        at_ms: exemplar.at_ms,
        value: exemplar.value,
    });
    let (kind, help, unit) = said.of(one.labels.metric());
    Sent {
        labels: one.labels.iter().collect(),
        points,
        histograms: &one.histograms,
        exemplars: exemplars.collect(),
        kind,
        help,
        unit,
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The first of a text, on one line.
pub(crate) fn shortened(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let plain = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(SAID_CHARS_MAX).collect()
}
