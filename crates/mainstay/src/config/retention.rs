//! How long which series are kept, and how much room they get, as a setting says it:
//! `{env="test"} 7d, up{job="a"} 36h, {site="east"} 90d 20GB`.

use kernel::Text;
use tsdb::{Retention, Selector};

/// Most rules.
const RULES_MAX: usize = 64;
const HOUR_MS: i64 = 3_600_000;
/// Ten years.
const KEEP_HOURS_MAX: i64 = 3_650 * 24;
/// What sizes are told in, and how many bytes that is.
const SIZES: [(&str, u64); 6] = [
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];
/// 1,000 TB.
const BYTES_MAX: u64 = 1_000_000_000_000_000;

/// Whether it reads. Errors: what is expected.
pub(super) fn check(text: &str) -> Result<(), Text> {
    parse(text).map(|_| ())
}

/// The rules, in their order; none of an empty text. Errors: what is expected.
pub(super) fn parse(text: &str) -> Result<Vec<Retention>, Text> {
    let parts = parts(text);
    if parts.len() > RULES_MAX {
        return Err(Text::new(
            format!("at most {RULES_MAX} rules"),
            format!("最多 {RULES_MAX} 条规则"),
        ));
    }
    let rules = parts.iter().enumerate().map(|(at, part)| rule(at + 1, part));
    rules.collect()
}

/// The texts between commas that stand outside of braces and quotes.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            // In backticks nothing is escaped.
            (Some('"' | '\''), '\\') => escaped = true,
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(text[start..].trim());
    // A comma at the end, or nothing at all.
    if parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    parts
}

fn rule(number: usize, text: &str) -> Result<Retention, Text> {
    let wrong = |en: &str, zh: &str| {
        Text::new(
            format!(
                "rules such as `{{env=\"test\"}} 7d` or `{{site=\"east\"}} 90d 20GB`, a selector \
                 and how long its series are kept, how much room they get, or both, separated by \
                 commas; in rule {number} (`{text}`) {en}"
            ),
            format!(
                "以逗号分隔的规则，每条由选择器以及保留时长、容量上限或两者组成，如 `{{env=\"test\"}} \
                 7d`、`{{site=\"east\"}} 90d 20GB`；第 {number} 条（`{text}`）{zh}"
            ),
        )
    };
    let (mut rest, mut keep, mut size) = (text, None, None);
    while let Some((before, word)) = rest.rsplit_once(char::is_whitespace) {
        let twice = match (keep_ms(word), bytes(word)) {
            (Some(keep_ms), _) => keep.replace(keep_ms).is_some(),
            (_, Some(bytes)) => size.replace(bytes).is_some(),
            // The selector ends here.
            _ if keep.is_some() || size.is_some() => break,
            _ => return Err(wrong(&no_limit_en(word), &no_limit_zh(word))),
        };
        if twice {
            return Err(wrong(
                &format!("`{word}` is one time or size too many"),
                &format!("中的“{word}”多余：时长和容量各只能有一个"),
            ));
        }
        rest = before.trim_end();
    }
    if keep.is_none() && size.is_none() {
        return Err(wrong(
            "there is no space with a time or a size after the selector",
            "的选择器之后缺少空格和时长或容量",
        ));
    }
    let selector = Selector::parse(rest).map_err(|error| {
        wrong(&format!("the selector does not read: {error}"), &format!("的选择器有误：{error}"))
    })?;
    Ok(Retention { selector, keep_ms: keep, bytes_max: size })
}

fn no_limit_en(word: &str) -> String {
    format!(
        "`{word}` is no time from 1h to 3650d (a whole number with h, d, w or y) and no size from \
         1MB to 1000TB (a whole number with MB, GB, TB, MiB, GiB or TiB)"
    )
}

fn no_limit_zh(word: &str) -> String {
    format!(
        "中的“{word}”既不是 1h 至 3650d 之间的时长（整数加 h、d、w 或 y），也不是 1MB 至 1000TB \
         之间的容量（整数加 MB、GB、TB、MiB、GiB 或 TiB）"
    )
}

/// Bytes of `20GB`, `512MiB`.
fn bytes(text: &str) -> Option<u64> {
    let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let (_, unit) = SIZES.into_iter().find(|(name, _)| *name == unit)?;
    let bytes = count.parse::<u64>().ok()?.checked_mul(unit)?;
    (1..=BYTES_MAX).contains(&bytes).then_some(bytes)
}

