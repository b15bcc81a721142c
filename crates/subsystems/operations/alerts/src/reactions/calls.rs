//! What became of the calls that incidents asked for.

use db::Tx;
use journal::Row;
use kernel::{Caller, Text};
use serde::Deserialize;

use super::read;
use crate::{
    Alerts, AlertsError,
    actions::Occasion,
    model::incident::{CallState, IncidentId, PageCall, PageId},
};

const CALL_STARTED: &str = "call.started";
const CALL_NOT_STARTED: &str = "call.not_started";
const CALL_ANSWERED: &str = "call.answered";
const CALL_EXHAUSTED: &str = "call.exhausted";
const CALL_ENDED: &str = "call.ended";
const CALL_MOVED: &str = "call.moved";

/// What we read of facts about calls; they may have grown other fields. A call that is about no
/// incident has none of these.
#[derive(Debug, Deserialize)]
struct CallTold {
    #[serde(default)]
    incident_id: Option<IncidentId>,
    /// The incident that it was about before.
    #[serde(default)]
    from_incident_id: Option<IncidentId>,
    #[serde(default)]
    page_id: Option<PageId>,
    #[serde(default)]
    reason: Option<Text>,
    /// Whether it was answered as somebody cares for the incident already.
    #[serde(default)]
    by_acknowledgement: bool,
    /// Who answered, when it is not who did it.
    #[serde(default)]
    answered_by: Option<String>,
}

pub(super) fn wants(verb: &str) -> bool {
    matches!(
        verb,
        CALL_STARTED | CALL_NOT_STARTED | CALL_ANSWERED | CALL_EXHAUSTED | CALL_ENDED | CALL_MOVED
    )
}

pub(super) async fn follow(
    alerts: &Alerts,
    tx: &mut Tx,
    occasion: Occasion<'_>,
    row: &Row,
) -> Result<(), AlertsError> {
    let Some(told) = read::<CallTold>(row) else { return Ok(()) };
    let Some(incident) = told.incident_id else { return Ok(()) };
    let call_id = row.subject.id.as_str();
    match row.verb.as_str() {
        CALL_STARTED => match told.page_id {
            Some(page) => {
                let call = PageCall::of(CallState::Running);
                alerts.call_decided(tx, page, (call_id, &call)).await
            }
            None => Ok(()),
        },
        CALL_NOT_STARTED => match told.page_id {
            Some(page) => {
                let state = CallState::NotStarted;
                let call = PageCall { reason: told.reason, ..PageCall::of(state) };
                alerts.call_decided(tx, page, ("", &call)).await
            }
            None => Ok(()),
        },
        CALL_ANSWERED => {
            let by = told.answered_by.unwrap_or_else(|| row.actor.name.clone());
            let call = PageCall { answered_by: Some(by), ..PageCall::of(CallState::Answered) };
            let cares = (!told.by_acknowledgement).then_some(incident);
            // Whoever answered is who cares: not the server, which only passes it on.
            let caller = Caller { actor: row.actor.clone(), ..occasion.caller.clone() };
            let occasion = Occasion { caller: &caller, ..occasion };
            alerts.call_ended(tx, occasion, (call_id, &call), cares).await
        }
        CALL_EXHAUSTED => {
            let call = PageCall::of(CallState::Exhausted);
            alerts.call_ended(tx, occasion, (call_id, &call), None).await
        }
        CALL_ENDED => {
            let call = PageCall::of(CallState::Over);
            alerts.call_ended(tx, occasion, (call_id, &call), None).await
        }
        CALL_MOVED => match told.from_incident_id {
            Some(from) => alerts.call_moved(tx, call_id, (from, incident)).await,
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
