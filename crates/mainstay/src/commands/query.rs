//! Asks a running server for series by PromQL.

mod found;
mod show;
mod spark;

use found::Found;
use jiff::Timestamp;
use kernel::Clock as _;

use super::{UsageFault, client};
use crate::{
    cli::{Output, OutputArgs, QueryArgs, QueryOutput, ServerArgs},
    clock::SystemClock,
};

/// So many steps a range has where their distance is not said.
const STEPS_WANTED: i64 = 240;
/// The shortest distance of steps that is chosen.
const STEP_MS_MIN: i64 = 1_000;

/// A stretch of time, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    from_ms: i64,
    to_ms: i64,
}

pub(super) fn run(args: &QueryArgs) -> anyhow::Result<()> {
    let server = ServerArgs {
        url: args.url.clone(),
        token: args.token.clone(),
        output: OutputArgs { output: Output::Json },
    };
    let query = ("query", Some(args.expr.clone()));
    let Some(range) = &args.range else {
        if args.output == QueryOutput::Spark {
            return usage("--output spark: expected with --range, such as --range 1h".to_owned());
        }
        let asked = [query, ("time", args.time.clone())];
        let answer = client::get(&server, "/prometheus/api/v1/query", &asked)?;
        return show::instant(&Found::read(&answer)?, args.output);
    };
    let now_ms = SystemClock::new().now().millis();
    let stretch = match stretch(range, args.time.as_deref(), now_ms) {
        Ok(stretch) => stretch,
        Err(said) => return usage(said),
    };
    let step = args.step.clone().unwrap_or_else(|| seconds(step_of(stretch)));
    let asked = [
        query,
        ("start", Some(seconds(stretch.from_ms))),
        ("end", Some(seconds(stretch.to_ms))),
        ("step", Some(step)),
    ];
    let answer = client::get(&server, "/prometheus/api/v1/query_range", &asked)?;
    show::range(&Found::read(&answer)?, stretch, args.output)
}

fn usage<T>(said: String) -> anyhow::Result<T> {
    Err(UsageFault(said).into())
}

/// `range` before `end`, or before now. Errors: what was expected.
fn stretch(range: &str, end: Option<&str>, now_ms: i64) -> Result<Stretch, String> {
    let Some(range_ms) = promql::duration_ms(range).filter(|ms| *ms > 0) else {
        return Err(format!("--range {range}: expected a duration such as 30m, 1h or 7d"));
    };
    let to_ms = match end {
        None => now_ms,
        Some(text) => moment(text).ok_or_else(|| {
            format!("--time {text}: expected Unix seconds, or such as 2026-01-31T12:00:00Z")
        })?,
    };
    Ok(Stretch { from_ms: to_ms.saturating_sub(range_ms), to_ms })
}

/// Milliseconds since 1970 of Unix seconds or RFC 3339.
pub(super) fn moment(text: &str) -> Option<i64> {
    match text.parse::<f64>() {
        Ok(seconds) => seconds.is_finite().then_some((seconds * 1_000.0).round() as i64),
        Err(_) => text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond),
    }
}

/// Whole seconds, for about as many steps as a screen shows.
fn step_of(stretch: Stretch) -> i64 {
    let each_ms = stretch.to_ms.saturating_sub(stretch.from_ms) / STEPS_WANTED;
    (each_ms.saturating_add(999) / 1_000 * 1_000).max(STEP_MS_MIN)
}

/// Milliseconds as the API takes them.
pub(super) fn seconds(ms: i64) -> String {
    let (sign, size) = (if ms < 0 { "-" } else { "" }, ms.unsigned_abs());
    format!("{sign}{}.{:03}", size / 1_000, size % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_ends_now_or_when_it_is_said() {
        let hour = Stretch { from_ms: 0, to_ms: 3_600_000 };
        assert_eq!(stretch("1h", None, 3_600_000), Ok(hour));
        assert_eq!(stretch("60m", Some("3600"), 5), Ok(hour));
        assert_eq!(stretch("1h", Some("1970-01-01T01:00:00Z"), 5), Ok(hour));
        for (range, end, said) in [
            ("x", None, "--range x: expected a duration"),
            ("0", None, "--range 0: expected a duration"),
            ("-1h", None, "--range -1h: expected a duration"),
            ("1h", Some("noon"), "--time noon: expected Unix seconds"),
            ("1h", Some("NaN"), "--time NaN: expected Unix seconds"),
        ] {
            assert!(stretch(range, end, 0).unwrap_err().starts_with(said), "{range} {end:?}");
        }
    }

    #[test]
    fn steps_are_whole_seconds_and_not_too_many() {
        for (to_ms, step_ms) in [(60_000, 1_000), (3_600_000, 15_000), (3_601_000, 16_000)] {
            assert_eq!(step_of(Stretch { from_ms: 0, to_ms }), step_ms);
        }
        assert_eq!((seconds(15_000), seconds(-1_005)), ("15.000".to_owned(), "-1.005".to_owned()));
    }
}
