//! Moments as a recipient reads them: in their zone, in their language, with the zone's offset.

use jiff::{Timestamp, fmt::strtime, tz::TimeZone};
use kernel::Language;
use serde_json::{Map, Value};

/// Bytes of a moment in UTC with seconds, and with microseconds.
const LENGTHS: std::ops::RangeInclusive<usize> = 20..=27;

/// The parameters of a message with each moment in them as it reads in `zone`.
///
/// A moment is a text that is nothing but an RFC 3339 moment in UTC (`2026-01-31T08:00:00Z`), at
/// any depth. What stands within a longer text is somebody's words and stays.
pub(crate) fn told_in(
    parameters: &Map<String, Value>,
    zone: &TimeZone,
    language: Language,
) -> Map<String, Value> {
    let read = |(name, value): (&String, &Value)| (name.clone(), told(value, zone, language));
    parameters.iter().map(read).collect()
}

fn told(value: &Value, zone: &TimeZone, language: Language) -> Value {
    match value {
        Value::String(text) => {
            moment(text, zone, language).map_or_else(|| value.clone(), Value::String)
        }
        Value::Array(all) => all.iter().map(|one| told(one, zone, language)).collect(),
        Value::Object(all) => Value::Object(told_in(all, zone, language)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn moment(text: &str, zone: &TimeZone, language: Language) -> Option<String> {
    let looks_so = LENGTHS.contains(&text.len())
        && text.ends_with('Z')
        && text.as_bytes().get(10) == Some(&b'T');
    let at: Timestamp = looks_so.then(|| text.parse().ok()).flatten()?;
    let format = match language {
        Language::English => "%-d %b %Y %H:%M:%S (UTC%:z)",
        Language::Chinese => "%Y年%-m月%-d日 %H:%M:%S（UTC%:z）",
    };
    strtime::format(format, &at.to_zoned(zone.clone())).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn moments_are_told_in_the_zone_and_the_language_with_the_offset() {
        for (zone, language, expected) in [
            ("Asia/Shanghai", Language::English, "31 Jan 2026 16:00:05 (UTC+08:00)"),
            ("Asia/Shanghai", Language::Chinese, "2026年1月31日 16:00:05（UTC+08:00）"),
            ("Asia/Urumqi", Language::Chinese, "2026年1月31日 14:00:05（UTC+06:00）"),
            ("America/St_Johns", Language::English, "31 Jan 2026 04:30:05 (UTC-03:30)"),
            ("UTC", Language::English, "31 Jan 2026 08:00:05 (UTC+00:00)"),
        ] {
            let zone = TimeZone::get(zone).unwrap();
            let given = json!({ "at": "2026-01-31T08:00:05Z" });
            let told = told_in(given.as_object().unwrap(), &zone, language);
            assert_eq!(told["at"], expected);
        }
    }

    #[test]
    fn offset_follows_the_summer_time_of_the_moment() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let said = |text| moment(text, &zone, Language::English).unwrap();
        assert_eq!(said("2026-03-29T00:59:59Z"), "29 Mar 2026 01:59:59 (UTC+01:00)");
        assert_eq!(said("2026-03-29T01:00:00Z"), "29 Mar 2026 03:00:00 (UTC+02:00)");
    }

    #[test]
    fn words_of_people_stay_as_they_are() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let given = json!({
            "text": "it broke at 2026-01-31T08:00:05Z", "day": "2026-01-31", "word": "x", "n": 7,
            "long": "aaaaaaaaaaTaaaaaaaaaZ", "deep": [{ "at": "2026-01-31T08:00:05.120Z" }],
        });
        let told = told_in(given.as_object().unwrap(), &zone, Language::English);
        for name in ["text", "day", "word", "n", "long"] {
            assert_eq!(told[name], given[name]);
        }
        assert_eq!(told["deep"][0]["at"], "31 Jan 2026 16:00:05 (UTC+08:00)");
    }
}
