use std::collections::BTreeMap;

use regex::{Regex, escape};

/// How a step is worded, with holes: `{who:name} is paged by {way:word}`.
///
/// `[s]` may be there or not, `(is|are)` is one of several; the rest is meant as it stands. What a
/// hole takes depends on its type:
///
/// | type | takes |
/// |---|---|
/// | `name` | `core-sw-2`, `Li Na`, `李娜`: no blanks but before capitals and digits |
/// | `names` | several: `Li Na, Wang Fang and 张伟`, `李娜、王芳和张伟` |
/// | `word` | letters, digits, `_`, `-`, `/` |
/// | `text` | anything between quotation marks, of either language |
/// | `count` | `12`; `no` and `没有` are 0 |
/// | `span` | `5 minutes`, `2 小时` |
/// | `moment`, `date`, `time` | `2026-03-02 03:00`, `2026-03-02`, `03:00` |
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
}

/// What is wrong with a wording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the wording `{source_text}`: {what}")]
pub struct PatternFault {
    source_text: String,
    what: String,
}

const NAME: &str = r#"[^\s"“”「」,，、]+?(?: [\p{Lu}0-9][^\s"“”「」,，、]*?)*?"#;

const BETWEEN_NAMES: [&str; 4] = [", ", " and ", "、", "和"];
const UNITS: [&str; 8] = ["second", "minute", "hour", "day", "秒", "分钟", "小时", "天"];

fn type_of(name: &str) -> Option<String> {
    Some(match name {
        "name" => NAME.to_owned(),
        "names" => format!("{NAME}(?:(?:{}){NAME})*?", BETWEEN_NAMES.join("|")),
        "word" => r"[\p{L}\p{N}_/-]+?".to_owned(),
        "text" => r#""[^"]*"|“[^”]*”|「[^」]*」"#.to_owned(),
        "count" => r"\d+|no|没有".to_owned(),
        "span" => format!(r"\d+ ?(?:{})s?", UNITS.join("|")),
        "moment" => r"\d{4}-\d\d-\d\d \d\d:\d\d".to_owned(),
        "date" => r"\d{4}-\d\d-\d\d".to_owned(),
        "time" => r"\d\d:\d\d".to_owned(),
        _ => return None,
    })
}

impl Pattern {
    /// Reads a wording.
    ///
    /// Errors: [`PatternFault`] for a hole of an unknown type or a bracket that stays open.
    pub fn new(source: &str) -> Result<Self, PatternFault> {
        let wrong = |what: String| PatternFault { source_text: source.to_owned(), what };
        let mut regex = String::from("^");
        let mut rest = source;
        while let Some(at) = rest.find(['{', '[', '(', ')', '|']) {
            regex.push_str(&escape(&rest[..at]));
            let closed = |close: char| {
                let end = rest[at..].find(close).map(|end| at + end);
                end.ok_or_else(|| wrong(format!("`{close}` is missing")))
            };
            let next = match &rest[at..=at] {
                "{" => {
                    let end = closed('}')?;
                    let (hole, kind) = rest[at + 1..end].split_once(':').unwrap_or(("", ""));
                    let takes = type_of(kind).ok_or_else(|| {
                        wrong(format!("`{}` is no hole such as {{who:name}}", &rest[at..=end]))
                    })?;
                    regex.push_str(&format!("(?P<{hole}>{takes})"));
                    end
                }
                "[" => {
                    let end = closed(']')?;
                    regex.push_str(&format!("(?:{})?", escape(&rest[at + 1..end])));
                    end
                }
                "(" => {
                    regex.push_str("(?:");
                    at
                }
                sign => {
                    regex.push_str(sign);
                    at
                }
            };
            rest = &rest[next + 1..];
        }
        regex.push_str(&escape(rest));
        regex.push('$');
        let regex = Regex::new(&regex).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { source: source.to_owned(), regex })
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What stands in the holes, if `text` is worded so.
    #[must_use]
    pub fn matches(&self, text: &str) -> Option<BTreeMap<String, String>> {
        let found = self.regex.captures(text)?;
        let holes = self.regex.capture_names().flatten();
        let taken = holes.filter_map(|hole| Some((hole, found.name(hole)?.as_str())));
        Some(taken.map(|(hole, text)| (hole.to_owned(), text.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pattern: &str, text: &str) -> Option<String> {
        let pattern = Pattern::new(pattern).expect("the wording is right");
        let holes = pattern.matches(text)?;
        Some(
            holes.iter().map(|(hole, text)| format!("{hole}={text}")).collect::<Vec<_>>().join(" "),
        )
    }

    #[test]
    fn holes_take_what_their_types_say() {
        for (pattern, text, expected) in [
            (
                "{who:name} is paged by {way:word}",
                "Li Na is paged by sms",
                Some("way=sms who=Li Na"),
            ),
            ("{who:name} is paged by {way:word}", "Li Na is paged by sms twice", None),
            ("{who:name}收到{way:word}", "李娜收到短信", Some("way=短信 who=李娜")),
            ("{n:count} incident[s] (is|are) open", "no incident is open", Some("n=no")),
            ("{n:count} incident[s] (is|are) open", "2 incidents are open", Some("n=2")),
            ("by {whom:names}.", "by Li Na, 王芳 and Bo.", Some("whom=Li Na, 王芳 and Bo")),
            ("{n:span} pass", "5 minutes pass", Some("n=5 minutes")),
            ("过了{n:span}", "过了2小时", Some("n=2小时")),
            ("it is {at:moment}", "it is 2026-03-02 03:00", Some("at=2026-03-02 03:00")),
            ("says {what:text}", "says “不属本单位职责”", Some("what=“不属本单位职责”")),
            ("a.b", "axb", None),
        ] {
            assert_eq!(taken(pattern, text).as_deref(), expected, "{pattern}: {text}");
        }
    }

    #[test]
    fn wrong_wordings_are_named() {
        for (wording, what) in [
            ("{who:nome} x", "`{who:nome}` is no hole such as {who:name}"),
            ("{who} x", "`{who}` is no hole such as {who:name}"),
            ("{who:name x", "`}` is missing"),
            ("incident[s", "`]` is missing"),
        ] {
            let fault = Pattern::new(wording).expect_err("it is wrong").to_string();
            assert_eq!(fault, format!("the wording `{wording}`: {what}"));
        }
    }
}
