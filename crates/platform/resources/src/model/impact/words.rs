use kernel::{FieldFault, Id, Text};
use serde::{Deserialize, Serialize};

use crate::{FailureDirection, ResourceId};

/// How badly a resource fares, from well to ill.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing is wrong.
    #[default]
    Fine,
    /// It works, but a reserve is gone: one more failure may hurt.
    AtRisk,
    /// It works worse.
    Degraded,
    /// It does not work.
    Down,
}

/// What a failure does along one kind of relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailureRule {
    /// The kind of relation: `runs-on`.
    pub relation: String,
    /// Which way it goes.
    pub goes: FailureDirection,
    /// The worst it does to a resource that says nothing else in a [`Redundancy`].
    pub worst: Severity,
}

/// How much of a group has to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enough {
    /// So many of them; all of them when the group is smaller.
    Count(u32),
    /// So many percent of their weights together.
    Percent(u32),
}

/// Of a group that a resource needs, some suffice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redundancy {
    /// Its id.
    pub id: Id<Redundancy>,
    /// The resource that needs them.
    pub resource: ResourceId,
    /// What people call the group.
    pub name: String,
    /// The kind of relation by which it needs them.
    pub relation: String,
    /// The group; none: all by that relation that are in no other group.
    pub members: Vec<ResourceId>,
    /// How much of it has to work.
    pub enough: Enough,
}

/// Which way impact is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImpactDirection {
    /// What fares worse when the resource fails.
    Up,
    /// What the resource rests on.
    Down,
}

/// A resource has at most so many groups.
const GROUPS_MAX: usize = 50;
/// A group names at most so many members.
const MEMBERS_MAX: usize = 500;

impl Severity {
    /// All of them, from well to ill.
    pub const ALL: [Self; 4] = [Self::Fine, Self::AtRisk, Self::Degraded, Self::Down];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::AtRisk => "at-risk",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

impl FailureRule {
    /// Whether a failure of the target reaches the source.
    #[must_use]
    pub const fn reaches_source(&self) -> bool {
        matches!(self.goes, FailureDirection::ToSource | FailureDirection::Both)
    }

    /// Whether a failure of the source reaches the target.
    #[must_use]
    pub const fn reaches_target(&self) -> bool {
        matches!(self.goes, FailureDirection::ToTarget | FailureDirection::Both)
    }
}

impl Enough {
    /// How it reads: "2 of 3 suffice".
    #[must_use]
    pub fn sentence(self, of: usize) -> Text {
        match self {
            Self::Count(count) => {
                Text::new(format!("{count} of {of} suffice"), format!("{of} 个中有 {count} 个即可"))
            }
            Self::Percent(percent) => Text::new(
                format!("{percent} % of the weight of {of} suffice"),
                format!("{of} 个按权重达到 {percent}% 即可"),
            ),
        }
    }
}

/// Checks the groups of one resource.
///
/// Errors: a fault for every group that is wrong, named by its place: `groups.0.count`.
pub(crate) fn checked_redundancies(
    groups: &[Redundancy],
    relations: &[String],
) -> Result<(), Vec<FieldFault>> {
    let mut faults = Vec::new();
    if groups.len() > GROUPS_MAX {
        let expected = Text::new("at most 50 groups", "不超过 50 组");
        faults.push(FieldFault::new("groups", groups.len(), expected));
    }
    for (at, group) in groups.iter().enumerate().take(GROUPS_MAX) {
        let mut wrong = |field: &str, found: String, expected: Text| {
            faults.push(FieldFault::new(format!("groups.{at}.{field}"), found, expected));
        };
        let length = group.name.chars().count();
        if !(1..=200).contains(&length) || group.name.contains(char::is_control) {
            let expected = Text::new("1 to 200 characters", "1 到 200 个字符");
            wrong("name", group.name.clone(), expected);
        }
        if !relations.contains(&group.relation) {
            wrong("relation", group.relation.clone(), Text::same(relations.join(", ")));
        }
        if group.members.len() > MEMBERS_MAX {
            let expected = Text::new("at most 500 members", "不超过 500 个成员");
            wrong("members", group.members.len().to_string(), expected);
        }
        match group.enough {
            Enough::Count(count) if !(1..=10_000).contains(&count) => {
                wrong("count", count.to_string(), Text::same("1–10000"));
            }
            Enough::Percent(percent) if !(1..=100).contains(&percent) => {
                wrong("percent", percent.to_string(), Text::same("1–100"));
            }
            Enough::Count(_) | Enough::Percent(_) => {}
        }
        let twice =
            groups[..at].iter().filter(|other| other.relation == group.relation).any(|other| {
                let same = group.members.iter().any(|member| other.members.contains(member));
                same || (group.members.is_empty() && other.members.is_empty())
            });
        if twice {
            let expected = Text::new("each member in one group only", "每个成员只属于一组");
            wrong("members", group.name.clone(), expected);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
