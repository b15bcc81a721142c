use db::Tx;
use journal::{Reaction, ReactionFuture, Row};
use kernel::{Caller, Cause, Fault, Text};
use serde::Deserialize;

use crate::{
    Desk, DeskError,
    actions::{IncidentTold, Occasion},
};

const INCIDENT_OPENED: &str = "incident.opened";
const INCIDENT_CHANGED: &str = "incident.changed";
const INCIDENT_CLOSED: &str = "incident.closed";

/// Opens tickets for incidents of monitoring, and moves them on when these end.
#[derive(Debug)]
pub(crate) struct FollowIncidents(pub(crate) Desk);

/// What we read of the facts about incidents; they may have grown other fields.
#[derive(Debug, Deserialize)]
struct Incident {
    incident_id: String,
    title: Text,
    #[serde(default)]
    cause_id: Option<String>,
    #[serde(default)]
    severity: String,
    /// Whether its cause is known as far as it will be; older facts did not say.
    #[serde(default = "always")]
    ready: bool,
}

const fn always() -> bool {
    true
}

impl Reaction for FollowIncidents {
    fn name(&self) -> &'static str {
        "desk.incidents"
    }

    fn wants(&self, verb: &str) -> bool {
        matches!(verb, INCIDENT_OPENED | INCIDENT_CHANGED | INCIDENT_CLOSED)
    }

    fn react<'a>(&'a self, tx: &'a mut Tx, row: &'a Row) -> ReactionFuture<'a> {
        Box::pin(async move { self.follow(tx, row).await.map_err(Fault::from) })
    }
}

impl FollowIncidents {
    async fn follow(&self, tx: &mut Tx, row: &Row) -> Result<(), DeskError> {
        let caller = Caller::system("desk");
        let occasion = Occasion { caller: &caller, now: row.at, cause: Cause(Some(row.seq)) };
        // One that cannot be read must not hold up those after it.
        let (told, ready) = match serde_json::from_value::<Incident>(row.detail.clone()) {
            Ok(Incident { incident_id: id, title, cause_id, severity, ready }) => {
                (IncidentTold { id, title, cause_id, severity }, ready)
            }
            Err(error) => {
                let seq = row.seq.0;
                tracing::warn!(seq, "failed to read the fact {seq}, {}: {error}", row.verb);
                return Ok(());
            }
        };
        match row.verb.as_str() {
            // It may turn out to follow from another, which has its own ticket.
            INCIDENT_OPENED | INCIDENT_CHANGED if !ready => Ok(()),
            // One that became worse may be bad enough now.
            INCIDENT_OPENED | INCIDENT_CHANGED => self.0.incident_opened(tx, occasion, &told).await,
            INCIDENT_CLOSED => self.0.incident_closed(tx, occasion, &told).await,
            _ => Ok(()),
        }
    }
}
