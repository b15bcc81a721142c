use directory::{PersonId, PostId, UnitId};
use jiff::civil::{Date, DateTime, Time as WallTime};
use kernel::{Id, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The id of a roster.
pub type RosterId = Id<Roster>;

/// Who is responsible for something when, as it was last written.
#[derive(Debug, Clone, PartialEq)]
pub struct Roster {
    /// Its id.
    pub id: RosterId,
    /// What it says.
    pub draft: RosterDraft,
    /// Grows by one with every change of what it says.
    pub version: i64,
    /// Grows with everything that may change somebody's duty; calendars show the highest.
    pub revision: i64,
    /// Whether it was given up: it plans nothing more, and its past stays.
    pub retired: bool,
    /// When it was made.
    pub created_at: Time,
    /// When somebody's duty last may have changed.
    pub changed_at: Time,
    /// Before this moment duty is fact.
    pub frozen_until: Time,
}

/// What a roster says. It is its form on the wire and in the records, too: both are versioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RosterBody)]
#[serde(deny_unknown_fields)]
pub struct RosterDraft {
    /// What people call it; 1 to 100 characters.
    pub name: String,
    /// The unit that answers for it.
    #[schema(value_type = String)]
    pub unit_id: UnitId,
    /// The IANA zone of its wall clock: `Asia/Shanghai`.
    pub zone: String,
    /// Which days are worked.
    pub calendar: CalendarName,
    /// Days that differ here from the calendar; the later of two for a day holds.
    #[serde(default)]
    pub days: Vec<OwnDay>,
    /// Hours that must lie between two shifts of a person; 0: any.
    #[serde(default)]
    pub rest_hours_min: u32,
    /// Whether a swap needs somebody's approval besides the partner's consent.
    #[serde(default)]
    pub swap_approval: bool,
    /// The shifts of a day.
    pub shifts: Vec<Shift>,
    /// Who is needed in each shift.
    pub positions: Vec<Position>,
}

/// A calendar that comes with the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarName {
    /// Mainland China's days off and make-up workdays, as far as they are published.
    China,
    /// Monday to Friday.
    Weekdays,
    /// Every day is a workday.
    EveryDay,
}

/// A day that differs from the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnDay {
    /// The day.
    #[schema(value_type = String, example = "2026-10-01")]
    pub date: Date,
    /// What it is instead: `workday` or `holiday`.
    pub kind: DayKind,
    /// Why.
    #[serde(default)]
    pub name: String,
}

/// What a day is to a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// People work; make-up workdays (调休上班日) are such days.
    Workday,
    /// Off by the ordinary week.
    Weekend,
    /// Off by a dated entry.
    Holiday,
}

impl DayKind {
    const ALL: [Self; 3] = [Self::Workday, Self::Weekend, Self::Holiday];

    /// Its name on the wire and in the records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workday => "workday",
            Self::Weekend => "weekend",
            Self::Holiday => "holiday",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A span of the day for which somebody is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Its stable name within the roster: `night`.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// When it begins on the wall clock: `20:00`.
    #[schema(value_type = String, example = "08:00")]
    pub from: Clock,
    /// When it ends; not after `from`: on the next day.
    #[schema(value_type = String, example = "20:00")]
    pub to: Clock,
    /// On which days it begins; empty: on all.
    #[serde(default)]
    pub days: Vec<DayKind>,
}

/// A place in a shift that one or several people fill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Its stable name within the roster: `lead`.
    pub key: String,
    /// What people call it: 带班领导, 主班, 副班.
    pub name: String,
    /// The post of the directory that whoever is on must hold.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub post_id: Option<PostId>,
    /// How many are needed at a time; 1 when not given.
    #[serde(default = "one")]
    pub seats: u32,
    /// What whoever is on must be qualified for.
    #[serde(default)]
    pub qualifications: Vec<String>,
    /// In which shifts it is filled, by key; empty: in all.
    #[serde(default)]
    pub shifts: Vec<String>,
    /// Who takes turns; for a shift on a day the first that covers it counts.
    pub rotations: Vec<RotationDraft>,
    /// Who steps in, the first who can, for somebody on leave.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub reserves: Vec<PersonId>,
}

/// People who take turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationDraft {
    /// On which days it counts; empty: on all.
    #[serde(default)]
    pub days: Vec<DayKind>,
    /// For which shifts it counts, by key; empty: for all.
    #[serde(default)]
    pub shifts: Vec<String>,
    /// When the first block begins on the wall clock: `2026-01-05T08:00`.
    #[schema(value_type = String, example = "2026-01-05T08:00:00")]
    pub start: DateTime,
    /// What the blocks are counted in.
    pub unit: TurnUnit,
    /// The blocks of a round; they may differ in length.
    pub blocks: Vec<BlockDraft>,
}

/// In what the length of a block is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnUnit {
    /// Hours on the wall clock.
    Hours,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Shifts that the rotation covers: days that it does not cover take nobody's turn.
    Shifts,
    /// Days on which the rotation covers a shift.
    DutyDays,
}

/// One part of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockDraft {
    /// Who is on, one for each seat.
    #[schema(value_type = Vec<String>)]
    pub people: Vec<PersonId>,
    /// For how many units; 1 when not given.
    #[serde(default = "one")]
    pub length: u32,
}

/// A time of the wall clock to the minute, written `08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(pub(crate) WallTime);

impl Serialize for Clock {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:02}:{:02}", self.0.hour(), self.0.minute()))
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts =
            text.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2);
        let number = |part: &str| part.parse::<i8>().ok().filter(|_| !part.starts_with(['+', '-']));
        let time = parts
            .and_then(|(hour, minute)| WallTime::new(number(hour)?, number(minute)?, 0, 0).ok());
        time.map(Self).ok_or_else(|| serde::de::Error::custom("a time such as 08:00"))
    }
}

fn one() -> u32 {
    1
}

impl RosterDraft {
    /// Everybody whom it names, once each.
    #[must_use]
    pub fn people(&self) -> std::collections::BTreeSet<PersonId> {
        let turns = self.positions.iter().flat_map(|position| &position.rotations);
        let named = turns.flat_map(|rotation| &rotation.blocks).flat_map(|block| &block.people);
        let reserves = self.positions.iter().flat_map(|position| &position.reserves);
        named.chain(reserves).copied().collect()
    }

    /// The position of that key.
    #[must_use]
    pub fn position(&self, key: &str) -> Option<&Position> {
        self.positions.iter().find(|position| position.key == key)
    }

    /// The shift of that key.
    #[must_use]
    pub fn shift(&self, key: &str) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.key == key)
    }
}

impl Position {
    /// Whether it is filled in that shift.
    #[must_use]
    pub fn has_shift(&self, key: &str) -> bool {
        self.shifts.is_empty() || self.shifts.iter().any(|shift| shift == key)
    }
}

impl RotationDraft {
    /// Whether it counts for that shift on such a day.
    #[must_use]
    pub fn covers(&self, shift: &str, kind: DayKind) -> bool {
        (self.days.is_empty() || self.days.contains(&kind))
            && (self.shifts.is_empty() || self.shifts.iter().any(|key| key == shift))
    }
}

impl Shift {
    /// Whether it begins on such a day.
    #[must_use]
    pub fn begins_on(&self, kind: DayKind) -> bool {
        self.days.is_empty() || self.days.contains(&kind)
    }
}
