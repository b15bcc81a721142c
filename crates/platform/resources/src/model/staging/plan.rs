use std::collections::BTreeSet;

use kernel::{Caller, FieldFault, Id, Text, Time};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{End, PlannedChange, bulk::hexadecimal};
use crate::ResourcePlace;

/// The id of a plan.
pub type PlanId = Id<Plan>;

/// A plan has at most so many changes.
const CHANGES_MAX: usize = 2000;
/// The changes of a plan are at most so long as JSON.
const CHANGES_BYTES_MAX: usize = 1024 * 1024;

/// Changes that are made together once somebody else has consented.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// What people call it.
    pub title: String,
    /// Why it is wanted.
    pub description: String,
    /// How far it has come.
    pub state: PlanState,
    /// What is to be done, in order.
    pub changes: Vec<PlannedChange>,
    /// Who made it.
    pub author: Signatory,
    /// Who asked for consent, and when.
    pub submitted: Option<(Signatory, Time)>,
    /// Where what it changes belonged when consent was asked for.
    #[serde(skip)]
    pub places: Vec<ResourcePlace>,
    /// So many of the changes are not shown to the caller.
    #[serde(skip)]
    pub changes_hidden: usize,
    /// What the changes were when consent was asked for: their SHA-256.
    pub payload_hash: Option<String>,
    /// Who decided, and when.
    pub decided: Option<(Signatory, Time)>,
    /// What was said with the decision.
    pub note: String,
    /// When it was carried out.
    pub applied_at: Option<Time>,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// Somebody whose name stands under something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signatory {
    /// The user, or what else acted.
    pub id: String,
    /// What they were called then.
    pub name: String,
}

/// How far a plan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanState {
    /// Being written.
    Draft,
    /// Waiting for consent.
    Submitted,
    /// Consented to.
    Approved,
    /// Refused.
    Rejected,
    /// Carried out.
    Applied,
    /// Given up.
    Withdrawn,
}

/// What a plan is to say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanDraft {
    /// What people call it.
    pub title: String,
    /// Why it is wanted.
    pub description: String,
    /// What is to be done, in order.
    pub changes: Vec<PlannedChange>,
}

impl Signatory {
    /// The one who calls: the user, whichever way they came in.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        Self { id: caller.principal().to_owned(), name: caller.actor.name.clone() }
    }
}

impl PlanState {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Submitted,
        Self::Approved,
        Self::Rejected,
        Self::Applied,
        Self::Withdrawn,
    ];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Applied => "applied",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> Text {
        let (en, zh) = match self {
            Self::Draft => ("a draft", "草稿"),
            Self::Submitted => ("submitted", "待审批"),
            Self::Approved => ("approved", "已批准"),
            Self::Rejected => ("rejected", "已驳回"),
            Self::Applied => ("applied", "已执行"),
            Self::Withdrawn => ("withdrawn", "已撤回"),
        };
        Text::new(en, zh)
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether a plan may go on to `next`.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft | Self::Rejected, Self::Draft)
                | (Self::Draft, Self::Submitted | Self::Withdrawn)
                | (Self::Submitted, Self::Approved | Self::Rejected | Self::Withdrawn)
                | (Self::Approved, Self::Applied | Self::Withdrawn)
                | (Self::Rejected, Self::Withdrawn)
        )
    }
}

/// The SHA-256 of the changes, as they are kept.
pub(crate) fn payload_hash(changes: &str) -> String {
    hexadecimal(&Sha256::digest(changes))
}

/// Checks what a plan says; whether its changes can be made is another question.
///
/// Errors: a fault for each thing that is wrong.
pub(crate) fn checked_draft(draft: &PlanDraft) -> Result<(), Vec<FieldFault>> {
    let mut faults = Vec::new();
    let title = draft.title.trim();
    if !(1..=200).contains(&title.chars().count()) || title.contains(char::is_control) {
        let expected = Text::new("1 to 200 characters", "1 到 200 个字符");
        faults.push(FieldFault::new("title", title, expected));
    }
    if draft.description.chars().count() > 4000 {
        let expected = Text::new("at most 4000 characters", "不超过 4000 个字符");
        faults.push(FieldFault::new("description", &draft.description, expected));
    }
    let size = serde_json::to_vec(&draft.changes).map_or(usize::MAX, |json| json.len());
    if draft.changes.len() > CHANGES_MAX || size > CHANGES_BYTES_MAX {
        let found = format!("{} / {size} B", draft.changes.len());
        let expected = Text::new(
            "at most 2000 changes of 1 MiB together",
            "最多 2000 项变更，合计不超过 1 MiB",
        );
        faults.push(FieldFault::new("changes", found, expected));
    }
    let mut handles = BTreeSet::new();
    for (at, change) in draft.changes.iter().enumerate() {
        match change {
            PlannedChange::Create { handle, .. }
                if !handle.is_empty()
                    && (!handle.starts_with("new:") || !handles.insert(handle.as_str())) =>
            {
                let expected =
                    Text::new("`new:` and a name that no other has", "以 new: 开头且不重复的代号");
                faults.push(FieldFault::new(format!("changes.{at}.handle"), handle, expected));
            }
            PlannedChange::Relate { from, to, .. } => {
                for (end, field) in [(from, "from"), (to, "to")] {
                    if let End::New(handle) = end
                        && !handles.contains(handle.as_str())
                    {
                        let expected = Text::new(
                            "the id of a resource, or the handle of one created before",
                            "资源编号，或前面新建资源的代号",
                        );
                        let field = format!("changes.{at}.{field}");
                        faults.push(FieldFault::new(field, handle, expected));
                    }
                }
            }
            _ => {}
        }
    }
    faults.truncate(50);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
