//! Answers to the questions of a form as people write them in a mail: a line for each, with the
//! name of the question before a colon.

use kernel::Text;
use serde_json::{Number, Value};

use crate::model::field::{Answers, FieldDef, FieldKind, answer_faults};

/// Lines of a mail that are looked at.
const LINES_MAX: usize = 2_000;

/// The answers that stand in a text. Of two for one question the first counts; what is no answer
/// of its kind is none.
pub(crate) fn answers_in(text: &str, fields: &[FieldDef]) -> Answers {
    let mut answers = Answers::new();
    for line in text.lines().take(LINES_MAX) {
        let Some((name, said)) = line.split_once([':', '：']) else { continue };
        let name = name.trim().trim_start_matches(['-', '*', '•']).trim();
        let said = said.trim();
        let Some(field) = fields.iter().find(|field| is_called(field, name)) else { continue };
        if said.is_empty() || answers.contains_key(&field.key) {
            continue;
        }
        if let Some(value) = read(field, said) {
            answers.insert(field.key.clone(), value);
        }
    }
    answers
}

fn is_called(field: &FieldDef, name: &str) -> bool {
    let same = |other: &str| other.trim().to_lowercase() == name.to_lowercase();
    same(&field.name.zh) || same(&field.name.en) || same(&field.key)
}

/// What somebody wrote as the value that the question takes; none: it is no such value.
fn read(field: &FieldDef, said: &str) -> Option<Value> {
    let value = match field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Date => Value::from(said),
        FieldKind::Number => Value::Number(Number::from_f64(said.parse().ok()?)?),
        FieldKind::Choice => {
            let named = |name: &Text| same_name(name, said);
            let choice = field.choices.iter().find(|one| one.key == said || named(&one.name))?;
            Value::from(choice.key.as_str())
        }
        FieldKind::YesNo => match said.to_lowercase().as_str() {
            "是" | "yes" | "true" => Value::Bool(true),
            "否" | "no" | "false" => Value::Bool(false),
            _ => return None,
        },
    };
    let alone = Answers::from_iter([(field.key.clone(), value.clone())]);
    answer_faults(std::slice::from_ref(field), &alone).is_empty().then_some(value)
}

fn same_name(name: &Text, said: &str) -> bool {
    name.zh == said || name.en.eq_ignore_ascii_case(said)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::field::Choice;

    fn question(key: &str, (en, zh): (&str, &str), kind: FieldKind) -> FieldDef {
        let choices = match kind {
            FieldKind::Choice => {
                vec![Choice { key: "a".to_owned(), name: Text::new("North", "北区") }]
            }
            _ => Vec::new(),
        };
        FieldDef {
            key: key.to_owned(),
            name: Text::new(en, zh),
            kind,
            required: true,
            choices,
            min: None,
            max: Some(100.0),
        }
    }

    #[test]
    fn lines_that_name_a_question_answer_it() {
        let fields = [
            question("serial", ("Serial number", "序列号"), FieldKind::Text),
            question("count", ("How many", "数量"), FieldKind::Number),
            question("day", ("Since", "开始日期"), FieldKind::Date),
            question("place", ("Place", "区域"), FieldKind::Choice),
            question("urgent", ("Work stands still", "业务中断"), FieldKind::YesNo),
        ];
        for (text, expected) in [
            ("序列号：ZX-7\n数量: 3", json!({"serial": "ZX-7", "count": 3.0})),
            ("- serial NUMBER: ZX-7", json!({"serial": "ZX-7"})),
            ("serial: one\nserial: two", json!({"serial": "one"})),
            ("区域：北区\n业务中断：是", json!({"place": "a", "urgent": true})),
            ("Place: north\nSince: 2026-10-01", json!({"place": "a", "day": "2026-10-01"})),
            // What is no answer of its kind is none; other lines are only words.
            ("数量：很多\nSince: soon\n区域：南区\nurgent: maybe", json!({})),
            ("How many: 101", json!({})),
            ("序列号：\nhello: world\nsee https://x", json!({})),
        ] {
            assert_eq!(Value::Object(answers_in(text, &fields)), expected, "{text}");
        }
    }
}
