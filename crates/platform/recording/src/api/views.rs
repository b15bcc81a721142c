use kernel::Time;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{backfill::Backfill, groups::RuleGroups};

/// A rule file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleGroups)]
pub(super) struct GroupsView {
    id: String,
    /// `file` in Prometheus' API.
    name: String,
    /// How many groups it holds.
    groups: u32,
    /// How many rules they have.
    rules: u32,
    version: i64,
    created_at: String,
    updated_at: String,
}

impl From<RuleGroups> for GroupsView {
    fn from(groups: RuleGroups) -> Self {
        Self {
            id: groups.id.to_string(),
            name: groups.name,
            groups: groups.groups,
            rules: groups.rules,
            version: groups.version,
            created_at: groups.created_at.to_string(),
            updated_at: groups.updated_at.to_string(),
        }
    }
}

/// A back-fill of recording rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleBackfill)]
pub(super) struct BackfillView {
    id: String,
    /// The group in the file.
    group: String,
    /// The names of the rules.
    rules: Vec<String>,
    /// `running`, `finished`, `failed` or `cancelled`.
    state: String,
    from: String,
    /// Up to where it has come.
    reached: String,
    /// Its end; none: until the present is reached.
    to: Option<String>,
    /// The part that is done, 0 to 1.
    progress: f64,
    /// Samples written.
    samples: u64,
    /// Samples that the store did not take: others are there, or the series has gone on.
    refused: u64,
    /// Why it failed.
    message: String,
    created_at: String,
    updated_at: String,
}

impl BackfillView {
    pub(super) fn of(backfill: Backfill, now: Time) -> Self {
        let moment = |ms: i64| Time::from_millis(ms).to_string();
        Self {
            progress: backfill.progress(now.millis()),
            id: backfill.id.to_string(),
            group: backfill.group,
            rules: backfill.rules,
            state: backfill.state.name().to_owned(),
            from: moment(backfill.from_ms),
            reached: moment(backfill.next_ms),
            to: backfill.to_ms.map(moment),
            samples: backfill.samples,
            refused: backfill.refused,
            message: backfill.message,
            created_at: backfill.created_at.to_string(),
            updated_at: backfill.updated_at.to_string(),
        }
    }
}
