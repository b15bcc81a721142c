use std::time::Duration;

use ::resources::ResourceId;
use journal::{Candidate, Filter, Row};
use kernel::Page;

use super::Stage;
use crate::{
    AlertsError,
    actions::Alerts,
    model::incident::{Change, Incident, Named},
};

/// Changes so long before are looked at.
const WINDOW: Duration = Duration::from_secs(2 * 3600);
/// Resources whose changes are looked at: the cause and the nearest of what it rests on.
const LOOKED_AT_MAX: usize = 6;
/// Facts of each that are looked at, the newest.
const FACTS_MAX: u32 = 20;
/// Changes that are kept.
const KEPT_MAX: usize = 5;
/// What checks and alerts say is no change.
const SYMPTOMS: [&str; 4] = ["alert.", "check.state_changed", "incident.", "resource.created"];

impl Alerts {
    /// What changed near the cause of a new incident before it failed, the likeliest cause first.
    pub(super) async fn changes_before(
        &self,
        incident: &Incident,
        stage: &Stage,
    ) -> Result<Vec<Change>, AlertsError> {
        let Some(cause) = &incident.verdict.cause else { return Ok(Vec::new()) };
        let Ok(id) = cause.id.parse::<ResourceId>() else { return Ok(Vec::new()) };
        let at = incident.verdict.since.unwrap_or(stage.now);
        let near = stage.scene.graph.foundation_of(id);
        let near = std::iter::once((id, 0)).chain(near).take(LOOKED_AT_MAX);
        let mut found = Vec::new();
        for (id, distance) in near {
            let text = id.to_string();
            let name = stage.names.get(&id).map_or_else(|| text.clone(), |one| one.name.clone());
            let resource = Named { id: text, name };
            let filter = Filter {
                resource_id: Some(resource.id.clone()),
                from: Some(at.minus(WINDOW)),
                to: Some(at),
                ..Filter::default()
            };
            let page = Page { after: None, limit: FACTS_MAX };
            let rows = journal::list(&self.db, &filter, page).await;
            let rows = rows.map_err(|fault| AlertsError::Lookout(Box::new(fault)))?;
            for row in rows.items {
                if !SYMPTOMS.iter().any(|verb| row.verb.starts_with(verb)) {
                    found.push(ranked(&row, distance, resource.clone(), at));
                }
            }
        }
        found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Ok(found.into_iter().take(KEPT_MAX).map(|(_, change)| change).collect())
    }
}

fn ranked(row: &Row, distance: u32, resource: Named, at: kernel::Time) -> (f64, Change) {
    let candidate =
        Candidate { at: row.at, verb: row.verb.clone(), actor: row.actor.kind, distance };
    let rank = journal::rank(&candidate, at, WINDOW);
    let change = Change {
        seq: row.seq.0,
        verb: row.verb.clone(),
        actor: row.actor.name.clone(),
        at: row.at,
        resource,
        reason: rank.reason,
    };
    (rank.score, change)
}
