use std::{collections::BTreeMap, time::Duration};

use kernel::Time;

use super::{Event, fingerprint};

/// Labels or annotations of one alert at most.
const PAIRS_MAX: usize = 64;
/// Bytes of the name of a label or an annotation at most.
const NAME_BYTES_MAX: usize = 256;
/// Bytes of the value of a label at most: as many as of a series.
const VALUE_BYTES_MAX: usize = 4_096;
/// Bytes of the value of an annotation at most.
const ANNOTATION_BYTES_MAX: usize = 16_384;
/// Bytes of the address of the sender's page at most.
const URL_BYTES_MAX: usize = 16_384;
/// An alert that begins so far ahead was sent by a clock that is wrong.
const STARTS_AHEAD_MAX: Duration = Duration::from_secs(86_400);
/// Nothing is said to end later than in a year.
const ENDS_AHEAD_MAX: Duration = Duration::from_secs(366 * 86_400);
/// What is over is told within hours: older was sent by a clock that is wrong.
const ENDED_AGO_MAX: Duration = Duration::from_secs(7 * 86_400);

/// An alert as it was posted, with the times that were given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Posted {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) generator_url: String,
    pub(crate) starts_at: Option<Time>,
    pub(crate) ends_at: Option<Time>,
}

/// What was posted as an event; what is not given is filled in as Alertmanager does. Its times are
/// held against our clock besides: with a sender's clock that is years off nothing would ever open,
/// or close.
///
/// Errors: what is wrong, in a sentence.
/// Source: prometheus/alertmanager `api/v2/api.go`, `postAlertsHandler`; prometheus/common
/// `model/alert.go`, `Alert.Validate`.
pub(crate) fn admit(posted: Posted, resolve_timeout: Duration, now: Time) -> Result<Event, String> {
    let Posted { mut labels, annotations, generator_url, starts_at, ends_at } = posted;
    labels.retain(|_, value| !value.is_empty());
    let starts = starts_at.or(ends_at).unwrap_or(now);
    if ends_at.is_some_and(|ends| ends < starts) {
        return Err("start time must be before end time".to_owned());
    }
    if labels.is_empty() {
        return Err("at least one label pair required".to_owned());
    }
    check_pairs("label", &labels, VALUE_BYTES_MAX)?;
    check_pairs("annotation", &annotations, ANNOTATION_BYTES_MAX)?;
    if generator_url.len() > URL_BYTES_MAX || generator_url.contains('\0') {
        let size = generator_url.len();
        return Err(format!(
            "generatorURL has {size} bytes or holds NUL, expected at most {URL_BYTES_MAX} without"
        ));
    }
    check_clock("startsAt", starts, STARTS_AHEAD_MAX, now)?;
    if let Some(ends) = ends_at {
        check_clock("endsAt", ends, ENDS_AHEAD_MAX, now)?;
        if now.since(ends) > ENDED_AGO_MAX {
            return Err(format!(
                "endsAt {ends} is {} days behind this server's clock ({now}), expected at most \
                 {}: set the sender's clock",
                days(now.since(ends)),
                days(ENDED_AGO_MAX)
            ));
        }
    }
    Ok(Event {
        fingerprint: fingerprint(&labels),
        labels,
        annotations,
        generator_url,
        starts_at: starts,
        ends_at: ends_at.unwrap_or_else(|| now.plus(resolve_timeout)),
        timed_out: ends_at.is_none(),
    })
}

fn check_clock(field: &str, at: Time, ahead_max: Duration, now: Time) -> Result<(), String> {
    if at.since(now) <= ahead_max {
        return Ok(());
    }
    Err(format!(
        "{field} {at} is {} days ahead of this server's clock ({now}), expected at most {}: set \
         the sender's clock",
        days(at.since(now)),
        days(ahead_max)
    ))
}

const fn days(span: Duration) -> u64 {
    span.as_secs() / 86_400
}

