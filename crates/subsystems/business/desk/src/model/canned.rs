use directory::UnitId;
use http_kit::TextView;
use kernel::{FieldFault, Id, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ticket::{Ticket, text_fault},
    ticket_type::checked_text,
};

const TEXT_CHARS_MAX: usize = 10_000;
/// What stands for something of the ticket.
const PLACEHOLDERS: [&str; 3] = ["number", "name", "subject"];

/// The id of a canned reply.
pub(crate) type CannedId = Id<Canned>;

/// A reply that is written once and used often.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Canned {
    /// Its id.
    pub id: CannedId,
    /// What it says.
    pub draft: CannedDraft,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was last changed.
    pub changed_at: Time,
}

/// What a canned reply says. It is its form on the wire and in the records, too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CannedReplyBody)]
pub(crate) struct CannedDraft {
    /// By what people find it.
    #[schema(value_type = TextView)]
    pub name: Text,
    /// The reply; `{{number}}`, `{{name}}` and `{{subject}}` stand for those of the ticket.
    #[schema(value_type = TextView)]
    pub text: Text,
    /// Only for tickets of this type.
    #[serde(default)]
    pub type_key: Option<String>,
    /// Only for tickets in the charge of this unit or one below it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub unit_id: Option<UnitId>,
}

impl CannedDraft {
    /// Everything that is wrong with it.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        checked_text("name", &self.name, &mut faults);
        for (language, said) in [("en", &self.text.en), ("zh", &self.text.zh)] {
            let field = format!("text.{language}");
            faults.extend(text_fault(&field, said, 1, TEXT_CHARS_MAX));
            let strange = placeholders(said).find(|name| !PLACEHOLDERS.contains(name));
            if let Some(name) = strange {
                let expected = Text::same("{{number}}, {{name}}, {{subject}}");
                faults.push(FieldFault::new(field, format!("{{{{{name}}}}}"), expected));
            }
        }
        faults
    }

    /// The reply for a ticket.
    #[must_use]
    pub(crate) fn filled(&self, ticket: &Ticket) -> Text {
        Text::new(filled(&self.text.en, ticket), filled(&self.text.zh, ticket))
    }
}

/// The names in double braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap_or(rest).trim())
}

/// In one pass: what people wrote into a ticket is not read for placeholders again.
fn filled(text: &str, ticket: &Ticket) -> String {
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        filled.push_str(match name.trim() {
            "number" => &ticket.number,
            "name" => &ticket.content.requester.name,
            "subject" => &ticket.content.subject,
            other => other,
        });
        filled.push_str(rest);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{moving::tests::ticket, phase::Phase};

    fn canned(text: &str) -> CannedDraft {
        let (name, text) = (Text::same("Hello"), Text::same(text));
        CannedDraft { name, text, type_key: None, unit_id: None }
    }

    #[test]
    fn placeholders_are_filled_once() {
        let mut ticket = ticket("handling", Phase::Active);
        ticket.content.requester.name = "{{number}}".to_owned();
        let filled = canned("{{name}}：{{ number }} – {{subject}}").filled(&ticket);
        assert_eq!(filled.zh, "{{number}}：ENQ-1 – x");
    }

    #[test]
    fn strange_placeholder_is_named() {
        let fault = canned("Dear {{nmae}}").faults().remove(0);
        assert_eq!((fault.field.as_str(), fault.found.as_str()), ("text.en", "{{nmae}}"));
        assert!(canned("{{name}}, {{number}}").faults().is_empty());
    }
}
