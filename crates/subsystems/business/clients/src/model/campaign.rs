use directory::{PersonId, UnitId};
use jiff::civil::Date;
use kernel::{FieldFault, Id, Text, Time};
use resources::ResourceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The id of a campaign.
pub(crate) type CampaignId = Id<Campaign>;

/// A campaign has no more machines than this.
pub(crate) const MACHINES_MAX: usize = 5_000;

const NAME_CHARS_MAX: usize = 100;
const SOFTWARE_VERSION_CHARS_MAX: usize = 60;
const INSTRUCTIONS_CHARS_MAX: usize = 20_000;
const FILTER_CHARS_MAX: usize = 4_000;
const KEY_CHARS_MAX: usize = 40;

/// Client software that is installed, upgraded or removed on many machines (客户端任务).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// What it says.
    pub draft: CampaignDraft,
    /// How far it is.
    pub state: CampaignState,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
    /// When its machines were frozen.
    pub started_at: Option<Time>,
    /// When it was finished or cancelled.
    pub ended_at: Option<Time>,
}

/// What a campaign says, as people write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CampaignBody)]
pub(crate) struct CampaignDraft {
    /// What people call it.
    pub name: String,
    /// What is done on each machine.
    pub kind: CampaignKind,
    /// The unit that answers for it.
    #[schema(value_type = String)]
    pub unit_id: UnitId,
    /// Who answers for it; none: the unit.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<PersonId>,
    /// What is installed, upgraded or removed.
    pub software: String,
    /// To which version; empty where it does not matter.
    #[serde(default)]
    pub software_version: String,
    /// How it is done.
    #[serde(default)]
    pub instructions: String,
    /// Which machines; they are frozen when the campaign is started.
    pub machines: MachineChoice,
    /// The first planned day.
    #[schema(value_type = String, example = "2026-09-21")]
    pub from: Date,
    /// The last planned day.
    #[schema(value_type = String, example = "2026-10-16")]
    pub to: Date,
    /// The key of the type of ticket that a failure opens; null: it opens none.
    #[serde(default = "incident")]
    pub ticket_type: Option<String>,
}

/// What is done on each machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CampaignKind)]
pub(crate) enum CampaignKind {
    /// Something new is put on it.
    Install,
    /// What is there is brought to another version.
    Upgrade,
    /// What is there is taken off.
    Remove,
}

/// Which machines a campaign is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MachineChoice)]
pub(crate) enum MachineChoice {
    /// Those that a filter of the register matches when the campaign is started.
    Filter(String),
    /// These.
    #[schema(value_type = Vec<String>)]
    Resources(Vec<ResourceId>),
}

/// How far a campaign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CampaignState)]
pub(crate) enum CampaignState {
    /// It is being prepared.
    Planned,
    /// Its machines are frozen, and worked on.
    Running,
    /// Every machine is done with.
    Finished,
    /// It was given up.
    Cancelled,
}

fn incident() -> Option<String> {
    Some("incident".to_owned())
}

impl CampaignKind {
    /// In both languages.
    #[must_use]
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Install => Text::new("Install", "安装"),
            Self::Upgrade => Text::new("Upgrade", "升级"),
            Self::Remove => Text::new("Remove", "卸载"),
        }
    }
}

impl CampaignState {
    const ALL: [Self; 4] = [Self::Planned, Self::Running, Self::Finished, Self::Cancelled];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// In both languages.
    #[must_use]
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Planned => Text::new("planned", "计划中"),
            Self::Running => Text::new("running", "进行中"),
            Self::Finished => Text::new("finished", "已完成"),
            Self::Cancelled => Text::new("cancelled", "已取消"),
        }
    }

    /// Whether nothing about it changes any more.
    #[must_use]
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled)
    }
}

impl CampaignDraft {
    /// Everything that is wrong with it by itself; whether what it names exists is asked elsewhere.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        line(&mut faults, "name", &self.name, (1, NAME_CHARS_MAX));
        line(&mut faults, "software", &self.software, (1, NAME_CHARS_MAX));
        let version = &self.software_version;
        line(&mut faults, "software_version", version, (0, SOFTWARE_VERSION_CHARS_MAX));
        text(&mut faults, "instructions", &self.instructions, (0, INSTRUCTIONS_CHARS_MAX));
        if let Some(key) = &self.ticket_type {
            line(&mut faults, "ticket_type", key, (1, KEY_CHARS_MAX));
        }
        for (field, day) in [("from", self.from), ("to", self.to)] {
            if !(1980..=2200).contains(&day.year()) {
                let expected = Text::new("a year from 1980 to 2200", "1980 至 2200 年");
                faults.push(FieldFault::new(field, day, expected));
            }
        }
        if self.to < self.from {
            let expected = Text::new("no day before `from`", "不早于开始日期");
            faults.push(FieldFault::new("to", self.to, expected));
        }
        self.machines.faults(&mut faults);
        faults
    }
}

impl MachineChoice {
    fn faults(&self, faults: &mut Vec<FieldFault>) {
        match self {
            Self::Filter(filter) => {
                text(faults, "machines.filter", filter, (1, FILTER_CHARS_MAX));
            }
            Self::Resources(ids) if (1..=MACHINES_MAX).contains(&ids.len()) => {}
            Self::Resources(ids) => {
                let expected = Text::new("1 to 5,000 machines", "1 至 5000 台终端");
                faults.push(FieldFault::new("machines.resources", ids.len(), expected));
            }
        }
    }
}

/// Words on one line.
fn line(faults: &mut Vec<FieldFault>, field: &str, found: &str, (min, max): (usize, usize)) {
    let count = found.trim().chars().count();
    if (min..=max).contains(&count) && !found.contains(char::is_control) {
        return;
    }
    let expected = Text::new(
        format!("{min} to {max} characters on one line"),
        format!("{min} 至 {max} 个字符，单行"),
    );
    faults.push(FieldFault::new(field, shown(found), expected));
}

/// Words of a length between two, without characters of no use.
pub(super) fn text(
    faults: &mut Vec<FieldFault>,
    field: &str,
    found: &str,
    (min, max): (usize, usize),
) {
    let count = found.trim().chars().count();
    if (min..=max).contains(&count) && !found.contains('\0') {
        return;
    }
    let expected =
        Text::new(format!("{min} to {max} characters"), format!("{min} 至 {max} 个字符"));
    faults.push(FieldFault::new(field, shown(found), expected));
}

fn shown(found: &str) -> String {
    found.chars().take(60).collect()
}
