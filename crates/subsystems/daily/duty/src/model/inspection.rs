use directory::{PostId, UnitId};
use jiff::civil::Date;
use kernel::{Id, Time};
use resources::ResourceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::roster::{CalendarName, Clock, OwnDay, RosterId};

/// The id of a plan of inspections.
pub(crate) type InspectionId = Id<Inspection>;

/// What is inspected, when and by whom (巡检计划).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inspection {
    /// Its id.
    pub id: InspectionId,
    /// What it says.
    pub draft: InspectionDraft,
    /// Grows with every change of what it says.
    pub version: i64,
    /// Whether it was given up: no rounds are made any more.
    pub retired: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
    /// The last day whose rounds are made.
    pub made_until: Date,
}

/// What a plan says, as people write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectionBody)]
pub(crate) struct InspectionDraft {
    /// What people call it.
    pub name: String,
    /// The unit it belongs to: that is its place for permissions, and whose head is told.
    #[schema(value_type = String)]
    pub unit_id: UnitId,
    /// Who does the rounds.
    pub by: Doer,
    /// When they are done.
    pub schedule: Schedule,
    /// For how many minutes after the window answers still come in from phones without a network.
    #[serde(default)]
    pub grace_minutes: u32,
    /// The type of the tickets that are opened for what is abnormal; none: no tickets.
    #[serde(default)]
    pub ticket_type: Option<String>,
    /// The route, in the order it is walked.
    pub items: Vec<Item>,
}

/// Who does rounds: whoever is on in a roster, or holds a post; one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectionDoer)]
pub(crate) struct Doer {
    /// Whoever is on in this roster.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub roster_id: Option<RosterId>,
    /// In this position of it only, by key.
    #[serde(default)]
    pub position: Option<String>,
    /// Whoever holds this post of the directory.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub post_id: Option<PostId>,
}

/// On which days and between which times rounds are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectionSchedule)]
pub(crate) struct Schedule {
    /// The zone of the wall clock: `Asia/Shanghai`.
    pub zone: String,
    /// Which days are worked.
    pub calendar: CalendarName,
    /// Days that differ here from the calendar.
    #[serde(default)]
    pub days: Vec<OwnDay>,
    /// The first day.
    #[schema(value_type = String, example = "2026-01-05")]
    pub from: Date,
    /// How often.
    pub every: Every,
    /// With `week` the weekdays, 1 (Monday) to 7; with `month` the days, 1 to 31, a day that the
    /// month does not have being its last one.
    #[serde(default)]
    pub on: Vec<u8>,
    /// What becomes of a round on a day off.
    #[serde(default)]
    pub days_off: DaysOff,
    /// A round for each.
    pub windows: Vec<Window>,
}

/// How often rounds are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InspectionEvery)]
pub(crate) enum Every {
    /// Each day.
    Day,
    /// On weekdays.
    Week,
    /// On days of the month.
    Month,
}

/// What becomes of a round on a day off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InspectionDaysOff)]
pub(crate) enum DaysOff {
    /// It is done all the same.
    #[default]
    Kept,
    /// It is left out.
    Skipped,
    /// It is done on the next workday.
    Moved,
}

/// A span of the day within which a round is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectionWindow)]
pub(crate) struct Window {
    /// From this time of the wall clock.
    #[schema(value_type = String, example = "08:00")]
    pub from: Clock,
    /// To this one; not after `from`: on the next day.
    #[schema(value_type = String, example = "10:00")]
    pub to: Clock,
}

/// Something that is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectionItem)]
pub(crate) struct Item {
    /// Its stable name within the plan.
    pub key: String,
    /// What is looked at.
    pub name: String,
    /// Where; empty where the resource says it.
    #[serde(default)]
    pub place: String,
    /// The resource it is about.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub resource_id: Option<ResourceId>,
    /// What is asked.
    pub kind: QuestionKind,
    /// With `number`: in what it is measured.
    #[serde(default)]
    pub unit: String,
    /// With `number`: less than this is abnormal.
    #[serde(default)]
    pub min: Option<f64>,
    /// With `number`: more than this is abnormal.
    #[serde(default)]
    pub max: Option<f64>,
    /// With `choice`: what there is to choose from.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Whether a photo must be taken.
    #[serde(default)]
    pub photo: bool,
}

/// What is asked of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InspectionQuestion)]
pub(crate) enum QuestionKind {
    /// Whether all is well: `true` or `false`, which is abnormal.
    YesNo,
    /// A number.
    Number,
    /// One of several words.
    Choice,
    /// Words.
    Text,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectionChoice)]
pub(crate) struct Choice {
    /// What it says.
    pub name: String,
    /// Whether choosing it is abnormal.
    #[serde(default)]
    pub abnormal: bool,
}

impl InspectionDraft {
    /// The item of that key.
    #[must_use]
    pub(crate) fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }
}
