use kernel::{
    Caller, DutyHolder, Escalation, EscalationChain, EscalationFuture, Fault, OnDuty, OnDutyFuture,
    Time,
};

use vault::{AttachmentSubject, SubjectFuture};

use super::{Duty, OnDutyFilter};
use crate::{DutyError, store};

/// Photos of rounds: who sees a round sees them, who is on it takes them.
impl AttachmentSubject for Duty {
    fn kind(&self) -> &'static str {
        "round"
    }

    fn may_read<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move {
            let Ok(id) = id.parse() else { return Ok(false) };
            match self.round(caller, id).await {
                Ok(_) => Ok(true),
                Err(DutyError::NotFound { .. }) => Ok(false),
                Err(error) => Err(error.into()),
            }
        })
    }

    fn may_change<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move {
            let Ok(id) = id.parse() else { return Ok(false) };
            Ok(self.may_photograph(caller, id).await?)
        })
    }
}

impl OnDuty for Duty {
    fn for_post<'a>(&'a self, post_id: &'a str, at: Time) -> OnDutyFuture<'a> {
        Box::pin(async move {
            let Ok(post) = post_id.parse() else { return Ok(Vec::new()) };
            let filter = OnDutyFilter { post_id: Some(post), ..OnDutyFilter::default() };
            self.holders(&filter, at).await.map_err(Fault::from)
        })
    }

    fn for_unit<'a>(&'a self, unit_id: &'a str, at: Time) -> OnDutyFuture<'a> {
        Box::pin(async move {
            let Ok(unit) = unit_id.parse() else { return Ok(Vec::new()) };
            let filter = OnDutyFilter { unit_id: Some(unit), ..OnDutyFilter::default() };
            self.holders(&filter, at).await.map_err(Fault::from)
        })
    }
}

impl Escalation for Duty {
    fn chain<'a>(&'a self, chain_id: &'a str) -> EscalationFuture<'a> {
        Box::pin(async move {
            let chains = store::calls::chains(self.db().reader()).await;
            let chains = chains.map_err(DutyError::from).map_err(Fault::from)?;
            let found = chains.into_iter().find(|chain| chain.id.to_string() == chain_id);
            Ok(found.map(|one| EscalationChain { name: one.draft.name, enabled: one.enabled }))
        })
    }
}

impl Duty {
    async fn holders(&self, filter: &OnDutyFilter, at: Time) -> Result<Vec<DutyHolder>, DutyError> {
        let mut rosters = store::rosters::all(self.db().reader()).await?;
        rosters.retain(|roster| filter.takes(roster));
        let mut holders = Vec::new();
        for roster in rosters {
            let mut connection = self.db().reader().acquire().await?;
            let ground = self.ground(&mut connection, roster).await?;
            drop(connection);
            // A span is cut to what was asked for: its end is only seen from further on.
            let later = at.plus(super::DAY_AND_MORE);
            let mut spans = self.spans(&ground, (at, later)).await?;
            spans.retain(|span| span.from == at && filter.takes_span(&ground.roster, span));
            let people = spans.iter().filter_map(|span| span.person).collect();
            let names = self.names(people).await?;
            for span in spans {
                let Some(person) = span.person else { continue };
                let position = ground.roster.draft.position(&span.slot.position);
                holders.push(DutyHolder {
                    person_id: person.to_string(),
                    name: names.get(&person).cloned().unwrap_or_default(),
                    position: position.map(|one| one.name.clone()).unwrap_or_default(),
                    until: span.to,
                });
            }
        }
        Ok(holders)
    }
}
