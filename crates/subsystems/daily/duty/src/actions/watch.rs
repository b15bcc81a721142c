use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use directory::PersonId;
use kernel::{Caller, Time};

use super::{Duty, Ground, ground::note};
use crate::{
    DutyError,
    model::{
        fact::{ProblemCleared, ProblemFound, Told},
        plan::{DutySpan, joined},
        problem::Problem,
        roster::RosterId,
    },
    store,
};

/// How far ahead it is looked.
const LOOKED: Duration = Duration::from_secs(28 * 86_400);
/// Facts of one look at a roster.
const TOLD_MAX: usize = 200;
/// How long calendars are told that something is off after it is over.
const TOLD_OFF: Duration = Duration::from_secs(60 * 86_400);

impl Duty {
    /// Looks four weeks ahead in every roster; what is newly wrong or no longer is a fact.
    pub(crate) async fn watch(&self) -> Result<u64, DutyError> {
        let now = self.now();
        let mut planned: Vec<(Ground, Vec<DutySpan>)> = Vec::new();
        for roster in store::rosters::all(self.db().reader()).await? {
            let mut connection = self.db().reader().acquire().await?;
            let ground = self.ground(&mut connection, roster).await?;
            let spans = joined(ground.planned(now, now.plus(LOOKED))?);
            planned.push((ground, spans));
        }
        let mut of_person: HashMap<PersonId, Vec<(usize, &DutySpan)>> = HashMap::new();
        for (at, (_, spans)) in planned.iter().enumerate() {
            for span in spans {
                let all = span.person.map(|person| of_person.entry(person).or_default());
                all.into_iter().for_each(|all| all.push((at, span)));
            }
        }
        let mut done = 0;
        for (at, (ground, spans)) in planned.iter().enumerate() {
            let people: BTreeSet<_> = spans.iter().filter_map(|span| span.person).collect();
            let all = people.iter().filter_map(|person| of_person.get(person)).flatten();
            let others = all.filter(|(other, _)| *other != at);
            // Who reads of the one roster need not see the other: of another unit it has no name.
            let called = |other: &Ground| match other.roster.draft.unit_id {
                unit if unit == ground.roster.draft.unit_id => other.roster.draft.name.clone(),
                _ => String::new(),
            };
            let elsewhere: Vec<_> =
                others.map(|(other, span)| (called(&planned[*other].0), (*span).clone())).collect();
            let found = self.wrong_beside(ground, spans, &elsewhere).await?;
            let name = &ground.roster.draft.name;
            done += self.note_problems((ground.roster.id, name), &found, now).await?;
        }
        let mut tx = self.db().begin().await?;
        // no fact: what was off is over; calendars need no longer be told.
        if store::spans::forget_lost(&mut tx, now.minus(TOLD_OFF)).await? > 0 {
            tx.commit().await?;
        }
        Ok(done)
    }

    async fn note_problems(
        &self,
        (id, name): (RosterId, &str),
        found: &[Problem],
        now: Time,
    ) -> Result<u64, DutyError> {
        let caller = Caller::system("duty");
        let found: BTreeMap<String, &Problem> =
            found.iter().map(|problem| (key(problem), problem)).collect();
        let mut tx = self.db().begin().await?;
        let known = store::problems::of_roster(&mut tx, id).await?;
        let mut done = 0;
        for (problem, from) in &known {
            if found.contains_key(problem) {
                continue;
            }
            store::problems::delete(&mut tx, id, problem).await?;
            // What has begun is no longer ahead; nothing was mended.
            if *from > now && done < TOLD_MAX as u64 {
                let told = Told::<ProblemCleared>::of(id, name).with("problem", problem);
                note(&mut tx, (&caller, now), told).await?;
            }
            done += 1;
        }
        let is_known = |key: &String| known.iter().any(|(problem, _)| problem == key);
        let new = found.iter().filter(|(key, _)| !is_known(key)).take(TOLD_MAX);
        for (key, problem) in new {
            let span: &DutySpan = &problem.span;
            store::problems::insert(&mut tx, id, (key, span.from), now).await?;
            let told = Told::<ProblemFound>::of(id, name)
                .with("kind", problem.kind)
                .with("slot", span.slot.to_string())
                .with("person_id", span.person)
                .with("from", span.from)
                .with("to", span.to)
                .with("about", &problem.about);
            note(&mut tx, (&caller, now), told).await?;
            done += 1;
        }
        if done > 0 {
            tx.commit().await?;
        }
        Ok(done)
    }
}

/// The same problem the next time.
fn key(problem: &Problem) -> String {
    let person = problem.span.person.map(|person| person.to_string()).unwrap_or_default();
    format!("{} {} {person}", problem.kind.name(), problem.span.slot)
}
