use http_kit::TextView;
use jiff::civil::Date;
use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::ticket_type::{checked_key, checked_text};

const CHOICES_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 200;
const LONG_CHARS_MAX: usize = 10_000;

/// A question of a ticket's form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketField)]
pub(crate) struct FieldDef {
    /// Its stable name within the type: `serial_number`.
    pub key: String,
    /// What people call it.
    #[schema(value_type = TextView)]
    pub name: Text,
    /// What is answered.
    pub kind: FieldKind,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
    /// Of a choice: the answers there are.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Of a number: the least.
    #[serde(default)]
    pub min: Option<f64>,
    /// Of a number: the greatest.
    #[serde(default)]
    pub max: Option<f64>,
}

/// An answer of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketChoice)]
pub(crate) struct Choice {
    /// Its stable name.
    pub key: String,
    /// What people call it.
    #[schema(value_type = TextView)]
    pub name: Text,
}

/// What a question is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketFieldKind)]
pub(crate) enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A number.
    Number,
    /// A day: `2026-10-01`.
    Date,
    /// One of several answers.
    Choice,
    /// Yes or no.
    YesNo,
}

/// The answers of a form, by the keys of their questions.
pub(crate) type Answers = Map<String, Value>;

/// Everything that is wrong with the questions of a form.
pub(crate) fn question_faults(fields: &[FieldDef], faults: &mut Vec<FieldFault>) {
    for (at, field) in fields.iter().enumerate() {
        let path = format!("fields[{at}]");
        checked_key(&format!("{path}.key"), &field.key, faults);
        checked_text(&format!("{path}.name"), &field.name, faults);
        if fields[..at].iter().any(|other| other.key == field.key) {
            let expected = Text::new("a key that no other question has", "不与其他字段重复的标识");
            faults.push(FieldFault::new(format!("{path}.key"), &field.key, expected));
        }
        let is_choice = field.kind == FieldKind::Choice;
        if is_choice == field.choices.is_empty() || field.choices.len() > CHOICES_MAX {
            let expected = Text::new(
                "1 to 200 answers for a choice, none for others",
                "单选字段 1 至 200 个选项，其他字段不填",
            );
            faults.push(FieldFault::new(format!("{path}.choices"), field.choices.len(), expected));
        }
        for (index, choice) in field.choices.iter().enumerate() {
            checked_key(&format!("{path}.choices[{index}].key"), &choice.key, faults);
            checked_text(&format!("{path}.choices[{index}].name"), &choice.name, faults);
        }
        if let (Some(min), Some(max)) = (field.min, field.max)
            && min > max
        {
            let expected = Text::new("not less than `min`", "不小于最小值");
            faults.push(FieldFault::new(format!("{path}.max"), max, expected));
        }
    }
}

/// Everything that is wrong with the answers to these questions. With `complete`, what must be
/// answered must be.
pub(crate) fn answer_faults(fields: &[FieldDef], answers: &Answers) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (key, value) in answers {
        let path = format!("fields.{key}");
        match fields.iter().find(|field| field.key == *key) {
            Some(_) if value.is_null() => {}
            Some(field) => faults.extend(answer_fault(field, &path, value)),
            None => {
                let expected = Text::new("a question of this type's form", "该类型表单中的字段");
                faults.push(FieldFault::new(path, value, expected));
            }
        }
    }
    for field in lacking(fields, answers) {
        let expected =
            Text::new(format!("an answer: {}", field.name.en), format!("填写“{}”", field.name.zh));
        faults.push(FieldFault::new(format!("fields.{}", field.key), "", expected));
    }
    faults
}

/// The same where some of the answers were never given: what must be answered and was not may stay
/// so, as the ticket of a mail that did not say it; what was answered may not be taken away.
pub(crate) fn changed_answer_faults(
    fields: &[FieldDef],
    before: &Answers,
    after: &Answers,
) -> Vec<FieldFault> {
    let lacked = lacking(fields, before);
    let lacked: Vec<String> = lacked.iter().map(|one| format!("fields.{}", one.key)).collect();
    let still = |fault: &FieldFault| fault.found.is_empty() && lacked.contains(&fault.field);
    answer_faults(fields, after).into_iter().filter(|fault| !still(fault)).collect()
}

/// The questions that must be answered and are not, in the order of the form.
pub(crate) fn lacking<'f>(fields: &'f [FieldDef], answers: &Answers) -> Vec<&'f FieldDef> {
    unanswered(fields, answers).into_iter().filter(|field| field.required).collect()
}

/// The questions that are not answered, in the order of the form.
pub(crate) fn unanswered<'f>(fields: &'f [FieldDef], answers: &Answers) -> Vec<&'f FieldDef> {
    let open = |field: &&FieldDef| {
        let given = answers.get(&field.key);
        given.is_none_or(|value| value.is_null() || value.as_str() == Some(""))
    };
    fields.iter().filter(open).collect()
}

