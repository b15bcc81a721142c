//! How long which series are kept, as a setting says it: `{env="test"} 7d, up{job="a"} 36h`.

use kernel::Text;
use tsdb::{Retention, Selector};

/// Most rules.
const RULES_MAX: usize = 64;
const HOUR_MS: i64 = 3_600_000;
/// Ten years.
const KEEP_HOURS_MAX: i64 = 3_650 * 24;

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
                "rules such as `{{env=\"test\"}} 7d`, a selector and how long its series are \
                 kept, separated by commas; in rule {number} (`{text}`) {en}"
            ),
            format!(
                "以逗号分隔的规则，每条由选择器和保留时长组成，如 `{{env=\"test\"}} 7d`；第 {number} \
                 条（`{text}`）{zh}"
            ),
        )
    };
    let Some((selector, keep)) = text.rsplit_once(char::is_whitespace) else {
        return Err(wrong(
            "there is no space with a time after the selector",
            "的选择器之后缺少空格和时长",
        ));
    };
    let Some(keep_ms) = keep_ms(keep) else {
        return Err(wrong(
            &format!("`{keep}` is no time from 1h to 3650d: a whole number with h, d, w or y"),
            &format!("中的“{keep}”不是 1h 至 3650d 之间的时长（整数加 h、d、w 或 y）"),
        ));
    };
    let selector = Selector::parse(selector).map_err(|error| {
        wrong(&format!("the selector does not read: {error}"), &format!("的选择器有误：{error}"))
    })?;
    Ok(Retention { selector, keep_ms })
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
            rules.map(|rule| (rule.selector.to_string(), rule.keep_ms / HOUR_MS)).collect()
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
    fn what_does_not_read_is_named_by_its_rule_in_both_languages() {
        for (text, en, zh) in [
            ("up", "in rule 1 (`up`) there is no space", "第 1 条（`up`）的选择器之后缺少空格"),
            ("up 1d, up 0d", "in rule 2 (`up 0d`) `0d` is no time", "中的“0d”不是 1h 至 3650d"),
            ("up 11y", "`11y` is no time from 1h to 3650d", "中的“11y”不是"),
            ("up +1d", "`+1d` is no time", "中的“+1d”不是"),
            ("up 1", "`1` is no time", "中的“1”不是"),
            ("up 1天", "`1天` is no time", "中的“1天”不是"),
            ("up{ 1d", "the selector does not read: read selector at byte", "的选择器有误"),
            ("{a=~\".*\"} 1d", "at least one matcher", "的选择器有误"),
            (",up 1d", "in rule 1 (``) there is no space", "第 1 条"),
        ] {
            let said = parse(text).unwrap_err();
            assert!(said.en.contains(en), "{text}: {}", said.en);
            assert!(said.zh.contains(zh), "{text}: {}", said.zh);
        }
        let many = "up 1d,".repeat(65);
        assert!(parse(&many).unwrap_err().en.contains("at most 64 rules"));
    }
}
