//! By which steps samples are rolled up, and how long that is kept: `5m 400d, 1h 5y`.

use kernel::Text;
use tsdb::Rollup;

use super::retention::{keep_ms, parts};

/// Most steps: each takes room of its own.
const STEPS_MAX: usize = 4;
const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;
/// By this step none are made, and what is there goes.
const NONE: &str = "0d";
/// A day is rolled up once it is over.
const KEEP_MS_MIN: i64 = DAY_MINUTES * MINUTE_MS;

/// Whether it reads. Errors: what is expected.
pub(super) fn check(text: &str) -> Result<(), Text> {
    parse(text).map(|_| ())
}

/// The roll-ups, in their order; none of an empty text. Errors: what is expected.
pub(super) fn parse(text: &str) -> Result<Vec<Rollup>, Text> {
    let parts = parts(text);
    if parts.len() > STEPS_MAX {
        return Err(Text::new(
            format!("at most {STEPS_MAX} steps"),
            format!("最多 {STEPS_MAX} 个步长"),
        ));
    }
    let mut found: Vec<Rollup> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let rollup = rollup(at + 1, part)?;
        if found.iter().any(|known| known.step_ms == rollup.step_ms) {
            return Err(wrong(at + 1, part, "the step stands there already", "的步长重复"));
        }
        found.push(rollup);
    }
    Ok(found)
}

fn wrong(number: usize, text: &str, en: &str, zh: &str) -> Text {
    Text::new(
        format!(
            "steps such as `5m 400d`, the length of the windows and how long they are kept, \
             separated by commas; in number {number} (`{text}`) {en}"
        ),
        format!(
            "以逗号分隔的降采样设置，每项由步长和保留时长组成，如 `5m 400d`；第 {number} \
             项（`{text}`）{zh}"
        ),
    )
}

fn rollup(number: usize, text: &str) -> Result<Rollup, Text> {
    let wrong = |en: &str, zh: &str| wrong(number, text, en, zh);
    let Some((step, keep)) = text.split_once(char::is_whitespace) else {
        return Err(wrong(
            "there is no space with a time after the step",
            "的步长之后缺少空格和时长",
        ));
    };
    let Some(step_ms) = step_ms(step) else {
        return Err(wrong(
            &format!(
                "`{step}` is no step: minutes (m) or hours (h) that a day is a multiple of, such \
                 as 1m, 5m or 1h"
            ),
            &format!("中的“{step}”不是有效步长（以 m 或 h 为单位、能整除一天，如 1m、5m、1h）"),
        ));
    };
    let keep = keep.trim_start();
    let told = if keep == NONE { Some(0) } else { keep_ms(keep).filter(|ms| *ms >= KEEP_MS_MIN) };
    let Some(keep_ms) = told else {
        return Err(wrong(
            &format!(
                "`{keep}` is no time from 1d to 3650d: a whole number with h, d, w or y; or {NONE}"
            ),
            &format!(
                "中的“{keep}”不是 1d 至 3650d 之间的时长（整数加 h、d、w 或 y），也不是 {NONE}"
            ),
        ));
    };
    Ok(Rollup { step_ms, keep_ms: Some(keep_ms) })
}

/// Milliseconds of `5m` or `1h`, of which a whole number makes a day.
fn step_ms(text: &str) -> Option<i64> {
    let (count, unit) = match (text.strip_suffix('m'), text.strip_suffix('h')) {
        (Some(count), _) => (count, 1),
        (_, Some(count)) => (count, 60),
        _ => return None,
    };
    // `parse` would take a sign.
    let count = count.parse::<i64>().ok().filter(|_| count.bytes().all(|b| b.is_ascii_digit()))?;
    let minutes = count.checked_mul(unit).filter(|minutes| *minutes > 0)?;
    (DAY_MINUTES % minutes == 0).then_some(minutes * MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_with_how_long_each_is_kept() {
        let read = |text: &str| -> Vec<(i64, i64)> {
            let found = parse(text).unwrap().into_iter();
            let minutes = |ms: i64| ms / MINUTE_MS;
            found.map(|one| (minutes(one.step_ms), minutes(one.keep_ms.unwrap()))).collect()
        };
        assert_eq!(read(""), []);
        let usual = [(5, 400 * DAY_MINUTES), (60, 5 * 365 * DAY_MINUTES)];
        assert_eq!(read("5m 400d, 1h 5y"), usual);
        assert_eq!(read("5m\t400d,60m  1825d,"), usual);
        assert_eq!(read("1h 0d"), [(60, 0)]);
        assert_eq!(read("24h 24h"), [(DAY_MINUTES, DAY_MINUTES)]);
        assert_eq!(read("1m 1w,5m 10y,15m 3650d,1440m 1y").len(), 4);
    }

    #[test]
    fn what_does_not_read_is_named_by_its_number_in_both_languages() {
        for (text, en, zh) in [
            ("5m", "in number 1 (`5m`) there is no space", "第 1 项（`5m`）的步长之后缺少空格"),
            ("5m 400d, 7m 1y", "in number 2 (`7m 1y`) `7m` is no step", "中的“7m”不是有效步长"),
            ("0m 1y", "`0m` is no step", "中的“0m”不是有效步长"),
            ("+5m 1y", "`+5m` is no step", "中的“+5m”不是"),
            ("30s 1y", "`30s` is no step", "中的“30s”不是"),
            ("48h 1y", "`48h` is no step", "中的“48h”不是"),
            ("5分 1y", "`5分` is no step", "中的“5分”不是"),
            ("9223372036854775807h 1y", "is no step", "不是有效步长"),
            ("5m 23h", "`23h` is no time from 1d to 3650d", "中的“23h”不是 1d 至 3650d"),
            ("5m 0y", "`0y` is no time", "中的“0y”不是 1d 至 3650d"),
            ("5m 11y", "`11y` is no time", "中的“11y”不是"),
            ("5m 1y x", "`1y x` is no time", "中的“1y x”不是"),
            ("1h 1y, 60m 2y", "number 2 (`60m 2y`) the step stands there already", "步长重复"),
            (",5m 1y", "in number 1 (``) there is no space", "第 1 项"),
            ("1m 1y,5m 1y,15m 1y,1h 1y,2h 1y", "at most 4 steps", "最多 4 个步长"),
        ] {
            let said = parse(text).unwrap_err();
            assert!(said.en.contains(en), "{text}: {}", said.en);
            assert!(said.zh.contains(zh), "{text}: {}", said.zh);
        }
    }
}
