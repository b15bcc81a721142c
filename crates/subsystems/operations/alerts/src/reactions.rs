mod calls;

use db::Tx;
use journal::{Reaction, ReactionFuture, Row};
use kernel::{Caller, Cause, Fault, Text};
use resources::ResourceMerged;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Alerts, AlertsError,
    actions::{MovedCheck, Occasion},
    model::check_state::SeenState,
    store::checks::SeenCheck,
};

const CHECK_STATE_CHANGED: &str = "check.state_changed";
const CHECK_CHANGED: &str = "check.changed";
const CHECK_REMOVED: &str = "check.removed";
const RESOURCE_CREATED: &str = "resource.created";
const RESOURCE_CHANGED: &str = "resource.changed";
const RESOURCE_RETIRED: &str = "resource.retired";
const CHECK_MOVED: &str = "check.moved";
const RESOURCE_MERGED: &str = "resource.merged";
const MERGE_UNDONE: &str = "resource.merge_undone";

/// Opens, updates and closes alerts as facts about checks and resources arrive.
#[derive(Debug)]
pub(crate) struct FollowFacts(pub(crate) Alerts);

/// What we read of the fact `check.state_changed`; it may have grown other fields.
#[derive(Debug, Deserialize)]
struct StateChanged {
    check_id: String,
    check_name: String,
    resource_id: String,
    #[serde(default)]
    resource_name: String,
    #[serde(default)]
    protocol: String,
    to: String,
    #[serde(default)]
    summary: Option<Text>,
}

/// What we read of the fact `check.moved`.
#[derive(Debug, Deserialize)]
struct CheckMoved {
    check_id: String,
    check_name: String,
    resource_id: String,
    resource_name: String,
    enabled: bool,
}

impl From<CheckMoved> for MovedCheck {
    fn from(told: CheckMoved) -> Self {
        let CheckMoved { check_id, check_name, resource_id, resource_name, enabled } = told;
        Self { id: check_id, name: check_name, resource_id, resource_name, enabled }
    }
}

impl Reaction for FollowFacts {
    fn name(&self) -> &'static str {
        "alerts.facts"
    }

    fn wants(&self, verb: &str) -> bool {
        matches!(
            verb,
            CHECK_STATE_CHANGED
                | CHECK_CHANGED
                | CHECK_REMOVED
                | CHECK_MOVED
                | RESOURCE_CREATED
                | RESOURCE_CHANGED
                | RESOURCE_RETIRED
                | RESOURCE_MERGED
                | MERGE_UNDONE
        ) || calls::wants(verb)
    }

    fn react<'a>(&'a self, tx: &'a mut Tx, row: &'a Row) -> ReactionFuture<'a> {
        Box::pin(async move { self.follow(tx, row).await.map_err(Fault::from) })
    }
}

impl FollowFacts {
    async fn follow(&self, tx: &mut Tx, row: &Row) -> Result<(), AlertsError> {
        let caller = Caller::system("alerts");
        let occasion = Occasion { caller: &caller, at: row.at, cause: Cause(Some(row.seq)) };
        let Self(alerts) = self;
        let (id, name) = (row.subject.id.as_str(), row.subject.name.as_str());
        match row.verb.as_str() {
            CHECK_STATE_CHANGED => match seen_check(row) {
                Some(check) => alerts.check_changed(tx, occasion, &check).await,
                None => Ok(()),
            },
            CHECK_CHANGED => match flag(row, "enabled") {
                Some(enabled) => alerts.check_switched(tx, occasion, id, enabled).await,
                None => Ok(()),
            },
            CHECK_REMOVED => alerts.check_removed(tx, occasion, id).await,
            RESOURCE_CREATED | RESOURCE_CHANGED => {
                // Nothing of a retired resource changes but that it is taken back.
                let retired = flag(row, "retired").unwrap_or(false);
                alerts.resource_seen(tx, id, name, retired).await
            }
            // What is open on it goes to the resource that it turned out to be.
            RESOURCE_RETIRED if is_merged(row) => alerts.resource_seen(tx, id, name, true).await,
            RESOURCE_RETIRED => alerts.resource_retired(tx, occasion, id, name).await,
            CHECK_MOVED => match read::<CheckMoved>(row) {
                Some(moved) => alerts.check_moved(tx, occasion, &moved.into()).await,
                None => Ok(()),
            },
            RESOURCE_MERGED => match read::<ResourceMerged>(row) {
                Some(merged) => alerts.resource_merged(tx, occasion, &merged).await,
                None => Ok(()),
            },
            MERGE_UNDONE => match read::<ResourceMerged>(row) {
                Some(undone) => alerts.merge_undone(tx, occasion, &undone).await,
                None => Ok(()),
            },
            _ => calls::follow(alerts, tx, occasion, row).await,
        }
    }
}

/// What a fact tells. One that cannot be read must not hold up those after it.
fn read<T: DeserializeOwned>(row: &Row) -> Option<T> {
    let seq = row.seq.0;
    match serde_json::from_value(row.detail.clone()) {
        Ok(read) => Some(read),
        Err(error) => {
            tracing::warn!(seq, "failed to read the fact {seq}, {}: {error}", row.verb);
            None
        }
    }
}

/// Whether a resource was retired because it turned out to be another.
fn is_merged(row: &Row) -> bool {
    row.after.as_ref().is_some_and(|after| after["merged_into"].is_string())
}

/// The check as the fact tells of it.
fn seen_check(row: &Row) -> Option<SeenCheck> {
    let seq = row.seq.0;
    let read: StateChanged = read(row)?;
    let Some(state) = SeenState::from_name(&read.to) else {
        tracing::warn!(seq, "failed to read the fact {seq}: no check state `{}`", read.to);
        return None;
    };
    Some(SeenCheck {
        check_id: read.check_id,
        check_name: read.check_name,
        resource_id: read.resource_id,
        resource_name: read.resource_name,
        protocol: read.protocol,
        state,
        summary: read.summary.unwrap_or_default(),
        paused: false,
    })
}

/// A yes-or-no field of the subject as it is now.
fn flag(row: &Row, field: &str) -> Option<bool> {
    row.after.as_ref().and_then(|after| after.get(field)).and_then(Value::as_bool)
}
