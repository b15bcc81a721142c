use directory::UnitId;
use http_kit::TextView;
use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    field::FieldDef,
    ticket::text_fault,
    ticket_type::{checked_key, checked_text},
};

const CATEGORIES_MAX: usize = 50;
const INTRO_CHARS_MAX: usize = 4_000;
/// More bits than this keep a telephone busy for minutes.
const WORK_BITS_MAX: u8 = 24;
const WAIT_S_MAX: u16 = 600;

/// How people outside write in without signing in. A type that has none takes nothing from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PublicForm)]
pub(crate) struct PublicForm {
    /// The unit in charge of what comes in.
    #[schema(value_type = String)]
    pub unit_id: UnitId,
    /// What the form is called.
    #[schema(value_type = TextView)]
    pub title: Text,
    /// What people are told before they write.
    #[serde(default)]
    #[schema(value_type = TextView)]
    pub intro: Text,
    /// The keys of the questions of this type that are asked.
    #[serde(default)]
    pub fields: Vec<String>,
    /// What people choose from; none: they do not choose.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Whether people say how to reach them.
    #[serde(default)]
    pub contact: ContactRule,
    /// How many leading zero bits of a SHA-256 a browser has to find: 0 to 24.
    #[serde(default = "work_bits")]
    pub work_bits: u8,
    /// The least time in seconds from opening the form to sending it: 0 to 600.
    #[serde(default = "wait_s")]
    pub wait_s: u16,
}

/// What an enquiry is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PublicFormCategory)]
pub(crate) struct Category {
    /// Its stable name.
    pub key: String,
    /// What people call it.
    #[schema(value_type = TextView)]
    pub name: Text,
    /// The unit in charge of it; none: that of the form.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub unit_id: Option<UnitId>,
}

/// Whether people who write in say how to reach them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PublicFormContact)]
pub(crate) enum ContactRule {
    /// They may, or stay anonymous.
    #[default]
    Optional,
    /// They must.
    Required,
    /// They are not asked.
    None,
}

/// About a third of a second of a browser's work.
const fn work_bits() -> u8 {
    16
}

/// Nobody reads and fills in a form faster.
const fn wait_s() -> u16 {
    5
}

impl PublicForm {
    /// The category of that key.
    #[must_use]
    pub(crate) fn category(&self, key: &str) -> Option<&Category> {
        self.categories.iter().find(|one| one.key == key)
    }

    /// The questions that are asked, of all those of the type.
    #[must_use]
    pub(crate) fn questions(&self, all: &[FieldDef]) -> Vec<FieldDef> {
        all.iter().filter(|field| self.fields.contains(&field.key)).cloned().collect()
    }

    /// Everything that is wrong with it, on a type with these questions.
    pub(crate) fn faults(&self, questions: &[FieldDef], faults: &mut Vec<FieldFault>) {
        checked_text("public.title", &self.title, faults);
        for (language, said) in [("en", &self.intro.en), ("zh", &self.intro.zh)] {
            faults.extend(text_fault(
                &format!("public.intro.{language}"),
                said,
                0,
                INTRO_CHARS_MAX,
            ));
        }
        for (at, key) in self.fields.iter().enumerate() {
            if !questions.iter().any(|field| field.key == *key) {
                let expected = Text::new("the key of a question of this type", "该类型的字段标识");
                faults.push(FieldFault::new(format!("public.fields[{at}]"), key, expected));
            }
        }
        if self.categories.len() > CATEGORIES_MAX {
            let expected = Text::new("at most 50 of them", "最多 50 项");
            faults.push(FieldFault::new("public.categories", self.categories.len(), expected));
        }
        for (at, one) in self.categories.iter().enumerate() {
            let path = format!("public.categories[{at}]");
            checked_key(&format!("{path}.key"), &one.key, faults);
            checked_text(&format!("{path}.name"), &one.name, faults);
            if self.categories[..at].iter().any(|other| other.key == one.key) {
                let expected = Text::new("a key that no other has", "不重复的标识");
                faults.push(FieldFault::new(format!("{path}.key"), &one.key, expected));
            }
        }
        if self.work_bits > WORK_BITS_MAX {
            let expected = Text::new("0 to 24", "0 至 24");
            faults.push(FieldFault::new("public.work_bits", self.work_bits, expected));
        }
        if self.wait_s > WAIT_S_MAX {
            let expected = Text::new("0 to 600", "0 至 600");
            faults.push(FieldFault::new("public.wait_s", self.wait_s, expected));
        }
    }
}
