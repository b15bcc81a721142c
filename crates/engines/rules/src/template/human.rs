//! Numbers for people, as Prometheus words them.

use super::TemplateError;
use jiff::Timestamp;
use series::number_general_to;

const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const LARGE_1024: [&str; 8] = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];

fn four(number: f64) -> String {
    number_general_to(number, 4)
}

fn large(mut number: f64, base: f64, prefixes: [&'static str; 8]) -> String {
    let mut prefix = "";
    for next in prefixes {
        if number.abs() < base {
            break;
        }
        (prefix, number) = (next, number / base);
    }
    format!("{}{prefix}", four(number))
}

fn small(mut number: f64) -> String {
    let mut prefix = "";
    for next in SMALL {
        if number.abs() >= 1.0 {
            break;
        }
        (prefix, number) = (next, number * 1000.0);
    }
    format!("{}{prefix}", four(number))
}

pub(super) fn humanize(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return four(number);
    }
    if number.abs() >= 1.0 { large(number, 1000.0, LARGE) } else { small(number) }
}

pub(super) fn humanize_1024(number: f64) -> String {
    if number.abs() <= 1.0 || !number.is_finite() {
        return four(number);
    }
    large(number, 1024.0, LARGE_1024)
}

pub(super) fn humanize_percentage(number: f64) -> String {
    format!("{}%", four(number * 100.0))
}

pub(super) fn humanize_duration(number: f64) -> String {
    if !number.is_finite() {
        return four(number);
    }
    if number == 0.0 {
        return format!("{}s", four(number));
    }
    if number.abs() < 1.0 {
        return format!("{}s", small(number));
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let number = number.abs();
    #[expect(clippy::cast_possible_truncation, reason = "a whole number of seconds; `as` clamps")]
    let whole = number as i64;
    let (seconds, minutes) = (whole % 60, whole / 60 % 60);
    let (hours, days) = (whole / 3600 % 24, whole / 86_400);
    if days != 0 {
        format!("{sign}{days}d {hours}h {minutes}m {seconds}s")
    } else if hours != 0 {
        format!("{sign}{hours}h {minutes}m {seconds}s")
    } else if minutes != 0 {
        format!("{sign}{minutes}m {seconds}s")
    } else {
        format!("{sign}{}s", four(number))
    }
}

/// A moment in Unix seconds.
///
/// Errors: it is none that a calendar has.
pub(super) fn moment(seconds: f64) -> Result<Timestamp, TemplateError> {
    let wrong = || TemplateError::new(format!("{seconds} cannot be represented as a time"));
    let ms = (seconds * 1000.0).floor();
    if !ms.is_finite() || ms.abs() > 1e17 {
        return Err(wrong());
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked in the lines above")]
    Timestamp::from_millisecond(ms as i64).map_err(|_| wrong())
}

/// As Go prints a time.
pub(super) fn humanize_timestamp(seconds: f64) -> Result<String, TemplateError> {
    if !seconds.is_finite() {
        return Ok(four(seconds));
    }
    let at = moment(seconds)?;
    let mut text = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let ms = at.subsec_millisecond().abs();
    if ms != 0 {
        let digits = format!("{ms:03}");
        text = format!("{text}.{}", digits.trim_end_matches('0'));
    }
    Ok(format!("{text} +0000 UTC"))
}
