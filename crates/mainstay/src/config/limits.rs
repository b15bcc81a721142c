//! How many which series may be, as a setting says it: `{site="xian"} series_max=50000`.

use kernel::Text;
use prometheus::SeriesLimit;
use tsdb::Selector;

use super::retention::parts;

/// Most rules: each is looked at for every series that is new.
const RULES_MAX: usize = 64;
/// Most that a limit may be.
const NUMBER_MAX: u64 = 1_000_000_000;
/// What can be limited.
const NAMES: [&str; 3] = ["series_max", "labels_max", "label_value_length_max"];

/// Whether it reads. Errors: what is expected.
pub(super) fn check(text: &str) -> Result<(), Text> {
    parse(text).map(|_| ())
}

/// The limits, in their order; none of an empty text. Errors: what is expected.
pub(super) fn parse(text: &str) -> Result<Vec<SeriesLimit>, Text> {
    let parts = parts(text);
    if parts.len() > RULES_MAX {
        return Err(Text::new(
            format!("at most {RULES_MAX} rules"),
            format!("最多 {RULES_MAX} 条规则"),
        ));
    }
    parts.iter().enumerate().map(|(at, part)| rule(at + 1, part)).collect()
}

fn rule(number: usize, text: &str) -> Result<SeriesLimit, Text> {
    let wrong = |en: &str, zh: &str| {
        Text::new(
            format!(
                "rules such as `{{site=\"east\"}} series_max=50000 labels_max=30`, a selector and \
                 what its series may be, separated by commas; in rule {number} (`{text}`) {en}"
            ),
            format!(
                "以逗号分隔的规则，每条由选择器和上限组成，如 `{{site=\"east\"}} series_max=50000 \
                 labels_max=30`；第 {number} 条（`{text}`）{zh}"
            ),
        )
    };
    let (mut rest, mut found) = (text, [None; NAMES.len()]);
    while let Some((before, name, value)) = last_limit(rest) {
        let Some(place) = NAMES.iter().position(|known| *known == name) else { break };
        let limit = value.parse().ok().filter(|limit| (1..=NUMBER_MAX).contains(limit));
        let Some(limit) = limit.filter(|_| value.bytes().all(|b| b.is_ascii_digit())) else {
            return Err(wrong(
                &format!("`{value}` is no whole number from 1 to {NUMBER_MAX}"),
                &format!("中的“{value}”不是 1 至 {NUMBER_MAX} 之间的整数"),
            ));
        };
        if found[place].replace(limit).is_some() {
            return Err(wrong(&format!("`{name}` is given twice"), &format!("中“{name}”出现两次")));
        }
        rest = before;
    }
    let [series_max, labels_max, label_value_length_max] = found;
    if found == [None; NAMES.len()] {
        let names = NAMES.map(|name| format!("`{name}=…`"));
        return Err(wrong(
            &format!("there is none of {} after the selector", names.join(", ")),
            &format!("的选择器之后缺少 {}", names.join("、")),
        ));
    }
    let selector = Selector::parse(rest).map_err(|error| {
        wrong(&format!("the selector does not read: {error}"), &format!("的选择器有误：{error}"))
    })?;
    Ok(SeriesLimit { selector, series_max, labels_max, label_value_length_max })
}

/// What stands before the last word, and that in halves, if it is `name=value`.
fn last_limit(text: &str) -> Option<(&str, &str, &str)> {
    let (before, last) = text.trim_end().rsplit_once(char::is_whitespace)?;
    let (name, value) = last.split_once('=')?;
    Some((before, name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_in_their_order_whatever_their_selectors_hold() {
        let read = |text: &str| -> Vec<String> {
            let limits = parse(text).unwrap().into_iter();
            let shown = limits.map(|limit| {
                let SeriesLimit { selector, series_max, labels_max, label_value_length_max } =
                    limit;
                format!("{selector} {series_max:?} {labels_max:?} {label_value_length_max:?}")
            });
            shown.collect()
        };
        assert_eq!(read(""), Vec::<String>::new());
        let east = "{site=\"east\"} series_max=5 labels_max=30 label_value_length_max=200";
        assert_eq!(read(east), ["{site=\"east\"} Some(5) Some(30) Some(200)"]);
        let odd = "{a=\"x series_max=5\", b=~\"k8s.*\"}\tlabels_max=1 , up series_max=1000000000,";
        let expected = [
            "{a=\"x series_max=5\",b=~\"k8s.*\"} None Some(1) None",
            "{__name__=\"up\"} Some(1000000000) None None",
        ];
        assert_eq!(read(odd), expected);
    }

    #[test]
    fn what_does_not_read_is_named_by_its_rule_in_both_languages() {
        for (text, en, zh) in [
            ("up", "in rule 1 (`up`) there is none of `series_max=…`", "缺少 `series_max=…`"),
            ("up series_max=1, up", "in rule 2 (`up`) there is none", "第 2 条（`up`）"),
            ("up series_max=0", "`0` is no whole number from 1", "“0”不是 1 至"),
            ("up series_max=+1", "`+1` is no whole number", "“+1”不是"),
            ("up series_max=1000000001", "`1000000001` is no", "“1000000001”不是"),
            ("up labels_max=1 labels_max=2", "`labels_max` is given twice", "“labels_max”出现两次"),
            ("up sample_max=1", "there is none of", "缺少"),
            ("up{ series_max=1", "the selector does not read", "的选择器有误"),
            ("{} series_max=1", "the selector does not read", "的选择器有误"),
        ] {
            let said = parse(text).unwrap_err();
            assert!(said.en.contains(en), "{text}: {}", said.en);
            assert!(said.zh.contains(zh), "{text}: {}", said.zh);
        }
        let many = "up series_max=1,".repeat(65);
        assert!(parse(&many).unwrap_err().en.contains("at most 64 rules"));
    }
}
