use directory::PersonId;
use kernel::{FieldFault, Id, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::roster::RosterId;

/// The id of a hand-over.
pub(crate) type HandOverId = Id<HandOver>;

const ITEMS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 4_000;
const NAME_CHARS_MAX: usize = 200;

/// A shift that is passed on (交接班): signed by whoever goes, then by whoever comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandOver {
    /// Its id.
    pub id: HandOverId,
    /// The roster.
    pub roster_id: RosterId,
    /// The position's key.
    pub position: String,
    /// Who goes.
    pub giver: PersonId,
    /// Who comes.
    pub taker: PersonId,
    /// What is handed over.
    pub content: HandOverContent,
    /// How far it is.
    pub state: HandOverState,
    /// Grows with every change.
    pub version: i64,
    /// When it was begun.
    pub begun_at: Time,
    /// When whoever goes signed.
    pub given_at: Option<Time>,
    /// When whoever comes signed.
    pub taken_at: Option<Time>,
}

/// How far a hand-over is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HandOverState {
    /// It is being written.
    Begun,
    /// Whoever goes has signed: it no longer changes.
    Given,
    /// Both have signed.
    Taken,
}

/// What is handed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HandOverContent)]
pub(crate) struct HandOverContent {
    /// What is open: incidents, tickets, work begun. The successor inherits what is not done.
    #[serde(default)]
    pub items: Vec<OpenItem>,
    /// What was read: temperatures, counters.
    #[serde(default)]
    pub readings: Vec<Reading>,
    /// Keys, cards, telephones.
    #[serde(default)]
    pub keys: Vec<KeyItem>,
    /// What else there is to say.
    #[serde(default)]
    pub notes: String,
}

/// Something that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenItem {
    /// What.
    pub text: String,
    /// Where more is said of it: an alert's or a ticket's page.
    #[serde(default)]
    pub link: String,
    /// Whether it is done.
    #[serde(default)]
    pub done: bool,
}

/// Something that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reading {
    /// Of what.
    pub name: String,
    /// What it showed.
    pub value: String,
}

/// Something that is passed on by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyItem {
    /// What.
    pub name: String,
    /// Whether it is there.
    #[serde(default)]
    pub present: bool,
}

impl HandOverState {
    const ALL: [Self; 3] = [Self::Begun, Self::Given, Self::Taken];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Given => "given",
            Self::Taken => "taken",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl HandOverContent {
    /// What the successor begins with: what is not done, the readings to be read anew, the keys.
    #[must_use]
    pub(crate) fn inherited(&self) -> Self {
        let items = self.items.iter().filter(|item| !item.done).cloned().collect();
        let readings = self
            .readings
            .iter()
            .map(|reading| Reading { name: reading.name.clone(), value: String::new() });
        let keys = self.keys.iter().map(|key| KeyItem { name: key.name.clone(), present: false });
        Self { items, readings: readings.collect(), keys: keys.collect(), notes: String::new() }
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut text = |field: String, found: &str, min: usize, max: usize| {
            let count = found.chars().count();
            if !(min..=max).contains(&count) || found.contains('\0') {
                let expected = Text::new(
                    format!("{min} to {max} characters"),
                    format!("{min} 至 {max} 个字符"),
                );
                let shown: String = found.chars().take(60).collect();
                faults.push(FieldFault::new(field, shown, expected));
            }
        };
        for (at, item) in self.items.iter().enumerate() {
            text(format!("items[{at}].text"), &item.text, 1, TEXT_CHARS_MAX);
            text(format!("items[{at}].link"), &item.link, 0, NAME_CHARS_MAX);
        }
        for (at, reading) in self.readings.iter().enumerate() {
            text(format!("readings[{at}].name"), &reading.name, 1, NAME_CHARS_MAX);
            text(format!("readings[{at}].value"), &reading.value, 0, NAME_CHARS_MAX);
        }
        for (at, key) in self.keys.iter().enumerate() {
            text(format!("keys[{at}].name"), &key.name, 1, NAME_CHARS_MAX);
        }
        text("notes".to_owned(), &self.notes, 0, 4 * TEXT_CHARS_MAX);
        let links = self.items.iter().enumerate();
        for (at, item) in links.filter(|(_, item)| !is_inside(&item.link)) {
            let expected =
                Text::new("a page of this system: /alerts/…", "本系统页面，如 /alerts/…");
            faults.push(FieldFault::new(format!("items[{at}].link"), &item.link, expected));
        }
        let counts = [
            ("items", self.items.len()),
            ("readings", self.readings.len()),
            ("keys", self.keys.len()),
        ];
        for (field, count) in counts.into_iter().filter(|(_, count)| *count > ITEMS_MAX) {
            let expected = Text::new("at most 200 of them", "最多 200 项");
            faults.push(FieldFault::new(field, count, expected));
        }
        faults
    }
}

/// A link leads nowhere else.
fn is_inside(link: &str) -> bool {
    link.is_empty() || (link.starts_with('/') && !link.starts_with("//") && !link.contains('\\'))
}
