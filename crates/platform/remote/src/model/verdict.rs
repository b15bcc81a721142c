//! What the answer to a write means.

use std::time::Duration;

use forward::retry_after_s;
use kernel::Time;

/// The messages of remote write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Message {
    /// `prometheus.WriteRequest`.
    V1,
    /// `io.prometheus.write.v2.Request`.
    V2,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The far side has so many of the samples, and nothing more is to be done.
    Taken {
        /// How many it has written.
        written: u64,
    },
    /// It does not understand the newer message: the older one is to be sent.
    Older,
    /// It is to be tried again, after this long at least.
    Again(Option<Duration>),
    /// The far side will never take the request as it is.
    Refused {
        /// Whether a part of it may be taken.
        divisible: bool,
    },
}

/// Judges an answer to `samples` floats and histograms in a message.
///
/// A receiver of the newer message says how many samples it has written; one that does not say it
/// has read the message as an older one, found nothing, and stored nothing.
///
/// A refused credential says nothing about the samples: they wait until it is mended.
/// Source: Prometheus, "Remote-Write 2.0 specification", "Response" and "Retries & Backoff".
pub(crate) fn verdict(
    message: Message,
    samples: u64,
    status: u16,
    header: impl Fn(&str) -> Option<String>,
    now: Time,
) -> Verdict {
    match status {
        200..=299 if message == Message::V1 => Verdict::Taken { written: samples },
        200..=299 => match written(samples, header) {
            Some(written) => Verdict::Taken { written },
            None => Verdict::Older,
        },
        415 if message == Message::V2 => Verdict::Older,
        400 | 413 => Verdict::Refused { divisible: true },
        401 | 403 | 429 => Verdict::Again(asked(&header, now)),
        402..=499 => Verdict::Refused { divisible: false },
        _ => Verdict::Again(asked(&header, now)),
    }
}

/// How many floats and histograms the far side says it has written, if it says so of floats.
fn written(samples: u64, header: impl Fn(&str) -> Option<String>) -> Option<u64> {
    let count = |kind: &str| {
        let header = header(&format!("x-prometheus-remote-write-{kind}-written"))?;
        Some(header.trim().parse::<u64>().unwrap_or(samples))
    };
    let floats = count("samples")?;
    Some(floats.saturating_add(count("histograms").unwrap_or(0)).min(samples))
}

/// How long the far side wants to be left alone: seconds, or a date.
fn asked(header: impl Fn(&str) -> Option<String>, now: Time) -> Option<Duration> {
    let text = header("retry-after")?;
    if let Some(seconds) = retry_after_s(&text) {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(&text).ok()?.timestamp().as_microsecond();
    Some(Time::from_micros(date).since(now).min(Duration::from_secs(3_600)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_judged_as_the_specification_says() {
        let now = "2026-11-06T08:49:30Z".parse().unwrap();
        let judge = |message, status, headers: &[(&str, &str)]| {
            let header = |wanted: &str| {
                let found = headers.iter().find(|(name, _)| *name == wanted);
                found.map(|(_, value)| (*value).to_owned())
            };
            verdict(message, 10, status, header, now)
        };
        let written = |count| [("x-prometheus-remote-write-samples-written", count)];
        let again = |seconds| Verdict::Again(Some(Duration::from_secs(seconds)));
        let table = [
            (judge(Message::V1, 204, &[]), Verdict::Taken { written: 10 }),
            (judge(Message::V2, 204, &written("10")), Verdict::Taken { written: 10 }),
            (judge(Message::V2, 204, &written("7")), Verdict::Taken { written: 7 }),
            (
                judge(
                    Message::V2,
                    204,
                    &[
                        ("x-prometheus-remote-write-samples-written", "2"),
                        ("x-prometheus-remote-write-histograms-written", "7"),
                    ],
                ),
                Verdict::Taken { written: 9 },
            ),
            (judge(Message::V2, 204, &[]), Verdict::Older),
            (judge(Message::V2, 415, &[]), Verdict::Older),
            (judge(Message::V1, 415, &[]), Verdict::Refused { divisible: false }),
            (judge(Message::V1, 400, &[]), Verdict::Refused { divisible: true }),
            (judge(Message::V2, 404, &[]), Verdict::Refused { divisible: false }),
            (judge(Message::V2, 401, &[]), Verdict::Again(None)),
            (judge(Message::V1, 429, &[("retry-after", "7")]), again(7)),
            (
                judge(Message::V1, 503, &[("retry-after", "Fri, 06 Nov 2026 08:49:37 GMT")]),
                again(7),
            ),
            (judge(Message::V1, 503, &[("retry-after", "soon")]), Verdict::Again(None)),
            (judge(Message::V1, 302, &[]), Verdict::Again(None)),
        ];
        for (at, (found, expected)) in table.into_iter().enumerate() {
            assert_eq!(found, expected, "row {at}");
        }
    }
}