/// Milliseconds of `36h`, `90d`, `4w`, `1y`.
pub(super) fn keep_ms(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let hours = match unit {
        'h' => 1,
        'd' => 24,
        'w' => 7 * 24,
        'y' => 365 * 24,
        _ => return None,
    };
    let count = &text[..text.len() - 1];
    // `parse` would take a sign.
    let count = count.parse::<i64>().ok().filter(|_| count.bytes().all(|b| b.is_ascii_digit()))?;
    let hours = count.checked_mul(hours)?;
    (1..=KEEP_HOURS_MAX).contains(&hours).then_some(hours * HOUR_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_in_their_order_whatever_their_selectors_hold() {
        let read = |text: &str| -> Vec<(String, i64)> {
            let rules = parse(text).unwrap().into_iter();
            let hours = |rule: &Retention| rule.keep_ms.unwrap() / HOUR_MS;
            rules.map(|rule| (rule.selector.to_string(), hours(&rule))).collect()
        };
        assert_eq!(read(""), []);
        let up = [("{__name__=\"up\"}".to_owned(), 24)];
        assert_eq!(read("up 1d"), up);
        assert_eq!(read(" up\t24h , "), up);
        let odd = "{a=\"x, y} 7d\", b!='\\',', c=`,\\`} 2w, up 1d";
        let found = read(odd);
        assert_eq!((found.len(), found[0].1, &found[1]), (2, 14 * 24, &up[0]));
        assert_eq!(read("{job=~\"a|b\",env=\"test\"} 1y")[0].1, 365 * 24);
        assert_eq!(read("up 3650d,up 87600h,up 10y").len(), 3);
    }

    #[test]
    fn rules_may_give_a_time_a_size_or_both() {
        let read = |text: &str| -> Vec<(String, Option<i64>, Option<u64>)> {
            let rules = parse(text).unwrap().into_iter();
            let told = |rule: Retention| (rule.selector.to_string(), rule.keep_ms, rule.bytes_max);
            rules.map(told).collect()
        };
        let east = "{site=\"east\"}".to_owned();
        let both = (east.clone(), Some(90 * 24 * HOUR_MS), Some(20_000_000_000));
        assert_eq!(read("{site=\"east\"} 90d 20GB"), std::slice::from_ref(&both));
        assert_eq!(read("{site=\"east\"}  20GB\t90d ,"), [both]);
        assert_eq!(read("{site=\"east\"} 512MiB"), [(east, None, Some(512 << 20))]);
        let quoted = read("{a=\"x 7d 1GB\"} 1TiB, up 1000TB");
        assert_eq!(quoted[0], ("{a=\"x 7d 1GB\"}".to_owned(), None, Some(1 << 40)));
        assert_eq!(quoted[1].2, Some(1_000_000_000_000_000));
    }

    #[test]
    fn what_does_not_read_is_named_by_its_rule_in_both_languages() {
        for (text, en, zh) in [
            ("up", "in rule 1 (`up`) there is no space", "第 1 条（`up`）的选择器之后缺少空格"),
            ("up 1d, up 0d", "in rule 2 (`up 0d`) `0d` is no time", "中的“0d”既不是 1h 至 3650d"),
            ("up 11y", "`11y` is no time from 1h to 3650d", "中的“11y”既不是"),
            ("up +1d", "`+1d` is no time", "中的“+1d”既不是"),
            ("up 1", "`1` is no time", "中的“1”既不是"),
            ("up 1天", "`1天` is no time", "中的“1天”既不是"),
            ("up{ 1d", "the selector does not read: read selector at byte", "的选择器有误"),
            ("{a=~\".*\"} 1d", "at least one matcher", "的选择器有误"),
            (",up 1d", "in rule 1 (``) there is no space", "第 1 条"),
            ("up 0GB", "and no size from 1MB to 1000TB", "也不是 1MB 至 1000TB 之间的容量"),
            ("up 1001TB", "`1001TB` is no time", "中的“1001TB”既不是"),
            ("up 20gb", "`20gb` is no time", "中的“20gb”既不是"),
            ("up +1GB", "`+1GB` is no time", "中的“+1GB”既不是"),
            ("up 1.5GB", "`1.5GB` is no time", "中的“1.5GB”既不是"),
            ("up GB", "`GB` is no time", "中的“GB”既不是"),
            ("up 7d 8d", "`7d` is one time or size too many", "中的“7d”多余"),
            ("up 1GB 7d 2GB", "`1GB` is one time or size too many", "中的“1GB”多余"),
            ("up soon 1GB", "the selector does not read", "的选择器有误"),
            ("7d 20GB", "the selector does not read", "的选择器有误"),
        ] {
            let said = parse(text).unwrap_err();
            assert!(said.en.contains(en), "{text}: {}", said.en);
            assert!(said.zh.contains(zh), "{text}: {}", said.zh);
        }
        let many = "up 1d,".repeat(65);
        assert!(parse(&many).unwrap_err().en.contains("at most 64 rules"));
    }
}
