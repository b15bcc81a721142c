use jiff::{civil::Date, tz::TimeZone};
use kernel::{FieldFault, Text, Time};

/// A moment, as RFC 3339 (`2026-03-01T00:00:00Z`) or as a day (`2026-03-01`), which begins in
/// `zone`.
///
/// Errors: names `field`.
pub(crate) fn moment(field: &str, text: &str, zone: &TimeZone) -> Result<Time, FieldFault> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Time>() {
        return Ok(time);
    }
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    if let Some(start) = day.and_then(|day| day.to_zoned(zone.clone()).ok()) {
        return Ok(Time::from_micros(start.timestamp().as_microsecond()));
    }
    let expected = Text::new(
        "a day such as 2026-03-01, or a time such as 2026-03-01T08:00:00+08:00",
        "日期（如 2026-03-01）或时间（如 2026-03-01T08:00:00+08:00）",
    );
    Err(FieldFault::new(field, text, expected))
}

/// A moment as people write it: the day where it begins one in `zone`, else the time.
pub(crate) fn written(time: Time, zone: &TimeZone) -> String {
    let Ok(there) = jiff::Timestamp::from_microsecond(time.micros()) else {
        return time.to_string();
    };
    let there = there.to_zoned(zone.clone());
    let day = there.date();
    match day.to_zoned(zone.clone()) {
        Ok(start) if start == there => day.to_string(),
        _ => time.to_string(),
    }
}

/// The same as people are told it: of a time no part of a second.
pub(crate) fn told_as(time: Time, zone: &TimeZone) -> String {
    written(time.to_second(), zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_begins_in_the_zone_of_the_house() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let day = moment("as_of", "2026-03-01", &zone).unwrap();
        assert_eq!(day.to_string(), "2026-02-28T16:00:00Z");
        assert_eq!(moment("as_of", "2026-02-28T16:00:00Z", &zone).unwrap(), day);
        for text in ["", "today", "2026-02-30", "2026-3-1", "20260301", "2026-03-01T25:00:00Z"] {
            let fault = moment("as_of", text, &zone).unwrap_err();
            assert_eq!(fault.field, "as_of", "{text}");
        }
    }

    #[test]
    fn days_are_written_as_days_and_times_as_times() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        for (time, text) in [
            ("2026-02-28T16:00:00Z", "2026-03-01"),
            ("2026-02-28T16:00:01Z", "2026-02-28T16:00:01Z"),
        ] {
            assert_eq!(written(time.parse().unwrap(), &zone), text);
            let fraction = Time::from_micros(time.parse::<Time>().unwrap().micros() + 1);
            assert_eq!(told_as(fraction, &zone), text);
        }
    }
}