fn check_pairs(
    noun: &str,
    pairs: &BTreeMap<String, String>,
    value_max: usize,
) -> Result<(), String> {
    if pairs.len() > PAIRS_MAX {
        return Err(format!("{} {noun}s, expected at most {PAIRS_MAX}", pairs.len()));
    }
    for (name, value) in pairs {
        if !is_name(name) {
            return Err(format!(
                "invalid {noun} set: invalid name {:?}, expected 1 to {NAME_BYTES_MAX} bytes of \
                 UTF-8 without control characters",
                shown(name)
            ));
        }
        if value.len() > value_max || value.contains('\0') {
            return Err(format!(
                "invalid {noun} set: value of {name:?} has {} bytes or holds NUL, expected at most \
                 {value_max} without",
                value.len()
            ));
        }
    }
    Ok(())
}

/// A name as Prometheus and Alertmanager have it since they take UTF-8 (3.0, 0.27), which is what
/// OpenTelemetry's names need.
fn is_name(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len()) && !name.chars().any(char::is_control)
}

/// The beginning of what may be long.
fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESOLVE: Duration = Duration::from_secs(300);

    fn now() -> Time {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    fn posted(labels: &[(&str, &str)], times: [&str; 2]) -> Posted {
        let pairs = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let [starts_at, ends_at] = times.map(|time| time.parse().ok());
        Posted { labels: pairs.collect(), starts_at, ends_at, ..Posted::default() }
    }

    #[test]
    fn times_that_are_not_given_are_filled_in() {
        for (given, starts, ends, timed_out) in [
            (["", ""], "2026-03-02T12:00:00Z", "2026-03-02T12:05:00Z", true),
            (["2026-03-01T00:00:00Z", ""], "2026-03-01T00:00:00Z", "2026-03-02T12:05:00Z", true),
            (["", "2026-03-02T11:00:00Z"], "2026-03-02T11:00:00Z", "2026-03-02T11:00:00Z", false),
        ] {
            let event = admit(posted(&[("a", "b"), ("c", "")], given), RESOLVE, now()).unwrap();
            let times = (event.starts_at.to_string(), event.ends_at.to_string(), event.timed_out);
            assert_eq!(times, (starts.to_owned(), ends.to_owned(), timed_out));
            assert_eq!(event.labels.len(), 1, "a label without a value is none");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_what_was_found_and_expected() {
        let long = "x".repeat(1 << 20);
        let none = ["", ""];
        for (labels, times, expected) in [
            (vec![("a", "")], none, "at least one label pair required"),
            (vec![("", "b")], none, "invalid name \"\""),
            (vec![("a\nb", "b")], none, "invalid name \"a\\nb\""),
            (vec![("a", long.as_str())], none, "value of \"a\" has 1048576 bytes"),
            (vec![(long.as_str(), "b")], none, "invalid name \"xxxx"),
            (vec![("a", "b\0")], none, "holds NUL"),
            (
                vec![("a", "b")],
                ["2026-03-02T12:00:00Z", "2026-03-02T11:00:00Z"],
                "start time must be before end time",
            ),
            (
                vec![("a", "b")],
                ["2031-03-02T12:00:00Z", ""],
                "startsAt 2031-03-02T12:00:00Z is 1826 days ahead",
            ),
            (
                vec![("a", "b")],
                ["", "2019-03-02T12:00:00Z"],
                "endsAt 2019-03-02T12:00:00Z is 2557 days behind",
            ),
            (
                vec![("a", "b")],
                ["2026-03-02T12:00:00Z", "2036-03-02T12:00:00Z"],
                "endsAt 2036-03-02T12:00:00Z is 3653 days ahead",
            ),
        ] {
            let error = admit(posted(&labels, times), RESOLVE, now()).unwrap_err();
            assert!(error.contains(expected) && error.len() < 400, "{error}");
        }
        let many: Vec<String> = (0..65).map(|number| format!("l{number}")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "v")).collect();
        let error = admit(posted(&many, none), RESOLVE, now()).unwrap_err();
        assert_eq!(error, "65 labels, expected at most 64");
    }
}
