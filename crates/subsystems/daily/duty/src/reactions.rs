use db::Tx;
use journal::{Reaction, ReactionFuture, Row};
use kernel::{Caller, Cause, Fault, Text};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Duty, DutyError,
    actions::Occasion,
    model::call::{CalledIncident, Escalation},
};

const INCIDENT_ESCALATED: &str = "incident.escalated";
const INCIDENT_ACKNOWLEDGED: &str = "incident.acknowledged";
const INCIDENT_CLOSED: &str = "incident.closed";

/// Calls people for incidents, and no longer when somebody cares or all is well.
#[derive(Debug)]
pub(crate) struct FollowIncidents(pub(crate) Duty);

/// What we read of the fact `incident.escalated`; it may have grown other fields.
#[derive(Debug, Deserialize)]
struct Escalated {
    incident_id: String,
    title: Text,
    severity: String,
    chain_id: String,
    #[serde(default)]
    chain_name: String,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    page_id: Option<String>,
}

/// What we read of the fact `incident.acknowledged`.
#[derive(Debug, Deserialize)]
struct Acknowledged {
    incident_id: String,
}

/// What we read of the fact `incident.closed`.
#[derive(Debug, Deserialize)]
struct Closed {
    incident_id: String,
    #[serde(default)]
    merged_into: Option<String>,
    /// Whether that one is over, too.
    #[serde(default)]
    merged_into_closed: bool,
    /// Who cares for that one.
    #[serde(default)]
    merged_into_acknowledged_by: Option<String>,
}

impl Reaction for FollowIncidents {
    fn name(&self) -> &'static str {
        "duty.incidents"
    }

    fn wants(&self, verb: &str) -> bool {
        matches!(verb, INCIDENT_ESCALATED | INCIDENT_ACKNOWLEDGED | INCIDENT_CLOSED)
    }

    fn react<'a>(&'a self, tx: &'a mut Tx, row: &'a Row) -> ReactionFuture<'a> {
        Box::pin(async move { self.follow(tx, row).await.map_err(Fault::from) })
    }
}

impl FollowIncidents {
    async fn follow(&self, tx: &mut Tx, row: &Row) -> Result<(), DutyError> {
        let Self(duty) = self;
        let system = Caller::system("duty");
        // People are called now, however long ago it was that they were asked for.
        let (at, cause) = (duty.now(), Cause(Some(row.seq)));
        let occasion = Occasion { caller: &system, at, cause };
        match row.verb.as_str() {
            INCIDENT_ESCALATED => match read::<Escalated>(row) {
                Some(told) => duty.escalate(tx, occasion, escalation(told, row)).await,
                None => Ok(()),
            },
            INCIDENT_ACKNOWLEDGED => match read::<Acknowledged>(row) {
                Some(told) => {
                    // Whoever cares for the incident is who answered.
                    let caller = Caller { actor: row.actor.clone(), ..system.clone() };
                    let occasion = Occasion { caller: &caller, at, cause };
                    let about = (told.incident_id.as_str(), row.seq);
                    duty.incident_acknowledged(tx, occasion, about).await
                }
                None => Ok(()),
            },
            INCIDENT_CLOSED => match read::<Closed>(row) {
                Some(told) => self.closed(tx, occasion, told).await,
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    async fn closed(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        told: Closed,
    ) -> Result<(), DutyError> {
        let (incident, cared_by) = (told.incident_id, told.merged_into_acknowledged_by);
        match told.merged_into.filter(|_| !told.merged_into_closed) {
            Some(into) => self.0.incident_merged(tx, occasion, (&incident, &into), cared_by).await,
            None => self.0.incident_over(tx, occasion, &incident).await,
        }
    }
}

fn escalation(told: Escalated, row: &Row) -> Escalation {
    Escalation {
        fact_seq: row.seq,
        incident_id: told.incident_id,
        incident: CalledIncident::told(&told.title, &told.severity),
        page_id: told.page_id,
        chain_id: told.chain_id,
        chain_name: told.chain_name,
        policy: told.policy,
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