fn answer_fault(field: &FieldDef, path: &str, value: &Value) -> Option<FieldFault> {
    let shown = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let wrong = |en: String, zh: String| Some(FieldFault::new(path, shown(), Text::new(en, zh)));
    let text = value.as_str();
    match field.kind {
        FieldKind::Text | FieldKind::LongText => {
            let (max, lines) = match field.kind {
                FieldKind::Text => (TEXT_CHARS_MAX, false),
                _ => (LONG_CHARS_MAX, true),
            };
            let fits = text.is_some_and(|text| {
                let strange = |c: char| c == '\0' || (!lines && c.is_control());
                text.chars().count() <= max && !text.contains(strange)
            });
            if fits {
                None
            } else {
                wrong(
                    format!("text of at most {max} characters"),
                    format!("最多 {max} 个字符的文本"),
                )
            }
        }
        FieldKind::Number => {
            let (min, max) = (field.min.unwrap_or(f64::MIN), field.max.unwrap_or(f64::MAX));
            let fits = value.as_f64().is_some_and(|number| (min..=max).contains(&number));
            let bounds = bounds_of(field);
            if fits { None } else { wrong(bounds.0, bounds.1) }
        }
        FieldKind::Date => {
            let fits = text.is_some_and(|text| text.parse::<Date>().is_ok());
            if fits {
                None
            } else {
                wrong("a day, such as 2026-10-01".to_owned(), "日期，如 2026-10-01".to_owned())
            }
        }
        FieldKind::Choice => {
            let fits = text.is_some_and(|text| field.choices.iter().any(|one| one.key == text));
            let keys: Vec<&str> = field.choices.iter().map(|one| one.key.as_str()).collect();
            let keys = keys.join(", ");
            if fits {
                None
            } else {
                wrong(format!("one of: {keys}"), format!("以下之一：{keys}"))
            }
        }
        FieldKind::YesNo => {
            if value.is_boolean() {
                None
            } else {
                wrong("true or false".to_owned(), "true 或 false".to_owned())
            }
        }
    }
}

/// What a number is expected to be, in both languages.
fn bounds_of(field: &FieldDef) -> (String, String) {
    match (field.min, field.max) {
        (Some(min), Some(max)) => {
            (format!("a number, {min} to {max}"), format!("数字，{min} 至 {max}"))
        }
        (Some(min), None) => (format!("a number, {min} or more"), format!("数字，不小于 {min}")),
        (None, Some(max)) => (format!("a number, {max} or less"), format!("数字，不大于 {max}")),
        (None, None) => ("a number".to_owned(), "数字".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(key: &str, kind: FieldKind, required: bool) -> FieldDef {
        let choices = match kind {
            FieldKind::Choice => vec![Choice { key: "a".to_owned(), name: Text::same("A") }],
            _ => Vec::new(),
        };
        FieldDef {
            key: key.to_owned(),
            name: Text::same(key),
            kind,
            required,
            choices,
            min: Some(1.0),
            max: Some(9.0),
        }
    }

    fn wrong(answers: &Value) -> Vec<String> {
        let fields = [
            field("line", FieldKind::Text, true),
            field("many", FieldKind::LongText, false),
            field("count", FieldKind::Number, false),
            field("day", FieldKind::Date, false),
            field("pick", FieldKind::Choice, false),
            field("sure", FieldKind::YesNo, false),
        ];
        let faults = answer_faults(&fields, answers.as_object().unwrap());
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn answers_are_checked_one_by_one() {
        let right = json!({"line": "x", "many": "a\nb", "count": 3, "day": "2026-10-01",
            "pick": "a", "sure": true});
        assert!(wrong(&right).is_empty());
        assert!(wrong(&json!({"line": "x", "count": null})).is_empty());
        for (answers, expected) in [
            (json!({}), vec!["fields.line"]),
            (json!({"line": ""}), vec!["fields.line"]),
            (json!({"line": "a\nb"}), vec!["fields.line"]),
            (json!({"line": "x".repeat(201)}), vec!["fields.line"]),
            (json!({"line": "x", "count": 10}), vec!["fields.count"]),
            (json!({"line": "x", "count": "3"}), vec!["fields.count"]),
            (json!({"line": "x", "day": "2026-13-01"}), vec!["fields.day"]),
            (json!({"line": "x", "pick": "b"}), vec!["fields.pick"]),
            (json!({"line": "x", "sure": "yes"}), vec!["fields.sure"]),
            (json!({"line": "x", "other": 1}), vec!["fields.other"]),
        ] {
            assert_eq!(wrong(&answers), expected, "{answers}");
        }
    }
}
