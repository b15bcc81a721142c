use kernel::{FieldFault, Text, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A text with blanks that a message fills, in both languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its name: `alert.raised`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// The texts.
    pub wordings: Wordings,
    /// Parameters to try it with.
    pub sample: Map<String, Value>,
    /// Whether it came with the product.
    pub shipped: bool,
    /// Whether it differs from what came with the product.
    pub edited: bool,
    /// Grows with each change.
    pub version: i64,
    /// When it was changed.
    pub updated_at: Time,
}

/// The texts of a template, one for each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wordings {
    /// English.
    pub en: Wording,
    /// 简体中文。
    pub zh: Wording,
}

/// The texts of a template in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML for mail; empty: mail is plain text.
    #[serde(default)]
    pub html: String,
}

/// A template to be made, or what one is to become.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateDraft {
    /// What people call it.
    pub title: Text,
    /// The texts.
    pub wordings: Wordings,
    /// Parameters to try it with.
    pub sample: Map<String, Value>,
}

/// A template that comes with the product; a crate gives its own to the roof.
#[derive(Debug, Clone, Copy)]
pub struct ShippedTemplate {
    /// Its name.
    pub name: &'static str,
    /// What people call it: English, Chinese.
    pub title: (&'static str, &'static str),
    /// English: subject, text, HTML.
    pub en: (&'static str, &'static str, &'static str),
    /// Chinese: subject, text, HTML.
    pub zh: (&'static str, &'static str, &'static str),
    /// Parameters to try it with, a JSON object.
    pub sample: &'static str,
}

impl ShippedTemplate {
    /// The template as it comes.
    pub(crate) fn draft(&self) -> TemplateDraft {
        let wording = |(subject, text, html): (&str, &str, &str)| Wording {
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: html.to_owned(),
        };
        TemplateDraft {
            title: Text::new(self.title.0, self.title.1),
            wordings: Wordings { en: wording(self.en), zh: wording(self.zh) },
            sample: serde_json::from_str(self.sample).unwrap_or_default(),
        }
    }
}

impl TemplateDraft {
    /// What is wrong with it, besides what only rendering tells.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut check = |field: &str, text: &str, least: usize, most: usize| {
            let length = text.chars().count();
            if !(least..=most).contains(&length) || text.contains('\0') {
                let expected = Text::new(
                    format!("{least} to {most} characters"),
                    format!("{least} 到 {most} 个字符"),
                );
                faults.push(FieldFault::new(field, format!("{length} characters"), expected));
            }
        };
        check("title.en", &self.title.en, 1, 100);
        check("title.zh", &self.title.zh, 1, 100);
        for (language, wording) in [("en", &self.wordings.en), ("zh", &self.wordings.zh)] {
            check(&format!("wordings.{language}.subject"), &wording.subject, 1, 1_000);
            check(&format!("wordings.{language}.text"), &wording.text, 1, 20_000);
            check(&format!("wordings.{language}.html"), &wording.html, 0, 100_000);
        }
        faults
    }
}

/// Errors: what is wrong with a template's name.
pub(crate) fn check_name(name: &str) -> Result<(), FieldFault> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if (1..=60).contains(&name.len()) && name.chars().all(word) {
        return Ok(());
    }
    let expected = Text::new(
        "1 to 60 of a–z, 0–9, dot, dash and underscore",
        "1 到 60 个小写字母、数字、点、横线或下划线",
    );
    Err(FieldFault::new("name", name, expected))
}
